package io.zova.boot;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.Banner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import io.zova.ZovaDatabase;
import io.zova.ZovaOptions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * What a user reads when the application does not start: what is wrong and how to mend
 * it.
 */
@Timeout(60)
@ExtendWith(OutputCaptureExtension.class)
class FailureTextsTests {

	@TempDir
	private Path directory;

	private Path file;

	private CapturedOutput output;

	@BeforeEach
	void name(CapturedOutput output) {
		this.file = this.directory.resolve("app.zova");
		this.output = output;
	}

	@Test
	void aMissingDirectoryIsCreatedAndThatIsLogged() {
		this.file = this.directory.resolve("missing/too/app.zova");
		Application.main(arguments());
		assertThat(this.file).isRegularFile();
		assertThat(this.output).contains("Created the directory " + this.file.getParent(), "started");
	}

	@Test
	void aMissingDirectoryOfAFileThatMustNotBeCreated() {
		this.file = this.directory.resolve("missing/app.zova");
		assertThat(text("zova.create=false")).contains("zova.path: " + this.file, "CANT_OPEN",
				"set zova.create=true and zova.read-only=false to create the directory");
		assertThat(text("zova.immutable=true")).contains("set zova.create=true");
		assertThat(this.file.getParent()).doesNotExist();
	}

	@Test
	void aWrongSuffixCreatesNoDirectory() {
		this.file = this.directory.resolve("missing/app.db");
		assertThat(text()).contains("NOT_ZOVA_PATH");
		assertThat(this.file.getParent()).doesNotExist();
	}

	@Test
	@DisabledOnOs(OS.WINDOWS)
	void aMissingDirectoryThatThisUserMayNotCreate() throws Exception {
		Path locked = Files.createDirectory(this.directory.resolve("locked"));
		permissions(locked, "r-xr-xr-x");
		this.file = locked.resolve("missing/app.zova");
		assertThat(textWithoutSuperpowers()).contains("CANT_OPEN", "could not be created",
				"Create the directory " + this.file.getParent() + " with write access");
	}

	@Test
	void aNativeLibraryOfTheDriverThatCannotBeLoaded() throws Exception {
		Path notADirectory = Files.createFile(this.directory.resolve("tmp"));
		assertThat(child(List.of(), List.of("-Dorg.sqlite.tmpdir=" + notADirectory)))
			.contains("APPLICATION FAILED TO START", "SQLite's native library could not be loaded",
					notADirectory.toString(), "-Dorg.sqlite.tmpdir=DIRECTORY")
			.doesNotContain("Make the directory");
	}

	@Test
	void aPathBelowAFile() throws IOException {
		Path notADirectory = Files.createFile(this.directory.resolve("data"));
		this.file = notADirectory.resolve("app.zova");
		assertThat(text()).contains(notADirectory + " is not a directory, so that no file app.zova can be in it",
				"Correct zova.path: " + notADirectory + " is not a directory");
	}

	@Test
	void aDirectoryInsteadOfAFile() throws IOException {
		Files.createDirectory(this.file);
		assertThat(text()).contains("this is a directory: add a file name", this.file.resolve("app.zova").toString());
	}

	@Test
	void aLinkToNothing() throws IOException {
		Files.createSymbolicLink(this.file, this.directory.resolve("gone.zova"));
		assertThat(text()).contains("The file is a link to something that does not exist");
	}

	@Test
	void aWrongSuffix() {
		this.file = this.directory.resolve("app.db");
		assertThat(text()).contains("NOT_ZOVA_PATH",
				"Give the file a name that ends in .zova, for example " + this.directory.resolve("app.zova"));
	}

	@Test
	void aSuffixInCapitals() {
		this.file = this.directory.resolve("app.ZOVA");
		assertThat(text()).contains("for example " + this.directory.resolve("app.zova"));
	}

	@Test
	void somethingThatIsNoDatabase() throws IOException {
		Files.writeString(this.file, "not a database at all".repeat(100));
		assertThat(text()).contains("NOT_ZOVA_DATABASE", "it is not even a SQLite file",
				"Point zova.path to a Zova database", "restore your last backup");
	}

	@Test
	void anEmptyFile() throws IOException {
		Files.createFile(this.file);
		assertThat(text()).contains("NOT_ZOVA_DATABASE", "it is empty",
				"Delete the empty file, and a new database is created in its place", "restore your last backup");
	}

	@ParameterizedTest
	@ValueSource(strings = { "~", "~/app.zova", "file:app.zova", "classpath:app.zova", "classpath*:app.zova",
			"jdbc:sqlite:app.zova" })
	void whatIsAPathElsewhereBecomesNoOddName(String path) {
		assertThat(text("zova.path=" + path)).contains("value:    " + path, "from:", "It is an ordinary path",
				"${user.home}/app.zova", "Correct zova.path.");
		assertThat(Path.of(path)).doesNotExist();
	}

	@Test
	void anEmptyPath() {
		assertThat(text("zova.path= ")).contains("It must name the database file", "Correct zova.path.")
			.doesNotContain("to get the default");
	}

	@Test
	void aPlainSqliteFile() throws SQLException {
		sql("create table t (v)");
		assertThat(text()).contains("NOT_ZOVA_DATABASE", "The file is a SQLite database, but not one of Zova",
				"ZovaDatabase.convert(Path.of(\"" + this.file + "\"), newFile)");
	}

	@Test
	void anOlderFormat() throws SQLException {
		ofFormat("11");
		assertThat(text()).contains("MIGRATION_REQUIRED", "has format 11",
				"ZovaDatabase.migrate(Path.of(\"" + this.file + "\"), newFile)");
	}

	@Test
	void aVeryOldFormat() throws SQLException {
		ofFormat("2");
		assertThat(text()).contains("UNSUPPORTED_LEGACY_FORMAT", "has format 2",
				"Open it with the release of Zova that wrote it");
	}

	@Test
	void aFutureFormat() throws SQLException {
		ofFormat("13");
		assertThat(text()).contains("UNSUPPORTED_FUTURE_FORMAT", "has format 13",
				"Use the version of zova-spring-boot-starter that knows its format");
	}

	@Test
	void theCallsThatTheAdviceNamesExist() throws Exception {
		sql("create table t (v)");
		assertThatCallsExist(text(), "convert");
		Files.delete(this.file);
		ofFormat("11");
		assertThatCallsExist(text(), "migrate");
	}

	private static void assertThatCallsExist(String text, String... calls) {
		assertThat(Pattern.compile("ZovaDatabase\\.(\\w+)\\(Path\\.of").matcher(text).results())
			.extracting((found) -> found.group(1))
			.contains(calls)
			.allSatisfy((call) -> assertThat(ZovaDatabase.class.getMethod(call, Path.class, Path.class)).isNotNull());
	}

	@Test
	void aDatabaseWithoutOneOfItsTables() throws SQLException {
		ZovaDatabase.create(this.file).close();
		sql("drop table _zova_kv");
		assertThat(text()).contains("_zova_kv")
			.contains("Action:")
			.doesNotContain("Point zova.path to a Zova database, "
					+ "or to a name that is not taken so that a new one is created there. If this file was a Zova database, "
					+ "keep a copy and restore your last backup. If");
	}

	@Test
	void aFileThatAnotherProcessHasLocked() throws Exception {
		ZovaDatabase.create(this.file).close();
		Process other = java(List.of(), LockHolder.class, this.file.toString()).start();
		try {
			assertThat(other.inputReader().readLine()).isEqualTo("locked");
			assertThat(text("zova.sqlite.busy-timeout=50ms")).contains("BUSY", "Another process holds the file's lock",
					"zova.sqlite.busy-timeout");
		}
		finally {
			other.destroyForcibly();
		}
	}

	@Test
	void aMissingFileThatMustNotBeCreated() {
		assertThat(text("zova.create=false")).contains("There is no file " + this.file, "set zova.create=true");
		assertThat(text("zova.read-only=true")).contains("zova.read-only=false to create the file");
		assertThat(this.file).doesNotExist();
	}

	@Test
	@DisabledOnOs(OS.WINDOWS)
	void aFileThatThisUserMayNotRead() throws Exception {
		ZovaDatabase.create(this.file).close();
		permissions(this.file, "---------");
		assertThat(textWithoutSuperpowers()).contains("CANT_OPEN", "Make the file readable for this user");
	}

	@Test
	@DisabledOnOs(OS.WINDOWS)
	void aDirectoryThatThisUserMayNotWrite() throws Exception {
		permissions(this.directory, "r-xr-xr-x");
		try {
			assertThat(textWithoutSuperpowers()).contains("CANT_OPEN",
					"Make the directory " + this.directory + " writable for this user");
		}
		finally {
			permissions(this.directory, "rwxr-xr-x");
		}
	}

	@Test
	@DisabledOnOs(OS.WINDOWS)
	void aFileThatThisUserMayNotWriteOpensForReading() throws Exception {
		ZovaDatabase.create(this.file).close();
		permissions(this.file, "r--r--r--");
		assertThat(textWithoutSuperpowers()).contains("started").doesNotContain("APPLICATION FAILED TO START");
	}

	@Test
	@DisabledOnOs(OS.WINDOWS)
	void aJournalModeThatCannotBeSetBecauseTheFileIsReadOnly() throws Exception {
		ZovaDatabase.create(this.file).close();
		permissions(this.file, "r--r--r--");
		assertThat(textWithoutSuperpowers("zova.sqlite.journal-mode=wal")).contains("READ_ONLY",
				"Make the file and its directory writable for this user, or set zova.read-only=true");
	}

	@Test
	@DisabledOnOs(OS.WINDOWS)
	void aFileInWalModeInADirectoryThatThisUserMayNotWrite() throws Exception {
		ZovaDatabase.create(this.file, ZovaOptions.builder().journalMode(ZovaOptions.JournalMode.WAL).build()).close();
		permissions(this.directory, "r-xr-xr-x");
		try {
			for (String readOnly : List.of("true", "false")) {
				assertThat(textWithoutSuperpowers("zova.read-only=" + readOnly))
					.contains("APPLICATION FAILED TO START",
							"A file in WAL mode needs others beside it, even for reading",
							"directory " + this.directory + " writable for this user", "set zova.immutable=true",
							"zova.sqlite.journal-mode=delete")
					.doesNotContain("zova.read-only=true");
			}
			assertThat(textWithoutSuperpowers("zova.immutable=true")).contains("started");
		}
		finally {
			permissions(this.directory, "rwxr-xr-x");
		}
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', value = { "zova.path|'  '|must name the database file",
			"zova.path|a\0b.zova|not a path on this system",
			"zova.lock-wait-timeout|-1s|must not be negative, nor longer than 24 days",
			"zova.lock-wait-timeout|30d|must not be negative, nor longer than 24 days",
			"zova.sqlite.busy-timeout|-1s|must not be negative",
			"zova.sqlite.page-size|1000B|must be a power of two from 512B to 64KB",
			"zova.sqlite.cache-size|-1B|must be from 0B to 2TB", "zova.sqlite.mmap-size|-1B|must not be negative",
			"zova.pool.maximum-size|0|must be at least 1", "zova.pool.minimum-idle|-1|must not be negative",
			"zova.pool.statement-cache-size|-1|must not be negative; 0 keeps none",
			"zova.pool.leak-detection-threshold|1s|must be 0 (off) or at least 2 seconds",
			"zova.pool.close-timeout|-1s|must not be negative", "zova.vector.resident-memory|-1B|must not be negative",
			"zova.graph.resident-memory|-1B|must not be negative",
			"zova.notifications.events|orders,a b|must be channels",
			"zova.notifications.queue-capacity|0|must be at least 1",
			"zova.health.interval|10ms|must be at least 1 second", "zova.health.timeout|0s|must be at least 1 second" })
	void aValueThatIsNotAllowed(String property, String value, String rule) {
		assertThat(text(property + "=" + value)).contains("The value of " + property + " is not allowed",
				"value:    " + value, "from:", rule, "Correct " + property);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			value = { "zova.create|maybe|boolean", "zova.read-only|perhaps|boolean", "zova.immutable|perhaps|boolean",
					"zova.transaction.foreign|never|ALLOW", "zova.lock-wait-timeout|soon|Duration",
					"zova.sqlite.busy-timeout|soon|Duration", "zova.sqlite.page-size|big|DataSize",
					"zova.sqlite.cache-size|big|DataSize", "zova.sqlite.mmap-size|big|DataSize",
					"zova.sqlite.journal-mode|off|TRUNCATE", "zova.sqlite.synchronous|off|EXTRA",
					"zova.pool.maximum-size|many|int", "zova.pool.minimum-idle|many|int",
					"zova.pool.statement-cache-size|many|int", "zova.pool.leak-detection-threshold|soon|Duration",
					"zova.pool.close-timeout|soon|Duration", "zova.vector.resident-memory|all|DataSize",
					"zova.graph.resident-memory|all|DataSize", "zova.notifications.queue-capacity|many|int",
					"zova.health.interval|often|Duration", "zova.health.timeout|soon|Duration" })
	void aValueOfAnotherKind(String property, String value, String allowed) {
		assertThat(text(property + "=" + value)).contains("Property: " + property, "Value: \"" + value + "\"", allowed);
	}

	private String text(String... properties) {
		int before = this.output.getOut().length();
		assertThat(catchThrowable(() -> Application.main(arguments(properties)))).isNotNull();
		String text = this.output.getOut().substring(before);
		assertThat(text).contains("APPLICATION FAILED TO START");
		return text;
	}

	private String[] arguments(String... properties) {
		List<String> arguments = new ArrayList<>();
		if (Arrays.stream(properties).noneMatch((property) -> property.startsWith("zova.path="))) {
			arguments.add("--zova.path=" + this.file);
		}
		for (String property : properties) {
			arguments.add("--" + property);
		}
		return arguments.toArray(new String[0]);
	}

	/** The superuser may read and write everything, and gives that up for a child. */
	private String textWithoutSuperpowers(String... properties) throws Exception {
		List<String> prefix = List.of();
		if (System.getProperty("user.name").equals("root")) {
			assumeTrue(Files.exists(Path.of("/usr/bin/setpriv")), "setpriv is needed when the tests run as root");
			prefix = List.of("setpriv", "--bounding-set", "-dac_override,-dac_read_search");
		}
		return child(prefix, List.of(), properties);
	}

	private String child(List<String> prefix, List<String> options, String... properties) throws Exception {
		List<String> command = new ArrayList<>(java(prefix, Application.class, arguments(properties)).command());
		command.addAll(prefix.size() + 1, options);
		Process child = new ProcessBuilder(command).redirectErrorStream(true).start();
		String text = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
		assertThat(child.waitFor(30, TimeUnit.SECONDS)).isTrue();
		return text;
	}

	private static ProcessBuilder java(List<String> prefix, Class<?> main, String... arguments) {
		List<String> command = new ArrayList<>(prefix);
		command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
		command.add("-cp");
		command.add(System.getProperty("java.class.path"));
		command.add(main.getName());
		command.addAll(List.of(arguments));
		return new ProcessBuilder(command);
	}

	private void ofFormat(String format) throws SQLException {
		ZovaDatabase.create(this.file).close();
		sql("update _zova_meta set value = '" + format + "' where key = 'format_version'");
	}

	private void sql(String sql) throws SQLException {
		try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + this.file);
				Statement statement = connection.createStatement()) {
			statement.executeUpdate(sql);
		}
	}

	private static void permissions(Path path, String permissions) throws IOException {
		Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
	}

	/**
	 * An application with a database and nothing else.
	 */
	@ImportAutoConfiguration(ZovaAutoConfiguration.class)
	static class Application {

		public static void main(String[] arguments) {
			SpringApplication application = new SpringApplication(Application.class);
			application.setWebApplicationType(WebApplicationType.NONE);
			application.setBannerMode(Banner.Mode.OFF);
			application.run(arguments).close();
			System.out.println("started");
		}

	}

	/**
	 * Locks a file until it is killed.
	 */
	static class LockHolder {

		public static void main(String[] arguments) throws Exception {
			try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + arguments[0]);
					Statement statement = connection.createStatement()) {
				statement.execute("begin exclusive");
				System.out.println("locked");
				System.in.read();
			}
		}

	}

}
