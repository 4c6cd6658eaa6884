package io.zova;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

import io.zova.ZovaOptions.JournalMode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.jdbc.core.simple.JdbcClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

/**
 * A file or directory that this user may not write. The work is done by a child process:
 * the superuser, who may write everywhere, gives that right up for it.
 */
@DisabledOnOs(OS.WINDOWS)
@Timeout(60)
class PermissionsIT {

	private static final List<String> WITHOUT_SUPERPOWERS = List.of("setpriv", "--bounding-set",
			"-dac_override,-dac_read_search");

	@TempDir
	private Path directory;

	private List<String> prefix = List.of();

	@BeforeEach
	void createFile() throws Exception {
		if (System.getProperty("user.name").equals("root")) {
			assumeThat(Path.of("/usr/bin/setpriv")).as("needed when the tests run as root").exists();
			this.prefix = WITHOUT_SUPERPOWERS;
		}
		ZovaDatabase.create(file()).close();
	}

	@AfterEach
	void unlock() throws Exception {
		permissions(this.directory, "rwxr-xr-x");
	}

	@Test
	void aReadOnlyFileOpensAndRefusesWrites() throws Exception {
		permissions(file(), "r--r--r--");
		assertThat(attempt("write")).isEqualTo("opened READ_ONLY");
		assertThat(attempt("read")).isEqualTo("opened done");
	}

	@Test
	void aFileThatMayNotBeReadDoesNotOpen() throws Exception {
		permissions(file(), "---------");
		assertThat(attempt("read")).isEqualTo("CANT_OPEN");
	}

	@Test
	void aReadOnlyDirectoryAllowsReadingAndNoCreation() throws Exception {
		permissions(this.directory, "r-xr-xr-x");
		assertThat(attempt("read")).isEqualTo("opened done");
		assertThat(attempt("create")).isEqualTo("CANT_OPEN");
		assertThat(attempt("write")).startsWith("opened ").isNotEqualTo("opened done");
		permissions(this.directory, "rwxr-xr-x");
		try (var files = Files.list(this.directory)) {
			assertThat(files).containsExactly(file());
		}
		assertThat(attempt("write")).isEqualTo("opened done");
	}

	@Test
	void aFileInWalModeInAReadOnlyDirectoryOpensIfNobodyChangesIt() throws Exception {
		journalMode(JournalMode.WAL);
		permissions(file(), "r--r--r--");
		permissions(this.directory, "r-xr-xr-x");
		assertThat(attempt("read")).isEqualTo("READ_ONLY");
		assertThat(attempt("read-only")).isEqualTo("READ_ONLY");
		assertThat(attempt("immutable")).isEqualTo("opened done");
	}

	@Test
	void aFileOnceInWalModeOpensInAReadOnlyDirectoryWithARollbackJournal() throws Exception {
		journalMode(JournalMode.WAL);
		journalMode(JournalMode.DELETE);
		permissions(file(), "r--r--r--");
		permissions(this.directory, "r-xr-xr-x");
		assertThat(attempt("read")).isEqualTo("opened done");
		assertThat(attempt("read-only")).isEqualTo("opened done");
	}

	private void journalMode(JournalMode mode) {
		ZovaDatabase.open(file(), ZovaOptions.builder().journalMode(mode).build()).close();
	}

	private String attempt(String task) throws Exception {
		try (ChildJvm child = ChildJvm.start(this.prefix, Attempt.class, file(), task)) {
			return child.readLine();
		}
	}

	private static void permissions(Path path, String permissions) throws Exception {
		Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
	}

	private Path file() {
		return this.directory.resolve("test.zova");
	}

	/**
	 * Says in one line how far it came.
	 */
	static final class Attempt {

		private Attempt() {
		}

		public static void main(String[] arguments) {
			Path file = Path.of(arguments[0]);
			StringBuilder line = new StringBuilder();
			try (ZovaDatabase database = arguments[1].equals("create")
					? ZovaDatabase.create(file.resolveSibling("new.zova"))
					: ZovaDatabase.open(file,
							ZovaOptions.builder()
								.readOnly(arguments[1].equals("read-only"))
								.immutable(arguments[1].equals("immutable"))
								.build())) {
				line.append("opened ");
				JdbcClient jdbc = JdbcClient.create(database.dataSource());
				if (arguments[1].equals("write")) {
					jdbc.sql("create table t" + System.nanoTime() + "(v)").update();
				}
				jdbc.sql("select count(*) from _zova_meta").query(Integer.class).single();
				line.append("done");
			}
			catch (RuntimeException ex) {
				line.append(ZovaStatus.of(ex));
			}
			System.out.println(line);
		}

	}

}
