package io.zova.sqlite;

import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
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
 * the writer, and the writer for it.
 */
final class ReaderDoor {

	private final ReentrantLock lock = new ReentrantLock();

	private final Condition changed = this.lock.newCondition();

	private final Map<Object, Thread> readers = new HashMap<>();

	private boolean closing;

	private @Nullable Object writer;

	private @Nullable Thread writerThread;

	void enterRead(Object reader, Deadline deadline) throws SQLException {
		this.lock.lock();
		try {
			while (this.writer != null || (this.closing && !isInside(Thread.currentThread()))) {
				if (this.writerThread == Thread.currentThread()) {
					throw LockErrors.wouldWaitForItself("a write transaction that shuts readers out",
							"Read through that transaction's connection, or use WAL mode.");
				}
				await("to read", deadline);
			}
			this.readers.put(reader, Thread.currentThread());
		}
		finally {
			this.lock.unlock();
		}
	}

	void leaveRead(Object reader) {
		this.lock.lock();
		try {
			this.readers.remove(reader);
			this.changed.signalAll();
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Closes the door and waits until no other connection reads. Only the holder of the
	 * {@link WriteGate} may call this.
	 * @param owner the writing connection; its own reads don't count
	 * @param deadline when to give up
	 * @throws SQLException if readers did not finish in time; the door is open again
	 */
	void shutOut(Object owner, Deadline deadline) throws SQLException {
		this.lock.lock();
		try {
			this.closing = true;
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
				this.closing = false;
				if (this.writer == null) {
					this.changed.signalAll();
				}
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	void letIn(Object owner) {
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

	private boolean isInside(Thread thread) {
		return this.readers.containsValue(thread);
	}

	private boolean hasOthers(Object owner) {
		return this.readers.size() > (this.readers.containsKey(owner) ? 1 : 0);
	}

	private boolean hasOthersOf(Object owner, Thread thread) {
		return this.readers.entrySet()
			.stream()
			.anyMatch((entry) -> entry.getKey() != owner && entry.getValue() == thread);
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
			String names = String.join(", ", this.readers.values().stream().map(Thread::getName).distinct().toList());
			return "still reading: " + names;
		}
		return "the writer has just finished";
	}

}
