package io.zova.sqlite.extension;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.sqlite.SQLiteConnection;

import io.zova.sqlite.function.FunctionDatabase;
import io.zova.sqlite.function.ScalarFunction;
import io.zova.sqlite.function.SqlFunctions;
import io.zova.sqlite.function.SqlType;
import io.zova.sqlite.function.TableFunction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assertions.assertThrows;

/**
 * Where the native library is put, what is refused there, and life without it.
 */
@DisabledOnOs(OS.WINDOWS)
class NativeExtensionTests {

	private static final TableFunction ONE = TableFunction.named("one_row")
		.column("i", SqlType.INTEGER)
		.rows((arguments, rows) -> rows.add(1));

	private static final ScalarFunction TWO = ScalarFunction.of("two", 0, (arguments) -> 2);

	private static final NativePlatform HERE = NativePlatform.current();

	@TempDir
	Path directory;

	private Path library;

	@BeforeEach
	void nameLibrary() {
		this.library = this.directory.resolve("library");
	}

	private static NativeExtension extension(NativePlatform platform, Map<String, String> properties) {
		return new NativeExtension(platform, properties::get);
	}

	private NativeExtension inLibrary() {
		return extension(HERE, Map.of(NativeExtension.DIRECTORY_PROPERTY, this.library.toString()));
	}

	private static FunctionDatabase open(NativeExtension extension) throws SQLException {
		return FunctionDatabase.open("jdbc:sqlite::memory:", new SqlFunctions(List.of(ONE, TWO), extension));
	}

	private static void assertWorks(NativeExtension extension) throws SQLException {
		try (FunctionDatabase db = open(extension)) {
			assertThat(db.rows("select i, two() from one_row")).containsExactly("1|2");
			assertThat(extension.unavailableReason()).isEmpty();
		}
	}

	private static void assertUnavailable(NativeExtension extension, String reason) throws SQLException {
		try (FunctionDatabase db = open(extension)) {
			assertThat(db.rows("select two()")).containsExactly("2");
			assertThat(extension.unavailableReason()).hasValueSatisfying((text) -> assertThat(text).contains(reason));
			SQLException failed = assertThrows(SQLException.class, () -> db.rows("select * from main.One_Row"));
			Throwable explained = SqlFunctions.explain(failed);
			assertThat(explained)
				.hasMessageStartingWith("The table function One_Row is not available on this machine: ")
				.hasMessageContaining(reason)
				.hasCause(failed);
			Throwable other = SqlFunctions
				.explain(assertThrows(SQLException.class, () -> db.rows("select * from elsewhere")));
			assertThat(other).isNull();
		}
	}

	private Path onlyFile() throws IOException {
		try (var files = Files.list(this.library)) {
			return files.reduce((a, b) -> {
				throw new AssertionError(a + " and " + b);
			}).orElseThrow();
		}
	}

	@Test
	void thereIsABinaryForSixPlatforms() {
		for (String[] platform : new String[][] { { "Linux", "amd64", "linux-x64" },
				{ "Linux", "aarch64", "linux-arm64" }, { "Mac OS X", "x86_64", "macos-x64" },
				{ "Mac OS X", "aarch64", "macos-arm64" }, { "Windows 11", "amd64", "windows-x64" },
				{ "Windows Server 2022", "aarch64", "windows-arm64" } }) {
			NativePlatform named = NativePlatform.of(platform[0], platform[1]);
			assertThat(named.name()).isEqualTo(platform[2]);
			assertThat(NativeExtension.class.getResource(named.resource())).describedAs(named.name()).isNotNull();
		}
		assertThat(NativePlatform.of("Linux", "riscv64").name()).isEqualTo("linux-riscv64");
		assertThat(NativePlatform.of("FreeBSD", "amd64").name()).isEqualTo("freebsd-x64");
	}

	@Test
	void theLibraryIsExtractedOnceForTheOwnerOnly() throws Exception {
		assertWorks(inLibrary());
		Path file = onlyFile();
		assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(this.library))).isEqualTo("rwx------");
		assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file))).isEqualTo("rw-------");
		Object key = Files.readAttributes(file, java.nio.file.attribute.BasicFileAttributes.class).fileKey();
		assertWorks(inLibrary());
		assertThat(Files.readAttributes(onlyFile(), java.nio.file.attribute.BasicFileAttributes.class).fileKey())
			.isEqualTo(key);
	}

	@Test
	void aChangedFileIsReplacedAndNotLoaded() throws Exception {
		assertWorks(inLibrary());
		Path file = onlyFile();
		byte[] content = Files.readAllBytes(file);
		byte[] changed = content.clone();
		changed[changed.length / 2] ^= 1;
		Files.delete(file);
		Files.write(file, changed);
		Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
		assertWorks(inLibrary());
		assertThat(onlyFile()).hasBinaryContent(content);
	}

	@Test
	void aFileThatOthersMayWriteIsReplaced() throws Exception {
		assertWorks(inLibrary());
		Files.setPosixFilePermissions(onlyFile(), PosixFilePermissions.fromString("rw-rw-rw-"));
		assertWorks(inLibrary());
		assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(onlyFile()))).isEqualTo("rw-------");
	}

	@Test
	void aLinkInPlaceOfTheFileIsReplacedAndItsTargetLeftAlone() throws Exception {
		assertWorks(inLibrary());
		Path file = onlyFile();
		Path elsewhere = this.directory.resolve("elsewhere");
		Files.move(file, elsewhere);
		Files.createSymbolicLink(file, elsewhere);
		assertWorks(inLibrary());
		assertThat(Files.isRegularFile(onlyFile(), LinkOption.NOFOLLOW_LINKS)).isTrue();
		assertThat(elsewhere).exists();
	}

	@Test
	void aDirectoryOpenToOthersIsRefused() throws Exception {
		Files.createDirectory(this.library);
		Files.setPosixFilePermissions(this.library, PosixFilePermissions.fromString("rwxrwxrwx"));
		assertUnavailable(inLibrary(), "is open to others (rwxrwxrwx): its permissions have to be rwx------");
		Files.setPosixFilePermissions(this.library, PosixFilePermissions.fromString("rwxr-x---"));
		assertUnavailable(inLibrary(), "is open to others");
		assertThat(this.library).isEmptyDirectory();
	}

	@Test
	void aDirectoryThatOthersCouldReplaceIsRefused() throws Exception {
		Files.setPosixFilePermissions(this.directory, PosixFilePermissions.fromString("rwxrwxrwx"));
		assertUnavailable(inLibrary(), "could be replaced by others: anybody may rename what is in");
		openToAllAsTemporaryDirectoriesAre(this.directory);
		assertWorks(inLibrary());
	}

	private static void openToAllAsTemporaryDirectoriesAre(Path directory) throws Exception {
		assertThat(new ProcessBuilder("chmod", "1777", directory.toString()).start().waitFor()).isZero();
	}

	@Test
	void aDirectoryOfAnotherUserIsRefused() throws Exception {
		Files.createDirectory(this.library);
		Files.setPosixFilePermissions(this.library, PosixFilePermissions.fromString("rwx------"));
		try {
			Files.setOwner(this.library,
					this.library.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName("nobody"));
		}
		catch (IOException | UnsupportedOperationException ex) {
			Assumptions.abort("Only an administrator can give a directory away: " + ex);
		}
		assertUnavailable(inLibrary(), "belongs to nobody, not to the user of this process");
		assertThat(this.library).isEmptyDirectory();
	}

	@Test
	void aFileOfAnotherUserIsReplaced() throws Exception {
		assertWorks(inLibrary());
		Path file = onlyFile();
		Object owner = Files.getOwner(file);
		try {
			Files.setOwner(file, file.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName("nobody"));
		}
		catch (IOException | UnsupportedOperationException ex) {
			Assumptions.abort("Only an administrator can give a file away: " + ex);
		}
		assertWorks(inLibrary());
		assertThat(Files.getOwner(onlyFile())).isEqualTo(owner);
	}

	@Test
	void aLinkInPlaceOfTheDirectoryIsRefused() throws Exception {
		Path elsewhere = Files.createDirectory(this.directory.resolve("elsewhere"));
		Files.setPosixFilePermissions(elsewhere, PosixFilePermissions.fromString("rwx------"));
		Files.createSymbolicLink(this.library, elsewhere);
		assertUnavailable(inLibrary(), "is not a directory");
		assertThat(elsewhere).isEmptyDirectory();
	}

	@Test
	void aSharedTemporaryDirectoryGetsASubdirectoryOfOurOwn() throws Exception {
		Path temporary = Files.createDirectory(this.directory.resolve("tmp"));
		openToAllAsTemporaryDirectoriesAre(temporary);
		Map<String, String> properties = Map.of("java.io.tmpdir", temporary.toString(), "user.name", "some one");
		assertWorks(extension(HERE, properties));
		assertThat(temporary.resolve("zova-some_one")).isDirectory();
		// Somebody was there before us.
		Files.setPosixFilePermissions(temporary.resolve("zova-some_one"), PosixFilePermissions.fromString("rwxrwxrwx"));
		assertWorks(extension(HERE, properties));
		try (var directories = Files.list(temporary)) {
			assertThat(directories).hasSize(2);
		}
	}

	@Test
	void aLibraryThatACleanerRemovedIsExtractedAgain() throws Exception {
		NativeExtension extension = inLibrary();
		assertWorks(extension);
		Files.delete(onlyFile());
		assertWorks(extension);
		Files.delete(onlyFile());
		Files.delete(this.library);
		assertWorks(extension);
	}

	@Test
	void anExplicitLibraryIsUsedAsItIs() throws Exception {
		assertWorks(inLibrary());
		Path mine = this.directory.resolve("mine.so");
		Files.move(onlyFile(), mine);
		assertWorks(extension(HERE, Map.of(NativeExtension.LIBRARY_PROPERTY, mine.toString())));
		assertThat(this.library).isEmptyDirectory();
		assertUnavailable(extension(HERE, Map.of(NativeExtension.LIBRARY_PROPERTY, mine + ".missing")),
				"zova.native.library names a file that is not there");
	}

	@Test
	void withoutABinaryEverythingElseWorksAndTheErrorSaysWhy() throws SQLException {
		assertUnavailable(extension(new NativePlatform("plan9-mips", "zova.so"), Map.of()),
				"there is no native library for plan9-mips");
	}

	@Test
	void aBinaryThatCannotBeLoadedIsAsGoodAsNone() throws Exception {
		Path broken = Files.writeString(this.directory.resolve("broken.so"), "not a library");
		assertUnavailable(extension(HERE, Map.of(NativeExtension.LIBRARY_PROPERTY, broken.toString())),
				"broken.so: file too short");
	}

	@Test
	void userSqlCannotLoadExtensions() throws SQLException {
		for (String url : List.of("jdbc:sqlite::memory:", "jdbc:sqlite::memory:?enable_load_extension=true")) {
			for (NativeExtension extension : List.of(NativeExtension.instance(), inLibrary())) {
				try (FunctionDatabase db = FunctionDatabase.open(url, new SqlFunctions(List.of(ONE), extension))) {
					assertThatExceptionOfType(SQLException.class)
						.isThrownBy(() -> db.rows("select load_extension('anything')"))
						.withMessageContaining("not authorized");
				}
			}
		}
	}

	@Test
	void aConnectionWithoutFunctionsIsNotTouched() throws SQLException {
		try (FunctionDatabase db = open(NativeExtension.instance());
				SQLiteConnection other = DriverManager.getConnection("jdbc:sqlite::memory:")
					.unwrap(SQLiteConnection.class)) {
			assertThat(db.rows("select i from one_row")).hasSize(1);
			assertThatExceptionOfType(SQLException.class)
				.isThrownBy(() -> FunctionDatabase.rows(other, "select i from one_row"))
				.withMessageContaining("no such table");
		}
	}

}
