package io.zova.sqlite;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import io.zova.ZovaDatabase;
import io.zova.ZovaOptions.JournalMode;
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
 * Reads in quick succession share one read transaction, and nobody notices. A stranger,
 * who opens the file past our locks and does not wait, tells whether it is locked.
 */
@Timeout(60)
class ReadLeaseTests {

	/** Without connections that the pool opens, and so reads, when it likes. */
	private static final ZovaOptions OPTIONS = ZovaOptions.builder()
		.minimumIdle(0)
		.busyTimeout(Duration.ZERO)
		.lockWaitTimeout(Duration.ofSeconds(10))
		.build();

	private static final String ENDLESS = """
			with recursive n(i) as (select 1 union all select i + 1 from n) select count(*) from n, t
			""";

	@TempDir
	private Path directory;

	private ZovaDatabase database;

	private Connection first;

	private Connection second;

	private Connection stranger;

	private final long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);

	@BeforeEach
	void open() throws SQLException {
		Path file = this.directory.resolve("test.zova");
		this.database = ZovaDatabase.create(file, OPTIONS);
		this.first = this.database.dataSource().getConnection();
		this.second = this.database.dataSource().getConnection();
		execute(this.first, "create table t(v integer)");
		execute(this.first, "insert into t values (1), (2), (3)");
		this.stranger = DriverManager.getConnection("jdbc:sqlite:" + file + "?busy_timeout=0");
	}

	@AfterEach
	void close() throws SQLException {
		this.stranger.close();
		this.first.close();
		this.second.close();
		this.database.close();
	}

	@Test
	void readsInQuickSuccessionKeepTheFileLockedInBetween() throws SQLException {
		lease(this.first);
		assertThat(count(this.first)).isEqualTo(3);
	}

	@Test
	void aFileThatNobodyReadsAnyMoreIsSoonUnlocked() throws Exception {
		lease(this.first);
		awaitUnlocked();
		assertThat(count(this.first)).isEqualTo(3);
	}

	@Test
	void aConnectionThatLiesInThePoolDoesNotKeepTheFileLocked() throws Exception {
		lease(this.first);
		this.first.close();
		awaitUnlocked();
		this.first = this.database.dataSource().getConnection();
	}

	@Test
	void readsWithPausesAreNotKeptTogether() throws Exception {
		for (int i = 0; i < 30; i++) {
			assertThat(count(this.first)).isEqualTo(3);
			assertThat(isLocked()).isFalse();
			Thread.sleep(3);
		}
	}

	@Test
	void aWriterEndsTheLeasesOfOthersAndDoesNotTakeThemForUnfinishedReads() throws SQLException {
		for (int i = 4; i < 60; i++) {
			lease(this.first);
			lease(this.second);
			execute((i % 2 == 0) ? this.second : this.first, "insert into t values (9)");
			assertThat(count(this.first)).isEqualTo(i);
			assertThat(count(this.second)).isEqualTo(i);
		}
	}

	@Test
	void aTransactionBeginsCommitsAndRollsBackInTheMiddleOfReads() throws SQLException {
		lease(this.first);
		this.first.setAutoCommit(false);
		execute(this.first, "insert into t values (4)");
		this.first.rollback();
		this.first.setAutoCommit(true);
		lease(this.first);
		execute(this.first, "begin");
		assertThat(count(this.first)).isEqualTo(3);
		execute(this.first, "savepoint s");
		execute(this.first, "insert into t values (4)");
		execute(this.first, "release s");
		execute(this.first, "commit");
		lease(this.first);
		execute(this.first, "savepoint s");
		execute(this.first, "release s");
		assertThat(count(this.second)).isEqualTo(4);
	}

	@Test
	void nobodyIsToldOfATransaction() throws SQLException {
		long before = this.database.statistics().connections().readTransactions();
		ZovaConnection physical = this.first.unwrap(ZovaConnection.class);
		lease(this.first);
		assertThat(physical.inTransaction()).isFalse();
		assertThat(physical.session().jdbc().isOpen()).isFalse();
		assertThat(this.database.statistics().connections().readTransactions()).isEqualTo(before);
		lease(this.first);
		SQLiteConnection driver = this.first.unwrap(SQLiteConnection.class);
		driver.getDatabase().exec("begin", false);
		assertThat(count(this.first)).isEqualTo(3);
		driver.getDatabase().exec("commit", false);
	}

	@ParameterizedTest
	@ValueSource(strings = { "vacuum", "vacuum into ?", "pragma foreign_keys=off", "pragma synchronous=off",
			"pragma journal_mode=truncate", "attach ? as other", "reindex", "pragma user_version=3", "analyze" })
	void whatIsNotAllowedInATransactionIsAllowedBetweenReads(String sql) throws SQLException {
		DriverManager.getConnection("jdbc:sqlite:" + this.directory.resolve("attached")).close();
		lease(this.first);
		for (int i = 0; i < 3; i++) {
			try (PreparedStatement statement = this.first.prepareStatement(sql)) {
				if (sql.contains("?")) {
					String name = sql.startsWith("attach") ? "attached" : "copy" + i;
					statement.setString(1, this.directory.resolve(name).toString());
				}
				statement.execute();
			}
			if (sql.startsWith("attach")) {
				execute(this.first, "detach other");
			}
			assertThat(count(this.first)).isEqualTo(3);
			assertThat(count(this.first)).isEqualTo(3);
		}
		if (sql.equals("pragma foreign_keys=off")) {
			assertThat(query(this.first, "pragma foreign_keys").getInt(1)).isZero();
		}
		assertThat(count(this.first)).isEqualTo(3);
		assertThat(count(this.second)).isEqualTo(3);
	}

	@Test
	void openResultsGoOnWhenTheirConnectionWrites() throws SQLException {
		lease(this.first);
		try (ResultSet one = query(this.first, "select v from t order by v");
				ResultSet other = query(this.first, "select v from t order by v")) {
			assertThat(one.next()).isTrue();
			execute(this.first, "create table u(v)");
			execute(this.first, "insert into u values (7)");
			assertThat(one.getInt(1)).isEqualTo(2);
			assertThat(one.next()).isTrue();
			assertThat(other.next()).isTrue();
			assertThat(other.getInt(1)).isEqualTo(2);
			assertThat(isLocked()).isTrue();
		}
		awaitUnlocked();
	}

	@Test
	void anOpenResultKeepsTheFileLockedAsLongAsItIsOpen() throws Exception {
		lease(this.first);
		try (ResultSet rows = query(this.first, "select v from t")) {
			for (int i = 0; i < 10; i++) {
				Thread.sleep(1);
				assertThat(isLocked()).isTrue();
				assertThat(count(this.first)).isEqualTo(3);
				assertThat(count(this.second)).isEqualTo(3);
			}
			assertThatExceptionOfType(SQLException.class).isThrownBy(() -> execute(this.second, "delete from t"))
				.withMessageContaining("waits for itself");
			assertThat(rows.next()).isTrue();
		}
		awaitUnlocked();
		execute(this.second, "delete from t");
	}

	@Test
	void aReadThatIsCancelledDoesNotHarmTheNext() throws Exception {
		for (int i = 0; i < 10; i++) {
			lease(this.first);
			try (Statement statement = this.first.createStatement()) {
				CompletableFuture<Void> cancelling = CompletableFuture.runAsync(() -> cancelUntil(statement));
				assertThatExceptionOfType(SQLException.class).isThrownBy(() -> statement.executeQuery(ENDLESS))
					.withMessageContaining("interrupted");
				this.cancelled = true;
				cancelling.get(10, TimeUnit.SECONDS);
				this.cancelled = false;
			}
			assertThat(count(this.first)).isEqualTo(3);
			awaitUnlocked();
		}
	}

	private volatile boolean cancelled;

	private void cancelUntil(Statement statement) {
		try {
			while (!this.cancelled) {
				statement.cancel();
				Thread.onSpinWait();
			}
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

	@Test
	void aReadThatTakesTooLongDoesNotHarmTheNext() throws SQLException {
		lease(this.first);
		try (Statement statement = this.first.createStatement()) {
			statement.setQueryTimeout(1);
			assertThatExceptionOfType(SQLTimeoutException.class).isThrownBy(() -> statement.executeQuery(ENDLESS));
		}
		assertThat(count(this.first)).isEqualTo(3);
		awaitUnlocked();
	}

	@Test
	void aReadThatFailsUnlocksTheFile() throws SQLException {
		for (int i = 0; i < 10; i++) {
			lease(this.first);
			assertThatExceptionOfType(SQLException.class)
				.isThrownBy(() -> query(this.first, "select abs(-9223372036854775808), v from t"));
			assertThat(isLocked()).isFalse();
			assertThat(count(this.first)).isEqualTo(3);
		}
	}

	@Test
	void aTransactionThatSqliteHasEndedByItselfIsMissedByNobody() throws SQLException {
		ZovaConnection physical = this.first.unwrap(ZovaConnection.class);
		for (String then : new String[] { "select v from t", "insert into t values (4)", "begin; commit" }) {
			rollBackUnderALease(physical);
			execute(this.first, then);
			assertThat(count(this.first)).isPositive();
		}
		assertThat(count(this.second)).isEqualTo(4);
	}

	@Test
	void readersAreAsFreshAsWithoutWhenSomebodyElseHasSwitchedTheFileToAWriteAheadLog() throws SQLException {
		lease(this.first);
		awaitUnlocked();
		execute(this.stranger, "pragma busy_timeout=5000");
		execute(this.stranger, "pragma journal_mode=wal");
		for (int i = 4; i < 500; i++) {
			assertThat(count(this.first)).isEqualTo(i - 1);
			assertThat(count(this.first)).isEqualTo(i - 1);
			execute(this.stranger, "insert into t values (9)");
			assertThat(count(this.first)).isEqualTo(i);
		}
	}

	@Test
	void withAWriteAheadLogNothingIsKept() throws SQLException {
		Path file = this.directory.resolve("wal.zova");
		try (ZovaDatabase log = ZovaDatabase.create(file, OPTIONS.toBuilder().journalMode(JournalMode.WAL).build());
				Connection reader = log.dataSource().getConnection();
				Connection other = DriverManager.getConnection("jdbc:sqlite:" + file + "?busy_timeout=5000")) {
			execute(reader, "create table t(v integer)");
			for (int i = 1; i < 500; i++) {
				assertThat(count(reader)).isEqualTo(i - 1);
				assertThat(count(reader)).isEqualTo(i - 1);
				execute(other, "insert into t values (9)");
				assertThat(count(reader)).isEqualTo(i);
			}
		}
	}

	@Test
	void closingAndAbortingInTheMiddleOfReadsUnlocksTheFile() throws SQLException {
		lease(this.first);
		this.first.unwrap(ZovaConnection.class).abort(Runnable::run);
		assertThat(isLocked()).isFalse();
		this.first.close();
		lease(this.second);
		this.second.unwrap(ZovaConnection.class).close();
		assertThat(isLocked()).isFalse();
		this.second.close();
		this.first = this.database.dataSource().getConnection();
		this.second = this.database.dataSource().getConnection();
		execute(this.first, "insert into t values (4)");
		assertThat(count(this.second)).isEqualTo(4);
	}

	/** What SQLite does after an I/O error. */
	private void rollBackUnderALease(ZovaConnection physical) throws SQLException {
		while (true) {
			lease(this.first);
			try {
				physical.driver().getDatabase().exec("rollback", false);
				return;
			}
			catch (SQLException ex) {
				// On a slow machine the lease has ended first.
				assertThat(ex.getMessage()).contains("no transaction is active");
			}
		}
	}

	/**
	 * Reads until the file stays locked, which the third read in a row does, unless this
	 * thread is interrupted for long.
	 */
	private void lease(Connection connection) throws SQLException {
		do {
			assertThat(System.nanoTime()).as("a lease begins").isLessThan(this.deadline);
			count(connection);
			count(connection);
			count(connection);
		}
		while (!isLocked());
	}

	private void awaitUnlocked() throws SQLException {
		while (isLocked()) {
			assertThat(System.nanoTime()).as("the lease ends").isLessThan(this.deadline);
			Thread.onSpinWait();
		}
	}

	private boolean isLocked() throws SQLException {
		try (Statement statement = this.stranger.createStatement()) {
			statement.execute("begin exclusive");
			statement.execute("rollback");
			return false;
		}
		catch (SQLException ex) {
			assertThat(ex.getErrorCode()).isEqualTo(5);
			return true;
		}
	}

	private static void execute(Connection connection, String sql) throws SQLException {
		try (Statement statement = connection.createStatement()) {
			statement.execute(sql);
		}
	}

	private static ResultSet query(Connection connection, String sql) throws SQLException {
		ResultSet rows = connection.createStatement().executeQuery(sql);
		assertThat(rows.next()).isTrue();
		return rows;
	}

	private static int count(Connection connection) throws SQLException {
		try (PreparedStatement statement = connection.prepareStatement("select count(*) from t");
				ResultSet rows = statement.executeQuery()) {
			assertThat(rows.next()).isTrue();
			return rows.getInt(1);
		}
	}

}
