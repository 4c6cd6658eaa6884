package io.zova.sqlite.lock;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

import io.zova.NewDatabase;
import io.zova.OtherThreads;
import io.zova.ZovaDatabase;
import io.zova.ZovaOptions;
import io.zova.sqlite.ZovaConnection;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * With a rollback journal, a commit and readers exclude each other: they wait in memory.
 */
@Timeout(30)
class ReadersAndCommitsTests extends NewDatabase {

	private static final ZovaOptions OPTIONS = ZovaOptions.builder()
		.busyTimeout(Duration.ZERO)
		.lockWaitTimeout(Duration.ofSeconds(1))
		.build();

	private Connection first;

	private Connection second;

	private Connection third;

	@Override
	protected ZovaOptions options() {
		return OPTIONS;
	}

	@BeforeEach
	void open() throws SQLException {
		this.first = this.database.dataSource().getConnection();
		this.second = this.database.dataSource().getConnection();
		this.third = this.database.dataSource().getConnection();
		execute(this.first, "create table t as select 1 as v union all select 2 union all select 3");
	}

	@AfterEach
	void close() throws SQLException {
		this.first.close();
		this.second.close();
		this.third.close();
	}

	@Test
	void aCommitWaitsForAnOpenCursorOfAnotherThread() throws Exception {
		ResultSet rows = query(this.first, "select v from t");
		CompletableFuture<Void> commit = insertElsewhere(this.second);
		assertThat(commit).as("the cursor is open").isNotDone();
		rows.close();
		commit.get(10, TimeUnit.SECONDS);
		assertThat(count(this.first)).isEqualTo(4);
	}

	@Test
	void readingToTheEndIsEnoughForTheCommit() throws Exception {
		ResultSet rows = query(this.first, "select v from t");
		CompletableFuture<Void> commit = insertElsewhere(this.second);
		while (rows.next()) {
			assertThat(rows.getInt(1)).isPositive();
		}
		commit.get(10, TimeUnit.SECONDS);
		rows.close();
	}

	@Test
	void aReaderThatComesWhileACommitWaitsIsNotOvertakingIt() throws Exception {
		ResultSet rows = query(this.first, "select v from t");
		CompletableFuture<Void> commit = insertElsewhere(this.second);
		CompletableFuture<Integer> reader = new CompletableFuture<>();
		Thread thread = new Thread(() -> complete(reader, () -> count(this.third)));
		thread.start();
		OtherThreads.awaitParked(thread);
		rows.close();
		commit.get(10, TimeUnit.SECONDS);
		assertThat(reader.get(10, TimeUnit.SECONDS)).as("it sees the commit").isEqualTo(4);
	}

	@Test
	void aThreadThatReadsMayReadThroughASecondConnectionWhileACommitWaits() throws Exception {
		ResultSet rows = query(this.first, "select v from t");
		CompletableFuture<Void> commit = insertElsewhere(this.second);
		assertThat(count(this.third)).isEqualTo(3);
		assertThat(commit).isNotDone();
		rows.close();
		commit.get(10, TimeUnit.SECONDS);
	}

	@Test
	void aThreadThatReadsGetsANewConnectionWhileACommitWaits() throws Exception {
		try (ZovaDatabase patient = ZovaDatabase.open(file(),
				ZovaOptions.builder().lockWaitTimeout(Duration.ofSeconds(10)).build());
				Connection writer = patient.dataSource().getConnection()) {
			ResultSet rows = query(this.first, "select v from t");
			CompletableFuture<Void> commit = insertElsewhere(writer);
			List<Connection> opened = new ArrayList<>();
			// The pool opens them in a thread of its own.
			for (int i = 0; i < 4; i++) {
				opened.add(patient.dataSource().getConnection());
				assertThat(count(opened.get(i))).isEqualTo(3);
			}
			rows.close();
			commit.get(10, TimeUnit.SECONDS);
			for (Connection connection : opened) {
				connection.close();
			}
		}
	}

	@Test
	void aCommitThatWaitsTooLongSaysWhoStillReadsAndCanBeRepeated() throws Exception {
		this.second.setAutoCommit(false);
		execute(this.second, "insert into t values (4)");
		CompletableFuture<ResultSet> rows = new CompletableFuture<>();
		Thread reader = new Thread(() -> complete(rows, () -> query(this.first, "select v from t")), "slow reader");
		reader.start();
		rows.get(10, TimeUnit.SECONDS);
		assertThatExceptionOfType(SQLException.class).isThrownBy(this.second::commit)
			.withMessageContaining("for readers to finish")
			.withMessageContaining("still reading: slow reader")
			.satisfies((ex) -> assertThat(ex.getSQLState()).isEqualTo("40001"));
		rows.get().close();
		this.second.commit();
		assertThat(count(this.first)).isEqualTo(4);
	}

	@Test
	void aThreadWhoseOwnCursorIsInTheWayIsToldAtOnce() throws Exception {
		ResultSet rows = query(this.first, "select v from t");
		long start = System.nanoTime();
		assertThatExceptionOfType(SQLException.class).isThrownBy(() -> execute(this.second, "insert into t values (4)"))
			.withMessageContaining("waits for itself")
			.withMessageContaining("WAL");
		assertThat(System.nanoTime() - start).isLessThan(OPTIONS.lockWaitTimeout().toNanos());
		rows.close();
		execute(this.second, "insert into t values (4)");
	}

	@Test
	void aCursorOfTheWritersOwnConnectionIsNoObstacle() throws Exception {
		ResultSet rows = query(this.first, "select v from t");
		execute(this.first, "insert into t values (4)");
		rows.close();
		assertThat(count(this.second)).isEqualTo(4);
	}

	@Test
	void metaDataIsReadInGoodOrderToo() throws Exception {
		ResultSet tables = this.first.getMetaData().getTables(null, null, "t", null);
		assertThat(tables.next()).isTrue();
		CompletableFuture<Void> commit = insertElsewhere(this.second);
		assertThat(commit).isNotDone();
		tables.close();
		commit.get(10, TimeUnit.SECONDS);
		assertThat(this.first.getMetaData().getDatabaseProductName()).isEqualTo("SQLite");
		assertThat(this.first.unwrap(ZovaConnection.class).getMetaData().getConnection())
			.isSameAs(this.first.unwrap(ZovaConnection.class));
	}

	@Test
	void metaDataThatABorrowerLeavesOpenIsClosedWithItsConnection() throws Exception {
		assertThat(this.first.getMetaData().getTables(null, null, "t", null).next()).isTrue();
		this.first.close();
		execute(this.second, "insert into t values (4)");
		this.first = this.database.dataSource().getConnection();
		assertThat(count(this.first)).isEqualTo(4);
	}

	@Test
	void aTransactionLargerThanTheCacheLetsReadersInUntilItSpills() throws Exception {
		this.second.setAutoCommit(false);
		try (var statement = this.second.prepareStatement("insert into t values (?)")) {
			for (int i = 0; i < 6; i++) {
				statement.setBytes(1, new byte[1 << 20]);
				statement.executeUpdate();
			}
			assertThat(count(this.first)).as("6 MiB are in memory").isEqualTo(3);
			for (int i = 0; i < 60; i++) {
				statement.setBytes(1, new byte[1 << 20]);
				statement.executeUpdate();
			}
		}
		CompletableFuture<Integer> reader = new CompletableFuture<>();
		Thread thread = new Thread(() -> complete(reader, () -> count(this.first)));
		thread.start();
		OtherThreads.awaitParked(thread);
		this.second.commit();
		assertThat(reader.get(10, TimeUnit.SECONDS)).isEqualTo(69);
	}

	private CompletableFuture<Void> insertElsewhere(Connection connection) throws InterruptedException {
		CompletableFuture<Void> done = new CompletableFuture<>();
		Thread thread = new Thread(() -> complete(done, () -> {
			execute(connection, "insert into t values (9)");
			return null;
		}));
		thread.start();
		OtherThreads.awaitParked(thread);
		return done;
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
		try (ResultSet rows = query(connection, "select count(*) from t")) {
			return rows.getInt(1);
		}
	}

	private static <T> void complete(CompletableFuture<T> future, java.util.concurrent.Callable<T> work) {
		try {
			future.complete(work.call());
		}
		catch (Exception ex) {
			future.completeExceptionally(new ExecutionException(ex));
		}
	}

}
