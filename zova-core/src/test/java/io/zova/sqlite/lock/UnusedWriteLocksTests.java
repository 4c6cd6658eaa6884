package io.zova.sqlite.lock;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.zova.NewDatabase;
import io.zova.OtherThreads;
import io.zova.ZovaDatabase;
import io.zova.ZovaOptions.JournalMode;
import io.zova.ZovaOptions;
import io.zova.object.ObjectId;
import io.zova.sqlite.ConnectionStatistics;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.LoggerFactory;

import org.springframework.dao.CannotAcquireLockException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * A transaction that only reads, but holds the write lock while others wait, is told how
 * to do better.
 */
@Timeout(60)
class UnusedWriteLocksTests extends NewDatabase {

	private JdbcClient jdbc;

	private final ListAppender<ILoggingEvent> log = new ListAppender<>();

	@Override
	protected ZovaOptions options() {
		return ZovaOptions.builder().journalMode(JournalMode.WAL).build();
	}

	@BeforeEach
	void open() {
		this.jdbc = JdbcClient.create(this.database.dataSource());
		this.jdbc.sql("create table t(v)").update();
		this.log.start();
		logger().addAppender(this.log);
	}

	@AfterEach
	void close() {
		logger().detachAppender(this.log);
	}

	@Test
	void aTransactionThatOnlyReadsWhileAnotherWaitsToWriteIsLoggedOnceWithTheCureAndCountedEachTime() {
		whileAnotherWaits("Shop.list", (transaction) -> count());
		whileAnotherWaits("Shop.list", (transaction) -> count());
		whileAnotherWaits("Shop.find", (transaction) -> count());
		assertThat(this.log.list).extracting(ILoggingEvent::getFormattedMessage).hasSize(2);
		assertThat(this.log.list.get(0).getFormattedMessage()).startsWith("Transaction 'Shop.list'")
			.doesNotContain("\t")
			.contains("new.zova")
			.contains("@Transactional(readOnly = true)");
		assertThat(this.log.list.get(1).getFormattedMessage()).contains("'Shop.find'");
		assertThat(statistics().unusedWriteLocks()).isEqualTo(3);
		assertThat(statistics().unusedWriteLockHolders()).containsExactly("Shop.list", "Shop.find");
	}

	@Test
	void aTransactionWithoutANameIsKnownByItsThread() {
		whileAnotherWaits(null, (transaction) -> count());
		assertThat(statistics().unusedWriteLockHolders()).containsExactly("thread " + Thread.currentThread().getName());
	}

	@Test
	void whoeverGaveUpWaitingHasWaitedToo() {
		ZovaOptions impatient = ZovaOptions.builder().lockWaitTimeout(Duration.ofMillis(50)).build();
		try (ZovaDatabase other = ZovaDatabase.open(file(), impatient)) {
			transaction("Shop.list").executeWithoutResult((status) -> {
				count();
				assertThatExceptionOfType(CannotAcquireLockException.class)
					.isThrownBy(() -> OtherThreads.inAnotherThread(
							() -> JdbcClient.create(other.dataSource()).sql("insert into t values (1)").update()));
			});
		}
		assertThat(statistics().unusedWriteLockHolders()).containsExactly("Shop.list");
	}

	@Test
	void aTransactionThatNobodyWaitsForIsNot() {
		transaction("Shop.list").executeWithoutResult((status) -> count());
		assertNothingNoticed();
	}

	@Test
	void aTransactionThatWritesIsNot() {
		whileAnotherWaits("Shop.buy", (transaction) -> {
			count();
			this.jdbc.sql("insert into t values (2)").update();
		});
		assertNothingNoticed();
	}

	@Test
	void aReadOnlyTransactionIsNot() {
		TransactionTemplate reading = transaction("Shop.list");
		reading.setReadOnly(true);
		reading.executeWithoutResult((status) -> {
			count();
			OtherThreads.inAnotherThread(() -> this.jdbc.sql("insert into t values (1)").update());
		});
		assertNothingNoticed();
	}

	@Test
	void anOperationThatFindsNothingToWriteIsNot() {
		byte[] content = { 1, 2, 3 };
		ObjectId id = this.database.objects().put(content);
		whileAnotherWaits("Shop.store",
				(transaction) -> assertThat(this.database.objects().put(content)).isEqualTo(id));
		assertNothingNoticed();
	}

	@Test
	void nobodyIsAdvisedWhoMayHaveWrittenThroughTheDriverItself() {
		whileAnotherWaits("Shop.buy", (transaction) -> this.jdbc.sql("select count(*) from t").query((row) -> {
			try (var statement = row.getStatement()
				.getConnection()
				.unwrap(org.sqlite.SQLiteConnection.class)
				.createStatement()) {
				statement.executeUpdate("insert into t values (3)");
			}
		}));
		assertNothingNoticed();
	}

	@Test
	void soManyNamesAreKeptAndNoMore() {
		UnusedWriteLocks locks = new UnusedWriteLocks("test");
		for (int i = 0; i < UnusedWriteLocks.MOST_NAMES + 10; i++) {
			Thread thread = new Thread(locks::noticed, "worker-" + i);
			thread.start();
			join(thread);
		}
		assertThat(locks.count()).isEqualTo(UnusedWriteLocks.MOST_NAMES + 10);
		assertThat(locks.names()).hasSize(UnusedWriteLocks.MOST_NAMES);
		assertThat(this.log.list).hasSize(UnusedWriteLocks.MOST_NAMES);
	}

	private void whileAnotherWaits(String name, Consumer<TransactionTemplate> work) {
		TransactionTemplate transaction = transaction(name);
		CompletableFuture<Void> done = new CompletableFuture<>();
		transaction.executeWithoutResult((status) -> {
			work.accept(transaction);
			Thread waiting = new Thread(() -> {
				try {
					this.jdbc.sql("insert into t values (1)").update();
					done.complete(null);
				}
				catch (RuntimeException ex) {
					done.completeExceptionally(ex);
				}
			});
			count();
			waiting.start();
			while (statistics().writersWaiting() == 0) {
				Thread.onSpinWait();
			}
		});
		done.join();
	}

	private TransactionTemplate transaction(String name) {
		TransactionTemplate transaction = new TransactionTemplate(this.database.transactionManager());
		transaction.setName(name);
		return transaction;
	}

	private static void join(Thread thread) {
		try {
			thread.join();
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private void assertNothingNoticed() {
		assertThat(this.log.list).isEmpty();
		assertThat(statistics().unusedWriteLocks()).isZero();
		assertThat(statistics().unusedWriteLockHolders()).isEqualTo(List.of());
	}

	private ConnectionStatistics statistics() {
		return this.database.statistics().connections();
	}

	private long count() {
		return this.jdbc.sql("select count(*) from t").query(Long.class).single();
	}

	private static Logger logger() {
		return (Logger) LoggerFactory.getLogger(UnusedWriteLocks.class);
	}

}
