package io.zova.sqlite;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLTransactionRollbackException;
import java.sql.Statement;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.jdbc.core.simple.JdbcClient;

import io.zova.OtherThreads;
import io.zova.ZovaDatabase;
import io.zova.ZovaOptions.JournalMode;
import io.zova.ZovaOptions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * A result that is open when its connection writes shows an old state of the file once
 * others have committed. With a write-ahead log SQLite would refuse to write then.
 */
@Timeout(60)
class ResultsOpenAtAWriteTests {

	private static final String NUMBERS = "insert into t with recursive n(i) as "
			+ "(select 1 union all select i + 1 from n where i < %d) select i from n";

	@TempDir
	private Path directory;

	private ZovaDatabase database;

	private JdbcClient jdbc;

	@BeforeEach
	void open() {
		this.database = ZovaDatabase.create(this.directory.resolve("test.zova"),
				ZovaOptions.builder().journalMode(JournalMode.WAL).build());
		this.jdbc = JdbcClient.create(this.database.dataSource());
		this.jdbc.sql("create table t(v)").update();
		this.jdbc.sql("create table other(v)").update();
		this.jdbc.sql(NUMBERS.formatted(100)).update();
	}

	@AfterEach
	void close() {
		this.database.close();
	}

	private void elsewhere() {
		OtherThreads.inAnotherThread(() -> this.jdbc.sql("insert into other values ('elsewhere')").update());
	}

	private int others() {
		return this.jdbc.sql("select count(*) from other").query(Integer.class).single();
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "begin", "savepoint s" })
	void aStatementBySqlWritesThoughOthersHaveCommittedSinceTheResultWasOpened(String begin) throws SQLException {
		try (Connection connection = this.database.dataSource().getConnection();
				Statement reading = connection.createStatement();
				Statement writing = connection.createStatement();
				ResultSet rows = reading.executeQuery("select v from t order by v")) {
			rows.next();
			elsewhere();
			if (!begin.isEmpty()) {
				writing.execute(begin);
			}
			assertThat(writing.executeUpdate("insert into other values (1)")).isEqualTo(1);
			for (int i = 2; i <= 100; i++) {
				assertThat(rows.next()).isTrue();
				assertThat(rows.getInt(1)).isEqualTo(i);
			}
			assertThat(rows.next()).isFalse();
			if (!begin.isEmpty()) {
				writing.execute("commit");
			}
		}
		assertThat(others()).isEqualTo(2);
	}

	@ParameterizedTest
	@ValueSource(strings = { "insert into other values (1)", "select v from other" })
	void aTransactionOfJdbcBeginsThoughOthersHaveCommittedSinceTheResultWasOpened(String first) throws SQLException {
		try (Connection connection = this.database.dataSource().getConnection();
				Statement reading = connection.createStatement();
				Statement writing = connection.createStatement();
				ResultSet rows = reading.executeQuery("select v from t")) {
			rows.next();
			elsewhere();
			connection.setAutoCommit(false);
			writing.execute(first);
			writing.executeUpdate("insert into other values (2)");
			assertThat(rows.next()).isTrue();
			connection.commit();
		}
		assertThat(others()).isGreaterThanOrEqualTo(2);
	}

	@Test
	void aResultTooLargeToReadAheadStaysWholeAndTheErrorSaysWhatIsInTheWay() throws SQLException {
		this.jdbc.sql(NUMBERS.formatted(20_000)).update();
		try (Connection connection = this.database.dataSource().getConnection();
				Statement reading = connection.createStatement();
				Statement writing = connection.createStatement();
				ResultSet rows = reading.executeQuery("select v from t")) {
			rows.next();
			assertThat(writing.executeUpdate("insert into other values (1)")).isEqualTo(1);
			elsewhere();
			for (int i = 0; i < 20; i++) {
				assertThatExceptionOfType(SQLTransactionRollbackException.class)
					.isThrownBy(() -> writing.executeUpdate("insert into other values (2)"))
					.withMessageContaining("result of it is open");
			}
			int left = 0;
			while (rows.next()) {
				left++;
			}
			assertThat(left).isEqualTo(20_099);
			assertThat(writing.executeUpdate("insert into other values (3)")).isEqualTo(1);
		}
		assertThat(others()).isEqualTo(3);
	}

	@ParameterizedTest
	@EnumSource
	void aWriteToATemporaryTableIsUndoneWithItsTransaction(ZovaOptions.TransactionBegin begin) throws SQLException {
		ZovaOptions options = ZovaOptions.builder().transactionBegin(begin).build();
		try (ZovaDatabase other = ZovaDatabase.create(this.directory.resolve("temporary.zova"), options);
				Connection connection = other.dataSource().getConnection();
				Statement statement = connection.createStatement()) {
			statement.execute("create temp table noted(v)");
			connection.setAutoCommit(false);
			statement.executeUpdate("insert into noted values (1)");
			connection.rollback();
			assertThat(count(statement)).isZero();
			statement.executeUpdate("insert into noted values (2)");
			connection.commit();
			connection.rollback();
			assertThat(count(statement)).isEqualTo(1);
			connection.rollback();
			connection.setReadOnly(true);
			statement.executeUpdate("insert into noted values (3)");
			connection.rollback();
			assertThat(count(statement)).isEqualTo(1);
			connection.rollback();
		}
	}

	private static int count(Statement statement) throws SQLException {
		try (ResultSet row = statement.executeQuery("select count(*) from noted")) {
			row.next();
			return row.getInt(1);
		}
	}

}
