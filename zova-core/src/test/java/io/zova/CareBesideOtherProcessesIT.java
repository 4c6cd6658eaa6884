package io.zova;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

import io.zova.ZovaOptions.JournalMode;
import io.zova.maintenance.check.CheckOptions;
import io.zova.maintenance.check.CheckReport;
import io.zova.maintenance.salvage.SalvageOptions;
import io.zova.maintenance.salvage.SalvageReport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assumptions.assumeThat;

/**
 * Checks and salvages of a file that another process locks or writes to all the time, or
 * that may not be read.
 */
@Timeout(120)
class CareBesideOtherProcessesIT {

	private static final List<String> WITHOUT_SUPERPOWERS = List.of("setpriv", "--bounding-set",
			"-dac_override,-dac_read_search");

	@TempDir
	private Path directory;

	@Test
	void aFileThatAnotherProcessHasLockedIsBusyAndNothingIsMade() throws Exception {
		create(JournalMode.DELETE);
		try (ChildJvm other = ChildJvm.start(List.of(), OtherProcessesIT.Holder.class, file(), "begin exclusive")) {
			assertThat(other.readLine()).isEqualTo("locked");
			Duration soon = Duration.ofMillis(20);
			assertThatExceptionOfType(ZovaException.class)
				.isThrownBy(() -> ZovaDatabase.doctor(file(), CheckOptions.thorough().withBusyTimeout(soon)))
				.extracting(ZovaException::status)
				.isEqualTo(ZovaStatus.BUSY);
			for (SalvageOptions options : List.of(SalvageOptions.defaults(),
					SalvageOptions.defaults().withDamagedPages())) {
				assertThatExceptionOfType(ZovaException.class)
					.isThrownBy(() -> ZovaDatabase.salvage(file(), saved(), options.withBusyTimeout(soon)))
					.extracting(ZovaException::status)
					.isEqualTo(ZovaStatus.BUSY);
			}
			other.finish();
		}
		assertThat(saved()).doesNotExist();
		assertThat(ZovaDatabase.doctor(file(), CheckOptions.thorough()).needsAttention()).isFalse();
	}

	/** Each commit adds an object, a node and a row: a moment has as many of each. */
	@ParameterizedTest
	@EnumSource(names = { "WAL", "DELETE" })
	void besideAnotherProcessThatWritesAllTheTimeOneMomentIsSeen(JournalMode mode) throws Exception {
		create(mode);
		try (ChildJvm other = ChildJvm.start(List.of(), Writer.class, file())) {
			assertThat(other.readLine()).isEqualTo("writes");
			CheckOptions patient = CheckOptions.thorough().withBusyTimeout(Duration.ofSeconds(60));
			for (int i = 0; i < 5; i++) {
				CheckReport check = ZovaDatabase.doctor(file(), patient).check();
				assertThat(check.findings()).isEmpty();
				assertThat(check.checked().objects()).isEqualTo(check.checked().graphNodes());
			}
			SalvageReport report = ZovaDatabase.salvage(file(), saved(),
					SalvageOptions.defaults().withBusyTimeout(Duration.ofSeconds(60)));
			assertThat(report.verified()).isTrue();
			try (ZovaDatabase database = ZovaDatabase.open(saved())) {
				assertThat(database.info().counts().objects())
					.isEqualTo(JdbcClient.create(database.dataSource())
						.sql("select count(*) from t")
						.query(Long.class)
						.single())
					.isPositive();
			}
			other.finish();
		}
	}

	@Test
	@DisabledOnOs(OS.WINDOWS)
	void whatMayNotBeReadIsSaidAndWhereNothingMayBeWrittenTooIsLookedAt() throws Exception {
		List<String> prefix = List.of();
		if (System.getProperty("user.name").equals("root")) {
			assumeThat(Path.of("/usr/bin/setpriv")).as("needed when the tests run as root").exists();
			prefix = WITHOUT_SUPERPOWERS;
		}
		create(JournalMode.DELETE);
		try {
			permissions(file(), "---------");
			assertThat(attempt(prefix)).isEqualTo("CANT_OPEN CANT_OPEN CANT_OPEN");
			permissions(file(), "r--r--r--");
			permissions(this.directory, "r-xr-xr-x");
			assertThat(attempt(prefix)).isEqualTo("looked CANT_OPEN CANT_OPEN");
		}
		finally {
			permissions(this.directory, "rwxr-xr-x");
		}
		assertThat(saved()).doesNotExist();
	}

	private String attempt(List<String> prefix) throws Exception {
		try (ChildJvm child = ChildJvm.start(prefix, Attempt.class, file(), saved())) {
			return child.readLine();
		}
	}

	private static void permissions(Path path, String permissions) throws Exception {
		Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
	}

	private void create(JournalMode mode) {
		try (ZovaDatabase database = ZovaDatabase.create(file(), ZovaOptions.builder().journalMode(mode).build())) {
			JdbcClient.create(database.dataSource()).sql("create table t(a)").update();
			database.graphs().createIfMissing("g");
		}
	}

	private Path file() {
		return this.directory.resolve("test.zova");
	}

	private Path saved() {
		return this.directory.resolve("saved.zova");
	}

	/**
	 * Writes until its standard input ends.
	 */
	static final class Writer {

		private Writer() {
		}

		public static void main(String[] arguments) throws Exception {
			try (ZovaDatabase database = ZovaDatabase.open(Path.of(arguments[0]),
					ZovaOptions.builder().busyTimeout(Duration.ofSeconds(60)).build())) {
				JdbcClient jdbc = JdbcClient.create(database.dataSource());
				TransactionTemplate transaction = new TransactionTemplate(database.transactionManager());
				AtomicBoolean over = new AtomicBoolean();
				Thread waiting = new Thread(() -> over.set(endOfInput()));
				waiting.setDaemon(true);
				waiting.start();
				for (int i = 0; !over.get(); i++) {
					int number = i;
					transaction.executeWithoutResult((status) -> {
						database.objects().put(("object " + number).getBytes(java.nio.charset.StandardCharsets.UTF_8));
						database.graphs().graph("g").putNode("n" + number, "k");
						jdbc.sql("insert into t values (?)").param(number).update();
					});
					if (i == 0) {
						System.out.println("writes");
					}
				}
			}
		}

	}

	private static boolean endOfInput() {
		try {
			return System.in.read() < 0;
		}
		catch (java.io.IOException ex) {
			return true;
		}
	}

	/**
	 * Says in one line what became of a check and of two salvages.
	 */
	static final class Attempt {

		private Attempt() {
		}

		public static void main(String[] arguments) {
			Path file = Path.of(arguments[0]);
			Path saved = Path.of(arguments[1]);
			System.out.println(outcome(() -> ZovaDatabase.doctor(file, CheckOptions.thorough())) + " "
					+ outcome(() -> ZovaDatabase.salvage(file, saved, SalvageOptions.defaults())) + " "
					+ outcome(() -> ZovaDatabase.salvage(file, saved, SalvageOptions.defaults().withDamagedPages())));
		}

		private static String outcome(Runnable call) {
			try {
				call.run();
				return "looked";
			}
			catch (RuntimeException ex) {
				return ZovaStatus.of(ex).name();
			}
		}

	}

}
