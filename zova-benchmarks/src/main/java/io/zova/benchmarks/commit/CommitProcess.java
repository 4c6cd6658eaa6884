package io.zova.benchmarks.commit;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.zova.ZovaDatabase;
import io.zova.ZovaOptions;
import io.zova.ZovaOptions.JournalMode;
import io.zova.ZovaOptions.Synchronous;

import org.springframework.jdbc.core.JdbcTemplate;

/**
 * A process whose threads each insert a row of 100 bytes at a time, and which prints how
 * many commits a second that came to, and how long the middle one and the hundredth
 * slowest took.
 */
public final class CommitProcess {

	private static final int WARM_UP_MILLIS = 1500;

	private static final int LATENCIES = 1 << 20;

	private CommitProcess() {
	}

	/**
	 * Does it.
	 * @param arguments {@code ours} or {@code plain}, the synchronous setting, an
	 * existing file in WAL mode, the number of threads and of milliseconds
	 * @throws Exception if it can't be done
	 */
	public static void main(String[] arguments) throws Exception {
		Path file = Path.of(arguments[2]);
		int threads = Integer.parseInt(arguments[3]);
		int millis = Integer.parseInt(arguments[4]);
		if (arguments[0].equals("plain")) {
			HikariConfig config = new HikariConfig();
			config.setJdbcUrl("jdbc:sqlite:" + file + "?busy_timeout=5000&transaction_mode=IMMEDIATE&synchronous="
					+ arguments[1].toLowerCase(Locale.ROOT));
			config.setMaximumPoolSize(1);
			try (HikariDataSource pool = new HikariDataSource(config)) {
				run(pool, threads, millis);
			}
			return;
		}
		ZovaOptions options = ZovaOptions.builder()
			.journalMode(JournalMode.WAL)
			.synchronous(Synchronous.valueOf(arguments[1]))
			.minimumIdle(threads)
			.maximumPoolSize(threads)
			.build();
		try (ZovaDatabase database = ZovaDatabase.open(file, options)) {
			run(database.dataSource(), threads, millis);
		}
	}

	private static void run(DataSource dataSource, int threads, int millis) throws InterruptedException {
		JdbcTemplate jdbc = new JdbcTemplate(dataSource);
		insert(jdbc, threads, WARM_UP_MILLIS);
		Result result = insert(jdbc, threads, millis);
		System.out.println(result.perSecond + " " + result.middle / 1e6 + " " + result.slow / 1e6);
	}

	private static Result insert(JdbcTemplate jdbc, int threads, int millis) throws InterruptedException {
		long[][] taken = new long[threads][LATENCIES];
		AtomicLong commits = new AtomicLong();
		CountDownLatch done = new CountDownLatch(threads);
		String text = "x".repeat(100);
		long start = System.nanoTime();
		long end = start + TimeUnit.MILLISECONDS.toNanos(millis);
		for (int number = 0; number < threads; number++) {
			long[] own = taken[number];
			new Thread(() -> {
				int count = 0;
				long before = System.nanoTime();
				while (before - end < 0 && count < LATENCIES) {
					jdbc.update("insert into t(text) values (?)", text);
					long after = System.nanoTime();
					own[count++] = after - before;
					before = after;
				}
				commits.addAndGet(count);
				done.countDown();
			}).start();
		}
		done.await();
		double seconds = (System.nanoTime() - start) / 1e9;
		long[] sorted = Arrays.stream(taken)
			.flatMapToLong(Arrays::stream)
			.filter((nanos) -> nanos > 0)
			.sorted()
			.toArray();
		return new Result(commits.get() / seconds, sorted[sorted.length / 2], sorted[sorted.length * 99 / 100]);
	}

	private record Result(double perSecond, long middle, long slow) {

	}

}
