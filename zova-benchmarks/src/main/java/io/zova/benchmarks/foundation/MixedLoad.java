package io.zova.benchmarks.foundation;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
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
import io.zova.benchmarks.Contender;
import io.zova.benchmarks.Measured;
import io.zova.benchmarks.SampleData;
import io.zova.benchmarks.Workload;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Many threads, four reading transactions for each writing one, on one WAL file: ours,
 * the driver and pool as they come, and the same two as somebody sets them up who knows
 * SQLite. Errors are counted, never retried.
 */
public final class MixedLoad {

	private static final int THREADS = 32;

	private static final int ROWS = 10_000;

	private MixedLoad() {
	}

	/**
	 * The workloads.
	 * @param seconds how long each run takes
	 * @return the workloads
	 */
	public static List<Workload> workloads(int seconds) {
		String what = "%d threads for %d s on one WAL file, synchronous %s: 80 %% transactions of 3 selects, 20 %% of 1 select, 1 update, 1 insert";
		return List.of(
				new Workload("mixed", what.formatted(THREADS, seconds, "NORMAL"),
						List.of(new Ours(Synchronous.NORMAL, seconds), new Tuned("normal", seconds))),
				new Workload("mixed-full", what.formatted(THREADS, seconds, "FULL"),
						List.of(new Ours(Synchronous.FULL, seconds), new Ours(Synchronous.GROUPED, seconds),
								new Tuned("full", seconds), new Defaults(seconds))));
	}

	/**
	 * Where a transaction goes.
	 *
	 * @param reads for reading transactions
	 * @param writes for writing ones, perhaps the same
	 */
	private record Routes(Route reads, Route writes) {

		static Routes both(DataSource dataSource, PlatformTransactionManager manager) {
			return new Routes(Route.to(dataSource, manager, true), Route.to(dataSource, manager, false));
		}

	}

	private record Route(JdbcTemplate jdbc, TransactionTemplate transaction) {

		static Route to(DataSource dataSource, PlatformTransactionManager manager, boolean readOnly) {
			TransactionTemplate transaction = new TransactionTemplate(manager);
			transaction.setReadOnly(readOnly);
			return new Route(new JdbcTemplate(dataSource), transaction);
		}

	}

	private static Measured load(Routes routes, int seconds) throws InterruptedException {
		AtomicLong reads = new AtomicLong();
		AtomicLong writes = new AtomicLong();
		Map<String, Integer> errors = new TreeMap<>();
		CountDownLatch done = new CountDownLatch(THREADS);
		long start = System.nanoTime();
		long end = start + TimeUnit.SECONDS.toNanos(seconds);
		for (int i = 0; i < THREADS; i++) {
			SampleData random = new SampleData(i);
			Thread thread = new Thread(() -> {
				while (System.nanoTime() - end < 0) {
					boolean write = random.next() % 5 == 0;
					try {
						if (write) {
							write(routes.writes(), random);
						}
						else {
							read(routes.reads(), random);
						}
						(write ? writes : reads).incrementAndGet();
					}
					catch (RuntimeException ex) {
						synchronized (errors) {
							errors.merge(reason(ex), 1, Integer::sum);
						}
					}
				}
				done.countDown();
			}, "load-" + i);
			thread.setDaemon(true);
			thread.start();
		}
		if (!done.await(seconds + 120L, TimeUnit.SECONDS)) {
			throw new IllegalStateException("Threads still wait two minutes after the end");
		}
		double elapsed = (System.nanoTime() - start) / 1e9;
		Measured measured = Measured.start();
		measured.perSecond().put("transactions", (reads.get() + writes.get()) / elapsed);
		measured.perSecond().put("reading transactions", reads.get() / elapsed);
		measured.perSecond().put("writing transactions", writes.get() / elapsed);
		measured.notes().put("errors", errors.isEmpty() ? "none" : errors.toString());
		Long sum = routes.reads().jdbc().queryForObject("select sum(balance) from account", Long.class);
		if (sum == null || sum != writes.get()) {
			throw new IllegalStateException(writes + " commits reported, but the balances sum up to " + sum);
		}
		Long rows = routes.reads().jdbc().queryForObject("select count(*) from entry", Long.class);
		if (rows == null || rows != writes.get()) {
			throw new IllegalStateException(writes + " commits reported, but there are " + rows);
		}
		return measured;
	}

	private static void read(Route route, SampleData random) {
		route.transaction().executeWithoutResult((status) -> {
			for (int i = 0; i < 3; i++) {
				route.jdbc()
					.queryForObject("select balance from account where id = ?", Long.class, 1 + random.next() % ROWS);
			}
		});
	}

	private static void write(Route route, SampleData random) {
		int account = 1 + random.next() % ROWS;
		route.transaction().executeWithoutResult((status) -> {
			Long balance = route.jdbc().queryForObject("select balance from account where id = ?", Long.class, account);
			route.jdbc()
				.update("update account set balance = ? where id = ?", (balance != null) ? balance + 1 : 0, account);
			route.jdbc().update("insert into entry(account, amount) values (?, 1)", account);
		});
	}

	private static String reason(Throwable ex) {
		Throwable cause = ex;
		while (cause.getCause() != null) {
			cause = cause.getCause();
		}
		String text = String.valueOf(cause.getMessage());
		return text.startsWith("[") ? text.substring(1, text.indexOf(']')) : cause.getClass().getSimpleName();
	}

	private static void create(Path file) {
		try (ZovaDatabase database = ZovaDatabase.create(file,
				ZovaOptions.builder().journalMode(JournalMode.WAL).build())) {
			JdbcTemplate jdbc = new JdbcTemplate(database.dataSource());
			jdbc.execute("create table account(id integer primary key, balance integer)");
			jdbc.execute("create table entry(id integer primary key, account integer, amount integer)");
			jdbc.update("""
					insert into account
					with recursive n(i) as (select 1 union all select i + 1 from n where i < ?)
					select i, 0 from n""", ROWS);
		}
	}

	/**
	 * Ours.
	 */
	private record Ours(Synchronous synchronous, int seconds) implements Contender {

		@Override
		public String name() {
			return (this.synchronous == Synchronous.GROUPED) ? "ours, grouped" : "ours";
		}

		@Override
		public Measured run(Path folder) throws Exception {
			create(folder.resolve("bench.zova"));
			try (ZovaDatabase database = ZovaDatabase.open(folder.resolve("bench.zova"),
					ZovaOptions.builder().synchronous(this.synchronous).build())) {
				return load(Routes.both(database.dataSource(), database.transactionManager()), this.seconds);
			}
		}

	}

	/**
	 * What one gets who only names the URL. The file is in WAL mode all the same.
	 */
	private record Defaults(int seconds) implements Contender {

		@Override
		public String name() {
			return "plain sqlite-jdbc and HikariCP, as they come";
		}

		@Override
		public Measured run(Path folder) throws Exception {
			create(folder.resolve("bench.zova"));
			HikariConfig config = new HikariConfig();
			config.setJdbcUrl("jdbc:sqlite:" + folder.resolve("bench.zova"));
			try (HikariDataSource pool = new HikariDataSource(config)) {
				return load(Routes.both(pool, new JdbcTransactionManager(pool)), this.seconds);
			}
		}

	}

	/**
	 * One connection for writing, eight for reading, and every call knows which.
	 */
	private record Tuned(String synchronous, int seconds) implements Contender {

		@Override
		public String name() {
			return "plain sqlite-jdbc and HikariCP, tuned";
		}

		@Override
		public Measured run(Path folder) throws Exception {
			create(folder.resolve("bench.zova"));
			String url = "jdbc:sqlite:" + folder.resolve("bench.zova") + "?busy_timeout=5000&synchronous="
					+ this.synchronous;
			try (HikariDataSource writer = pool(url + "&transaction_mode=IMMEDIATE", 1);
					HikariDataSource readers = pool(url, 8)) {
				return load(new Routes(Route.to(readers, new JdbcTransactionManager(readers), false),
						Route.to(writer, new JdbcTransactionManager(writer), false)), this.seconds);
			}
		}

		private static HikariDataSource pool(String url, int size) {
			HikariConfig config = new HikariConfig();
			config.setJdbcUrl(url);
			config.setMaximumPoolSize(size);
			return new HikariDataSource(config);
		}

	}

}
