package io.zova;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

import io.zova.ZovaOptions.JournalMode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.dao.CannotAcquireLockException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Locks of another process are waited for as long as the busy timeout says.
 */
@Timeout(60)
class OtherProcessesIT {

	private static final int COMMITS = 200;

	@TempDir
	private Path directory;

	@ParameterizedTest
	@EnumSource(names = { "WAL", "DELETE" })
	void aWriterElsewhereMakesWritersFailAfterTheBusyTimeoutAndReadersNever(JournalMode mode) throws Exception {
		ZovaOptions options = options(mode).busyTimeout(Duration.ofMillis(200)).build();
		try (ZovaDatabase database = create(options); ChildJvm other = holder("begin immediate")) {
			assertThat(other.readLine()).isEqualTo("locked");
			assertThatExceptionOfType(CannotAcquireLockException.class).isThrownBy(() -> insert(database))
				.withMessageContaining("Another process")
				.satisfies((ex) -> assertThat(ZovaStatus.of(ex)).isEqualTo(ZovaStatus.BUSY));
			assertThatExceptionOfType(CannotAcquireLockException.class)
				.isThrownBy(() -> database.sql().write("insert", (connection) -> connection.getAutoCommit()));
			assertThat(count(database)).isZero();
			other.finish();
			insert(database);
			assertThat(count(database)).isEqualTo(1);
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "WAL", "DELETE" })
	void aWriterElsewhereThatEndsInTimeIsWaitedFor(JournalMode mode) throws Exception {
		ZovaOptions options = options(mode).busyTimeout(Duration.ofSeconds(30)).build();
		try (ZovaDatabase database = create(options); ChildJvm other = holder("begin immediate")) {
			assertThat(other.readLine()).isEqualTo("locked");
			Thread writer = new Thread(() -> insert(database));
			writer.start();
			writer.join(200);
			assertThat(writer.isAlive()).isTrue();
			other.finish();
			writer.join();
			assertThat(count(database)).isEqualTo(1);
		}
	}

	@Test
	void aFileThatIsLockedExclusivelyDoesNotOpen() throws Exception {
		create(options(JournalMode.DELETE).build()).close();
		try (ChildJvm other = holder("begin exclusive")) {
			assertThat(other.readLine()).isEqualTo("locked");
			ZovaOptions options = ZovaOptions.builder().busyTimeout(Duration.ZERO).build();
			assertThatExceptionOfType(ZovaException.class).isThrownBy(() -> ZovaDatabase.open(file(), options))
				.withMessageContaining(file().toString())
				.satisfies((ex) -> assertThat(ex.status()).isEqualTo(ZovaStatus.BUSY));
			other.finish();
			ZovaDatabase.open(file(), options).close();
		}
	}

	@ParameterizedTest
	@ValueSource(ints = { 1, 3 })
	void aWriterElsewhereGetsOnAmongReadsWithoutPauseAndTheySeeAtOnceWhatItHasCommitted(int threads) throws Exception {
		AtomicLong acknowledged = new AtomicLong();
		AtomicBoolean finished = new AtomicBoolean();
		ExecutorService readers = Executors.newFixedThreadPool(threads);
		// SQLite only tries again now and then, and on a slow disk the other process
		// holds
		// the lock nearly all the time.
		ZovaOptions options = options(JournalMode.DELETE).busyTimeout(Duration.ofSeconds(30)).build();
		try (ZovaDatabase database = create(options)) {
			insert(database);
			List<Future<Long>> reading = new ArrayList<>();
			try (ChildJvm other = ChildJvm.start(List.of(), Counter.class, file(), COMMITS)) {
				for (int i = 0; i < threads; i++) {
					reading.add(readers.submit(() -> readUntil(finished, database, acknowledged)));
				}
				for (int i = 1; i <= COMMITS; i++) {
					assertThat(other.readLine()).isEqualTo("committed " + i);
					acknowledged.set(i);
					assertThat(value(database)).isGreaterThanOrEqualTo(i);
				}
				other.finish();
			}
			finally {
				finished.set(true);
			}
			for (Future<Long> reads : reading) {
				assertThat(reads.get()).as("reads").isGreaterThan(COMMITS);
			}
		}
		finally {
			readers.shutdownNow();
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "WAL", "DELETE" })
	void transactionsThatBeginWithTheirFirstWriteGetOnBesideAWriterElsewhere(JournalMode mode) throws Exception {
		AtomicLong acknowledged = new AtomicLong();
		AtomicBoolean finished = new AtomicBoolean();
		ExecutorService threads = Executors.newFixedThreadPool(3);
		ZovaOptions options = options(mode).transactionBegin(ZovaOptions.TransactionBegin.FIRST_WRITE)
			.busyTimeout(Duration.ofSeconds(30))
			.build();
		try (ZovaDatabase database = create(options)) {
			insert(database);
			JdbcClient.create(database.dataSource()).sql("create table noted(v)").update();
			List<Future<Long>> working = new ArrayList<>();
			try (ChildJvm other = ChildJvm.start(List.of(), Counter.class, file(), COMMITS)) {
				for (int i = 0; i < 3; i++) {
					working.add(threads.submit(() -> noteUntil(finished, database, acknowledged)));
				}
				for (int i = 1; i <= COMMITS; i++) {
					assertThat(other.readLine()).isEqualTo("committed " + i);
					acknowledged.set(i);
				}
				other.finish();
			}
			finally {
				finished.set(true);
			}
			long transactions = 0;
			for (Future<Long> work : working) {
				transactions += work.get();
			}
			assertThat(JdbcClient.create(database.dataSource())
				.sql("select count(*) from noted")
				.query(Long.class)
				.single()).isEqualTo(transactions).isPositive();
		}
		finally {
			threads.shutdownNow();
		}
	}

	/** Reads, then writes what it reads in the state that the write has begun with. */
	private static long noteUntil(AtomicBoolean finished, ZovaDatabase database, AtomicLong acknowledged) {
		JdbcClient jdbc = JdbcClient.create(database.dataSource());
		TransactionTemplate transaction = new TransactionTemplate(database.transactionManager());
		long transactions = 0;
		while (!finished.get()) {
			transaction.executeWithoutResult((status) -> {
				for (int i = 0; i < 3; i++) {
					long least = acknowledged.get();
					assertThat(value(database)).isGreaterThanOrEqualTo(least);
				}
				jdbc.sql("insert into noted select v from t").update();
				long now = value(database);
				assertThat(jdbc.sql("select v from noted order by rowid desc limit 1").query(Long.class).single())
					.isEqualTo(now);
			});
			transactions++;
		}
		return transactions;
	}

	private static long readUntil(AtomicBoolean finished, ZovaDatabase database, AtomicLong acknowledged) {
		long reads = 0;
		while (!finished.get()) {
			long least = acknowledged.get();
			assertThat(value(database)).isGreaterThanOrEqualTo(least);
			reads++;
		}
		return reads;
	}

	private static long value(ZovaDatabase database) {
		return database.sql().read("read", (connection) -> {
			try (PreparedStatement statement = connection.prepareStatement("select v from t");
					ResultSet row = statement.executeQuery()) {
				row.next();
				return row.getLong(1);
			}
		});
	}

	private ChildJvm holder(String begin) throws Exception {
		return ChildJvm.start(List.of(), Holder.class, file(), begin);
	}

	private static ZovaOptions.Builder options(JournalMode mode) {
		return ZovaOptions.builder().journalMode(mode);
	}

	private ZovaDatabase create(ZovaOptions options) {
		ZovaDatabase database = ZovaDatabase.create(file(), options);
		JdbcClient.create(database.dataSource()).sql("create table t(v)").update();
		return database;
	}

	private static void insert(ZovaDatabase database) {
		JdbcClient.create(database.dataSource()).sql("insert into t values (1)").update();
	}

	private static int count(ZovaDatabase database) {
		return JdbcClient.create(database.dataSource()).sql("select count(*) from t").query(Integer.class).single();
	}

	private Path file() {
		return this.directory.resolve("test.zova");
	}

	/**
	 * Holds a lock until its standard input ends.
	 */
	static final class Holder {

		private Holder() {
		}

		public static void main(String[] arguments) throws Exception {
			try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + arguments[0]);
					Statement statement = connection.createStatement()) {
				statement.execute(arguments[1]);
				System.out.println("locked");
				while (System.in.read() >= 0) {
					Thread.onSpinWait();
				}
			}
		}

	}

	/**
	 * Counts up in the only row, one commit each, and tells of each.
	 */
	static final class Counter {

		private Counter() {
		}

		public static void main(String[] arguments) throws Exception {
			try (Connection connection = DriverManager
				.getConnection("jdbc:sqlite:" + arguments[0] + "?busy_timeout=30000");
					PreparedStatement update = connection.prepareStatement("update t set v = ?")) {
				for (int i = 1; i <= Integer.parseInt(arguments[1]); i++) {
					update.setInt(1, i);
					update.executeUpdate();
					System.out.println("committed " + i);
				}
			}
		}

	}

}
