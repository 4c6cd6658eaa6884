package io.zova.kv;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;

import io.zova.NewDatabase;
import io.zova.OtherThreads;
import io.zova.ZovaDatabase;
import io.zova.ZovaException;
import io.zova.ZovaStatus;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.IllegalTransactionStateException;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * What a buffer in front of a namespace shows, when it writes, and what it does when it
 * cannot.
 */
@Timeout(60)
class WriteBehindTests extends NewDatabase {

	/** Nothing is written unless the test says so. */
	private static final WriteBehindOptions NEVER = WriteBehindOptions.defaults().flushInterval(Duration.ofDays(1));

	private KeyValueNamespace file;

	private WriteBehind buffer;

	private ZovaNavigableMap<String, String> map;

	@BeforeEach
	void open() {
		this.file = this.database.keyValues().namespace("n");
		buffered(NEVER);
	}

	private void buffered(WriteBehindOptions options) {
		this.buffer = this.file.writeBehind(options);
		this.map = this.buffer.navigableMap(Codecs.utf8(), Codecs.utf8());
	}

	@Test
	void aPutIsReadFromTheBufferAndNotFromTheFile() {
		this.map.set("a", "1");
		assertThat(this.map).containsEntry("a", "1").hasSize(1).containsKey("a").doesNotContainKey("b");
		assertThat(stored("a")).isNull();
		assertThat(this.buffer.statistics().pendingEntries()).isEqualTo(1);
		assertThat(this.buffer.statistics().pendingBytes()).isEqualTo(1 + 1 + 128);
	}

	@Test
	void aFlushWritesWhatWaitsInOneTransaction() {
		this.map.set("a", "1");
		this.map.set("b", "2");
		this.map.set("a", "3");
		this.buffer.flush();
		assertThat(stored("a")).isEqualTo("3");
		assertThat(stored("b")).isEqualTo("2");
		WriteBehindStatistics statistics = this.buffer.statistics();
		assertThat(statistics.pendingEntries()).isZero();
		assertThat(statistics.pendingBytes()).isZero();
		assertThat(statistics.flushes()).isEqualTo(1);
		assertThat(statistics.flushedEntries()).isEqualTo(2);
	}

	@Test
	void readsScansAndNavigationShowTheBufferOverTheFile() {
		this.file.put(bytes("a"), bytes("file"));
		this.file.put(bytes("c"), bytes("file"));
		this.file.put(bytes("e"), bytes("file"));
		this.map.set("b", "buffer");
		this.map.set("c", "buffer");
		this.map.set("f", "buffer");
		assertThat(List.copyOf(this.map.entrySet())).containsExactly(Map.entry("a", "file"), Map.entry("b", "buffer"),
				Map.entry("c", "buffer"), Map.entry("e", "file"), Map.entry("f", "buffer"));
		assertThat(this.map.descendingMap().keySet()).containsExactly("f", "e", "c", "b", "a");
		assertThat(this.map.subMap("b", false, "f", false).keySet()).containsExactly("c", "e");
		assertThat(this.map).hasSize(5);
		assertThat(this.map.higherKey("c")).isEqualTo("e");
		assertThat(this.map.lastKey()).isEqualTo("f");
		assertThat(this.buffer.namespace().findAll(List.of(bytes("f"), bytes("x"), bytes("a"), bytes("f"))))
			.map((value) -> value.map(WriteBehindTests::text).orElse("-"))
			.containsExactly("buffer", "-", "file", "buffer");
		assertThat(this.buffer.namespace().keys(KeyRange.all().limit(3))).map(WriteBehindTests::text)
			.containsExactly("a", "b", "c");
	}

	@Test
	void manyPagesAreMergedInOrder() {
		List<String> keys = IntStream.range(0, 1500).mapToObj("k%05d"::formatted).toList();
		for (int i = 0; i < keys.size(); i++) {
			if (i % 3 == 0) {
				this.map.set(keys.get(i), "buffer");
			}
			else {
				this.file.put(bytes(keys.get(i)), bytes("file"));
			}
		}
		assertThat(List.copyOf(this.map.keySet())).isEqualTo(keys);
		assertThat(this.buffer.namespace().stream(KeyRange.all()).map((row) -> text(row.key()))).isEqualTo(keys);
	}

	@Test
	void enoughBytesAreWrittenWithoutBeingAsked() {
		buffered(NEVER.flushBytes(10 * 140));
		for (int i = 0; i < 9; i++) {
			this.map.set("k" + i, "0123456789");
		}
		assertThat(this.buffer.statistics().flushes()).isZero();
		this.map.set("k9", "0123456789");
		OtherThreads.await(() -> this.buffer.statistics().flushedEntries() == 10);
		assertThat(stored("k9")).isEqualTo("0123456789");
	}

	@Test
	void aValueIsWrittenWhenItHasWaitedLongEnough() {
		buffered(NEVER.flushInterval(Duration.ofMillis(20)));
		this.map.set("a", "1");
		OtherThreads.await(() -> stored("a") != null);
		this.map.set("b", "1");
		OtherThreads.await(() -> stored("b") != null);
	}

	@Test
	void closingWritesAndRefusesFurtherPuts() {
		this.map.set("a", "1");
		this.buffer.close();
		this.buffer.close();
		assertThat(stored("a")).isEqualTo("1");
		assertThatIllegalStateException().isThrownBy(() -> this.map.set("b", "2")).withMessageContaining("closed");
		assertThat(this.map.get("a")).isEqualTo("1");
	}

	@Test
	void closingTheDatabaseWritesToo() {
		this.map.set("a", "1");
		this.database.close();
		try (ZovaDatabase again = ZovaDatabase.open(file())) {
			assertThat(again.keyValues().namespace("n").find(bytes("a"))).map(WriteBehindTests::text).hasValue("1");
		}
	}

	@Test
	void whatIsMoreThanAPutIsInTheFileWhenItReturns() {
		this.map.set("a", "1");
		this.map.set("b", "1");
		assertThat(this.map.replace("a", "1", "2")).isTrue();
		assertThat(stored("a")).isEqualTo("2");
		assertThat(this.map.putIfAbsent("a", "3")).isEqualTo("2");
		assertThat(this.map.remove("a")).isEqualTo("2");
		assertThat(this.map.get("a")).isNull();
		this.map.putAll(Map.of("c", "1", "b", "4"));
		assertThat(stored("b")).isEqualTo("4");
		assertThat(this.map.merge("c", "x", String::concat)).isEqualTo("1x");
		this.map.set("d", "1");
		this.map.clear();
		assertThat(this.map).isEmpty();
		this.buffer.flush();
		assertThat(this.file.count()).isZero();
	}

	@Test
	void bytesThatCallersChangeLaterDoNotChangeTheBuffer() {
		byte[] key = bytes("a");
		byte[] value = bytes("1");
		this.buffer.namespace().put(key, value);
		key[0] = 'x';
		value[0] = '9';
		this.buffer.namespace().find(bytes("a")).orElseThrow()[0] = '8';
		assertThat(this.map.get("a")).isEqualTo("1");
	}

	@Test
	void aValueLargerThanTheBufferIsWrittenAtOnce() {
		buffered(NEVER.capacityBytes(1000));
		this.map.set("a", "buffered");
		this.map.set("a", "x".repeat(1001));
		assertThat(stored("a")).hasSize(1001);
		assertThat(this.buffer.statistics().pendingEntries()).isZero();
	}

	// Transactions

	@Test
	void aPutInATransactionIsUndoneWithItAndTheBufferedValueStays() {
		this.map.set("a", "buffered");
		transaction().executeWithoutResult((status) -> {
			this.map.set("a", "in transaction");
			this.map.put("b", "in transaction");
			assertThat(this.map).containsExactly(Map.entry("a", "in transaction"), Map.entry("b", "in transaction"));
			status.setRollbackOnly();
		});
		assertThat(this.map).containsExactly(Map.entry("a", "buffered"));
		assertThat(stored("a")).isNull();
		this.buffer.flush();
		assertThat(stored("a")).isEqualTo("buffered");
	}

	@Test
	void aCommitReplacesTheBufferedValue() {
		this.map.set("a", "buffered");
		this.map.set("b", "buffered");
		transaction().executeWithoutResult((status) -> {
			this.map.set("a", "in transaction");
			this.map.remove("b");
			assertThat(this.map.get("b")).isNull();
		});
		assertThat(this.buffer.statistics().pendingEntries()).isZero();
		this.buffer.flush();
		assertThat(stored("a")).isEqualTo("in transaction");
		assertThat(stored("b")).isNull();
	}

	@Test
	void aRollbackToASavepointKeepsTheBufferedValue() {
		this.map.set("a", "buffered");
		this.map.set("b", "buffered");
		transaction().executeWithoutResult((outer) -> {
			this.map.set("a", "outer");
			nested().executeWithoutResult((inner) -> {
				this.map.set("b", "inner");
				inner.setRollbackOnly();
			});
			assertThat(this.map.get("b")).isEqualTo("buffered");
			Object savepoint = outer.createSavepoint();
			this.map.remove("b");
			outer.rollbackToSavepoint(savepoint);
			assertThat(this.map.get("b")).isEqualTo("buffered");
		});
		assertThat(stored("a")).isEqualTo("outer");
		this.buffer.flush();
		assertThat(stored("a")).isEqualTo("outer");
		assertThat(stored("b")).isEqualTo("buffered");
	}

	@Test
	void aRollbackToASavepointTypedAsSqlKeepsTheBufferedValue() {
		JdbcClient sql = JdbcClient.create(this.database.dataSource());
		this.map.set("a", "buffered");
		this.map.set("b", "buffered");
		this.map.set("c", "buffered");
		transaction().executeWithoutResult((status) -> {
			sql.sql("savepoint early").update();
			this.map.set("a", "in transaction");
			sql.sql("savepoint Inner").update();
			this.map.set("b", "in transaction");
			this.map.remove("c");
			sql.sql("rollback to INNER").update();
			assertThat(this.map.get("a")).isEqualTo("in transaction");
			assertThat(this.map.get("b")).isEqualTo("buffered");
			assertThat(this.map.get("c")).isEqualTo("buffered");
			this.map.set("c", "after all");
			sql.sql("release inner").update();
		});
		assertThat(this.buffer.statistics().pendingEntries()).isEqualTo(1);
		this.buffer.flush();
		assertThat(stored("a")).isEqualTo("in transaction");
		assertThat(stored("b")).isEqualTo("buffered");
		assertThat(stored("c")).isEqualTo("after all");
	}

	@Test
	void aRollbackToASavepointThatIsOlderThanTheFirstChangeKeepsTheBufferedValue() {
		JdbcClient sql = JdbcClient.create(this.database.dataSource());
		this.map.set("a", "buffered");
		transaction().executeWithoutResult((status) -> {
			sql.sql("savepoint early").update();
			this.map.set("a", "in transaction");
			sql.sql("rollback to early").update();
			assertThat(this.map.get("a")).isEqualTo("buffered");
		});
		this.buffer.flush();
		assertThat(stored("a")).isEqualTo("buffered");
	}

	@Test
	void aTransactionThatSqliteRollsBackKeepsTheBufferedValue() {
		JdbcClient sql = JdbcClient.create(this.database.dataSource());
		sql.sql("create table t(v integer primary key)").update();
		sql.sql("insert into t values (1)").update();
		this.map.set("a", "buffered");
		assertThatExceptionOfType(RuntimeException.class)
			.isThrownBy(() -> transaction().executeWithoutResult((status) -> {
				this.map.set("a", "in transaction");
				sql.sql("insert or rollback into t values (1)").update();
			}));
		assertThat(this.map.get("a")).isEqualTo("buffered");
		this.buffer.flush();
		assertThat(stored("a")).isEqualTo("buffered");
	}

	@Test
	void aFailingOperationInATransactionGivesTheValueBack() {
		refuse("bad");
		this.map.set("bad", "buffered");
		transaction().executeWithoutResult(
				(status) -> assertThatExceptionOfType(RuntimeException.class).isThrownBy(() -> this.map.remove("bad")));
		assertThat(this.map.get("bad")).isEqualTo("buffered");
		accept();
		this.buffer.flush();
		assertThat(stored("bad")).isEqualTo("buffered");
	}

	@Test
	void aFlushThatWaitedForATransactionDoesNotOverwriteIt() throws Exception {
		this.map.set("a", "old");
		this.map.set("b", "old");
		CountDownLatch flushing = new CountDownLatch(1);
		Thread flusher = new Thread(() -> {
			flushing.countDown();
			this.buffer.flush();
		});
		transaction().executeWithoutResult((status) -> {
			this.map.set("a", "new");
			flusher.start();
			awaitBlocked(flushing, flusher);
		});
		flusher.join();
		this.buffer.flush();
		assertThat(stored("a")).isEqualTo("new");
		assertThat(stored("b")).isEqualTo("old");
		assertThat(this.map.get("a")).isEqualTo("new");
	}

	@Test
	void aFlushInATransactionIsPartOfIt() {
		this.map.set("a", "1");
		transaction().executeWithoutResult((status) -> {
			this.buffer.flush();
			assertThat(stored("a")).isEqualTo("1");
			status.setRollbackOnly();
		});
		assertThat(stored("a")).isNull();
		assertThat(this.map.get("a")).isEqualTo("1");
		transaction().executeWithoutResult((status) -> this.buffer.flush());
		assertThat(stored("a")).isEqualTo("1");
		assertThat(this.buffer.statistics().pendingEntries()).isZero();
	}

	@Test
	void aTransactionOfAnotherDatabaseIsNoneHere() {
		try (ZovaDatabase other = ZovaDatabase.inMemory()) {
			new TransactionTemplate(other.transactionManager()).executeWithoutResult((status) -> {
				this.map.set("a", "1");
				status.setRollbackOnly();
			});
		}
		assertThat(this.buffer.statistics().pendingEntries()).isEqualTo(1);
		assertThat(this.map.get("a")).isEqualTo("1");
	}

	@Test
	void closingInsideATransactionIsRefused() {
		transaction().executeWithoutResult((status) -> assertThatExceptionOfType(IllegalTransactionStateException.class)
			.isThrownBy(this.buffer::close));
		this.map.set("a", "1");
		assertThat(this.map.get("a")).isEqualTo("1");
	}

	// Failures

	@Test
	void aFailedFlushKeepsEverythingAndRefusesFurtherPutsUntilItSucceeds() {
		refuse("bad");
		this.map.set("good", "1");
		this.map.set("bad", "2");
		assertThatExceptionOfType(RuntimeException.class).isThrownBy(this.buffer::flush)
			.withMessageContaining("refused");
		assertThat(this.map).containsEntry("good", "1").containsEntry("bad", "2");
		assertThat(stored("good")).isNull();
		assertThat(this.buffer.statistics().failures()).isPositive();
		assertThat(this.buffer.statistics().failure()).isPresent();
		assertThatExceptionOfType(ZovaException.class).isThrownBy(() -> this.map.set("more", "3"))
			.withMessageContaining("refused")
			.withMessageContaining("not accepted");
		assertThat(this.map.get("more")).isNull();
		assertThatExceptionOfType(RuntimeException.class).isThrownBy(this.buffer::close);
		assertThat(this.map.remove("good")).isEqualTo("1");
		accept();
		this.buffer.flush();
		assertThat(stored("bad")).isEqualTo("2");
		assertThat(this.buffer.statistics().failure()).isEmpty();
		this.map.set("more", "3");
		this.buffer.close();
		assertThat(stored("more")).isEqualTo("3");
	}

	@Test
	void aFailedFlushIsTriedAgain() {
		buffered(NEVER.flushInterval(Duration.ofMillis(10)));
		refuse("bad");
		this.map.set("bad", "2");
		OtherThreads.await(() -> this.buffer.statistics().failures() > 0);
		accept();
		OtherThreads.await(() -> "2".equals(stored("bad")));
	}

	@Test
	void aDatabaseThatIsClosedWithValuesItCannotWriteSaysSo() {
		refuse("bad");
		this.map.set("bad", "2");
		assertThatExceptionOfType(RuntimeException.class).isThrownBy(this.database::close)
			.withMessageContaining("refused");
		assertThatExceptionOfType(RuntimeException.class).isThrownBy(() -> this.file.count());
	}

	// Back-pressure

	@Test
	void aFullBufferLetsWritersWaitForRoom() throws Exception {
		buffered(NEVER.capacityBytes(1000));
		Thread writer = new Thread(() -> IntStream.range(0, 100).forEach((i) -> this.map.set("k" + i, "value")));
		transaction().executeWithoutResult((status) -> {
			this.file.put(bytes("lock"), bytes("held"));
			writer.start();
			OtherThreads.await(() -> writer.getState() == Thread.State.TIMED_WAITING);
			assertThat(this.buffer.statistics().pendingBytes()).isBetween(1000L - 140, 1000L);
		});
		writer.join();
		assertThat(this.map).hasSize(101);
		this.buffer.flush();
		assertThat(this.file.count()).isEqualTo(101);
	}

	@Test
	void aWriterThatFindsNoRoomInTimeIsToldThatItsValueWasNotAccepted() {
		buffered(NEVER.capacityBytes(300).maxWait(Duration.ofMillis(30)));
		CountDownLatch done = new CountDownLatch(1);
		Thread holder = holdWriteLock(done);
		this.map.set("a", "1");
		this.map.set("b", "1");
		assertThatExceptionOfType(ZovaException.class).isThrownBy(() -> this.map.set("c", "1"))
			.withMessageContaining("full")
			.satisfies((ex) -> assertThat(ex.status()).isEqualTo(ZovaStatus.BUSY));
		done.countDown();
		join(holder);
		this.buffer.flush();
		assertThat(this.map.keySet()).containsExactly("a", "b");
		assertThat(this.buffer.statistics().pendingBytes()).isZero();
	}

	@Test
	void limitsMustBePositive() {
		assertThatExceptionOfType(ZovaException.class).isThrownBy(() -> NEVER.capacityBytes(0))
			.withMessageContaining("capacity");
		assertThatExceptionOfType(ZovaException.class).isThrownBy(() -> NEVER.flushBytes(-1));
		assertThatExceptionOfType(ZovaException.class).isThrownBy(() -> NEVER.flushInterval(Duration.ZERO));
		assertThatExceptionOfType(ZovaException.class).isThrownBy(() -> NEVER.maxWait(Duration.ZERO));
		assertThat(NEVER.capacityBytes(5).flushBytes()).isEqualTo(5);
		assertThat(NEVER.flushInterval(Duration.ofSeconds(Long.MAX_VALUE)).flushInterval())
			.isEqualTo(Duration.ofSeconds(Long.MAX_VALUE));
	}

	@Test
	void aBufferOfABufferIsRefused() {
		assertThatIllegalStateException().isThrownBy(() -> this.buffer.namespace().writeBehind(NEVER));
	}

	private Thread holdWriteLock(CountDownLatch until) {
		CountDownLatch held = new CountDownLatch(1);
		Thread holder = new Thread(() -> transaction().executeWithoutResult((status) -> {
			this.file.put(bytes("lock"), bytes("held"));
			held.countDown();
			OtherThreads.await(until);
			status.setRollbackOnly();
		}));
		holder.start();
		OtherThreads.await(held);
		return holder;
	}

	private static void awaitBlocked(CountDownLatch started, Thread thread) {
		OtherThreads.await(started);
		OtherThreads
			.await(() -> thread.getState() == Thread.State.TIMED_WAITING || thread.getState() == Thread.State.WAITING);
	}

	private static void join(Thread thread) {
		try {
			thread.join();
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private void refuse(String key) {
		new JdbcTemplate(this.database.dataSource()).execute("""
				create trigger refusing before insert on _zova_kv when new.key = cast('%s' as blob)
				begin select raise(abort, 'refused'); end""".formatted(key));
	}

	private void accept() {
		new JdbcTemplate(this.database.dataSource()).execute("drop trigger refusing");
	}

	private TransactionTemplate transaction() {
		return new TransactionTemplate(this.database.transactionManager());
	}

	private TransactionTemplate nested() {
		PlatformTransactionManager manager = this.database.transactionManager();
		TransactionTemplate nested = new TransactionTemplate(manager);
		nested.setPropagationBehavior(TransactionDefinition.PROPAGATION_NESTED);
		return nested;
	}

	private String stored(String key) {
		return this.file.find(bytes(key)).map(WriteBehindTests::text).orElse(null);
	}

	private static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

	private static String text(byte[] bytes) {
		return new String(bytes, StandardCharsets.UTF_8);
	}

}
