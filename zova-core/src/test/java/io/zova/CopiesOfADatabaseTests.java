package io.zova;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

import io.zova.maintenance.CopyOptions;
import io.zova.maintenance.CopyReport;
import io.zova.maintenance.DatabaseInfo;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

@Timeout(60)
class CopiesOfADatabaseTests extends NewDatabase {

	@BeforeEach
	void open() {
		jdbc(this.database).sql("create table t(v)").update();
		jdbc(this.database).sql("""
				insert into t with recursive n(i) as (select 1 union all select i + 1 from n where i < 2000)
				select randomblob(500) from n
				""").update();
	}

	@Test
	void aBackupIsTheSameDatabase() {
		List<Long> left = new ArrayList<>();
		CopyReport report = this.database.backup(this.directory.resolve("backup.zova"),
				CopyOptions.defaults().reportingTo((done, remaining) -> left.add(remaining)));
		assertThat(report.verification()).isPresent();
		assertThat(left).isNotEmpty().endsWith(0L);
		try (ZovaDatabase backup = ZovaDatabase.open(this.directory.resolve("backup.zova"))) {
			assertThat(backup.databaseId()).isEqualTo(this.database.databaseId()).isPresent();
			assertThat(count(backup)).isEqualTo(2000);
		}
	}

	@Test
	void aBackupMadeWhileOthersWriteIsTheStateOfOneMoment() throws Exception {
		jdbc(this.database).sql("create table pair(a, b)").update();
		AtomicBoolean stop = new AtomicBoolean();
		Thread writer = new Thread(() -> {
			TransactionTemplate transaction = new TransactionTemplate(this.database.transactionManager());
			for (int i = 0; !stop.get(); i++) {
				int number = i;
				transaction.executeWithoutResult((status) -> {
					jdbc(this.database).sql("insert into pair(a) values (?)").param(number).update();
					jdbc(this.database).sql("update pair set b = a where a = ?").param(number).update();
				});
			}
		});
		writer.start();
		try {
			for (int i = 0; i < 5; i++) {
				Path file = this.directory.resolve("backup" + i + ".zova");
				this.database.backup(file);
				try (ZovaDatabase backup = ZovaDatabase.open(file)) {
					assertThat(
							jdbc(backup).sql("select count(*) from pair where b is null").query(Integer.class).single())
						.isZero();
				}
			}
		}
		finally {
			stop.set(true);
			writer.join();
		}
	}

	@Test
	void vacuumAndCompactGiveFreePagesBack() {
		jdbc(this.database).sql("delete from t where rowid > 10").update();
		assertThat(this.database.info().freePages()).isGreaterThan(100);
		CopyReport report = this.database.compact(this.directory.resolve("compact.zova"));
		assertThat(report.pages()).isLessThan(this.database.info().pages() / 2);
		this.database.vacuum();
		assertThat(this.database.info().freePages()).isZero();
		assertThat(count(this.database)).isEqualTo(10);
	}

	@Test
	void aBackupIsRestoredToAFileAndToMemory() {
		Path backup = this.directory.resolve("backup.zova");
		this.database.backup(backup);
		jdbc(this.database).sql("delete from t").update();
		ZovaDatabase.restore(backup, this.directory.resolve("restored.zova"));
		try (ZovaDatabase restored = ZovaDatabase.open(this.directory.resolve("restored.zova"))) {
			assertThat(count(restored)).isEqualTo(2000);
		}
		try (ZovaDatabase memory = ZovaDatabase.restoreInMemory(backup, ZovaOptions.defaults(),
				CopyOptions.defaults())) {
			assertThat(count(memory)).isEqualTo(2000);
			jdbc(memory).sql("delete from t").update();
			assertThat(memory.databaseId()).isEqualTo(this.database.databaseId());
		}
		assertThatExceptionOfType(ZovaException.class).isThrownBy(() -> ZovaDatabase.restore(backup, backup))
			.satisfies((ex) -> assertThat(ex.status()).isEqualTo(ZovaStatus.DESTINATION_EXISTS));
	}

	@Test
	void aSqliteFileIsConverted() throws Exception {
		Path sqlite = this.directory.resolve("plain.db");
		try (var connection = java.sql.DriverManager.getConnection("jdbc:sqlite:" + sqlite);
				var statement = connection.createStatement()) {
			statement.executeUpdate("create table t(v); insert into t values (1)");
		}
		ZovaDatabase.convert(sqlite, this.directory.resolve("converted.zova"));
		try (ZovaDatabase converted = ZovaDatabase.open(this.directory.resolve("converted.zova"))) {
			assertThat(count(converted)).isEqualTo(1);
			assertThat(converted.databaseId()).isNotEqualTo(this.database.databaseId()).isPresent();
		}
	}

	@Test
	void infoTellsWhatIsInside() {
		this.database.graphs().create("library");
		DatabaseInfo info = this.database.info();
		assertThat(info.format().number()).isEqualTo(12);
		assertThat(info.journalMode()).isEqualTo("delete");
		assertThat(info.pageSize()).isEqualTo(4096);
		assertThat(info.bytes()).isEqualTo(file().toFile().length());
		assertThat(info.counts().graphs()).isEqualTo(1);
		assertThat(info.counts().objects()).isZero();
		assertThat(info.userTables()).containsExactly("t");
		assertThat(ZovaDatabase.probe(file())).isEqualTo(info.format());
	}

	private static int count(ZovaDatabase database) {
		return jdbc(database).sql("select count(*) from t").query(Integer.class).single();
	}

	private static JdbcClient jdbc(ZovaDatabase database) {
		return JdbcClient.create(database.dataSource());
	}

}
