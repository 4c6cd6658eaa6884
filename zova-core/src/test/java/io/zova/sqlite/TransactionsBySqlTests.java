package io.zova.sqlite;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;

import io.zova.ZovaDatabase;
import io.zova.ZovaOptions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * BEGIN, COMMIT, ROLLBACK and savepoints typed as SQL.
 */
@Timeout(30)
class TransactionsBySqlTests {

	private static final ZovaOptions OPTIONS = ZovaOptions.builder()
		.journalMode(ZovaOptions.JournalMode.WAL)
		.busyTimeout(Duration.ZERO)
		.lockWaitTimeout(Duration.ofMillis(300))
		.build();

	@TempDir
	private Path directory;

	private ZovaDatabase database;

	private Connection connection;

	private Connection other;

	@BeforeEach
	void open() throws SQLException {
		this.database = ZovaDatabase.create(this.directory.resolve("test.zova"), OPTIONS);
		this.connection = this.database.dataSource().getConnection();
		this.other = this.database.dataSource().getConnection();
		run("create table t(v)");
	}

	@AfterEach
	void close() throws SQLException {
		this.connection.close();
		this.other.close();
		this.database.close();
	}

	@ParameterizedTest
	@ValueSource(strings = { "begin", "BEGIN TRANSACTION", "/* now */ begin deferred", "begin immediate",
			"begin exclusive" })
	void aTransactionBegunBySqlHoldsTheGateUntilItsEnd(String begin) throws SQLException {
		run(begin);
		run("insert into t values (1)");
		assertThat(zova().inTransaction()).isTrue();
		assertOthersCannotWrite();
		assertThat(count(this.other)).isZero();
		run("commit");
		assertThat(zova().inTransaction()).isFalse();
		assertOthersCanWrite();
		assertThat(count(this.other)).isEqualTo(2);
	}

	@Test
	void rollbackUndoesIt() throws SQLException {
		run("begin; insert into t values (1); rollback");
		assertThat(count(this.connection)).isZero();
		assertOthersCanWrite();
	}

	@Test
	void preparedControlStatementsWorkAgainAndAgain() throws SQLException {
		try (var begin = this.connection.prepareStatement("begin");
				var end = this.connection.prepareStatement("end transaction")) {
			for (int i = 0; i < 3; i++) {
				assertThat(begin.execute()).isFalse();
				run("insert into t values (1)");
				assertThat(end.executeUpdate()).isZero();
			}
		}
		assertThat(count(this.other)).isEqualTo(3);
	}

	@Test
	void theSameMistakesAreErrorsAsInSqlite() throws SQLException {
		assertFails("commit", "cannot commit - no transaction is active");
		assertFails("rollback", "cannot rollback - no transaction is active");
		assertFails("release nowhere", "no such savepoint: nowhere");
		run("begin");
		assertFails("begin", "cannot start a transaction within a transaction");
		assertFails("rollback to nowhere", "no such savepoint: nowhere");
		run("insert into t values (1); commit");
		assertThat(count(this.other)).isEqualTo(1);
	}

	@Test
	void aSavepointOutsideATransactionStartsOneThatItsReleaseCommits() throws SQLException {
		run("savepoint \"select\"");
		run("insert into t values (1)");
		run("savepoint inner_one; insert into t values (2); rollback to INNER_ONE; release inner_one");
		assertOthersCannotWrite();
		run("release SELECT_".replace("SELECT_", "\"SELECT\""));
		assertThat(zova().inTransaction()).isFalse();
		assertThat(count(this.other)).isEqualTo(1);
	}

	@Test
	void savepointsOfTheSameNameNest() throws SQLException {
		run("begin; savepoint s; insert into t values (1); savepoint s; insert into t values (2)");
		run("rollback to s; release s");
		assertThat(count(this.connection)).isEqualTo(1);
		run("rollback to s; release s; commit");
		assertThat(count(this.connection)).isZero();
	}

	@Test
	void aReleaseThatMayNotCommitLeavesTheSavepointOpen() throws SQLException {
		run("create table parent(id integer primary key)");
		run("create table child(p references parent deferrable initially deferred)");
		run("savepoint s; insert into child values (7)");
		assertFails("release s", "FOREIGN KEY constraint failed");
		run("insert into parent values (7); release s");
		assertThat(zova().inTransaction()).isFalse();
	}

	@Test
	void commitBySqlEndsATransactionOfJdbc() throws SQLException {
		this.connection.setAutoCommit(false);
		run("insert into t values (1)");
		run("commit");
		assertOthersCanWrite();
		this.connection.rollback();
		assertThat(count(this.other)).isEqualTo(2);
	}

	@Test
	void whatABorrowerLeavesOpenIsRolledBackWhenTheConnectionIsReturned() throws SQLException {
		run("begin; insert into t values (1)");
		this.connection.close();
		assertOthersCanWrite();
		assertThat(count(this.other)).isEqualTo(1);
		this.connection = this.database.dataSource().getConnection();
		assertThat(zova().inTransaction()).isFalse();
	}

	@Test
	void severalStatementsInOneTextAllRun() throws SQLException {
		try (Statement statement = this.connection.createStatement()) {
			assertThat(statement.executeUpdate("""
					insert into t values (1), (2);
					-- a comment; with a semicolon
					create trigger log after insert on t begin select 1; select 2; end;
					insert into t values (';');
					""")).isEqualTo(3);
			assertThat(statement.execute("insert into t values (4); select count(*) from t;")).isTrue();
			assertThat(statement.getResultSet().next()).isTrue();
			assertThat(statement.getResultSet().getInt(1)).isEqualTo(4);
			assertThat(statement.execute(" ; -- nothing")).isFalse();
		}
	}

	@Test
	void aFailingStatementOfSeveralLeavesTheEarlierOnesAsTheyAre() {
		assertFails("insert into t values (3); bad sql; insert into t values (4)", "near \"bad\": syntax error");
		assertThat(count(this.other)).isEqualTo(1);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", " -- nothing", "select 1; select 2", "insert into t values (1); garbage" })
	void onlyASingleStatementCanBePrepared(String sql) {
		assertThatExceptionOfType(SQLException.class).isThrownBy(() -> this.connection.prepareStatement(sql))
			.withMessageContaining("One statement is needed");
		assertThat(count(this.other)).isZero();
	}

	@Test
	void aTransactionThatSqliteHasRolledBackRefusesEverythingUntilItIsRolledBack() throws SQLException {
		run("create table u(v unique on conflict rollback)");
		this.connection.setAutoCommit(false);
		run("insert into t values (1)");
		run("insert into u values (1)");
		assertFails("insert into u values (1)", "UNIQUE constraint failed: u.v");
		assertOthersCanWrite();
		assertFails("insert into t values (2)", "SQLite has rolled the transaction back");
		assertThatExceptionOfType(SQLException.class).isThrownBy(this.connection::commit)
			.withMessageContaining("nothing of it is stored")
			.withMessageContaining("UNIQUE constraint failed: u.v");
		this.connection.rollback();
		run("insert into t values (3)");
		this.connection.commit();
		assertThat(count(this.other)).as("of the other connection and after the rollback").isEqualTo(2);
	}

	private void assertOthersCannotWrite() {
		assertThatExceptionOfType(SQLException.class).isThrownBy(() -> {
			try (Statement statement = this.other.createStatement()) {
				statement.execute("insert into t values ('other')");
			}
		}).satisfies((ex) -> assertThat(ex.getSQLState()).isEqualTo("40001"));
	}

	private void assertOthersCanWrite() throws SQLException {
		try (Statement statement = this.other.createStatement()) {
			statement.execute("insert into t values ('other')");
		}
	}

	private void assertFails(String sql, String message) {
		assertThatExceptionOfType(SQLException.class).isThrownBy(() -> run(sql)).withMessageContaining(message);
	}

	private ZovaConnection zova() throws SQLException {
		return this.connection.unwrap(ZovaConnection.class);
	}

	private void run(String sql) throws SQLException {
		try (Statement statement = this.connection.createStatement()) {
			statement.execute(sql);
		}
	}

	private static long count(Connection connection) {
		try (Statement statement = connection.createStatement();
				ResultSet row = statement.executeQuery("select count(*) from t")) {
			row.next();
			return row.getLong(1);
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
