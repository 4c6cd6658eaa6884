package io.zova.sqlite.driver;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.sqlite.SQLiteConnection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class DriverConnectionsTests {

	@TempDir
	Path directory;

	@ParameterizedTest
	@ValueSource(strings = { "plain.zova", "a b.zova", "50%.zova", "%41.zova", "a?foreign_keys=off.zova",
			"a?mode=memory&cache=shared.zova", "a#b.zova", "file:u.zova", ":memory:.zova", "ünï ✓ 漢.zova",
			"a+b&c=d;e.zova", "'quoted' \"name\".zova", "d.zova.zova", ".zova" })
	void aFileNameIsTakenLiterally(String name) throws Exception {
		Path file = Files.createFile(this.directory.resolve(name));
		try (Connection connection = DriverConnections.readWrite(file, 0).open()) {
			execute(connection, "create table t (a)");
			assertThat(text(connection, "select file from pragma_database_list")).isEqualTo(file.toString());
			assertThat(text(connection, "pragma foreign_keys")).isEqualTo("1");
		}
		assertThat(Files.size(file)).isEqualTo(8192);
		try (Connection connection = DriverConnections.readOnly(file, 0).open()) {
			assertThat(text(connection, "select name from sqlite_schema")).isEqualTo("t");
		}
		try (var entries = Files.list(this.directory)) {
			assertThat(entries).containsExactly(file);
		}
	}

	@Test
	void aMissingFileIsNeverCreated() {
		Path file = this.directory.resolve("missing.zova");
		assertThatThrownBy(() -> DriverConnections.readWrite(file, 0).open()).isInstanceOf(SQLException.class);
		assertThatThrownBy(() -> DriverConnections.readOnly(file, 0).open()).isInstanceOf(SQLException.class);
		assertThat(file).doesNotExist();
	}

	@Test
	void aReadOnlyConnectionRefusesToWrite() throws Exception {
		Path file = Files.createFile(this.directory.resolve("a.zova"));
		try (Connection connection = DriverConnections.readOnly(file, 0).open()) {
			assertThatThrownBy(() -> execute(connection, "create table t (a)")).isInstanceOf(SQLException.class)
				.hasMessageContaining("attempt to write a readonly database");
		}
	}

	@ParameterizedTest
	@CsvSource({ "foreign_keys, 1", "synchronous, 2", "busy_timeout, 0", "cache_size, -2000", "temp_store, 0",
			"recursive_triggers, 0", "trusted_schema, 1", "query_only, 0", "locking_mode, normal", "mmap_size, 0",
			"wal_autocheckpoint, 1000", "journal_mode, delete", "page_size, 4096" })
	void onlyForeignKeysDifferFromTheDefaultsOfSqlite(String pragma, String value) throws Exception {
		Path file = Files.createFile(this.directory.resolve("a.zova"));
		try (Connection connection = DriverConnections.readWrite(file, 0).open()) {
			assertThat(text(connection, "pragma " + pragma)).isEqualTo(value);
		}
	}

	@Test
	void theBusyTimeoutIsTheOneAskedFor() throws Exception {
		Path file = Files.createFile(this.directory.resolve("a.zova"));
		try (Connection connection = DriverConnections.readWrite(file, 1234).open()) {
			assertThat(text(connection, "pragma busy_timeout")).isEqualTo("1234");
		}
	}

	@Test
	void connectionsToOneMemoryDatabaseShareItAndNobodyElseSeesIt() throws Exception {
		DriverConnections database = DriverConnections.memory(0);
		try (Connection first = database.open();
				Connection second = database.open();
				Connection stranger = DriverConnections.memory(0).open()) {
			execute(first, "create table t (a)");
			assertThat(text(second, "select count(*) from sqlite_schema")).isEqualTo("1");
			assertThat(text(stranger, "select count(*) from sqlite_schema")).isEqualTo("0");
			assertThat(text(second, "pragma journal_mode")).isEqualTo("memory");
		}
		try (Connection later = database.open()) {
			assertThat(text(later, "select count(*) from sqlite_schema")).isEqualTo("0");
		}
	}

	@Test
	void aNonceIsSixteenBytesAndNewEachTime() throws Exception {
		try (Connection connection = DriverConnections.memory(0).open()) {
			assertThat(text(connection, "select length(_zova_vector_nonce())")).isEqualTo("16");
			assertThat(text(connection,
					"select count(distinct _zova_vector_nonce()) from json_each('[1,2,3,4,5,6,7,8,9]')"))
				.isEqualTo("9");
			assertThatThrownBy(() -> text(connection, "select _zova_vector_nonce(1)")).isInstanceOf(SQLException.class);
			execute(connection, "pragma trusted_schema=off");
			execute(connection, "create table t (a default (_zova_vector_nonce()))");
			execute(connection, "insert into t default values");
			assertThat(text(connection, "select length(a) from t")).isEqualTo("16");
		}
	}

	@Test
	void withoutTheDriversTransactionsEachStatementCommitsByItself() throws Exception {
		Path file = Files.createFile(this.directory.resolve("a.zova"));
		DriverConnections database = DriverConnections.readWrite(file, 0);
		try (SQLiteConnection writer = database.openWithoutDriverTransactions(); Connection reader = database.open()) {
			execute(writer, "create table t (a)");
			execute(writer, "insert into t values (1)");
			assertThat(text(reader, "select count(*) from t")).isEqualTo("1");
			execute(writer, "begin immediate");
			execute(writer, "savepoint s");
			execute(writer, "insert into t values (2)");
			execute(writer, "rollback to s");
			execute(writer, "release s");
			execute(writer, "insert into t values (3)");
			assertThat(text(reader, "select count(*) from t")).isEqualTo("1");
			execute(writer, "commit");
			assertThat(text(reader, "select count(*) || ' ' || sum(a) from t")).isEqualTo("2 4");
			execute(writer, "begin immediate");
			execute(writer, "insert into t values (4)");
		}
		try (Connection reader = database.open()) {
			assertThat(text(reader, "select count(*) from t")).isEqualTo("2");
		}
	}

	@ParameterizedTest
	@CsvSource({ "C:\\data\\a b.zova, \\, file:///C:/data/a%20b.zova",
			"\\\\server\\share\\x.zova, \\, file:////server/share/x.zova",
			"/data/ü?.zova, /, file:///data/%C3%BC%3F.zova", "/data/a\\b.zova, /, file:///data/a%5Cb.zova" })
	void pathsOfEverySystemBecomeUrisWithAnEmptyHost(String path, String separator, String uri) {
		assertThat(DriverConnections.uri(path, separator)).isEqualTo(uri);
	}

	private static void execute(Connection connection, String sql) throws SQLException {
		try (Statement statement = connection.createStatement()) {
			statement.execute(sql);
		}
	}

	private static String text(Connection connection, String sql) throws SQLException {
		try (Statement statement = connection.createStatement(); ResultSet row = statement.executeQuery(sql)) {
			row.next();
			return row.getString(1);
		}
	}

}
