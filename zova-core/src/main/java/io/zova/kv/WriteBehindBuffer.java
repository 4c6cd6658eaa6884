package io.zova.kv;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

import io.zova.ZovaException;
import io.zova.ZovaStatus;
import io.zova.sqlite.SqlAccess;
import io.zova.sqlite.SqlWork;
import io.zova.sqlite.ZovaConnection;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.transaction.IllegalTransactionStateException;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * The values of one namespace that are not in the file yet.
 *
 * <p>
 * A value stays in the buffer until it is committed, and readers look here first and then
 * into the file, so at no moment is it in neither. A flush writes what is there in one
 * transaction and then drops those very entries; a value put meanwhile is another entry
 * and stays. Whatever is more than a put (delete, compare, a put inside a transaction)
 * first moves the buffered values of its keys into its transaction and then works on the
 * file alone. Both happen behind the write gate of the file, which is what keeps a flush
 * and such a change of the same key apart: the {@link BufferClaim} on the entries ends
 * with its transaction, before the gate opens.
 */
final class WriteBehindBuffer {

	private static final Logger logger = LoggerFactory.getLogger(WriteBehindBuffer.class);

	private static final long FIRST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

	private static final long LONGEST_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(30);

	private final SqlAccess sql;

	private final byte[] namespace;

	private final WriteBehindOptions options;

	private final ConcurrentNavigableMap<byte[], BufferedEntry> entries = new ConcurrentSkipListMap<>(
			Arrays::compareUnsigned);

	private final AtomicLong bytes = new AtomicLong();

	/** When the oldest value of the buffer came, 0 if nobody counts yet. */
	private volatile long waitingSince;

	private volatile @Nullable RuntimeException failure;

	private volatile boolean closed;

	private final ReentrantLock flushing = new ReentrantLock();

	private final ReentrantLock lock = new ReentrantLock();

	private final Condition flushDue = this.lock.newCondition();

	private final Condition room = this.lock.newCondition();

	private int writersWaiting;

	private boolean threadStarted;

	private long flushes;

	private long flushedEntries;

	private long failures;

	WriteBehindBuffer(SqlAccess sql, byte[] namespace, WriteBehindOptions options) {
		this.sql = sql;
		this.namespace = namespace;
		this.options = options;
	}

	// Reading

	/**
	 * The buffered value of a key, unless the caller's own transaction has moved it into
	 * the file.
	 */
	byte @Nullable [] get(byte[] key) {
		BufferedEntry entry = this.entries.get(key);
		return (entry != null && isVisible(entry)) ? entry.value.clone() : null;
	}

	/**
	 * The buffered values in a range, in its order.
	 */
	List<KeyValue> entries(KeyRange range) {
		List<KeyValue> found = new ArrayList<>();
		for (BufferedEntry entry : part(range).values()) {
			if (found.size() >= range.limit()) {
				break;
			}
			if (isVisible(entry)) {
				found.add(new KeyValue(entry.key.clone(), entry.value.clone()));
			}
		}
		return found;
	}

	private ConcurrentNavigableMap<byte[], BufferedEntry> part(KeyRange range) {
		byte[] to = range.to();
		ConcurrentNavigableMap<byte[], BufferedEntry> part;
		if (to == null) {
			part = this.entries.tailMap(range.from(), range.fromIncluded());
		}
		else if (Arrays.compareUnsigned(range.from(), to) > 0) {
			return new ConcurrentSkipListMap<>();
		}
		else {
			part = this.entries.subMap(range.from(), range.fromIncluded(), to, range.toIncluded());
		}
		return range.isReversed() ? part.descendingMap() : part;
	}

	private boolean isVisible(BufferedEntry entry) {
		BufferClaim claim = entry.claim;
		return claim == null || !TransactionSynchronizationManager.isActualTransactionActive()
				|| this.sql.read("Looking for a transaction",
						(connection) -> connection.unwrap(ZovaConnection.class).listeners().find(this) != claim);
	}

	List<byte[]> keys() {
		return List.copyOf(this.entries.keySet());
	}

	WriteBehindStatistics statistics() {
		this.lock.lock();
		try {
			return new WriteBehindStatistics(this.entries.size(), this.bytes.get(), this.flushes, this.flushedEntries,
					this.failures, Optional.ofNullable(this.failure));
		}
		finally {
			this.lock.unlock();
		}
	}

	// Putting

	/**
	 * Whether a put belongs into a transaction of the caller, or is too large to wait
	 * here.
	 */
	boolean passesBy(byte[] key, byte[] value) {
		requireOpen();
		return BufferedEntry.bytes(key, value) > this.options.capacityBytes() || inTransaction();
	}

	private boolean inTransaction() {
		return TransactionSynchronizationManager.isActualTransactionActive()
				&& this.sql.read("Looking for a transaction", (connection) -> {
					boolean ours = !connection.getAutoCommit();
					if (!ours) {
						connection.unwrap(ZovaConnection.class).aboutToWriteAlone();
					}
					return ours;
				});
	}

	/**
	 * Puts a value into the buffer, waiting for room if there is none.
	 * @param key the key
	 * @param value the value
	 * @throws ZovaException if the last flush failed, if there was no room in time, or if
	 * the buffer is closed; the value is not accepted then
	 */
	void put(byte[] key, byte[] value) {
		requireOpen();
		requireNoFailure();
		BufferedEntry entry = new BufferedEntry(key.clone(), value.clone());
		long size = entry.bytes();
		long all = this.bytes.addAndGet(size);
		while (all > this.options.capacityBytes()) {
			this.bytes.addAndGet(-size);
			awaitRoom(size);
			all = this.bytes.addAndGet(size);
		}
		BufferedEntry replaced = this.entries.put(entry.key, entry);
		if (replaced != null) {
			this.bytes.addAndGet(-replaced.bytes());
		}
		if (this.waitingSince == 0) {
			noteWaiting();
		}
		if (all >= this.options.flushBytes() && all - size < this.options.flushBytes()) {
			signal();
		}
		if (this.closed) {
			// Whoever closed the buffer may have flushed before this value came.
			flush();
		}
	}

	private void awaitRoom(long size) {
		this.lock.lock();
		this.writersWaiting++;
		try {
			startThread();
			this.flushDue.signalAll();
			long rest = this.options.maxWaitNanos();
			while (this.bytes.get() + size > this.options.capacityBytes()) {
				requireOpen();
				requireNoFailure();
				if (rest <= 0) {
					throw new ZovaException(ZovaStatus.BUSY,
							"The buffer of the key-values is full: " + this.bytes.get() + " of "
									+ this.options.capacityBytes() + " bytes wait to be written, and within "
									+ this.options.maxWait()
									+ " there was no room. The value was not accepted; put it again later, or find "
									+ "out who holds the file's write lock");
				}
				rest = this.room.awaitNanos(rest);
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new ZovaException(ZovaStatus.BUSY,
					"The thread was interrupted while it waited for room in the buffer; the value was not accepted",
					ex);
		}
		finally {
			this.writersWaiting--;
			this.lock.unlock();
		}
	}

	private void requireOpen() {
		if (this.closed) {
			throw new IllegalStateException("The buffer of the key-values is closed: make a new one with writeBehind");
		}
	}

	private void requireNoFailure() {
		RuntimeException failed = this.failure;
		if (failed != null) {
			throw new ZovaException((failed instanceof ZovaException zova) ? zova.status() : ZovaStatus.SQLITE_ERROR,
					"The value was not accepted, because the values before it could not be written to the file ("
							+ failed.getMessage()
							+ "). They are kept and can be read, and writing them is tried again; "
							+ "flush tries at once",
					failed);
		}
	}

	// Changing the file

	/**
	 * Does what is more than putting values: moves the buffered values of some keys into
	 * the file, then does the work there, both or neither.
	 * @param <T> the type of the result
	 * @param task what is being done
	 * @param keys the keys that the work is about
	 * @param work the work
	 * @return what the work returned
	 */
	<T extends @Nullable Object> T inFile(String task, Collection<byte[]> keys, SqlWork<T> work) {
		requireOpen();
		return this.sql.write(task, (connection) -> {
			BufferClaim claim = connection.unwrap(ZovaConnection.class)
				.listeners()
				.get(this, () -> new BufferClaim(this));
			int before = claim.size();
			claim(keys, claim);
			KeyValueTable.putAll(connection, this.namespace, rows(claim.since(before)));
			return work.run(connection);
		});
	}

	/** Called behind the write gate only. */
	private void claim(Collection<byte[]> keys, BufferClaim claim) {
		for (byte[] key : keys) {
			BufferedEntry entry = this.entries.get(key);
			if (entry != null && entry.claim == null) {
				claim.take(entry);
			}
		}
	}

	private static List<KeyValue> rows(List<BufferedEntry> entries) {
		return entries.stream().map((entry) -> new KeyValue(entry.key, entry.value)).toList();
	}

	/** Forgets an entry whose value is in the file. */
	void drop(BufferedEntry entry) {
		if (this.entries.remove(entry.key, entry)) {
			this.bytes.addAndGet(-entry.bytes());
		}
	}

	/** Entries that a transaction had claimed wait for a flush again. */
	void released() {
		if (!this.entries.isEmpty() && this.waitingSince == 0) {
			noteWaiting();
		}
	}

	// Flushing

	/**
	 * Writes everything that waits: in a transaction of its own, or into the one that is
	 * open.
	 * @return how many values were written
	 */
	long flush() {
		return inTransaction() ? inFile("Flushing key-values", keys(), (connection) -> 0L) : flushAlone();
	}

	private long flushAlone() {
		enterFlush();
		try {
			this.waitingSince = 0;
			List<BufferedEntry> written = this.entries.isEmpty() ? List.of()
					: this.sql.write("Flushing key-values", (connection) -> {
						List<BufferedEntry> waiting = this.entries.values()
							.stream()
							.filter((entry) -> entry.claim == null)
							.toList();
						KeyValueTable.putAll(connection, this.namespace, rows(waiting));
						return waiting;
					});
			written.forEach(this::drop);
			flushed(written.size(), null);
			return written.size();
		}
		catch (RuntimeException ex) {
			flushed(0, ex);
			throw ex;
		}
		finally {
			released();
			this.flushing.unlock();
		}
	}

	/** Another flush waits for the write gate, no longer than the gate lets it. */
	private void enterFlush() {
		try {
			this.flushing.lockInterruptibly();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new ZovaException(ZovaStatus.BUSY, "The thread was interrupted while another one wrote the buffered "
					+ "key-values; they are kept, and writing them is tried again", ex);
		}
	}

	private void flushed(int count, @Nullable RuntimeException ex) {
		this.lock.lock();
		try {
			this.failure = ex;
			this.failures += (ex != null) ? 1 : 0;
			this.flushes += (count > 0) ? 1 : 0;
			this.flushedEntries += count;
			this.room.signalAll();
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Writes what waits and ends.
	 * @throws RuntimeException if it could not be written; then the buffer goes on
	 */
	void close() {
		if (this.closed) {
			return;
		}
		if (inTransaction()) {
			throw new IllegalTransactionStateException("A buffer of key-values cannot be closed inside a transaction, "
					+ "whose rollback would undo what closing promises: end the transaction first");
		}
		this.closed = true;
		try {
			flushAlone();
		}
		catch (RuntimeException | Error ex) {
			this.closed = false;
			throw ex;
		}
		finally {
			signal();
		}
	}

	void abandon() {
		this.closed = true;
		signal();
		if (!this.entries.isEmpty()) {
			logger.error("{} buffered key-values are lost: they could not be written before the database was closed",
					this.entries.size());
		}
	}

	private void noteWaiting() {
		this.lock.lock();
		try {
			if (this.waitingSince == 0) {
				this.waitingSince = System.nanoTime() | 1;
				startThread();
				this.flushDue.signalAll();
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	private void signal() {
		this.lock.lock();
		try {
			this.flushDue.signalAll();
			this.room.signalAll();
		}
		finally {
			this.lock.unlock();
		}
	}

	/** Called with the lock held. */
	private void startThread() {
		if (!this.threadStarted) {
			this.threadStarted = true;
			Thread thread = new Thread(this::flushWhenDue, "zova-write-behind");
			thread.setDaemon(true);
			thread.start();
		}
	}

	private void flushWhenDue() {
		long pause = 0;
		try {
			while (awaitDue(pause)) {
				try {
					flushAlone();
					pause = 0;
				}
				catch (RuntimeException ex) {
					pause = Math.min(Math.max(pause * 2, FIRST_PAUSE_NANOS), LONGEST_PAUSE_NANOS);
					logger.warn("{} key-values could not be written to the file; they are kept, and the next attempt "
							+ "is in {} ms", this.entries.size(), TimeUnit.NANOSECONDS.toMillis(pause), ex);
				}
			}
		}
		catch (InterruptedException ex) {
			logger.warn("The thread that writes key-values to the file was interrupted and ends; flush writes them",
					ex);
		}
	}

	/** Waits until there is something to do; says whether the buffer is still open. */
	private boolean awaitDue(long pause) throws InterruptedException {
		this.lock.lock();
		try {
			if (pause > 0) {
				long rest = pause;
				while (rest > 0 && !this.closed && this.failure != null) {
					rest = this.flushDue.awaitNanos(rest);
				}
				return !this.closed;
			}
			while (!this.closed) {
				long since = this.waitingSince;
				if (since == 0) {
					this.flushDue.await();
					continue;
				}
				long rest = since + this.options.flushNanos() - System.nanoTime();
				if (rest <= 0 || this.bytes.get() >= this.options.flushBytes() || this.writersWaiting > 0) {
					return true;
				}
				this.flushDue.awaitNanos(rest);
			}
			return false;
		}
		finally {
			this.lock.unlock();
		}
	}

}
