package io.zova.maintenance;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

import io.zova.ZovaDatabase;
import io.zova.ZovaOptions;
import io.zova.ZovaStatus;
import io.zova.format.TestFiles;
import io.zova.sqlite.driver.DriverConnections;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

class BackupTests {

	@TempDir
	Path directory;

	@Test
	void aBackupHasTheSamePagesApartFromItsCounters() throws Exception {
		Path source = TestFiles.fixture("format-12-a", this.directory);
		Path destination = this.directory.resolve("copy.zova");
		CopyReport report;
		try (ZovaDatabase database = ZovaDatabase.open(source)) {
			report = new Backup(database.sql()).to(destination, CopyOptions.defaults());
		}
		assertThat(report.bytes()).isEqualTo(Files.size(source)).isEqualTo(Files.size(destination));
		assertThat(report.pages()).isEqualTo(Files.size(source) / 4096);
		// A chunk of more than 64 KiB is in it, which the native library takes for
		// damage.
		assertThat(report.verification())
			.hasValueSatisfying((verification) -> assertThat(verification.objects()).isEqualTo(9));
		byte[] original = Files.readAllBytes(source);
		byte[] copy = Files.readAllBytes(destination);
		for (int counter : new int[] { 24, 40, 92, 96 }) {
			Arrays.fill(original, counter, counter + 4, (byte) 0);
			Arrays.fill(copy, counter, counter + 4, (byte) 0);
		}
		assertThat(copy).isEqualTo(original);
		assertThat(TestFiles.namesIn(this.directory)).containsExactly("copy.zova", "format-12-a.zova");
	}

	@Test
	void theReportCountsWhatWasVerified() throws Exception {
		CopyReport report = backup(SampleDatabase.create(this.directory.resolve("a.zova")), "copy.zova",
				CopyOptions.defaults());
		assertThat(report.verification()).contains(new VerificationReport(1, 2, 3, 1));
		assertThat(report.duration()).isPositive();
		report = backup(this.directory.resolve("a.zova"), "other.zova", CopyOptions.defaults().withoutVerification());
		assertThat(report.verification()).isEmpty();
	}

	@Test
	void aDatabaseInMemoryCanBeBackedUp() throws Exception {
		Path destination = this.directory.resolve("copy.zova");
		try (ZovaDatabase database = ZovaDatabase.inMemory()) {
			JdbcClient.create(database.dataSource()).sql("create table notes (a)").update();
			new Backup(database.sql()).to(destination, CopyOptions.defaults());
		}
		try (ZovaDatabase copy = ZovaDatabase.open(destination)) {
			JdbcClient.create(copy.dataSource()).sql("insert into notes values (1)").update();
		}
	}

	@ParameterizedTest
	@EnumSource(ZovaOptions.JournalMode.class)
	void aBackupWorksInEveryJournalModeAndLeavesNothingBesideIt(ZovaOptions.JournalMode mode) throws Exception {
		Path source = SampleDatabase.create(this.directory.resolve("a.zova"));
		Path folder = Files.createDirectory(this.directory.resolve("backups"));
		ZovaOptions options = ZovaOptions.builder().journalMode(mode).build();
		try (ZovaDatabase database = ZovaDatabase.open(source, options)) {
			new Backup(database.sql()).to(folder.resolve("copy.zova"), CopyOptions.defaults());
		}
		assertThat(TestFiles.namesIn(folder)).containsExactly("copy.zova");
		assertThat(TestFiles.texts(folder.resolve("copy.zova"), "select text from notes")).containsExactly("seven");
		assertThat(TestFiles.texts(folder.resolve("copy.zova"), "pragma journal_mode"))
			.containsExactly((mode == ZovaOptions.JournalMode.WAL) ? "wal" : "delete");
	}

	@Test
	void aListenerHearsOfThePagesDoneAndLeft() throws Exception {
		Path source = bigDatabase();
		List<Long> done = new ArrayList<>();
		List<Long> left = new ArrayList<>();
		CopyReport report = backup(source, "copy.zova", CopyOptions.defaults().reportingTo((pagesDone, pagesLeft) -> {
			done.add(pagesDone);
			left.add(pagesLeft);
		}));
		assertThat(done).hasSizeGreaterThan(2).isSorted().last().isEqualTo(report.pages());
		assertThat(left).last().isEqualTo(0L);
		for (int i = 0; i < done.size(); i++) {
			assertThat(done.get(i) + left.get(i)).isEqualTo(report.pages());
		}
	}

	@Test
	void aListenerThatFailsStopsTheBackupAndLeavesNothing() throws Exception {
		Path source = bigDatabase();
		CopyOptions options = CopyOptions.defaults().reportingTo((done, left) -> {
			throw new IllegalStateException("enough");
		});
		assertThatIllegalStateException().isThrownBy(() -> backup(source, "copy.zova", options)).withMessage("enough");
		assertThat(TestFiles.namesIn(this.directory)).containsExactly("big.zova");
	}

	@ParameterizedTest
	@CsvSource({ "a.zova, DESTINATION_EXISTS", "file.zova, DESTINATION_EXISTS", "directory.zova, DESTINATION_EXISTS",
			"dangling.zova, DESTINATION_EXISTS", "missing/b.zova, CANT_OPEN", "b.db, NOT_ZOVA_PATH",
			":memory:, NOT_ZOVA_PATH" })
	void aDestinationThatIsTakenOrWrongIsRefusedAndNothingChanges(String name, ZovaStatus status) throws Exception {
		Path source = SampleDatabase.create(this.directory.resolve("a.zova"));
		Files.writeString(this.directory.resolve("file.zova"), "precious");
		Files.createDirectory(this.directory.resolve("directory.zova"));
		Files.createSymbolicLink(this.directory.resolve("dangling.zova"), this.directory.resolve("nowhere"));
		List<String> before = TestFiles.namesIn(this.directory);
		assertThat(TestFiles.statusOf(() -> backup(source, name, CopyOptions.defaults()))).isEqualTo(status);
		assertThat(TestFiles.namesIn(this.directory)).isEqualTo(before);
		assertThat(this.directory.resolve("file.zova")).hasContent("precious");
	}

	@Test
	void aBackupInsideATransactionThatHasWrittenIsBusyAndInsideAReadingOneWorks() throws Exception {
		Path source = SampleDatabase.create(this.directory.resolve("a.zova"));
		try (ZovaDatabase database = ZovaDatabase.open(source)) {
			Backup backup = new Backup(database.sql());
			JdbcClient jdbc = JdbcClient.create(database.dataSource());
			TransactionTemplate writing = new TransactionTemplate(database.transactionManager());
			writing.executeWithoutResult((status) -> {
				jdbc.sql("insert into notes values (8, 'eight')").update();
				assertThat(TestFiles
					.statusOf(() -> backup.to(this.directory.resolve("copy.zova"), CopyOptions.defaults())))
					.isEqualTo(ZovaStatus.BUSY);
			});
			assertThat(TestFiles.namesIn(this.directory)).containsExactly("a.zova");
			TransactionTemplate reading = new TransactionTemplate(database.transactionManager());
			reading.setReadOnly(true);
			reading.executeWithoutResult((status) -> {
				assertThat(jdbc.sql("select count(*) from notes").query(Integer.class).single()).isEqualTo(2);
				backup.to(this.directory.resolve("copy.zova"), CopyOptions.defaults());
			});
		}
		assertThat(TestFiles.texts(this.directory.resolve("copy.zova"), "select text from notes"))
			.containsExactly("seven", "eight");
	}

	@Test
	void aBackupOfAReadOnlyDatabaseWorks() throws Exception {
		Path source = SampleDatabase.create(this.directory.resolve("a.zova"));
		try (ZovaDatabase database = ZovaDatabase.open(source, ZovaOptions.builder().readOnly(true).build())) {
			new Backup(database.sql()).to(this.directory.resolve("copy.zova"), CopyOptions.defaults());
		}
		assertThat(this.directory.resolve("copy.zova")).exists();
	}

	@Test
	void aReservedLockElsewhereIsNoObstacleAndAnExclusiveOneIs() throws Exception {
		Path source = SampleDatabase.create(this.directory.resolve("a.zova"));
		ZovaOptions options = ZovaOptions.builder().busyTimeout(Duration.ZERO).build();
		try (ZovaDatabase database = ZovaDatabase.open(source, options);
				Connection other = DriverConnections.readWrite(source, 0).open()) {
			Backup backup = new Backup(database.sql());
			TestFiles.execute(other, "begin immediate");
			TestFiles.execute(other, "insert into notes values (9, 'not committed')");
			backup.to(this.directory.resolve("reserved.zova"), CopyOptions.defaults());
			TestFiles.execute(other, "rollback");
			TestFiles.execute(other, "begin exclusive");
			assertThat(TestFiles
				.statusOf(() -> backup.to(this.directory.resolve("exclusive.zova"), CopyOptions.defaults())))
				.isEqualTo(ZovaStatus.BUSY);
		}
		assertThat(TestFiles.namesIn(this.directory)).containsExactly("a.zova", "reserved.zova");
		assertThat(TestFiles.texts(this.directory.resolve("reserved.zova"), "select text from notes"))
			.containsExactly("seven");
	}

	@ParameterizedTest
	@EnumSource(value = ZovaOptions.JournalMode.class, names = { "WAL", "DELETE" })
	@Timeout(30)
	void writersDuringABackupDoNotDisturbItAndItSeesOneMoment(ZovaOptions.JournalMode mode) throws Exception {
		Path source = bigDatabase();
		TestFiles.execute(source, "create table pairs (a, b)", "insert into pairs values (0, 0)");
		AtomicBoolean stop = new AtomicBoolean();
		AtomicLong commits = new AtomicLong();
		ZovaOptions options = ZovaOptions.builder().journalMode(mode).build();
		try (ZovaDatabase database = ZovaDatabase.open(source, options)) {
			JdbcClient jdbc = JdbcClient.create(database.dataSource());
			TransactionTemplate transaction = new TransactionTemplate(database.transactionManager());
			CompletableFuture<Void> writer = CompletableFuture.runAsync(() -> {
				while (!stop.get()) {
					transaction.executeWithoutResult((status) -> {
						jdbc.sql("update pairs set a = a + 1").update();
						jdbc.sql("update filler set data = randomblob(4000) where rowid = 1 + abs(random() % 4000)")
							.update();
						jdbc.sql("update pairs set b = b + 1").update();
					});
					commits.incrementAndGet();
				}
			});
			try {
				for (int i = 0; i < 5; i++) {
					long before = commits.get();
					new Backup(database.sql()).to(this.directory.resolve("copy" + i + ".zova"),
							CopyOptions.defaults().reportingTo((done, left) -> Thread.yield()));
					while (commits.get() == before) {
						Thread.onSpinWait();
						writer.getNow(null);
					}
				}
			}
			finally {
				stop.set(true);
				writer.get(20, TimeUnit.SECONDS);
			}
		}
		for (int i = 0; i < 5; i++) {
			assertThat(TestFiles.texts(this.directory.resolve("copy" + i + ".zova"), "select a - b from pairs"))
				.containsExactly("0");
		}
	}

	private Path bigDatabase() throws Exception {
		Path source = SampleDatabase.create(this.directory.resolve("big.zova"));
		TestFiles.execute(source, "create table filler (data)", """
				insert into filler
				with recursive n(i) as (select 1 union all select i + 1 from n where i < 4000)
				select randomblob(4000) from n""");
		return source;
	}

	private CopyReport backup(Path source, String destination, CopyOptions options) {
		try (ZovaDatabase database = ZovaDatabase.open(source)) {
			return new Backup(database.sql()).to(this.directory.resolve(destination), options);
		}
	}

}
