package io.zova.sqlite;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.SQLTimeoutException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import io.zova.OtherThreads;
import io.zova.ZovaDatabase;
import io.zova.ZovaOptions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sqlite.SQLiteConnection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What JDBC promises of a connection and its statements.
 */
@Timeout(30)
class ConnectionBehaviourTests {

	private static final String ENDLESS = "with recursive n(i) as (select 1 union all select i + 1 from n) "
			+ "select count(*) from n";

	@TempDir
	private Path directory;

	private ZovaDatabase database;

	private Connection connection;

	@BeforeEach
	void open() throws SQLException {
		this.database = ZovaDatabase.create(this.directory.resolve("test.zova"));
		this.connection = this.database.dataSource().getConnection();
		run("create table t(id integer primary key, v)");
	}

	@AfterEach
	void close() throws SQLException {
		this.connection.close();
		this.database.close();
	}

	@Test
	void countersAreThoseOfSqlite() throws SQLException {
		run("create trigger twice after insert on t when new.v = 'x' begin insert into t(v) values ('y'); end");
		ZovaConnection zova = this.connection.unwrap(ZovaConnection.class);
		long before = zova.totalChangedRows();
		assertThat(update("insert into t(v) values ('x')")).isEqualTo(1);
		assertThat(zova.changedRows()).isEqualTo(1);
		assertThat(zova.totalChangedRows() - before).isEqualTo(2);
		assertThat(zova.lastInsertRowId()).isEqualTo(1);
		assertThat(update("create table u(a)")).isZero();
		assertThat(update("update t set v = 'z' where id > 100")).isZero();
		assertThat(update("delete from t")).isEqualTo(2);
	}

	@Test
	void generatedKeysAreReturnedOnRequest() throws SQLException {
		for (PreparedStatement insert : new PreparedStatement[] {
				this.connection.prepareStatement("insert into t(v) values (?)", Statement.RETURN_GENERATED_KEYS),
				this.connection.prepareStatement("insert into t(v) values (?)", new String[] { "id" }),
				this.connection.prepareStatement("insert into t(v) values (?)", new int[] { 1 }) }) {
			try (insert) {
				insert.setString(1, "a");
				assertThat(insert.executeUpdate()).isEqualTo(1);
				try (ResultSet keys = insert.getGeneratedKeys()) {
					assertThat(keys.next()).isTrue();
					assertThat(keys.getLong(1)).isEqualTo(single("select max(id) from t"));
					assertThat(keys.next()).isFalse();
				}
			}
		}
		try (PreparedStatement insert = this.connection.prepareStatement("insert or ignore into t values (1, 2)",
				Statement.RETURN_GENERATED_KEYS)) {
			assertThat(insert.executeUpdate()).isZero();
			assertThat(insert.getGeneratedKeys().next()).as("nothing was inserted").isFalse();
		}
	}

	@Test
	void returningWorksAsAQueryAndAsAnUpdate() throws SQLException {
		try (PreparedStatement insert = this.connection
			.prepareStatement("insert into t(v) values ('a'), ('b') returning id")) {
			try (ResultSet rows = insert.executeQuery()) {
				assertThat(rows.next()).isTrue();
				assertThat(rows.getLong(1)).isEqualTo(1);
			}
			assertThat(insert.executeUpdate()).isEqualTo(2);
		}
		assertThat(single("select count(*) from t")).isEqualTo(4);
	}

	@Test
	void aBatchTakesEffectAsAWhole() throws SQLException {
		try (PreparedStatement insert = this.connection.prepareStatement("insert into t values (?, 'x')")) {
			for (int id : new int[] { 1, 2, 1 }) {
				insert.setInt(1, id);
				insert.addBatch();
			}
			assertThatExceptionOfType(java.sql.BatchUpdateException.class).isThrownBy(insert::executeBatch)
				.withMessageContaining("UNIQUE constraint failed: t.id");
			assertThat(single("select count(*) from t")).isZero();
			for (int id : new int[] { 1, 2, 3 }) {
				insert.setInt(1, id);
				insert.addBatch();
			}
			assertThat(insert.executeBatch()).containsExactly(1, 1, 1);
		}
		try (Statement statement = this.connection.createStatement()) {
			statement.addBatch("insert into t values (4, 'y')");
			statement.addBatch("insert into t values (4, 'y')");
			assertThatExceptionOfType(java.sql.BatchUpdateException.class).isThrownBy(statement::executeBatch)
				.withMessageContaining("Batch entry 1");
		}
		assertThat(single("select count(*) from t")).isEqualTo(3);
	}

	@Test
	void aReadOnlyConnectionRefusesWrites() throws SQLException {
		this.connection.setReadOnly(true);
		assertThat(this.connection.isReadOnly()).isTrue();
		assertThatExceptionOfType(SQLException.class).isThrownBy(() -> run("insert into t(v) values (1)"))
			.withMessageContaining("readonly database")
			.satisfies((ex) -> assertThat(ex.getSQLState()).isEqualTo("25006"));
		assertThat(single("select count(*) from t")).isZero();
		for (String write : new String[] { "update t set v = 1 where 0", "with x as (select 1) delete from t",
				"create table u(a)", "pragma user_version=7", "vacuum", "insert into t(v) values (1) returning id" }) {
			assertThatExceptionOfType(SQLException.class).as(write)
				.isThrownBy(() -> run(write))
				.withMessageContaining("readonly database");
		}
		run("create temp table mine(a); insert into mine values (1)");
		this.connection.setAutoCommit(false);
		assertThatExceptionOfType(SQLException.class).isThrownBy(() -> run("insert into t(v) values (1)"))
			.withMessageContaining("readonly database");
		assertThat(single("select count(*) from t")).isZero();
		assertThatExceptionOfType(SQLException.class).isThrownBy(() -> this.connection.setReadOnly(false))
			.withMessageContaining("inside a transaction");
		this.connection.rollback();
		this.connection.setReadOnly(false);
		run("insert into t(v) values (1)");
		this.connection.commit();
		this.connection.setAutoCommit(true);
		assertThat(single("select count(*) from t")).isEqualTo(1);
	}

	@Test
	void readOnlyEndsWithTheBorrow() throws SQLException {
		this.connection.setReadOnly(true);
		assertThat(single("select count(*) from t")).isZero();
		this.connection.close();
		this.connection = this.database.dataSource().getConnection();
		run("insert into t(v) values (1)");
		assertThat(single("select count(*) from t")).isEqualTo(1);
	}

	@Test
	void settingAutoCommitCommits() throws SQLException {
		this.connection.setAutoCommit(false);
		run("insert into t(v) values (1)");
		this.connection.setAutoCommit(true);
		try (Connection other = this.database.dataSource().getConnection();
				Statement statement = other.createStatement();
				ResultSet row = statement.executeQuery("select count(*) from t")) {
			assertThat(row.getInt(1)).isEqualTo(1);
		}
	}

	@Test
	void closingWithoutACommitRollsBack() throws SQLException {
		this.connection.setAutoCommit(false);
		run("insert into t(v) values (1)");
		this.connection.close();
		this.connection = this.database.dataSource().getConnection();
		this.connection.setAutoCommit(false);
		try (Statement past = this.connection.unwrap(ZovaConnection.class).createStatement()) {
			past.execute("insert into t(v) values (2)");
		}
		this.connection.close();
		this.connection = this.database.dataSource().getConnection();
		assertThat(this.connection.getAutoCommit()).isTrue();
		assertThat(single("select count(*) from t")).isZero();
	}

	@Test
	void savepointsOfJdbcAreExact() throws SQLException {
		assertThatExceptionOfType(SQLException.class).isThrownBy(this.connection::setSavepoint)
			.withMessageContaining("auto-commit");
		this.connection.setAutoCommit(false);
		Savepoint outer = this.connection.setSavepoint("select");
		run("insert into t values (1, 1)");
		Savepoint inner = this.connection.setSavepoint();
		run("insert into t values (2, 1)");
		this.connection.rollback(inner);
		this.connection.rollback(inner);
		run("insert into t values (3, 1)");
		this.connection.releaseSavepoint(inner);
		assertThatExceptionOfType(SQLException.class).isThrownBy(() -> this.connection.rollback(inner))
			.withMessageContaining("no such savepoint");
		assertThat(single("select group_concat(id) = '1,3' from t")).isEqualTo(1);
		this.connection.rollback(outer);
		this.connection.commit();
		assertThat(single("select count(*) from t")).isZero();
		assertThat(outer.getSavepointName()).isEqualTo("select");
		assertThat(inner.getSavepointId()).isPositive();
		this.connection.setAutoCommit(true);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "1a", "a b", "a\"; drop table t; --", "_zova_x", "_ZOVA_x", "ü", "a-b",
			"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" })
	void aSavepointNameThatBreaksTheRulesIsRefused(String name) throws SQLException {
		this.connection.setAutoCommit(false);
		assertThatExceptionOfType(SQLException.class).isThrownBy(() -> this.connection.setSavepoint(name))
			.withMessageContaining("is not allowed: 1 to 64 letters");
	}

	@ParameterizedTest
	@ValueSource(strings = { "a", "_", "_zova", "zova_x", "ROLLBACK", "savepoint", "a1_",
			"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" })
	void anyOtherSavepointNameWorksKeywordsToo(String name) throws SQLException {
		this.connection.setAutoCommit(false);
		Savepoint savepoint = this.connection.setSavepoint(name);
		run("insert into t values (1, 1)");
		this.connection.rollback(savepoint);
		this.connection.releaseSavepoint(savepoint);
		assertThat(single("select count(*) from t")).isZero();
		this.connection.rollback();
	}

	@Test
	void aQueryThatRunsTooLongIsStopped() throws SQLException {
		try (Statement statement = this.connection.createStatement()) {
			statement.setQueryTimeout(1);
			assertThatExceptionOfType(SQLTimeoutException.class).isThrownBy(() -> statement.executeQuery(ENDLESS))
				.withMessageContaining("time limit of 1 s");
			assertThat(single("select count(*) from t")).as("the connection goes on").isZero();
		}
	}

	@Test
	void theTimeLimitCoversTheWaitForTheGate() throws Exception {
		try (Connection holder = this.database.dataSource().getConnection();
				Statement write = holder.createStatement()) {
			holder.setAutoCommit(false);
			write.execute("insert into t values (1, 1)");
			OtherThreads.inAnotherThread(() -> {
				try (Statement statement = this.connection.createStatement()) {
					statement.setQueryTimeout(1);
					assertThatExceptionOfType(SQLException.class)
						.isThrownBy(() -> statement.execute("insert into t values (2, 2)"))
						.withMessageContaining("Gave up waiting to write after 1 s");
				}
				catch (SQLException ex) {
					throw new IllegalStateException(ex);
				}
			});
			holder.rollback();
		}
	}

	@Test
	void aRunningStatementCanBeCancelledFromAnotherThread() throws Exception {
		try (Statement statement = this.connection.createStatement()) {
			CompletableFuture<Throwable> outcome = new CompletableFuture<>();
			Thread thread = new Thread(() -> {
				try {
					statement.executeQuery(ENDLESS);
					outcome.complete(new AssertionError("ended"));
				}
				catch (SQLException ex) {
					outcome.complete(ex);
				}
			});
			thread.start();
			while (!outcome.isDone()) {
				statement.cancel();
				TimeUnit.MILLISECONDS.sleep(5);
			}
			assertThat(outcome.get()).isInstanceOf(SQLException.class).hasMessageContaining("interrupted");
			assertThat(single("select count(*) from t")).isZero();
		}
	}

	@Test
	void anAbortedConnectionStopsAndIsNotUsedAgain() throws Exception {
		ZovaConnection aborted = this.connection.unwrap(ZovaConnection.class);
		run("begin; insert into t values (1, 1)");
		aborted.abort(Runnable::run);
		assertThat(aborted.isClosed()).isTrue();
		assertThat(aborted.isValid(1)).isFalse();
		assertThatExceptionOfType(SQLException.class).isThrownBy(aborted::createStatement)
			.withMessageContaining("aborted");
		this.connection.close();
		this.connection = this.database.dataSource().getConnection();
		assertThat(this.connection.unwrap(ZovaConnection.class)).isNotSameAs(aborted);
		assertThat(single("select count(*) from t")).as("its transaction was rolled back").isZero();
		run("insert into t values (1, 1)");
	}

	@ParameterizedTest
	@ValueSource(strings = { "insert into t values (1, 1)", "select * from t" })
	void whoClosesTheDriversConnectionInATransactionKeepsNobodyOut(String statement) throws SQLException {
		this.connection.setAutoCommit(false);
		run(statement);
		this.connection.unwrap(SQLiteConnection.class).close();
		this.connection.close();
		this.connection = this.database.dataSource().getConnection();
		assertThat(single("select count(*) from t")).as("the transaction was rolled back").isZero();
		run("insert into t values (1, 1)");
	}

	@Test
	void aConnectionKnowsWhetherItIsValid() throws SQLException {
		assertThat(this.connection.isValid(1)).isTrue();
		ZovaConnection physical = this.connection.unwrap(ZovaConnection.class);
		this.connection.close();
		assertThat(this.connection.isClosed()).isTrue();
		assertThatExceptionOfType(SQLException.class).isThrownBy(() -> run("select 1"));
		physical.close();
		assertThat(physical.isValid(1)).isFalse();
		assertThatExceptionOfType(SQLException.class).isThrownBy(physical::createStatement)
			.withMessageContaining("The connection is closed");
		this.connection = this.database.dataSource().getConnection();
	}

	@Test
	void aConnectionWhoseSettingsWereChangedIsReplaced() throws SQLException {
		run("pragma table_info(t)");
		this.connection.close();
		this.connection = this.database.dataSource().getConnection();
		ZovaConnection before = this.connection.unwrap(ZovaConnection.class);
		run("pragma foreign_keys=off");
		assertThat(single("pragma foreign_keys")).isZero();
		this.connection.close();
		for (int i = 0; i < 12; i++) {
			this.connection = this.database.dataSource().getConnection();
			assertThat(single("pragma foreign_keys")).isEqualTo(1);
			this.connection.close();
		}
		// The pool closes it on a thread of its own.
		OtherThreads.await(before::isClosed);
		this.connection = this.database.dataSource().getConnection();
	}

	@Test
	void resultsCanOnlyBeReadForward() {
		assertThatExceptionOfType(SQLFeatureNotSupportedException.class).isThrownBy(
				() -> this.connection.createStatement(ResultSet.TYPE_SCROLL_INSENSITIVE, ResultSet.CONCUR_READ_ONLY));
	}

	@Test
	void wrongUseOfAStatementIsExplained() throws SQLException {
		try (Statement statement = this.connection.createStatement()) {
			assertThatExceptionOfType(SQLException.class).isThrownBy(() -> statement.executeUpdate("select 1 from t"))
				.withMessageContaining("use executeQuery");
			assertThatExceptionOfType(SQLException.class)
				.isThrownBy(() -> statement.executeQuery("insert into t(v) values (1)"))
				.withMessageContaining("returns no rows");
			assertThatExceptionOfType(SQLException.class).isThrownBy(() -> statement.executeQuery("select 1; select 2"))
				.withMessageContaining("the text holds 2");
		}
		try (PreparedStatement statement = this.connection.prepareStatement("select 1")) {
			assertThatExceptionOfType(SQLException.class).isThrownBy(() -> statement.execute("select 2"));
		}
	}

	@Test
	void theDriverCanBeReached() throws SQLException {
		assertThat(this.connection.isWrapperFor(SQLiteConnection.class)).isTrue();
		assertThat(this.connection.unwrap(SQLiteConnection.class).libversion()).startsWith("3.");
		assertThat(this.connection.getMetaData().getDatabaseProductName()).isEqualTo("SQLite");
	}

	@Test
	void noPragmaIsSetButForeignKeys() throws SQLException {
		assertThat(single("pragma foreign_keys")).isEqualTo(1);
		assertThat(single("pragma synchronous")).isEqualTo(2);
		assertThat(single("pragma cache_size")).isEqualTo(-2000);
		assertThat(single("pragma temp_store")).isZero();
		assertThat(single("pragma recursive_triggers")).isZero();
		assertThat(single("pragma trusted_schema")).isEqualTo(1);
		assertThat(single("pragma query_only")).isZero();
		assertThat(single("pragma mmap_size")).isZero();
		assertThat(single("pragma wal_autocheckpoint")).isEqualTo(1000);
		assertThat(single("select * from pragma_page_size")).isEqualTo(4096);
		assertThat(single("select journal_mode = 'delete' from pragma_journal_mode")).isEqualTo(1);
		assertThat(single("pragma busy_timeout")).isEqualTo(5000);
	}

	@Test
	void theOptionsReachEveryConnection() throws SQLException {
		ZovaOptions options = ZovaOptions.builder()
			.journalMode(ZovaOptions.JournalMode.WAL)
			.synchronous(ZovaOptions.Synchronous.NORMAL)
			.cacheSizeKiB(512)
			.mmapSize(1 << 20)
			.pageSize(8192)
			.build();
		try (ZovaDatabase other = ZovaDatabase.create(this.directory.resolve("other.zova"), options);
				Connection one = other.dataSource().getConnection();
				Connection two = other.dataSource().getConnection()) {
			for (Connection each : new Connection[] { one, two }) {
				assertThat(single(each, "pragma synchronous")).isEqualTo(1);
				assertThat(single(each, "pragma cache_size")).isEqualTo(-512);
				assertThat(single(each, "pragma mmap_size")).isEqualTo(1 << 20);
				assertThat(single(each, "pragma page_size")).isEqualTo(8192);
				assertThat(single(each, "select journal_mode = 'wal' from pragma_journal_mode")).isEqualTo(1);
				assertThat(single(each, "pragma foreign_keys")).isEqualTo(1);
			}
		}
	}

	private void run(String sql) throws SQLException {
		try (Statement statement = this.connection.createStatement()) {
			statement.execute(sql);
		}
	}

	private int update(String sql) throws SQLException {
		try (PreparedStatement statement = this.connection.prepareStatement(sql)) {
			return statement.executeUpdate();
		}
	}

	private long single(String sql) throws SQLException {
		return single(this.connection, sql);
	}

	private static long single(Connection connection, String sql) throws SQLException {
		try (Statement statement = connection.createStatement(); ResultSet row = statement.executeQuery(sql)) {
			assertThat(row.next()).isTrue();
			return row.getLong(1);
		}
	}

}
