package io.zova.sqlite.lock;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

import com.zaxxer.hikari.HikariDataSource;
import io.zova.TestSeed;
import io.zova.ZovaDatabase;
import io.zova.ZovaOptions;
import io.zova.ZovaOptions.JournalMode;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Whatever the threads of a process do at the same time, each read sees every commit that
 * was acknowledged before it began. The busy timeout is zero, so that two who get in each
 * other's way would hear of it.
 */
class ReadLeaseSoakTests {

	private static final int THREADS = 6;

	private static final long RUN_NANOS = TimeUnit.SECONDS.toNanos(4);

	private static final String READ = "select n from counter where id = ?";

	@TempDir
	private Path directory;

	private final AtomicLong acknowledged = new AtomicLong();

	private final AtomicLong reads = new AtomicLong();

	private final AtomicReference<@Nullable Statement> cancellable = new AtomicReference<>();

	private final long seed = TestSeed.value();

	@ParameterizedTest
	@EnumSource(names = { "DELETE", "PERSIST" })
	@Timeout(60)
	void readsSeeAllThatWasCommittedBefore(JournalMode mode) throws Exception {
		ZovaOptions options = ZovaOptions.builder()
			.journalMode(mode)
			.busyTimeout(Duration.ZERO)
			.maximumPoolSize(THREADS)
			.build();
		try (ZovaDatabase database = ZovaDatabase.create(this.directory.resolve("test.zova"), options)) {
			try (Connection connection = database.dataSource().getConnection();
					Statement statement = connection.createStatement()) {
				statement.execute("create table counter(id integer primary key, n integer not null)");
				statement.execute("insert into counter values (1, 0), (2, 0)");
			}
			long end = System.nanoTime() + RUN_NANOS;
			List<Callable<Void>> tasks = new ArrayList<>();
			for (int i = 0; i < THREADS; i++) {
				Random random = new Random(this.seed + i);
				boolean writes = i == 0;
				tasks.add(() -> {
					while (System.nanoTime() < end) {
						if (writes) {
							write(database, random);
						}
						else {
							read(database, random);
						}
					}
					return null;
				});
			}
			run(tasks);
			assertThat(this.acknowledged.get()).as("commits").isGreaterThan(20);
			assertThat(this.reads.get()).as("reads").isGreaterThan(1000);
		}
	}

	private void run(List<Callable<Void>> tasks) throws Exception {
		ExecutorService threads = Executors.newFixedThreadPool(THREADS);
		try {
			for (Future<Void> result : threads.invokeAll(tasks)) {
				result.get();
			}
		}
		catch (Exception ex) {
			throw new AssertionError("seed " + this.seed, ex);
		}
		finally {
			threads.shutdownNow();
		}
	}

	/** The only writer: it knows what it has written. */
	private void write(ZovaDatabase database, Random random) throws SQLException {
		long next = this.acknowledged.get() + 1;
		if (random.nextInt(3) == 0) {
			try (Connection connection = database.dataSource().getConnection()) {
				// On the connection that has just read, too.
				assertThat(read(connection, 1)).isEqualTo(next - 1);
				assertThat(read(connection, 2)).isEqualTo(next - 1);
				update(connection, next);
			}
		}
		else {
			database.sql().write("count", (connection) -> {
				update(connection, next);
				return null;
			});
		}
		this.acknowledged.set(next);
		Statement running = this.cancellable.getAndSet(null);
		if (running != null) {
			running.cancel();
		}
	}

	private static void update(Connection connection, long value) throws SQLException {
		try (PreparedStatement statement = connection.prepareStatement("update counter set n = ?")) {
			statement.setLong(1, value);
			statement.executeUpdate();
		}
	}

	private void read(ZovaDatabase database, Random random) throws SQLException {
		switch (random.nextInt(40)) {
			case 0 -> snapshot(database);
			case 1 -> cancelled(database);
			case 2 -> ((HikariDataSource) database.dataSource()).getHikariPoolMXBean().softEvictConnections();
			case 3 -> nested(database);
			default -> burst(database, 1 + random.nextInt(20));
		}
	}

	private void burst(ZovaDatabase database, int length) throws SQLException {
		try (Connection connection = database.dataSource().getConnection()) {
			for (int i = 0; i < length; i++) {
				requireFresh(connection);
			}
		}
	}

	private void requireFresh(Connection connection) throws SQLException {
		long least = this.acknowledged.get();
		assertThat(read(connection, 1)).as("seed %d", this.seed).isGreaterThanOrEqualTo(least);
		this.reads.incrementAndGet();
	}

	private void snapshot(ZovaDatabase database) {
		long least = this.acknowledged.get();
		long[] seen = database.sql()
			.snapshot("read twice", (connection) -> new long[] { read(connection, 1), read(connection, 2) });
		assertThat(seen[0]).as("seed %d", this.seed).isGreaterThanOrEqualTo(least).isEqualTo(seen[1]);
	}

	/** With a result open, on the same connection and on another. */
	private void nested(ZovaDatabase database) throws SQLException {
		try (Connection connection = database.dataSource().getConnection();
				Statement statement = connection.createStatement();
				ResultSet rows = statement.executeQuery("select n from counter order by id")) {
			assertThat(rows.next()).isTrue();
			long seen = rows.getLong(1);
			assertThat(read(connection, 2)).isEqualTo(seen);
			assertThat(rows.next()).isTrue();
			assertThat(rows.getLong(1)).isEqualTo(seen);
		}
	}

	private void cancelled(ZovaDatabase database) throws SQLException {
		try (Connection connection = database.dataSource().getConnection()) {
			requireFresh(connection);
			try (Statement statement = connection.createStatement()) {
				this.cancellable.set(statement);
				statement.executeQuery("""
						with recursive i(x) as (select 1 union all select x + 1 from i where x < 20000)
						select sum(x) + n from i, counter where id = 1
						""").close();
			}
			catch (SQLException ex) {
				assertThat(ex.getMessage()).contains("interrupted");
			}
			finally {
				this.cancellable.set(null);
			}
			requireFresh(connection);
		}
	}

	private static long read(Connection connection, int id) throws SQLException {
		try (PreparedStatement statement = connection.prepareStatement(READ)) {
			statement.setInt(1, id);
			try (ResultSet row = statement.executeQuery()) {
				assertThat(row.next()).isTrue();
				return row.getLong(1);
			}
		}
	}

}
