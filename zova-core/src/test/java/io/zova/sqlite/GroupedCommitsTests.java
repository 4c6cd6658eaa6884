package io.zova.sqlite;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import io.zova.ZovaDatabase;
import io.zova.ZovaOptions;
import io.zova.ZovaOptions.JournalMode;
import io.zova.ZovaOptions.Synchronous;
import io.zova.notification.Subscription;
import io.zova.store.StoreOptions;
import io.zova.format.StoreRole;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sqlite.SQLiteConnection;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * {@code synchronous: grouped}, in the files and with the calls of applications. That no
 * answer comes before its fsync is shown by {@code AnswersAfterSyncsTests}.
 */
@Timeout(120)
class GroupedCommitsTests {

	private static final byte[] NAMESPACE = "n".getBytes(StandardCharsets.UTF_8);

	private static final int NORMAL = 1;

	private static final int FULL = 2;

	@TempDir
	Path folder;

	@Test
	void everyWayToCommitWaitsForASharedSync() {
		try (ZovaDatabase database = open(JournalMode.WAL)) {
			JdbcClient jdbc = JdbcClient.create(database.dataSource());
			jdbc.sql("create table t(a)").update();
			insert(jdbc, 0);
			assertWaits(database, () -> insert(jdbc, 1));
			assertWaits(database, () -> transaction(database).executeWithoutResult((status) -> insert(jdbc, 2)));
			assertWaits(database, () -> database.keyValues().namespace(NAMESPACE).put(new byte[] { 1 }, new byte[9]));
			assertWaits(database, () -> database.objects().put(new byte[100]));
			assertWaits(database, () -> jdbc.sql("insert into t values (3) returning a").query(Long.class).single());
		}
	}

	@Test
	void whatWritesNothingWaitsForNothing() {
		try (ZovaDatabase database = open(JournalMode.WAL)) {
			JdbcClient jdbc = JdbcClient.create(database.dataSource());
			jdbc.sql("create table t(a)").update();
			insert(jdbc, 0);
			ConnectionStatistics before = database.statistics().connections();
			transaction(database).executeWithoutResult((status) -> count(jdbc));
			TransactionTemplate readOnly = transaction(database);
			readOnly.setReadOnly(true);
			readOnly.executeWithoutResult((status) -> count(jdbc));
			count(jdbc);
			transaction(database).executeWithoutResult((status) -> {
				insert(jdbc, 1);
				status.setRollbackOnly();
			});
			assertThat(database.statistics().connections().groupedCommits()).isEqualTo(before.groupedCommits());
			assertThat(database.statistics().connections().sharedSyncs()).isEqualTo(before.sharedSyncs());
		}
	}

	/** What it has read may not be on disk yet, and it tells others. */
	@Test
	void whoOnlyPublishesWaitsForWhatOthersHaveWritten() {
		try (ZovaDatabase database = open(JournalMode.WAL);
				Subscription subscription = database.notifications().subscribe("c")) {
			JdbcClient jdbc = JdbcClient.create(database.dataSource());
			jdbc.sql("create table t(a)").update();
			insert(jdbc, 0);
			assertWaits(database, () -> transaction(database)
				.executeWithoutResult((status) -> database.notifications().publish("c", "p")));
			assertThat(subscription.tryReceive()).isPresent();
		}
	}

	@Test
	void notificationsKeepTheOrderOfTheCommits() throws Exception {
		int threads = 8;
		int each = 100;
		try (ZovaDatabase database = open(JournalMode.WAL);
				Subscription subscription = database.notifications().subscribe("c")) {
			JdbcClient jdbc = JdbcClient.create(database.dataSource());
			jdbc.sql("create table t(a integer primary key)").update();
			inThreads(threads, () -> {
				for (int i = 0; i < each; i++) {
					transaction(database).executeWithoutResult((status) -> {
						long id = jdbc.sql("insert into t default values returning a").query(Long.class).single();
						database.notifications().publish("c", Long.toString(id));
					});
				}
			});
			List<Long> received = new ArrayList<>();
			for (var next = subscription.tryReceive(); next.isPresent(); next = subscription.tryReceive()) {
				received.add(Long.valueOf(next.get().payload()));
			}
			assertThat(received).hasSize(threads * each).isSorted();
		}
	}

	@ParameterizedTest
	@EnumSource
	void theModeFollowsTheFile(JournalMode mode) {
		try (ZovaDatabase database = open(mode)) {
			JdbcClient jdbc = JdbcClient.create(database.dataSource());
			jdbc.sql("create table t(a)").update();
			insert(jdbc, 0);
			assertThat(synchronous(database, "main")).isEqualTo((mode == JournalMode.WAL) ? NORMAL : FULL);
			assertThat(database.statistics().connections().groupedCommits() > 0).isEqualTo(mode == JournalMode.WAL);
		}
	}

	@Test
	void aFileThatAnotherProcessPutsIntoWalModeIsFollowedSafely() throws SQLException {
		Path file = this.folder.resolve("changed.zova");
		try (ZovaDatabase database = ZovaDatabase.create(file, options().build())) {
			JdbcClient jdbc = JdbcClient.create(database.dataSource());
			jdbc.sql("create table t(a)").update();
			assertThat(synchronous(database, "main")).isEqualTo(FULL);
			try (Connection other = DriverManager.getConnection("jdbc:sqlite:" + file);
					Statement statement = other.createStatement()) {
				statement.execute("pragma journal_mode=wal");
			}
			insert(jdbc, 1);
			assertThat(synchronous(database, "main")).as("until it is opened again").isEqualTo(FULL);
		}
		try (ZovaDatabase database = ZovaDatabase.open(file, options().build())) {
			JdbcClient jdbc = JdbcClient.create(database.dataSource());
			insert(jdbc, 2);
			insert(jdbc, 3);
			assertThat(synchronous(database, "main")).isEqualTo(NORMAL);
		}
	}

	/** The first has to write into the new log before it may be known as one. */
	@Test
	void anEmptyLogIsSyncedBySqlite() {
		try (ZovaDatabase database = open(JournalMode.WAL)) {
			JdbcClient jdbc = JdbcClient.create(database.dataSource());
			jdbc.sql("create table t(a)").update();
			insert(jdbc, 0);
			jdbc.sql("pragma wal_checkpoint(truncate)").query().listOfRows();
			long before = database.statistics().connections().groupedCommits();
			insert(jdbc, 1);
			assertThat(database.statistics().connections().groupedCommits()).isEqualTo(before);
			insert(jdbc, 2);
			assertThat(database.statistics().connections().groupedCommits()).isEqualTo(before + 1);
		}
	}

	@Test
	void whoHasTheDriversConnectionGetsSqlitesOwnWaiting() throws SQLException {
		try (ZovaDatabase database = open(JournalMode.WAL)) {
			JdbcClient jdbc = JdbcClient.create(database.dataSource());
			jdbc.sql("create table t(a)").update();
			insert(jdbc, 0);
			assertThat(synchronous(database, "main")).isEqualTo(NORMAL);
			try (Connection connection = database.dataSource().getConnection()) {
				SQLiteConnection driver = connection.unwrap(SQLiteConnection.class);
				assertThat(synchronous(driver)).isEqualTo(FULL);
				connection.setAutoCommit(false);
				connection.createStatement().executeUpdate("insert into t values (1)");
				connection.commit();
				assertThat(synchronous(driver)).isEqualTo(FULL);
			}
			try (Connection connection = database.dataSource().getConnection()) {
				connection.setAutoCommit(false);
				connection.createStatement().executeUpdate("insert into t values (1)");
				SQLiteConnection driver = connection.unwrap(SQLiteConnection.class);
				connection.commit();
				assertThat(synchronous(driver)).as("taken inside a transaction").isEqualTo(FULL);
			}
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "create table zova_log(shared, x)", "create view zova_log as select 1 as shared",
			"create virtual table zova_log using fts5(shared)" })
	void aTableOfTheNameOfOursDoesNotStandInTheWayOfCommits(String create) {
		Path file = this.folder.resolve("named.zova");
		ZovaOptions options = options().journalMode(JournalMode.WAL).build();
		try (ZovaDatabase database = ZovaDatabase.create(file, options)) {
			JdbcClient jdbc = JdbcClient.create(database.dataSource());
			jdbc.sql("create table t(a)").update();
			insert(jdbc, 0);
			assertWaits(database, () -> jdbc.sql(create).update());
			assertWaits(database, () -> insert(jdbc, 1));
		}
		try (ZovaDatabase database = ZovaDatabase.open(file, options)) {
			JdbcClient jdbc = JdbcClient.create(database.dataSource());
			insert(jdbc, 2);
			assertWaits(database, () -> insert(jdbc, 3));
			assertThat(count(jdbc)).isEqualTo(4);
		}
	}

	@Test
	void whoHasTakenTheDriversConnectionGetsSqlitesOwnWaitingAfterARollback() throws SQLException {
		try (ZovaDatabase database = open(JournalMode.WAL)) {
			JdbcClient jdbc = JdbcClient.create(database.dataSource());
			jdbc.sql("create table t(a unique)").update();
			insert(jdbc, 0);
			try (Connection connection = database.dataSource().getConnection();
					Statement statement = connection.createStatement()) {
				connection.setAutoCommit(false);
				statement.executeUpdate("insert into t values (1)");
				SQLiteConnection driver = connection.unwrap(SQLiteConnection.class);
				connection.rollback();
				assertThat(synchronous(driver)).isEqualTo(FULL);
			}
			try (Connection connection = database.dataSource().getConnection();
					Statement statement = connection.createStatement()) {
				connection.setAutoCommit(false);
				statement.executeUpdate("insert into t values (1)");
				SQLiteConnection driver = connection.unwrap(SQLiteConnection.class);
				assertThatExceptionOfType(SQLException.class)
					.isThrownBy(() -> statement.executeUpdate("insert or rollback into t values (1)"));
				assertThat(synchronous(driver)).as("rolled back by SQLite").isEqualTo(FULL);
				connection.rollback();
			}
		}
	}

	@Test
	void whereTheLogCannotBeAskedForSqliteWaits() throws SQLException {
		try (ZovaDatabase database = open(JournalMode.WAL);
				Connection connection = database.dataSource().getConnection();
				Statement statement = connection.createStatement()) {
			statement.execute("create table t(a)");
			statement.execute("insert into t values (0)");
			statement.execute("create temp table zova_log(shared)");
			long before = database.statistics().connections().groupedCommits();
			statement.execute("insert into t values (1)");
			assertThat(database.statistics().connections().groupedCommits()).isEqualTo(before);
			JdbcClient others = JdbcClient.create(database.dataSource());
			insert(others, 2);
			assertThat(count(others)).isEqualTo(3);
		}
	}

	@Test
	void vacuumIsSyncedBySqliteAndEverythingGoesOn() {
		try (ZovaDatabase database = open(JournalMode.WAL)) {
			JdbcClient jdbc = JdbcClient.create(database.dataSource());
			jdbc.sql("create table t(a)").update();
			insert(jdbc, 0);
			jdbc.sql("vacuum").update();
			assertThat(synchronous(database, "main")).isEqualTo(FULL);
			insert(jdbc, 1);
			assertWaits(database, () -> insert(jdbc, 2));
			assertThat(count(jdbc)).isEqualTo(3);
		}
	}

	@Test
	void theLogsOfAllStoresAreSynced() {
		ZovaOptions options = options().journalMode(JournalMode.WAL).build();
		try (ZovaDatabase database = ZovaDatabase.create(this.folder.resolve("main.zova"), options)) {
			JdbcClient jdbc = JdbcClient.create(database.dataSource());
			jdbc.sql("create table t(a)").update();
			insert(jdbc, 1);
			database.stores()
				.split(StoreRole.OBJECTS, this.folder.resolve("main.objects.zova"),
						StoreOptions.defaults().allowingWal());
			database.objects().put(new byte[60]);
			jdbc.sql("pragma object_store.journal_mode=wal").query().listOfRows();
		}
		try (ZovaDatabase database = ZovaDatabase.open(this.folder.resolve("main.zova"), options)) {
			JdbcClient jdbc = JdbcClient.create(database.dataSource());
			assertThat(jdbc.sql("pragma object_store.journal_mode").query(String.class).single()).isEqualTo("wal");
			database.objects().put(new byte[70]);
			insert(jdbc, 1);
			assertWaits(database, () -> database.objects().put(new byte[80]));
			assertThat(synchronous(database, "main")).isEqualTo(NORMAL);
			assertThat(synchronous(database, "object_store")).isEqualTo(NORMAL);
		}
	}

	@Test
	void aDatabaseInMemoryHasNothingToWaitFor() {
		try (ZovaDatabase database = ZovaDatabase.inMemory(options().build())) {
			JdbcClient jdbc = JdbcClient.create(database.dataSource());
			jdbc.sql("create table t(a)").update();
			insert(jdbc, 1);
			assertThat(database.statistics().connections().groupedCommits()).isZero();
		}
	}

	@Test
	void twoDatabasesOfOneFileShareTheirSyncs() throws Exception {
		Path file = this.folder.resolve("shared.zova");
		ZovaOptions options = options().journalMode(JournalMode.WAL).build();
		try (ZovaDatabase one = ZovaDatabase.create(file, options);
				ZovaDatabase two = ZovaDatabase.open(file, options)) {
			JdbcClient.create(one.dataSource()).sql("create table t(a)").update();
			ExecutorService threads = Executors.newFixedThreadPool(8);
			List<Future<?>> all = new ArrayList<>();
			for (int thread = 0; thread < 8; thread++) {
				JdbcClient jdbc = JdbcClient.create(((thread % 2 == 0) ? one : two).dataSource());
				all.add(threads.submit(() -> {
					for (int i = 0; i < 50; i++) {
						insert(jdbc, i);
					}
				}));
			}
			for (Future<?> each : all) {
				each.get();
			}
			threads.shutdown();
			assertThat(count(JdbcClient.create(two.dataSource()))).isEqualTo(400);
			assertThat(two.statistics().connections().groupedCommits())
				.isEqualTo(one.statistics().connections().groupedCommits())
				.isGreaterThan(300);
		}
	}

	/** Whoever has committed when the others are cut off, knows or learns its outcome. */
	@Test
	void closingUnderManyCommitsLeavesNobodyWaiting() throws Exception {
		Path file = this.folder.resolve("closed.zova");
		for (int round = 0; round < 2; round++) {
			ZovaOptions options = options().journalMode(JournalMode.WAL)
				.closeTimeout(Duration.ofMillis(1))
				// Who waits for a connection when the pool is closed waits so long.
				.lockWaitTimeout(Duration.ofSeconds(5))
				.maximumPoolSize(8)
				.minimumIdle(8)
				.build();
			ZovaDatabase database = ZovaDatabase.openOrCreate(file, options);
			JdbcClient jdbc = JdbcClient.create(database.dataSource());
			jdbc.sql("create table if not exists t(a)").update();
			long before = count(jdbc);
			ExecutorService threads = Executors.newFixedThreadPool(8);
			CountDownLatch begun = new CountDownLatch(8);
			List<Future<Integer>> all = new ArrayList<>();
			for (int thread = 0; thread < 8; thread++) {
				all.add(threads.submit(() -> {
					int done = 0;
					try {
						while (true) {
							insert(jdbc, done);
							done++;
							if (done == 1) {
								begun.countDown();
							}
						}
					}
					catch (RuntimeException ex) {
						return done;
					}
				}));
			}
			assertThat(begun.await(60, TimeUnit.SECONDS)).isTrue();
			try {
				database.close();
			}
			catch (RuntimeException ex) {
				assertThat(ex).hasMessageContaining("still borrowed");
			}
			int done = 0;
			for (Future<Integer> each : all) {
				done += each.get();
			}
			threads.shutdown();
			try (ZovaDatabase again = ZovaDatabase.open(file)) {
				assertThat(count(JdbcClient.create(again.dataSource()))).isGreaterThanOrEqualTo(before + done)
					.isLessThanOrEqualTo(before + done + 8);
			}
		}
	}

	private ZovaDatabase open(JournalMode mode) {
		return ZovaDatabase.create(this.folder.resolve(mode + ".zova"), options().journalMode(mode).build());
	}

	private static ZovaOptions.Builder options() {
		return ZovaOptions.builder().synchronous(Synchronous.GROUPED);
	}

	private static void assertWaits(ZovaDatabase database, Runnable write) {
		ConnectionStatistics before = database.statistics().connections();
		write.run();
		ConnectionStatistics after = database.statistics().connections();
		assertThat(after.groupedCommits()).isEqualTo(before.groupedCommits() + 1);
		assertThat(after.sharedSyncs()).isEqualTo(before.sharedSyncs() + 1);
		assertThat(after.sharedSyncTime()).isGreaterThan(before.sharedSyncTime());
		assertThat(after.durabilityWaitTime()).isGreaterThan(before.durabilityWaitTime());
	}

	private static void inThreads(int count, Runnable work) throws Exception {
		ExecutorService threads = Executors.newFixedThreadPool(count);
		List<Future<?>> all = new ArrayList<>();
		for (int thread = 0; thread < count; thread++) {
			all.add(threads.submit(work));
		}
		for (Future<?> each : all) {
			each.get();
		}
		threads.shutdown();
	}

	private static TransactionTemplate transaction(ZovaDatabase database) {
		return new TransactionTemplate(database.transactionManager());
	}

	private static void insert(JdbcClient jdbc, int value) {
		jdbc.sql("insert into t values (?)").param(value).update();
	}

	private static long count(JdbcClient jdbc) {
		return jdbc.sql("select count(*) from t").query(Long.class).single();
	}

	private static int synchronous(ZovaDatabase database, String schema) {
		return JdbcClient.create(database.dataSource())
			.sql("pragma " + schema + ".synchronous")
			.query(Integer.class)
			.single();
	}

	private static int synchronous(SQLiteConnection driver) throws SQLException {
		try (Statement statement = driver.createStatement();
				var row = statement.executeQuery("pragma main.synchronous")) {
			return row.getInt(1);
		}
	}

}
