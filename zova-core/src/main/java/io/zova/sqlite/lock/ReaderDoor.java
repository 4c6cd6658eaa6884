package io.zova.sqlite.lock;

import java.sql.SQLException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

import org.jspecify.annotations.Nullable;

/**
 * Keeps readers and the committing writer of a file apart where SQLite cannot let them
 * work side by side: without a write-ahead log, a commit needs the file to itself.
 * <p>
 * Readers pass freely until a writer wants to commit. It closes the door, waits for those
 * inside, commits and opens the door again; readers who came meanwhile wait in memory
 * instead of failing with {@code SQLITE_BUSY}. A thread that is inside already may enter
 * through a second connection although the door is closed: otherwise it would wait for
 * the writer, and the writer for it. For the same reason the pool may open a connection
 * then, until the writer is inside.
 * <p>
 * A reader may stay inside between its reads, see {@link ReadLease}, but only for
 * {@link #STAY} from the moment when the first has come in. Then all have to be out at
 * the same time: only so SQLite gives up the lock that the connections of a process
 * share, and does not get it back while a writer of another process waits for the file.
 * The next to enter waits for that, for {@link #AIRING} and not again for the same
 * readers: if one of them reads for longer, the others go on, but leave after each read.
 */
public final class ReaderDoor {

	/** How long readers may stay without reading. */
	static final Duration STAY = Duration.ofMillis(2);

	/** How long a reader waits at most for others to leave whose stay is over. */
	static final Duration AIRING = Duration.ofNanos(500_000);

	private final ReentrantLock lock = new ReentrantLock();

	private final Condition changed = this.lock.newCondition();

	private final Set<Reader> readers = new HashSet<>();

	private volatile boolean closing;

	/** Whether all shall be out for a moment. */
	private volatile boolean airing;

	/** Those who did not leave then, and have not left since. */
	private final Set<Reader> stayed = new HashSet<>();

	private long nextAiring;

	private long mayStayUntil;

	private @Nullable Reader writer;

	private @Nullable Thread writerThread;

	/**
	 * Enters, but not before a writer that is inside or waits to be.
	 * @param reader who reads
	 * @param deadline when to give up
	 * @return until when the reader may stay inside without reading, by
	 * {@link System#nanoTime()}
	 * @throws SQLException if a writer kept readers out
	 */
	long enterRead(Reader reader, Deadline deadline) throws SQLException {
		this.lock.lock();
		try {
			if (isToBeAired()) {
				airOut();
			}
			while (isShut() && (this.writer != null || !mayPass(reader))) {
				if (this.writerThread == Thread.currentThread()) {
					throw LockErrors.wouldWaitForItself("a write transaction that shuts readers out",
							"Read through that transaction's connection, or use WAL mode.");
				}
				await("to read", deadline);
			}
			if (this.readers.isEmpty()) {
				this.airing = false;
				this.mayStayUntil = System.nanoTime() + STAY.toNanos();
				this.nextAiring = this.mayStayUntil;
			}
			this.readers.add(reader);
			return this.mayStayUntil;
		}
		finally {
			this.lock.unlock();
		}
	}

	void leaveRead(Reader reader) {
		this.lock.lock();
		try {
			this.readers.remove(reader);
			this.stayed.remove(reader);
			if (this.readers.size() <= 1) {
				// A writer's own connection may be the last.
				this.changed.signalAll();
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Whether readers have to leave as soon as they can. Who wants to stay without
	 * reading has to look at this before and after each read.
	 * @return {@code true} if so
	 */
	boolean isToBeLeft() {
		return this.closing || this.airing;
	}

	private boolean isShut() {
		return this.writer != null || this.closing || (this.airing && !this.readers.isEmpty());
	}

	private boolean isToBeAired() {
		return !this.readers.isEmpty() && this.stayed.isEmpty() && this.writer == null && !this.closing && !this.airing
				&& System.nanoTime() - this.nextAiring > 0 && !isInside(Thread.currentThread());
	}

	/** Waits a little until nobody is inside. */
	private void airOut() {
		this.airing = true;
		List<Reader> inside = List.copyOf(this.readers);
		// They need our lock to leave.
		this.lock.unlock();
		try {
			inside.forEach(Reader::leaveIfIdle);
		}
		finally {
			this.lock.lock();
		}
		try {
			long left = AIRING.toNanos();
			while (this.airing && !this.readers.isEmpty() && !this.closing && left > 0) {
				left = this.changed.awaitNanos(left);
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		finally {
			if (this.airing) {
				this.airing = false;
				this.stayed.addAll(this.readers);
				this.nextAiring = System.nanoTime() + STAY.toNanos();
			}
			this.changed.signalAll();
		}
	}

	/**
	 * Closes the door and waits until no other connection reads. Only the holder of the
	 * {@link WriteGate} may call this.
	 * @param owner the writing connection; its own reads don't count
	 * @param deadline when to give up
	 * @throws SQLException if readers did not finish in time; the door is open again
	 */
	void shutOut(Reader owner, Deadline deadline) throws SQLException {
		this.closing = true;
		try {
			// Without our lock: they need it to leave.
			others(owner).forEach(Reader::leaveIfIdle);
			awaitExit(owner, deadline);
		}
		finally {
			stopClosing();
		}
	}

	private void awaitExit(Reader owner, Deadline deadline) throws SQLException {
		this.lock.lock();
		try {
			while (hasOthers(owner)) {
				if (hasOthersOf(owner, Thread.currentThread())) {
					throw LockErrors.wouldWaitForItself("an unfinished read",
							"Close its result set or end its transaction first, or use WAL mode.");
				}
				await("for readers to finish before a commit", deadline);
			}
			this.writer = owner;
			this.writerThread = Thread.currentThread();
		}
		finally {
			this.lock.unlock();
		}
	}

	private void stopClosing() {
		this.lock.lock();
		try {
			this.closing = false;
			if (this.writer == null) {
				this.changed.signalAll();
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	void letIn(Reader owner) {
		this.lock.lock();
		try {
			if (this.writer == owner) {
				this.writer = null;
				this.writerThread = null;
				this.changed.signalAll();
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	/** Who is inside may be waiting for it. */
	private boolean mayPass(Reader reader) {
		return reader.opensConnections() || isInside(Thread.currentThread());
	}

	private boolean isInside(Thread thread) {
		return this.readers.stream().anyMatch((reader) -> reader.readingThread() == thread);
	}

	private List<Reader> others(Reader owner) {
		this.lock.lock();
		try {
			return this.readers.stream().filter((reader) -> reader != owner).toList();
		}
		finally {
			this.lock.unlock();
		}
	}

	private boolean hasOthers(Reader owner) {
		return this.readers.size() > (this.readers.contains(owner) ? 1 : 0);
	}

	private boolean hasOthersOf(Reader owner, Thread thread) {
		return this.readers.stream().anyMatch((reader) -> reader != owner && reader.readingThread() == thread);
	}

	private void await(String purpose, Deadline deadline) throws SQLException {
		try {
			long remaining = deadline.remainingNanos();
			if (remaining <= 0 || (this.changed.awaitNanos(remaining) <= 0 && deadline.remainingNanos() <= 0)) {
				throw LockErrors.timedOut(purpose, deadline, describe());
			}
		}
		catch (InterruptedException ex) {
			throw LockErrors.interrupted(purpose, ex);
		}
	}

	private String describe() {
		if (this.writerThread != null) {
			return "thread '" + this.writerThread.getName() + "' is writing";
		}
		if (this.closing) {
			List<String> names = this.readers.stream()
				.map(Reader::readingThread)
				.filter(Objects::nonNull)
				.map(Thread::getName)
				.distinct()
				.toList();
			return "still reading: " + String.join(", ", names);
		}
		return "the writer has just finished";
	}

	/**
	 * Somebody who reads: a connection, as a rule.
	 */
	public interface Reader {

		/**
		 * Who reads now.
		 * @return the thread, {@code null} if the reader only stays inside
		 */
		@Nullable Thread readingThread();

		/** Leaves unless it reads. */
		void leaveIfIdle();

		/**
		 * Whether it only opens a connection, in whatever thread the pool does so.
		 * @return {@code true} if so
		 */
		default boolean opensConnections() {
			return false;
		}

	}

}
