package io.zova;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.zova.ZovaOptions.JournalMode;
import io.zova.sqlite.function.ScalarFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.LoggerFactory;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * The file is deleted, renamed or replaced while it is open: no write is acknowledged any
 * more, and nothing of another file is touched.
 */
@Timeout(60)
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "Open files stay where they are")
class MovedFileTests {

	private static final byte[] NAMESPACE = "n".getBytes(StandardCharsets.UTF_8);

	enum Move {

		DELETED, RENAMED, REPLACED_BY_A_COPY, REPLACED_BY_ANOTHER, DIRECTORY_RENAMED

	}

	@TempDir
	private Path directory;

	private ZovaDatabase database;

	private JdbcTemplate jdbc;

	@AfterEach
	void close() {
		this.database.close();
	}

	private Path file() {
		return this.directory.resolve("data").resolve("app.zova");
	}

	private Path beside(String end) {
		return file().resolveSibling("app.zova" + end);
	}

	private void open(JournalMode mode) throws IOException {
		Files.createDirectory(this.directory.resolve("data"));
		this.database = ZovaDatabase.create(file(),
				ZovaOptions.builder()
					.journalMode(mode)
					.maximumPoolSize(3)
					.minimumIdle(0)
					.lockWaitTimeout(Duration.ofMillis(500))
					.build());
		this.jdbc = new JdbcTemplate(this.database.dataSource());
		this.jdbc.execute("create table t(v integer primary key)");
		this.jdbc.execute("insert into t values (1)");
	}

	private void move(Move move) throws IOException {
		switch (move) {
			case DELETED -> Files.delete(file());
			case RENAMED -> Files.move(file(), beside(".old"));
			case REPLACED_BY_A_COPY -> {
				Files.copy(file(), beside(".copy"));
				Files.move(beside(".copy"), file(), StandardCopyOption.REPLACE_EXISTING);
			}
			case REPLACED_BY_ANOTHER -> {
				ZovaDatabase.create(this.directory.resolve("other.zova")).close();
				Files.move(this.directory.resolve("other.zova"), file(), StandardCopyOption.REPLACE_EXISTING);
			}
			case DIRECTORY_RENAMED -> Files.move(this.directory.resolve("data"), this.directory.resolve("elsewhere"));
		}
	}

	@ParameterizedTest
	@CsvSource({ "DELETED, DELETE", "DELETED, WAL", "DELETED, TRUNCATE", "RENAMED, DELETE", "RENAMED, WAL",
			"REPLACED_BY_A_COPY, DELETE", "REPLACED_BY_A_COPY, WAL", "REPLACED_BY_ANOTHER, DELETE",
			"REPLACED_BY_ANOTHER, WAL", "DIRECTORY_RENAMED, DELETE", "DIRECTORY_RENAMED, WAL" })
	void noWriteIsAcknowledgedAnyMore(Move move, JournalMode mode) throws IOException {
		open(mode);
		String what = move.name().startsWith("REPLACED") ? "was replaced by another file" : "was deleted, or it or its";
		TransactionTemplate transaction = new TransactionTemplate(this.database.transactionManager());
		// It is moved between the write and the commit.
		assertThatThrownBy(() -> transaction.executeWithoutResult((status) -> {
			this.jdbc.execute("insert into t values (2)");
			moveQuietly(move);
		})).as("the commit").cause().hasMessageContaining(what);
		for (int i = 0; i < 3; i++) {
			assertThatThrownBy(() -> this.jdbc.execute("insert into t values (3)")).cause()
				.hasMessageContaining(file().toString())
				.hasMessageContaining(what)
				.hasMessageContaining("noticed at ")
				.hasMessageContaining("restore a backup");
			assertThatThrownBy(
					() -> transaction.executeWithoutResult((status) -> this.jdbc.queryForList("select v from t")))
				.satisfies((ex) -> assertThat(ZovaStatus.of(ex)).isEqualTo(ZovaStatus.READ_ONLY));
			assertThatThrownBy(() -> this.database.keyValues().namespace(NAMESPACE).put(NAMESPACE, NAMESPACE))
				.satisfies((ex) -> assertThat(ZovaStatus.of(ex)).isEqualTo(ZovaStatus.READ_ONLY));
		}
		assertThatExceptionOfType(ZovaException.class).isThrownBy(this.database::requireFileInPlace)
			.withMessageContaining(what)
			.satisfies((ex) -> assertThat(ex.status()).isEqualTo(ZovaStatus.READ_ONLY));
	}

	@ParameterizedTest
	@EnumSource(names = { "DELETE", "WAL" })
	void aWriteThatIsItsOwnTransactionIsRefusedAtOnce(JournalMode mode) throws Exception {
		open(mode);
		try (Connection connection = this.database.dataSource().getConnection();
				Statement statement = connection.createStatement()) {
			statement.executeUpdate("insert into t values (2)");
			move(Move.RENAMED);
			assertThatThrownBy(() -> statement.executeUpdate("insert into t values (3)"))
				.isInstanceOf(SQLException.class)
				.hasMessageContaining("was deleted, or it or its directory was renamed");
			assertThat(rows(statement)).isEqualTo(2);
		}
	}

	/** Its commit comes when the result is closed. */
	@ParameterizedTest
	@EnumSource(names = { "DELETE", "WAL" })
	void aWriteThatReturnsRowsIsRefusedWhenTheResultIsClosed(JournalMode mode) throws Exception {
		open(mode);
		try (Connection connection = this.database.dataSource().getConnection();
				PreparedStatement insert = connection.prepareStatement("insert into t values (2), (3) returning v")) {
			ResultSet rows = insert.executeQuery();
			assertThat(rows.next()).isTrue();
			move(Move.DELETED);
			assertThatThrownBy(rows::close).isInstanceOf(SQLException.class).hasMessageContaining("was deleted");
			try (Statement statement = connection.createStatement()) {
				assertThat(rows(statement)).isEqualTo(1);
			}
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "DELETE", "WAL" })
	void whatTheOldFileHeldCanBeReadAndSaved(JournalMode mode) throws IOException {
		open(mode);
		this.database.keyValues().namespace(NAMESPACE).put(NAMESPACE, NAMESPACE);
		move(Move.REPLACED_BY_ANOTHER);
		assertThatThrownBy(() -> this.jdbc.execute("insert into t values (3)")).isNotNull();
		assertThat(this.jdbc.queryForList("select v from t", Integer.class)).containsExactly(1);
		this.database.backup(this.directory.resolve("saved.zova"));
		this.database.compact(this.directory.resolve("compact.zova"));
		for (String saved : List.of("saved.zova", "compact.zova")) {
			try (ZovaDatabase copy = ZovaDatabase.open(this.directory.resolve(saved))) {
				assertThat(copy.keyValues().namespace(NAMESPACE).find(NAMESPACE)).contains(NAMESPACE);
				copy.keyValues().namespace(NAMESPACE).put(NAMESPACE, new byte[1]);
			}
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "DELETE", "WAL" })
	void nothingOfTheFileInItsPlaceIsTouched(JournalMode mode) throws Exception {
		open(mode);
		for (String end : List.of("-wal", "-shm")) {
			if (Files.exists(beside(end))) {
				Files.move(beside(end), beside(".old" + end));
			}
		}
		Files.move(file(), beside(".old"));
		// Somebody else's database, in use by them, with a log of their own.
		try (Connection other = DriverManager.getConnection("jdbc:sqlite:" + file());
				Statement statement = other.createStatement()) {
			statement.execute("pragma journal_mode=" + mode.sql());
			statement.execute("pragma wal_autocheckpoint=0");
			statement.execute("create table theirs(v)");
			statement.execute("insert into theirs values (1)");
			statement.execute("begin immediate");
			statement.execute("insert into theirs values (2)");
			String journal = (mode == JournalMode.WAL) ? "-wal" : "-journal";
			byte[] file = Files.readAllBytes(file());
			byte[] log = Files.readAllBytes(beside(journal));
			assertThat(log).isNotEmpty();
			assertThatThrownBy(() -> this.jdbc.execute("insert into t values (3)")).isNotNull();
			if (mode == JournalMode.WAL) {
				assertThat(this.jdbc.queryForList("select v from t", Integer.class)).containsExactly(1);
			}
			else {
				// SQLite would take their journal for ours.
				assertThatThrownBy(() -> this.jdbc.queryForList("select v from t")).cause()
					.hasMessageContaining("was replaced by another file");
			}
			assertThatThrownBy(() -> this.jdbc.execute("vacuum")).isNotNull();
			// After this, the pool wants another connection.
			assertThatThrownBy(() -> this.jdbc.execute("pragma journal_mode=truncate")).isNotNull();
			this.database.close();
			assertThat(Files.readAllBytes(file())).isEqualTo(file);
			assertThat(Files.readAllBytes(beside(journal))).isEqualTo(log);
			assertThat(Files.exists(beside("-shm"))).isEqualTo(mode == JournalMode.WAL);
			statement.execute("commit");
			assertThat(rows(statement, "theirs")).isEqualTo(2);
		}
		try (Connection old = DriverManager.getConnection("jdbc:sqlite:" + beside(".old"));
				Statement statement = old.createStatement()) {
			assertThat(rows(statement)).isEqualTo(1);
		}
	}

	@Test
	void aNewConnectionNeverLeadsToAnotherFile() throws Exception {
		open(JournalMode.WAL);
		try (Connection first = this.database.dataSource().getConnection()) {
			move(Move.REPLACED_BY_ANOTHER);
			assertThatThrownBy(() -> this.database.dataSource().getConnection()).isInstanceOf(SQLException.class)
				.hasMessageContaining("was replaced by another file");
			try (Statement statement = first.createStatement()) {
				assertThat(rows(statement)).isEqualTo(1);
			}
		}
	}

	@Test
	void itIsLoggedOnceAndStaysSo() throws IOException {
		Logger logger = (Logger) LoggerFactory.getLogger("io.zova.sqlite.file.FileIdentity");
		ListAppender<ILoggingEvent> log = new ListAppender<>();
		log.start();
		logger.addAppender(log);
		open(JournalMode.WAL);
		this.database.requireFileInPlace();
		Files.move(file(), beside(".old"));
		for (int i = 0; i < 5; i++) {
			assertThatThrownBy(() -> this.jdbc.execute("insert into t values (3)")).isNotNull();
		}
		// Nobody knows what was done to it meanwhile.
		Files.move(beside(".old"), file());
		assertThatThrownBy(() -> this.jdbc.execute("insert into t values (3)")).isNotNull();
		logger.detachAppender(log);
		assertThat(log.list).singleElement()
			.satisfies((event) -> assertThat(event.getFormattedMessage()).contains(file().toString(), "was deleted"))
			.satisfies((event) -> assertThat(event.getLevel()).isEqualTo(Level.ERROR));
		this.database.close();
		this.database = ZovaDatabase.open(file());
		this.jdbc = new JdbcTemplate(this.database.dataSource());
		this.jdbc.execute("insert into t values (4)");
		assertThat(this.jdbc.queryForList("select v from t", Integer.class)).containsExactly(1, 4);
	}

	@Test
	void aDatabaseInMemoryIsAlwaysInItsPlace() {
		this.database = ZovaDatabase.inMemory();
		this.database.requireFileInPlace();
		this.database.keyValues().namespace(NAMESPACE).put(NAMESPACE, NAMESPACE);
	}

	/** A platform without the native library looks once a second. */
	@Test
	void withoutTheNativeLibraryItIsNoticedWithinASecond() throws Exception {
		try (ChildJvm child = ChildJvm.start(List.of(), Writer.class, this.directory)) {
			String line = child.readLine();
			while (!line.startsWith("> ")) {
				line = child.readLine();
			}
			assertThat(line).startsWith("> refused").contains("was deleted, or it or its directory was renamed");
		}
		this.database = ZovaDatabase.inMemory();
	}

	/**
	 * Writes until it is told that its file is gone.
	 */
	static final class Writer {

		private Writer() {
		}

		public static void main(String[] arguments) throws IOException {
			Path directory = Path.of(arguments[0]);
			System.setProperty("zova.native.library", directory.resolve("missing").toString());
			Path file = directory.resolve("writer.zova");
			ZovaOptions options = ZovaOptions.builder().journalMode(JournalMode.WAL).build();
			try (ZovaDatabase database = ZovaDatabase.create(file, options)) {
				database.keyValues().namespace(NAMESPACE).put(NAMESPACE, NAMESPACE);
				Files.delete(file);
				long end = System.nanoTime() + Duration.ofSeconds(10).toNanos();
				while (System.nanoTime() - end < 0) {
					try {
						database.keyValues().namespace(NAMESPACE).put(NAMESPACE, NAMESPACE);
					}
					catch (RuntimeException ex) {
						System.out.println("> refused " + ex.getMessage() + " " + chain(ex));
						return;
					}
				}
				System.out.println("> acknowledged for ten seconds");
			}
		}

	}

	private void moveQuietly(Move move) {
		try {
			move(move);
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static String chain(Throwable ex) {
		StringBuilder text = new StringBuilder();
		for (Throwable cause = ex; cause != null; cause = cause.getCause()) {
			text.append(cause.getMessage()).append(' ');
		}
		return text.toString().replace('\n', ' ');
	}

	private static int rows(Statement statement) throws SQLException {
		return rows(statement, "t");
	}

	private static int rows(Statement statement, String table) throws SQLException {
		try (ResultSet row = statement.executeQuery("select count(*) from " + table)) {
			row.next();
			return row.getInt(1);
		}
	}

	@Test
	void aFileThatCouldNotBeOpenedMayBeMovedAndOpenedElsewhere() throws IOException {
		open(JournalMode.DELETE);
		this.database.close();
		ScalarFunction twice = ScalarFunction.of("twice", 1, (arguments) -> 1L);
		assertThatThrownBy(() -> ZovaDatabase.open(file(), ZovaOptions.builder().functions(twice, twice).build()))
			.hasMessageContaining("twice");
		Path elsewhere = Files.move(file(), this.directory.resolve("elsewhere.zova"));
		this.database = ZovaDatabase.open(elsewhere);
		this.database.keyValues().namespace("n").put(new byte[1], new byte[1]);
	}

}
