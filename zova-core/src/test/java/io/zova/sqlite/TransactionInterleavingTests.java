package io.zova.sqlite;

import java.nio.file.Path;
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

import io.zova.TestSeed;
import io.zova.ZovaDatabase;
import io.zova.ZovaOptions;
import io.zova.ZovaOptions.JournalMode;
import io.zova.ZovaOptions.TransactionBegin;
import io.zova.kv.KeyValueNamespace;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.RowCallbackHandler;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.TransactionStatus;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Threads that do at random whatever transactions may do, and look whether they see what
 * the way their transactions begin has promised. The busy timeout is zero, so SQLite
 * would report each collision at once.
 */
class TransactionInterleavingTests {

	private static final int THREADS = 8;

	private static final int ACCOUNTS = 20;

	private static final long RUN_NANOS = TimeUnit.MILLISECONDS.toNanos(1500);

	@TempDir
	private Path directory;

	@ParameterizedTest
	@CsvSource({ "WAL, IMMEDIATE", "WAL, FIRST_WRITE", "DELETE, IMMEDIATE", "DELETE, FIRST_WRITE",
			"TRUNCATE, FIRST_WRITE", "PERSIST, FIRST_WRITE", "memory, IMMEDIATE", "memory, FIRST_WRITE" })
	@Timeout(120)
	void everybodySeesWhatWasPromised(String mode, TransactionBegin begin) throws Exception {
		long seed = TestSeed.value();
		try (ZovaDatabase database = open(mode, begin)) {
			Bank bank = new Bank(database, begin);
			long end = System.nanoTime() + RUN_NANOS;
			List<Callable<Void>> tasks = new ArrayList<>();
			for (int i = 0; i < THREADS; i++) {
				Random random = new Random(seed + i);
				tasks.add(() -> {
					while (System.nanoTime() < end) {
						bank.step(random);
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
			catch (Exception ex) {
				throw new AssertionError("seed " + seed, ex);
			}
			finally {
				threads.shutdownNow();
			}
			bank.requireBalanced();
		}
	}

	private ZovaDatabase open(String mode, TransactionBegin begin) {
		ZovaOptions.Builder options = ZovaOptions.builder()
			.busyTimeout(Duration.ZERO)
			.lockWaitTimeout(Duration.ofSeconds(60))
			.transactionBegin(begin);
		return mode.equals("memory") ? ZovaDatabase.inMemory(options.build()) : ZovaDatabase
			.create(this.directory.resolve("test.zova"), options.journalMode(JournalMode.valueOf(mode)).build());
	}

	/**
	 * Accounts whose sum never changes, and a number that grows with each commit.
	 */
	private static final class Bank {

		private final ZovaDatabase database;

		private final boolean immediate;

		private final JdbcClient jdbc;

		private final JdbcTemplate template;

		private final KeyValueNamespace values;

		/** The number at the last commit that has returned. */
		private final AtomicLong acknowledged = new AtomicLong();

		private final AtomicLong commits = new AtomicLong();

		private final AtomicLong serialIncrements = new AtomicLong();

		private final AtomicLong versions = new AtomicLong();

		private final AtomicLong refusedVersions = new AtomicLong();

		Bank(ZovaDatabase database, TransactionBegin begin) {
			this.database = database;
			this.immediate = begin == TransactionBegin.IMMEDIATE;
			this.jdbc = JdbcClient.create(database.dataSource());
			this.template = new JdbcTemplate(database.dataSource());
			this.values = database.keyValues().namespace("bank");
			this.jdbc.sql("create table account(id integer primary key, balance integer not null)").update();
			this.jdbc.sql("""
					insert into account
					with recursive n(i) as (select 1 union all select i + 1 from n where i < 20) select i, 100 from n
					""").update();
			this.jdbc.sql("create table number(id integer primary key, value integer not null)").update();
			this.jdbc.sql("insert into number values (1, 0), (2, 0), (3, 0)").update();
		}

		void step(Random random) {
			TransactionTemplate transaction = new TransactionTemplate(this.database.transactionManager());
			boolean serializable = random.nextInt(4) == 0;
			if (serializable) {
				transaction.setIsolationLevel(random.nextBoolean() ? TransactionDefinition.ISOLATION_SERIALIZABLE
						: TransactionDefinition.ISOLATION_REPEATABLE_READ);
			}
			boolean oneState = this.immediate || serializable;
			switch (random.nextInt(6)) {
				case 0 -> {
					transaction.setReadOnly(true);
					transaction.executeWithoutResult((status) -> look(random, true));
				}
				case 1 -> transaction.executeWithoutResult((status) -> look(random, oneState));
				case 2, 3 -> acknowledge(transaction, (status) -> {
					look(random, oneState);
					transfer(random);
					look(random, true);
				}, random);
				case 4 -> increment(transaction, oneState, random);
				default -> compareAndSet(transaction, random);
			}
		}

		/** Looks a few times at things that belong together. */
		private void look(Random random, boolean oneState) {
			long before = this.acknowledged.get();
			long first = number(1);
			assertThat(first).as("the newest commit, or a newer one").isGreaterThanOrEqualTo(before);
			for (int i = random.nextInt(3); i >= 0; i--) {
				assertThat(sum()).isEqualTo(ACCOUNTS * 100);
				before = this.acknowledged.get();
				long now = number(1);
				if (oneState) {
					assertThat(now).isEqualTo(first);
				}
				else {
					assertThat(now).isGreaterThanOrEqualTo(before);
				}
			}
			if (random.nextInt(4) == 0) {
				requireOneStateInACall();
			}
		}

		private void requireOneStateInACall() {
			this.database.sql().snapshot("look twice", (connection) -> {
				try (var statement = connection.prepareStatement("select value from number where id = 1")) {
					long[] seen = new long[2];
					for (int i = 0; i < 2; i++) {
						try (var row = statement.executeQuery()) {
							row.next();
							seen[i] = row.getLong(1);
						}
					}
					assertThat(seen[1]).isEqualTo(seen[0]);
				}
				return true;
			});
		}

		private void transfer(Random random) {
			int from = 1 + random.nextInt(ACCOUNTS);
			int to = 1 + random.nextInt(ACCOUNTS);
			if (random.nextInt(3) == 0) {
				// While a result is open.
				List<Integer> ids = new ArrayList<>();
				RowCallbackHandler taking = (row) -> {
					this.template.update("update account set balance = balance - 1 where id = ?", row.getInt(1));
					ids.add(row.getInt(1));
				};
				this.template.query("select id from account where id % 3 = 0 order by id", taking);
				assertThat(ids).containsExactly(3, 6, 9, 12, 15, 18);
				this.template.update("update account set balance = balance + ? where id = ?", ids.size(), to);
				return;
			}
			if (random.nextInt(3) == 0) {
				this.values.put(new byte[] { (byte) random.nextInt(5) }, new byte[] { 1, 2, 3 });
				assertThat(this.values.find(new byte[] { 100 })).isEmpty();
			}
			this.template.update("update account set balance = balance - 5 where id = ?", from);
			this.template.update("update account set balance = balance + 5 where id = ?", to);
		}

		/** Reads, adds one and writes: safe only where nobody can come in between. */
		private void increment(TransactionTemplate transaction, boolean oneState, Random random) {
			if (!oneState) {
				transaction.setIsolationLevel(TransactionDefinition.ISOLATION_SERIALIZABLE);
			}
			acknowledge(transaction, (status) -> {
				long value = number(2);
				this.template.update("update number set value = ? where id = 2", value + 1);
			}, random);
			this.serialIncrements.incrementAndGet();
		}

		/** The same as {@code @Version} does. */
		private void compareAndSet(TransactionTemplate transaction, Random random) {
			long[] changed = new long[1];
			transaction.executeWithoutResult((status) -> {
				long value = number(3);
				if (random.nextInt(3) == 0) {
					Thread.yield();
				}
				changed[0] = this.template.update("update number set value = ? where id = 3 and value = ?", value + 1,
						value);
			});
			(changed[0] == 1 ? this.versions : this.refusedVersions).incrementAndGet();
		}

		private void acknowledge(TransactionTemplate transaction, java.util.function.Consumer<TransactionStatus> work,
				Random random) {
			boolean rollback = random.nextInt(5) == 0;
			long[] own = new long[1];
			transaction.executeWithoutResult((status) -> {
				work.accept(status);
				if (random.nextInt(4) == 0) {
					Object savepoint = status.createSavepoint();
					this.template.update("update account set balance = balance + 1000");
					status.rollbackToSavepoint(savepoint);
					status.releaseSavepoint(savepoint);
				}
				this.template.update("update number set value = value + 1 where id = 1");
				own[0] = number(1);
			});
			this.commits.incrementAndGet();
			this.acknowledged.accumulateAndGet(own[0], Math::max);
			if (rollback) {
				transaction.executeWithoutResult((status) -> {
					this.template.update("update account set balance = 0");
					status.setRollbackOnly();
				});
			}
		}

		private long number(int id) {
			return this.jdbc.sql("select value from number where id = ?").param(id).query(Long.class).single();
		}

		private long sum() {
			return this.jdbc.sql("select sum(balance) from account").query(Long.class).single();
		}

		void requireBalanced() {
			assertThat(sum()).isEqualTo(ACCOUNTS * 100);
			assertThat(number(1)).isEqualTo(this.commits.get()).isPositive();
			assertThat(number(2)).as("no increment was lost").isEqualTo(this.serialIncrements.get()).isPositive();
			assertThat(number(3)).isEqualTo(this.versions.get()).isPositive();
			if (this.immediate) {
				assertThat(this.refusedVersions).as("nobody comes in between").hasValue(0);
			}
		}

	}

}
