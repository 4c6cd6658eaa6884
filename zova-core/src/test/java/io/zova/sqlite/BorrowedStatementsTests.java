package io.zova.sqlite;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

import io.zova.ZovaDatabase;
import io.zova.ZovaOptions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Statements of a pooled connection end with the borrow, and their columns have the names
 * of now, whoever changed them.
 */
class BorrowedStatementsTests {

	@TempDir
	private Path folder;

	private Path file;

	private ZovaDatabase database;

	@BeforeEach
	void open() throws SQLException {
		this.file = this.folder.resolve("a.zova");
		this.database = ZovaDatabase.create(this.file, ZovaOptions.builder().maximumPoolSize(1).build());
		try (Connection connection = borrow(); Statement statement = connection.createStatement()) {
			statement.execute("create table t(a, b); insert into t values (1, 'one'), (2, 'two')");
		}
	}

	@AfterEach
	void close() {
		this.database.close();
	}

	@Test
	void aStatementNamesTheConnectionItWasMadeOn() throws SQLException {
		try (Connection connection = borrow();
				Statement plain = connection.createStatement();
				PreparedStatement prepared = connection.prepareStatement("select 1")) {
			assertThat(plain.getConnection()).isSameAs(connection);
			assertThat(prepared.getConnection()).isSameAs(connection);
			assertThat(prepared.executeQuery().getStatement().getConnection()).isSameAs(connection);
		}
	}

	@Test
	void statementsLeftOpenAreClosedWithTheConnection() throws SQLException {
		Connection connection = borrow();
		Statement plain = connection.createStatement();
		PreparedStatement prepared = connection.prepareStatement("select a from t");
		ResultSet rows = prepared.executeQuery();
		assertThat(rows.next()).isTrue();
		connection.close();
		assertThat(plain.isClosed()).isTrue();
		assertThat(prepared.isClosed()).isTrue();
		assertThat(rows.isClosed()).isTrue();
		assertThatExceptionOfType(SQLException.class).isThrownBy(prepared::executeQuery)
			.withMessageContaining("closed");
		try (Connection next = borrow(); Statement statement = next.createStatement()) {
			assertThat(statement.executeUpdate("update t set a = a + 1")).isEqualTo(2);
		}
	}

	@Test
	void aReturnedConnectionMakesNoStatements() throws SQLException {
		Connection connection = borrow();
		connection.close();
		assertThatExceptionOfType(SQLException.class).isThrownBy(connection::createStatement)
			.satisfies((ex) -> assertThat(ex.getSQLState()).isEqualTo("08003"));
		assertThatExceptionOfType(SQLException.class).isThrownBy(() -> connection.prepareStatement("select 1"))
			.withMessageContaining("returned");
	}

	@Test
	void aColumnRenamedByAnotherProcessHasItsNewNameAtTheNextRun() throws SQLException {
		String sql = "select * from t order by a";
		assertThat(read(sql, "b")).isEqualTo("one");
		byAnotherProcess("alter table t rename column b to c");
		assertThat(read(sql, "c")).isEqualTo("one");
		assertThatExceptionOfType(SQLException.class).isThrownBy(() -> read(sql, "b"));
	}

	@Test
	void aColumnAddedOrDroppedByAnotherProcessCountsAtTheNextRun() throws SQLException {
		String sql = "select * from t order by a";
		assertThat(read(sql, "b")).isEqualTo("one");
		byAnotherProcess("alter table t add column c default 'more'");
		try (Connection connection = borrow();
				PreparedStatement statement = connection.prepareStatement(sql);
				ResultSet rows = statement.executeQuery()) {
			assertThat(rows.next()).isTrue();
			assertThat(rows.getString(3)).isEqualTo("more");
			assertThat(rows.getMetaData().getColumnCount()).isEqualTo(3);
			assertThat(rows.getMetaData().getColumnLabel(3)).isEqualTo("c");
		}
		byAnotherProcess("alter table t drop column c");
		try (Connection connection = borrow();
				PreparedStatement statement = connection.prepareStatement(sql);
				ResultSet rows = statement.executeQuery()) {
			assertThat(rows.next()).isTrue();
			assertThatExceptionOfType(SQLException.class).isThrownBy(() -> rows.getString(3));
			assertThat(rows.getMetaData().getColumnCount()).isEqualTo(2);
		}
	}

	private String read(String sql, String column) throws SQLException {
		try (Connection connection = borrow();
				PreparedStatement statement = connection.prepareStatement(sql);
				ResultSet rows = statement.executeQuery()) {
			assertThat(rows.next()).isTrue();
			return rows.getString(column);
		}
	}

	/** A connection of its own to the same file is all that another process has. */
	private void byAnotherProcess(String sql) throws SQLException {
		try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + this.file);
				Statement statement = connection.createStatement()) {
			statement.execute(sql);
		}
	}

	private Connection borrow() throws SQLException {
		return this.database.dataSource().getConnection();
	}

}
