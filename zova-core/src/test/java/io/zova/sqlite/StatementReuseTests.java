package io.zova.sqlite;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

import io.zova.ZovaDatabase;
import io.zova.ZovaOptions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * A compiled statement that comes back from the cache is as good as new.
 */
class StatementReuseTests {

	private static final int CAPACITY = 4;

	private ZovaDatabase database;

	private Connection connection;

	@BeforeEach
	void open() throws SQLException {
		this.database = ZovaDatabase.inMemory(ZovaOptions.builder().statementCacheSize(CAPACITY).build());
		this.connection = this.database.dataSource().getConnection();
		run("create table t as select 1 as a, 'one' as b union all select 2, 'two'");
	}

	@AfterEach
	void close() throws SQLException {
		this.connection.close();
		this.database.close();
	}

	@Test
	void theSameTextIsCompiledOnce() throws SQLException {
		Object first = compiled("select a from t where a = ?");
		Object second = compiled("select a from t where a = ?");
		assertThat(second).isSameAs(first);
	}

	@Test
	void aTextInUseIsCompiledASecondTime() throws SQLException {
		try (PreparedStatement one = prepare("select a from t order by a");
				PreparedStatement two = prepare("select a from t order by a");
				ResultSet rowsOfOne = one.executeQuery();
				ResultSet rowsOfTwo = two.executeQuery()) {
			assertThat(rowsOfOne.next()).isTrue();
			assertThat(rowsOfTwo.next()).isTrue();
			assertThat(rowsOfOne.next()).isTrue();
			assertThat(rowsOfOne.getInt(1)).isEqualTo(2);
			assertThat(rowsOfTwo.getInt(1)).isEqualTo(1);
		}
	}

	@Test
	void parametersAreForgotten() throws SQLException {
		try (PreparedStatement statement = prepare("select ?, ?")) {
			statement.setString(1, "secret");
			statement.setBytes(2, new byte[] { 1 });
			statement.executeQuery().close();
		}
		try (PreparedStatement statement = prepare("select ?, ?"); ResultSet row = statement.executeQuery()) {
			assertThat(row.next()).isTrue();
			assertThat(row.getObject(1)).isNull();
			assertThat(row.getObject(2)).isNull();
		}
	}

	@Test
	void batchedParametersAreForgotten() throws SQLException {
		try (PreparedStatement statement = prepare("insert into t values (?, ?)")) {
			statement.setInt(1, 3);
			statement.setString(2, "three");
			statement.addBatch();
		}
		try (PreparedStatement statement = prepare("insert into t values (?, ?)")) {
			assertThat(statement.executeBatch()).isEmpty();
		}
		assertThat(numbers()).containsExactly(1, 2);
	}

	@Test
	void theRowLimitIsForgotten() throws SQLException {
		try (PreparedStatement statement = prepare("select a from t order by a")) {
			statement.setMaxRows(1);
			assertThat(read(statement)).containsExactly(1);
		}
		try (PreparedStatement statement = prepare("select a from t order by a")) {
			assertThat(read(statement)).containsExactly(1, 2);
		}
	}

	@Test
	void openCursorsAreClosed() throws SQLException {
		ResultSet abandoned;
		try (PreparedStatement statement = prepare("select a from t order by a")) {
			abandoned = statement.executeQuery();
			assertThat(abandoned.next()).isTrue();
		}
		assertThat(abandoned.isClosed()).isTrue();
		run("drop table if exists gone; create table u(a); drop table u");
		try (PreparedStatement statement = prepare("select a from t order by a");
				ResultSet rows = statement.executeQuery()) {
			assertThat(rows.next()).isTrue();
			assertThatExceptionOfType(SQLException.class).isThrownBy(() -> abandoned.getInt(1))
				.withMessageContaining("closed");
			assertThatExceptionOfType(SQLException.class).isThrownBy(abandoned::next);
			abandoned.close();
			assertThat(rows.next()).as("closing the old result set leaves the new one alone").isTrue();
			assertThat(rows.getInt(1)).isEqualTo(2);
		}
	}

	@Test
	void aClosedStatementCannotUseWhatItGaveBack() throws SQLException {
		PreparedStatement closed = prepare("select a from t where a = ?");
		closed.close();
		closed.close();
		try (PreparedStatement statement = prepare("select a from t where a = ?")) {
			statement.setInt(1, 2);
			assertThatExceptionOfType(SQLException.class).isThrownBy(() -> closed.setInt(1, 1));
			assertThatExceptionOfType(SQLException.class).isThrownBy(closed::executeQuery);
			assertThat(read(statement)).containsExactly(2);
		}
	}

	@Test
	void aChangedSchemaIsSeen() throws SQLException {
		assertThat(columns("select * from t")).containsExactly("a", "b");
		run("alter table t add column c");
		assertThat(columns("select * from t")).containsExactly("a", "b", "c");
		try (Connection second = this.database.dataSource().getConnection();
				Statement alter = second.createStatement()) {
			alter.execute("alter table t rename column c to d");
		}
		assertThat(columns("select * from t")).containsExactly("a", "b", "d");
		run("drop table t; create table t(z)");
		assertThat(columns("select * from t")).containsExactly("z");
	}

	@Test
	void aStatementThatFailedCanBeRunAgain() throws SQLException {
		run("create table u(v integer primary key, w check (w > 0))");
		try (PreparedStatement statement = prepare("insert into u values (?, abs(?))")) {
			statement.setInt(1, 1);
			statement.setLong(2, Long.MIN_VALUE);
			assertThatExceptionOfType(SQLException.class).isThrownBy(statement::executeUpdate)
				.withMessageContaining("integer overflow");
			statement.setInt(1, 1);
			statement.setInt(2, 5);
			assertThat(statement.executeUpdate()).isEqualTo(1);
		}
	}

	private Object compiled(String sql) throws SQLException {
		try (PreparedStatement statement = prepare(sql)) {
			return statement.unwrap(ZovaPreparedStatement.class).delegate();
		}
	}

	private List<String> columns(String sql) throws SQLException {
		try (PreparedStatement statement = prepare(sql); ResultSet rows = statement.executeQuery()) {
			List<String> names = new ArrayList<>();
			for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
				names.add(rows.getMetaData().getColumnName(i));
			}
			return names;
		}
	}

	private List<Integer> numbers() throws SQLException {
		try (PreparedStatement statement = prepare("select a from t order by a")) {
			return read(statement);
		}
	}

	private static List<Integer> read(PreparedStatement statement) throws SQLException {
		List<Integer> numbers = new ArrayList<>();
		try (ResultSet rows = statement.executeQuery()) {
			while (rows.next()) {
				numbers.add(rows.getInt(1));
			}
		}
		return numbers;
	}

	private PreparedStatement prepare(String sql) throws SQLException {
		return this.connection.unwrap(ZovaConnection.class).prepareStatement(sql);
	}

	private void run(String sql) throws SQLException {
		try (Statement statement = this.connection.createStatement()) {
			statement.execute(sql);
		}
	}

}
