package io.zova.sqlite;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sqlite.SQLiteCommitListener;

import org.springframework.jdbc.core.simple.JdbcClient;

import io.zova.OtherThreads;
import io.zova.ZovaDatabase;
import io.zova.ZovaOptions.JournalMode;
import io.zova.ZovaOptions.TransactionBegin;
import io.zova.ZovaOptions;
import io.zova.ZovaStatus;
import io.zova.notification.Subscription;
import io.zova.sqlite.function.ScalarFunction;
import io.zova.sqlite.function.SqlFunction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * A connection that is aborted, at whatever moment, keeps nobody out of the file.
 */
@Timeout(60)
class AbortedConnectionsTests {

	@TempDir
	private Path directory;

	@Test
	void aWriteIsOverWhenItsConnectionWasAbortedBeforeItsResultWasKnown() throws SQLException {
		AtomicReference<Connection> used = new AtomicReference<>();
		SqlFunction abort = ScalarFunction.of("abort_me", 0, (arguments) -> {
			used.get().abort((task) -> {
			});
			return 1L;
		});
		try (ZovaDatabase database = open(options().functions(abort).build())) {
			try (Connection connection = database.dataSource().getConnection();
					Statement statement = connection.createStatement()) {
				used.set(connection);
				assertThatExceptionOfType(SQLException.class)
					.isThrownBy(() -> statement.executeUpdate("insert into t values (abort_me())"))
					.withMessageContaining("aborted");
				OtherThreads.inAnotherThread(() -> insert(database));
			}
		}
	}

	@ParameterizedTest
	@CsvSource({ "IMMEDIATE,WAL", "IMMEDIATE,DELETE", "FIRST_WRITE,WAL", "FIRST_WRITE,DELETE" })
	void writersGetOnAfterAbortsAtAnyMoment(TransactionBegin begin, JournalMode mode) throws Exception {
		ExecutorService aborting = Executors.newCachedThreadPool();
		Random random = new Random(1);
		try (ZovaDatabase database = open(options().transactionBegin(begin).journalMode(mode).build())) {
			for (int i = 0; i < 150; i++) {
				AtomicReference<Connection> used = new AtomicReference<>();
				CompletableFuture<Void> work = CompletableFuture.runAsync(() -> work(database, used), aborting);
				Connection connection = used.get();
				while (connection == null) {
					Thread.onSpinWait();
					connection = used.get();
				}
				long end = System.nanoTime() + random.nextInt(1_000_000);
				while (System.nanoTime() < end) {
					Thread.onSpinWait();
				}
				connection.abort(aborting);
				work.get(20, TimeUnit.SECONDS);
				insert(database);
			}
			assertThat(JdbcClient.create(database.dataSource())
				.sql("select count(*) from t where v = 'rolled back'")
				.query(Integer.class)
				.single()).isZero();
		}
		finally {
			aborting.shutdownNow();
		}
	}

	@Test
	void aCommitSaysWhatHasBecomeOfItAlthoughItsConnectionIsAborted() throws Exception {
		ExecutorService aborting = Executors.newCachedThreadPool();
		try (ZovaDatabase database = open(options().journalMode(JournalMode.WAL).build());
				Subscription subscription = database.notifications().subscribe("c")) {
			for (int i = 0; i < 40; i++) {
				String value = "commit " + i;
				SQLException failure = commitWhileAborted(database, value, aborting);
				boolean stored = JdbcClient.create(database.dataSource())
					.sql("select count(*) from t where v = ?")
					.param(value)
					.query(Integer.class)
					.single() > 0;
				boolean notified = subscription.tryReceive().isPresent();
				if (failure != null && stored) {
					assertThat(ZovaStatus.of(failure)).as(failure.toString()).isEqualTo(ZovaStatus.OUTCOME_UNKNOWN);
				}
				if (failure == null) {
					assertThat(stored).isTrue();
					assertThat(notified).isTrue();
				}
			}
		}
		finally {
			aborting.shutdownNow();
		}
	}

	private static @Nullable SQLException commitWhileAborted(ZovaDatabase database, String value,
			ExecutorService aborting) throws Exception {
		CompletableFuture<Void> aborted = new CompletableFuture<>();
		SQLException failure = null;
		try (Connection connection = database.dataSource().getConnection();
				Statement statement = connection.createStatement()) {
			connection.setAutoCommit(false);
			statement.executeUpdate("insert into t values ('" + value + "')");
			statement.execute("select zova_notify('c', '" + value + "')");
			CountDownLatch waits = new CountDownLatch(1);
			// Called inside SQLite's commit.
			connection.unwrap(ZovaConnection.class)
				.session()
				.driver()
				.driver()
				.addCommitListener(new SQLiteCommitListener() {

					@Override
					public void onCommit() {
						aborting.execute(() -> {
							waits.countDown();
							try {
								connection.abort(Runnable::run);
								aborted.complete(null);
							}
							catch (SQLException | RuntimeException ex) {
								aborted.completeExceptionally(ex);
							}
						});
						try {
							waits.await();
							Thread.sleep(2);
						}
						catch (InterruptedException ex) {
							Thread.currentThread().interrupt();
						}
					}

					@Override
					public void onRollback() {
						// Nothing is to be done then.
					}

				});
			try {
				connection.commit();
			}
			catch (SQLException ex) {
				failure = ex;
			}
			aborted.get(20, TimeUnit.SECONDS);
		}
		return failure;
	}

	private static void work(ZovaDatabase database, AtomicReference<Connection> used) {
		try (Connection connection = database.dataSource().getConnection();
				Statement statement = connection.createStatement()) {
			used.set(connection);
			statement.execute("begin");
			statement.executeUpdate("insert into t values ('rolled back')");
			statement.execute("rollback");
			statement.executeUpdate("insert into t values (1)");
			connection.setAutoCommit(false);
			try (ResultSet rows = statement.executeQuery("select v from t")) {
				rows.next();
			}
			statement.executeUpdate("insert into t values (2)");
			connection.commit();
		}
		catch (SQLException ex) {
			assertThat((Throwable) ex).isNotNull();
		}
	}

	private static void insert(ZovaDatabase database) {
		JdbcClient.create(database.dataSource()).sql("insert into t values (3)").update();
	}

	private static ZovaOptions.Builder options() {
		return ZovaOptions.builder().lockWaitTimeout(Duration.ofSeconds(5));
	}

	private ZovaDatabase open(ZovaOptions options) {
		ZovaDatabase database = ZovaDatabase.create(this.directory.resolve("test.zova"), options);
		JdbcClient.create(database.dataSource()).sql("create table t(v)").update();
		return database;
	}

}
