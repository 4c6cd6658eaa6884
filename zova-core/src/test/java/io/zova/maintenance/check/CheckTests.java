package io.zova.maintenance.check;

import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;

import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.zova.ZovaDatabase;
import io.zova.ZovaException;
import io.zova.ZovaOptions;
import io.zova.ZovaOptions.JournalMode;
import io.zova.ZovaStatus;
import io.zova.format.TestFiles;
import io.zova.format.ZovaSchema;
import io.zova.maintenance.SampleDatabase;
import io.zova.maintenance.salvage.SalvageOptions;
import io.zova.sqlite.driver.DriverConnections;

import org.springframework.dao.QueryTimeoutException;
import org.springframework.jdbc.core.simple.JdbcClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

@Timeout(60)
class CheckTests {

	@TempDir
	Path directory;

	private Path sample() throws Exception {
		return SampleDatabase.create(this.directory.resolve("a.zova"));
	}

	@Test
	void anOpenDatabaseIsLookedThrough() throws Exception {
		try (ZovaDatabase database = ZovaDatabase.open(sample())) {
			CheckReport report = database.check(CheckOptions.thorough());
			assertThat(report.isSound()).isTrue();
			assertThat(report.constraintsChecked()).isTrue();
			assertThat(report.checked()).isEqualTo(new CheckReport.Checked(0, 1, 1, 1, 3, 1, 1, 1, 1));
			assertThat(report.objectStorage()).contains(new CheckReport.ObjectStorage(3, 4, 3, 1, 0, 1, 0, 0));
			assertThat(report.actions()).containsExactly(SuggestedAction.NOTHING);
			DoctorReport doctor = database.doctor(CheckOptions.quick());
			assertThat(doctor.needsAttention()).isFalse();
			assertThat(doctor.userTables()).isOne();
			assertThat(doctor.privateTables()).isEqualTo(14);
			assertThat(doctor.check().checked().objects()).isZero();
		}
	}

	@Test
	void aDatabaseInMemoryIsLookedThrough() {
		try (ZovaDatabase database = ZovaDatabase.inMemory()) {
			database.objects().put(new byte[100_000]);
			assertThat(database.check(CheckOptions.thorough()).findingCount()).isZero();
			assertThat(database.stats(10).objects().count()).isOne();
		}
	}

	@Test
	void findingsBeyondTheLimitAreCounted() throws Exception {
		Path file = sample();
		TestFiles.execute(file, "update _zova_vectors set \"values\" = x'00'");
		CheckReport report = Check.of(file, CheckOptions.thorough().withLimit(1));
		assertThat(report.findingCount()).isEqualTo(3);
		assertThat(report.findings()).hasSize(1);
		assertThat(report.truncated()).isTrue();
		assertThat(report.areaCounts()).containsEntry(Area.VECTOR, 3L).containsEntry(Area.OBJECT, 0L);
		assertThat(report.severityCounts()).containsEntry(Severity.ERROR, 3L);
		assertThat(report.actions()).startsWith(SuggestedAction.RESTORE_BACKUP, SuggestedAction.DEEP_CHECK);
	}

	@Test
	void aCheckOfAFileLeavesItsBytesAndItsDirectoryAsTheyAre() throws Exception {
		Path file = sample();
		byte[] before = Files.readAllBytes(file);
		Files.createDirectory(this.directory.resolve(".b.zova.0123456789abcdef.zova-partial"));
		List<String> names = TestFiles.namesIn(this.directory);
		DoctorReport report = ZovaDatabase.doctor(file, CheckOptions.thorough());
		assertThat(report.needsAttention()).isFalse();
		assertThat(report.leftovers()).containsExactly(".b.zova.0123456789abcdef.zova-partial");
		assertThat(file).hasBinaryContent(before);
		assertThat(TestFiles.namesIn(this.directory)).isEqualTo(names);
	}

	@Test
	void aLogThatIsLeftIsReadAndStays() throws Exception {
		Path open = this.directory.resolve("open.zova");
		Path file = this.directory.resolve("a.zova");
		try (ZovaDatabase database = ZovaDatabase.create(open,
				ZovaOptions.builder().journalMode(JournalMode.WAL).build())) {
			database.objects().put(new byte[10_000]);
			Files.copy(open, file);
			Files.copy(Path.of(open + "-wal"), Path.of(file + "-wal"));
		}
		byte[] log = Files.readAllBytes(Path.of(file + "-wal"));
		assertThat(log).isNotEmpty();
		CheckReport report = Check.of(file, CheckOptions.thorough());
		assertThat(report.checked().objects()).isOne();
		assertThat(report.constraintsChecked()).isFalse();
		assertThat(Path.of(file + "-wal")).hasBinaryContent(log);
	}

	@Test
	void progressSaysWhatIsDoneAndWhatIsLeft() throws Exception {
		try (ZovaDatabase database = ZovaDatabase.open(sample())) {
			Set<CheckStep> steps = new LinkedHashSet<>();
			List<Long> left = new ArrayList<>();
			database.check(CheckOptions.thorough().reportingTo((step, done, rest) -> {
				steps.add(step);
				left.add(rest);
			}));
			assertThat(steps).containsExactly(CheckStep.values());
			assertThat(left).endsWith(0L).contains(3L);
			assertThatExceptionOfType(IllegalStateException.class)
				.isThrownBy(() -> database.check(CheckOptions.quick().reportingTo((step, done, rest) -> {
					throw new IllegalStateException("enough");
				})));
			assertThat(database.check(CheckOptions.quick()).findingCount()).isZero();
		}
	}

	@Test
	void anInterruptedCheckEndsAndItsConnectionCanBeUsed() throws Exception {
		try (ZovaDatabase database = ZovaDatabase.open(bigFile())) {
			Thread checking = Thread.currentThread();
			assertThatExceptionOfType(QueryTimeoutException.class).isThrownBy(() -> database
				.check(CheckOptions.thorough().reportingTo((step, done, left) -> checking.interrupt())));
			assertThat(Thread.interrupted()).isTrue();
			assertThat(database.check(CheckOptions.quick()).isSound()).isTrue();
		}
	}

	@Test
	void whatWasNotLookedAtInTimeIsLeftOut() throws Exception {
		Path file = bigFile();
		try (ZovaDatabase database = ZovaDatabase.open(file)) {
			CheckReport report = database.check(CheckOptions.thorough().within(Duration.ofNanos(1)));
			assertThat(report.complete()).isFalse();
			assertThat(report.findingCount()).isZero();
		}
		assertThat(Check.of(file, CheckOptions.thorough().within(Duration.ofNanos(1))).complete()).isFalse();
	}

	private Path bigFile() throws Exception {
		Path file = sample();
		TestFiles.execute(file, "create table filler(a)",
				"insert into filler with recursive n(i) as (select 1 union all select i + 1 from n where i < 50000) select i from n");
		return file;
	}

	@Test
	void whatIsNoZovaFileIsNotChecked() throws Exception {
		Path text = Files.writeString(this.directory.resolve("text.zova"), "some text, and more of it".repeat(40));
		assertThat(statusOf(text)).isEqualTo(ZovaStatus.NOT_ZOVA_DATABASE);
		assertThat(statusOf(Files.createFile(this.directory.resolve("empty.zova"))))
			.isEqualTo(ZovaStatus.NOT_ZOVA_DATABASE);
		assertThat(statusOf(Files.createDirectory(this.directory.resolve("directory.zova"))))
			.isEqualTo(ZovaStatus.CANT_OPEN);
		assertThat(statusOf(this.directory.resolve("missing.zova"))).isEqualTo(ZovaStatus.NOT_ZOVA_DATABASE);
		assertThat(statusOf(this.directory.resolve("a.db"))).isEqualTo(ZovaStatus.NOT_ZOVA_PATH);
		assertThat(statusOf(TestFiles.fixture("format-9-a", this.directory))).isEqualTo(ZovaStatus.MIGRATION_REQUIRED);
	}

	@Test
	void aFileThatAnotherOneHasLockedIsBusy() throws Exception {
		Path file = sample();
		try (Connection other = DriverConnections.readWrite(file, 0).open();
				Statement statement = other.createStatement()) {
			statement.execute("begin exclusive");
			assertThat(TestFiles
				.statusOf(() -> Check.of(file, CheckOptions.thorough().withBusyTimeout(Duration.ofMillis(10)))))
				.isEqualTo(ZovaStatus.BUSY);
		}
	}

	/** What was opened is looked at to the end. */
	@Test
	void aFileThatIsReplacedDuringTheCheckIsTheOneThatWasThere() throws Exception {
		Path file = sample();
		Path other = Files.writeString(this.directory.resolve("other"), "no database");
		CheckReport report = Check.of(file, CheckOptions.thorough().reportingTo((step, done, left) -> {
			if (step == CheckStep.PAGES && Files.exists(other)) {
				move(other, file);
			}
		}));
		assertThat(report.isSound()).isTrue();
		assertThat(report.checked().objects()).isOne();
		assertThat(statusOf(file)).isEqualTo(ZovaStatus.NOT_ZOVA_DATABASE);
	}

	private static void move(Path from, Path to) {
		try {
			Files.move(from, to, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
		}
		catch (java.io.IOException ex) {
			throw new java.io.UncheckedIOException(ex);
		}
	}

	@Test
	void aFileOfAnotherTextEncodingIsLookedThroughAndSalvaged() throws Exception {
		Path file = Files.createFile(this.directory.resolve("utf16.zova"));
		try (Connection connection = DriverConnections.readWrite(file, 0).open()) {
			TestFiles.execute(connection, "pragma encoding = 'UTF-16le'");
			ZovaSchema.create(connection);
		}
		TestFiles.execute(file, "insert into _zova_vector_collections values (1, 'd\u00f6cs', 2, 'cosine', 'f32')",
				"insert into _zova_vectors values (1, 1, '\ud83d\ude00', x'0000803f00000000', 1)",
				"insert into _zova_graphs values (1, 'g', 1)",
				"insert into _zova_graph_nodes values (1, 1, '\u00e9', 'k', 'none', null, null, 1)",
				"create table notes(text)", "insert into notes values ('gr\u00fc\u00dfe')");
		CheckReport report = Check.of(file, CheckOptions.thorough());
		assertThat(report.findings()).isEmpty();
		assertThat(report.checked().vectors()).isOne();
		for (SalvageOptions options : List.of(SalvageOptions.defaults(),
				SalvageOptions.defaults().withDamagedPages())) {
			Path saved = this.directory.resolve("saved.zova");
			assertThat(ZovaDatabase.salvage(file, saved, options).verified()).isTrue();
			assertThat(TestFiles.texts(saved, "select vector_id from _zova_vectors")).containsExactly("\ud83d\ude00");
			assertThat(TestFiles.texts(saved, "select node_id from _zova_graph_nodes")).containsExactly("\u00e9");
			assertThat(TestFiles.texts(saved, "select text from notes")).containsExactly("gr\u00fc\u00dfe");
			Files.delete(saved);
		}
		TestFiles.execute(file, "update _zova_vectors set \"values\" = x'00'");
		assertThat(Check.of(file, CheckOptions.thorough()).findings()).extracting(Finding::toString)
			.containsExactly("vector/vector_integrity error VectorCorrupt collection=d\u00f6cs vector_id=\ud83d\ude00");
	}

	/** The order in which objects lie in the file is not that of their ids. */
	@Test
	void ofManyDamagedObjectsTheFirstOnesByIdAreKept() throws Exception {
		Path file = this.directory.resolve("many.zova");
		List<String> ids = new ArrayList<>();
		try (ZovaDatabase database = ZovaDatabase.create(file)) {
			for (int i = 0; i < 50; i++) {
				ids.add(database.objects()
					.put(("object " + i).getBytes(java.nio.charset.StandardCharsets.UTF_8))
					.toString());
			}
		}
		TestFiles.execute(file, "update _zova_chunks set data = zeroblob(size_bytes)");
		CheckReport report = Check.of(file, CheckOptions.thorough().withLimit(4));
		ids.sort(null);
		assertThat(report.findings()).extracting((finding) -> finding.locators().get(Locator.OBJECT_ID))
			.containsExactly(ids.get(0), ids.get(0), ids.get(1), ids.get(1));
		assertThat(report.findingCount()).isEqualTo(100);
		assertThat(report.checked().objects()).isEqualTo(50);
		assertThat(report.checked().chunks()).isEqualTo(50);
	}

	@Test
	void anInterruptedDeepCheckLeavesNoThread() throws Exception {
		Path file = sample();
		TestFiles.execute(file,
				"insert into _zova_object_chunks with recursive n(i) as (select 1 union all select i + 1 from n where i < 9000) select object_id, i, chunk_hash, 3, 3 from _zova_object_chunks, n");
		Thread checking = Thread.currentThread();
		assertThatExceptionOfType(ZovaException.class)
			.isThrownBy(() -> Check.of(file, CheckOptions.thorough().reportingTo((step, done, left) -> {
				if (step == CheckStep.OBJECTS && done > 0) {
					checking.interrupt();
				}
			})));
		assertThat(Thread.interrupted()).isTrue();
		assertThat(Thread.getAllStackTraces().keySet())
			.noneMatch((thread) -> thread.getName().equals("zova-check") && thread.isAlive());
		assertThat(Check.of(file, CheckOptions.thorough()).kindCounts()).containsOnlyKeys(FindingKind.OBJECT_MANIFEST);
	}

	@ParameterizedTest
	@EnumSource(names = { "PAGES", "OBJECTS", "VECTORS" })
	void aFileThatIsTruncatedDuringTheCheckIsDamaged(CheckStep when) throws Exception {
		Path file = bigFile();
		TestFiles.execute(file, "pragma foreign_keys=off",
				"insert into _zova_vectors with recursive n(i) as (select 10 union all select i + 1 from n where i < 9000) select i, 1, 'v' || i, x'0000803f00000000', 1 from n",
				"insert into _zova_chunks with recursive n(i) as (select 1 union all select i + 1 from n where i < 900) select randomblob(32), 4000, zeroblob(4000) from n");
		CheckReport report = Check.of(file, CheckOptions.thorough().reportingTo((step, done, left) -> {
			if (step == when && done == 0) {
				truncate(file);
			}
		}));
		assertThat(report.isSound()).isFalse();
		assertThat(report.severityCounts()).containsEntry(Severity.FATAL, 1L);
	}

	private static void truncate(Path file) {
		try (RandomAccessFile content = new RandomAccessFile(file.toFile(), "rw")) {
			content.setLength(Math.min(content.length(), 40 << 10));
		}
		catch (java.io.IOException ex) {
			throw new java.io.UncheckedIOException(ex);
		}
	}

	/** Its log is longer the longer that takes, and nobody waits. */
	@Test
	void aWriterBesideADeepCheckDoesNotWait() throws Exception {
		Path file = this.directory.resolve("a.zova");
		try (ZovaDatabase database = ZovaDatabase.create(file,
				ZovaOptions.builder().journalMode(JournalMode.WAL).build())) {
			JdbcClient jdbc = JdbcClient.create(database.dataSource());
			jdbc.sql("create table t(a)").update();
			database.objects().put(new byte[1000]);
			AtomicBoolean written = new AtomicBoolean();
			CheckReport report = database.check(CheckOptions.thorough().reportingTo((step, done, left) -> {
				if (step == CheckStep.OBJECTS && !written.getAndSet(true)) {
					Thread writer = new Thread(() -> {
						database.objects().put(new byte[2000]);
						jdbc.sql("insert into t values (1)").update();
					});
					writer.start();
					join(writer);
				}
			}));
			assertThat(report.findingCount()).isZero();
			assertThat(report.checked().objects()).as("one moment").isOne();
			assertThat(jdbc.sql("select count(*) from t").query(Integer.class).single()).isOne();
		}
	}

	private static void join(Thread thread) {
		try {
			thread.join();
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/** Names and ids are told on purpose; these bytes stand for everything else. */
	@ParameterizedTest
	@ValueSource(strings = { "insert into notes values (8, 'SECRET')", "insert into secretnotes values ('SECRET')",
			"insert into _zova_kv values (cast('SECRET' as text), cast('SECRET' as blob), 1)",
			"update _zova_graph_edges set payload = 'SECRET'", "update _zova_chunks set data = cast('SECRET' as blob)",
			"update _zova_graph_nodes set target_type = 'object', target_ref = 'SECRET', target_namespace = 'SECRET'",
			"insert into _zova_meta values ('SECRET', 'SECRET')" })
	void noReportCarriesWhatUsersStore(String statement) throws Exception {
		Path file = sample();
		TestFiles.execute(file, "create table secretnotes(a integer check (a > 0) check (a <> 'SECRET'), unique (a))",
				"pragma ignore_check_constraints=on", statement);
		DoctorReport report = ZovaDatabase.doctor(file, CheckOptions.thorough());
		String hex = HexFormat.of().formatHex("SECRET".getBytes(java.nio.charset.StandardCharsets.UTF_8));
		assertThat(report.toString()).doesNotContainIgnoringCase("SECRET").doesNotContainIgnoringCase(hex);
	}

	private static ZovaStatus statusOf(Path file) {
		return TestFiles.statusOf(() -> Check.of(file, CheckOptions.thorough()));
	}

	@Test
	void wrongOptionsAreRefused() {
		assertThatExceptionOfType(ZovaException.class).isThrownBy(() -> CheckOptions.quick().withLimit(-1))
			.withMessageContaining("-1");
	}

	/**
	 * Rows are read twice if something is wrong, and the time ends in the second reading.
	 */
	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			update _zova_vectors set "values" = x'00' where collection_key = 2
			update _zova_vectors set collection_key = 99 where collection_key = 2
			""")
	void damageThatWasFoundIsToldAlsoIfTheTimeEndsBeforeItIsPutInOrder(String damage) throws Exception {
		Path file = sample();
		TestFiles.execute(file, "insert into _zova_vectors with recursive n(i) as (select 1 union all select i + 1 "
				+ "from n where i < 5000) select i + 10, 3, 'v' || i, x'0000', 0 from n");
		TestFiles.execute(file, damage);
		Duration limit = Duration.ofSeconds(6);
		long start = System.nanoTime();
		CheckReport report = Check.of(file, CheckOptions.thorough().within(limit).reportingTo((step, done, left) -> {
			while (step == CheckStep.VECTORS && done > 5500
					&& System.nanoTime() - start < limit.toNanos() + 100_000_000) {
				Thread.onSpinWait();
			}
		}));
		assertThat(report.complete()).isFalse();
		assertThat(report.isSound()).as(report.toString()).isFalse();
		assertThat(report.findings()).isNotEmpty();
	}

}
