package io.zova.sqlite.lock;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
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

import io.zova.ZovaDatabase;
import io.zova.ZovaOptions;
import io.zova.ZovaOptions.JournalMode;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Threads of one process never see each other's locks as errors. The busy timeout is zero
 * here, so SQLite would report each collision at once.
 */
class NoBusyTests {

	private static final int THREADS = 12;

	private static final long RUN_NANOS = TimeUnit.MILLISECONDS.toNanos(2500);

	@TempDir
	private Path directory;

	@ParameterizedTest
	@ValueSource(strings = { "WAL", "DELETE", "TRUNCATE", "memory" })
	@Timeout(60)
	void readersAndWritersOfAllKindsGetAlong(String mode) throws Exception {
		long seed = 20260101;
		try (ZovaDatabase database = open(mode)) {
			JdbcClient jdbc = JdbcClient.create(database.dataSource());
			jdbc.sql("create table account(id integer primary key, balance integer not null, pad blob)").update();
			jdbc.sql("""
					insert into account
					with recursive n(i) as (select 1 union all select i + 1 from n where i < 200)
					select i, 100, randomblob(300) from n
					""").update();
			AtomicLong work = new AtomicLong();
			long end = System.nanoTime() + RUN_NANOS;
			List<Callable<Void>> tasks = new ArrayList<>();
			for (int i = 0; i < THREADS; i++) {
				Random random = new Random(seed + i);
				tasks.add(() -> {
					while (System.nanoTime() < end) {
						step(database, jdbc, random);
						work.incrementAndGet();
					}
					return null;
				});
			}
			ExecutorService threads = Executors.newFixedThreadPool(THREADS);
			try {
				for (Future<Void> result : threads.invokeAll(tasks)) {
					result.get();
				}
			}
			finally {
				threads.shutdownNow();
			}
			assertThat(work.get()).as("steps done in mode %s", mode).isGreaterThan(THREADS * 3L);
			assertThat(jdbc.sql("select sum(balance) from account").query(Long.class).single()).isEqualTo(20_000);
			assertThat(jdbc.sql("pragma integrity_check").query(String.class).single()).isEqualTo("ok");
		}
	}

	private ZovaDatabase open(String mode) {
		ZovaOptions.Builder options = ZovaOptions.builder().busyTimeout(Duration.ZERO).maximumPoolSize(THREADS);
		if (mode.equals("memory")) {
			return ZovaDatabase.inMemory(options.build());
		}
		return ZovaDatabase.create(this.directory.resolve(mode + ".zova"),
				options.journalMode(JournalMode.valueOf(mode)).build());
	}

	private static void step(ZovaDatabase database, JdbcClient jdbc, Random random) throws Exception {
		long from = 1 + random.nextInt(200);
		long to = 1 + random.nextInt(200);
		switch (random.nextInt(6)) {
			case 0 -> transfer(database, jdbc, from, to);
			case 1 -> jdbc.sql("update account set pad = randomblob(300) where id = ?").param(from).update();
			case 2 -> assertThat(total(jdbc)).isEqualTo(20_000);
			case 3 -> readTwice(database, jdbc);
			case 4 -> walk(database);
			default -> database.sql().write("swap", (connection) -> {
				try (PreparedStatement statement = connection
					.prepareStatement("update account set balance = balance + ? where id = ?")) {
					for (long[] change : new long[][] { { -1, from }, { 1, to } }) {
						statement.setLong(1, change[0]);
						statement.setLong(2, change[1]);
						statement.executeUpdate();
					}
				}
				return null;
			});
		}
	}

	private static void transfer(ZovaDatabase database, JdbcClient jdbc, long from, long to) {
		new TransactionTemplate(database.transactionManager()).executeWithoutResult((status) -> {
			assertThat(total(jdbc)).isEqualTo(20_000);
			jdbc.sql("update account set balance = balance - 5 where id = ?").param(from).update();
			jdbc.sql("update account set balance = balance + 5 where id = ?").param(to).update();
		});
	}

	private static void readTwice(ZovaDatabase database, JdbcClient jdbc) {
		TransactionTemplate reading = new TransactionTemplate(database.transactionManager());
		reading.setReadOnly(true);
		reading.executeWithoutResult((status) -> {
			List<Long> first = jdbc.sql("select balance from account").query(Long.class).list();
			assertThat(jdbc.sql("select balance from account").query(Long.class).list()).isEqualTo(first);
		});
	}

	/** An open cursor, and a second connection of the same thread meanwhile. */
	private static void walk(ZovaDatabase database) throws Exception {
		try (Connection connection = database.dataSource().getConnection();
				PreparedStatement statement = connection.prepareStatement("select balance from account order by id");
				ResultSet rows = statement.executeQuery()) {
			long sum = 0;
			while (rows.next()) {
				sum += rows.getLong(1);
			}
			assertThat(sum).isEqualTo(20_000);
		}
	}

	private static long total(JdbcClient jdbc) {
		return jdbc.sql("select sum(balance) from account").query(Long.class).single();
	}

}
