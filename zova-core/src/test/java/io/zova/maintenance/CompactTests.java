package io.zova.maintenance;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
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

class CompactTests {

	@TempDir
	Path directory;

	private Path source;

	private Path destination;

	@BeforeEach
	void createSourceWithUnusedPages() throws Exception {
		this.source = SampleDatabase.create(this.directory.resolve("a.zova"));
		this.destination = this.directory.resolve("copy #1 ?.zova");
		TestFiles.execute(this.source, "create table filler (data)", "insert into filler values (zeroblob(1000000))",
				"drop table filler");
	}

	@ParameterizedTest
	@EnumSource(value = ZovaOptions.JournalMode.class, names = { "WAL", "DELETE" })
	void aCompactCopyHasTheContentWithoutTheUnusedPages(ZovaOptions.JournalMode mode) throws Exception {
		long before = Files.size(this.source);
		try (ZovaDatabase database = ZovaDatabase.open(this.source, ZovaOptions.builder().journalMode(mode).build())) {
			CopyReport report = new Compact(database.sql()).to(this.destination, CopyOptions.defaults());
			assertThat(report.verification()).contains(new VerificationReport(1, 2, 3, 1));
		}
		assertThat(Files.size(this.source)).isEqualTo(before);
		assertThat(Files.size(this.destination)).isLessThan(before - 1_000_000);
		assertThat(TestFiles.texts(this.destination, "select text from notes where id = 7")).containsExactly("seven");
		assertThat(TestFiles.statusOfOpening(this.destination)).isEqualTo(ZovaStatus.OK);
		assertThat(TestFiles.namesIn(this.directory)).containsExactly("a.zova", "copy #1 ?.zova");
	}

	@Test
	void aReadOnlyDatabaseAndOneInMemoryCanBeCompacted() throws Exception {
		try (ZovaDatabase database = ZovaDatabase.open(this.source, ZovaOptions.builder().readOnly(true).build())) {
			new Compact(database.sql()).to(this.destination, CopyOptions.defaults());
		}
		try (ZovaDatabase database = ZovaDatabase.inMemory()) {
			JdbcClient jdbc = JdbcClient.create(database.dataSource());
			jdbc.sql("create table filler as select zeroblob(1000000)").update();
			jdbc.sql("drop table filler").update();
			new Compact(database.sql()).to(this.directory.resolve("memory.zova"), CopyOptions.defaults());
		}
		assertThat(Files.size(this.directory.resolve("memory.zova"))).isEqualTo(39 * 4096);
	}

	@Test
	void insideATransactionNothingIsCompacted() throws Exception {
		try (ZovaDatabase database = ZovaDatabase.open(this.source)) {
			Compact compact = new Compact(database.sql());
			JdbcClient jdbc = JdbcClient.create(database.dataSource());
			new TransactionTemplate(database.transactionManager()).executeWithoutResult((status) -> {
				jdbc.sql("select count(*) from notes").query(Integer.class).single();
				assertThat(TestFiles.statusOf(() -> compact.to(this.destination, CopyOptions.defaults())))
					.isEqualTo(ZovaStatus.SQLITE_ERROR);
				assertThat(TestFiles.statusOf(compact::inPlace)).isEqualTo(ZovaStatus.SQLITE_ERROR);
			});
		}
		assertThat(TestFiles.namesIn(this.directory)).containsExactly("a.zova");
	}

	@ParameterizedTest
	@CsvSource({ "a.zova, DESTINATION_EXISTS", "missing/b.zova, CANT_OPEN", "b.db, NOT_ZOVA_PATH" })
	void aDestinationThatIsTakenOrWrongIsRefused(String name, ZovaStatus status) {
		try (ZovaDatabase database = ZovaDatabase.open(this.source)) {
			assertThat(TestFiles
				.statusOf(() -> new Compact(database.sql()).to(this.directory.resolve(name), CopyOptions.defaults())))
				.isEqualTo(status);
		}
	}

	@Test
	void aVacuumGivesTheUnusedPagesBack() throws Exception {
		long before = Files.size(this.source);
		try (ZovaDatabase database = ZovaDatabase.open(this.source)) {
			new Compact(database.sql()).inPlace();
			assertThat(DatabaseInfo.of(database.sql()).freePages()).isZero();
		}
		assertThat(Files.size(this.source)).isLessThan(before - 1_000_000);
		try (ZovaDatabase database = ZovaDatabase.open(this.source, ZovaOptions.builder().readOnly(true).build())) {
			assertThat(TestFiles.statusOf(new Compact(database.sql())::inPlace)).isEqualTo(ZovaStatus.READ_ONLY);
		}
	}

	@Test
	void aVacuumWaitsForNobodyElsesTransactionForever() throws Exception {
		ZovaOptions options = ZovaOptions.builder().busyTimeout(Duration.ZERO).build();
		try (ZovaDatabase database = ZovaDatabase.open(this.source, options);
				Connection other = DriverConnections.readWrite(this.source, 0).open()) {
			TestFiles.execute(other, "begin immediate");
			assertThat(TestFiles.statusOf(new Compact(database.sql())::inPlace)).isEqualTo(ZovaStatus.BUSY);
		}
	}

}
