package io.zova.maintenance;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.zova.ZovaDatabase;
import io.zova.ZovaStatus;
import io.zova.format.TestFiles;
import io.zova.sqlite.driver.DriverConnections;

import org.springframework.jdbc.core.simple.JdbcClient;

import static org.assertj.core.api.Assertions.assertThat;

class ConvertTests {

	private static final CopyOptions IMPATIENT = CopyOptions.defaults().withBusyTimeout(Duration.ZERO);

	@TempDir
	Path directory;

	@ParameterizedTest
	@ValueSource(strings = { "delete", "wal" })
	void everythingOfTheSqliteFileIsKeptAndTheSourceStaysAsItIs(String journalMode) throws Exception {
		Path source = Files.createFile(this.directory.resolve("old.db"));
		Path destination = this.directory.resolve("new.zova");
		TestFiles.execute(source, "pragma page_size = 1024", "pragma auto_vacuum = 1", "pragma application_id = 77",
				"pragma user_version = 5", "pragma encoding = 'UTF-16le'", "create table t (a, parent references t(a))",
				"create unique index i on t (a)", "create view v as select rowid || a || parent as all_of_it from t",
				"create trigger r after insert on t begin select 1; end",
				"insert into t(rowid, a, parent) values (1000, 'x', 'dangling')", "create table zova_vector_search (a)",
				"pragma journal_mode = " + journalMode);
		byte[] before = Files.readAllBytes(source);
		Convert.toFile(source, destination, CopyOptions.defaults());
		assertThat(source).hasBinaryContent(before);
		assertThat(TestFiles.statusOfOpening(destination)).isEqualTo(ZovaStatus.OK);
		assertThat(TestFiles.texts(destination, "select all_of_it from v")).containsExactly("1000xdangling");
		assertThat(TestFiles.texts(destination, "pragma page_size")).containsExactly("1024");
		assertThat(TestFiles.texts(destination, "pragma auto_vacuum")).containsExactly("1");
		assertThat(TestFiles.texts(destination, "pragma application_id")).containsExactly("77");
		assertThat(TestFiles.texts(destination, "pragma user_version")).containsExactly("5");
		assertThat(TestFiles.texts(destination, "pragma encoding")).containsExactly("UTF-16le");
		assertThat(TestFiles.texts(destination, "pragma journal_mode")).containsExactly(journalMode);
		assertThat(TestFiles.texts(destination, "select name from sqlite_schema where type = 'table' limit 3"))
			.containsExactly("t", "zova_vector_search", "_zova_meta");
	}

	@Test
	void anEmptyFileBecomesAFreshZovaFile() throws Exception {
		Path destination = this.directory.resolve("new.zova");
		Convert.toFile(Files.createFile(this.directory.resolve("empty.db")), destination, CopyOptions.defaults());
		assertThat(Files.size(destination)).isEqualTo(39 * 4096);
		assertThat(TestFiles.statusOfOpening(destination)).isEqualTo(ZovaStatus.OK);
	}

	@ParameterizedTest
	@ValueSource(strings = { "create table _zova_x (a)", "create view _ZOVA_V as select 1",
			"create table t (a); create index _Zova_i on t (a)", "create virtual table _zova_f using fts5(a)" })
	void reservedNamesAreAConflict(String statements) throws Exception {
		Path source = Files.createFile(this.directory.resolve("old.db"));
		TestFiles.execute(source, statements.split(";"));
		assertStatus(source, ZovaStatus.ZOVA_NAME_CONFLICT);
	}

	@ParameterizedTest
	@ValueSource(strings = { "create table _zova (a)", "create table _zovax (a)", "create table zova_x (a)",
			"create table my_zova_x (_zova_a)" })
	void tablesWhoseNamesOnlyResembleThoseOfZovaAreConverted(String statement) throws Exception {
		Path source = Files.createFile(this.directory.resolve("old.db"));
		TestFiles.execute(source, statement);
		Path converted = this.directory.resolve("new.zova");
		Convert.toFile(source, converted, CopyOptions.defaults());
		try (ZovaDatabase database = ZovaDatabase.open(converted)) {
			assertThat(JdbcClient.create(database.dataSource())
				.sql("select count(*) from sqlite_schema where lower(sql) = ?")
				.param(statement)
				.query(Integer.class)
				.single()).isOne();
		}
	}

	@Test
	void aZovaFileCannotBeConverted() throws Exception {
		assertStatus(SampleDatabase.create(this.directory.resolve("a.zova")), ZovaStatus.ZOVA_NAME_CONFLICT);
	}

	@ParameterizedTest
	@CsvSource({ "missing.db, CANT_OPEN", "directory, CANT_OPEN", "'', CANT_OPEN", ":memory:, CANT_OPEN",
			"garbage.db, SQLITE_ERROR", "locked.db, BUSY", "reserved.db, OK" })
	void aSourceThatCannotBeReadIsNotConverted(String name, ZovaStatus status) throws Exception {
		Files.createDirectory(this.directory.resolve("directory"));
		Files.writeString(this.directory.resolve("garbage.db"), "no database ".repeat(1000));
		Path locked = Files.createFile(this.directory.resolve("locked.db"));
		Path reserved = Files.createFile(this.directory.resolve("reserved.db"));
		try (Connection locking = DriverConnections.readWrite(locked, 0).open();
				Connection reserving = DriverConnections.readWrite(reserved, 0).open()) {
			TestFiles.execute(locking, "create table t (a)");
			TestFiles.execute(locking, "begin exclusive");
			TestFiles.execute(reserving, "begin immediate");
			assertStatus(name.isEmpty() ? Path.of("") : this.directory.resolve(name), status);
		}
	}

	@Test
	void aBadDestinationWinsOverAMissingSource() {
		assertThat(TestFiles.statusOf(() -> Convert.toFile(this.directory.resolve("missing.db"),
				this.directory.resolve("missing/a.zova"), CopyOptions.defaults())))
			.isEqualTo(ZovaStatus.CANT_OPEN);
		assertThat(TestFiles.statusOf(() -> Convert.toFile(this.directory.resolve("missing.db"),
				this.directory.resolve("a.db"), CopyOptions.defaults())))
			.isEqualTo(ZovaStatus.NOT_ZOVA_PATH);
	}

	private void assertStatus(Path source, ZovaStatus status) throws Exception {
		List<String> before = TestFiles.namesIn(this.directory);
		Path destination = this.directory.resolve("new.zova");
		assertThat(TestFiles.statusOf(() -> Convert.toFile(source, destination, IMPATIENT))).isEqualTo(status);
		if (status != ZovaStatus.OK) {
			assertThat(TestFiles.namesIn(this.directory)).isEqualTo(before);
		}
	}

}
