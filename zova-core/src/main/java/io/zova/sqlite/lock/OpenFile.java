package io.zova.sqlite.lock;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

import org.jspecify.annotations.Nullable;

import io.zova.sqlite.file.AttachedStores;
import io.zova.sqlite.file.FileHistory;
import io.zova.sqlite.file.FileIdentity;

/**
 * The locks that all connections of this process to one file share, however many
 * {@code ZovaDatabase} objects they belong to, and what these connections know together.
 */
public final class OpenFile {

	/**
	 * When a writer needs readers to be out of the file.
	 */
	public enum Exclusion {

		/** Never: with a write-ahead log, readers see the last committed state. */
		NEVER,

		/** While it commits: the rollback journal. */
		AT_COMMIT,

		/** As long as its transaction runs: SQLite's in-memory files. */
		WHOLE_TRANSACTION

	}

	private static final long LOOK_NANOS = 100_000;

	private static final long STORES_NANOS = 200_000_000;

	private static final long UNSURE = Long.MIN_VALUE;

	private static final Map<Object, OpenFile> OPEN = new HashMap<>();

	private final FileIdentity identity;

	private final @Nullable Object key;

	private int users;

	private final WriteGate writeGate = new WriteGate();

	private final SharedSync sharedSync = new SharedSync();

	private final ReaderDoor readerDoor = new ReaderDoor();

	private final FileHistory history = new FileHistory();

	/** Counts changes of the schema that statements compiled before don't know. */
	private final AtomicLong schemaGeneration = new AtomicLong();

	private volatile Exclusion exclusion;

	/** Whether the main file has a write-ahead log, whatever its stores have. */
	private volatile boolean log;

	private volatile AttachedStores stores = AttachedStores.NONE;

	private volatile long lookedForStores = System.nanoTime();

	/**
	 * Connections that have read with a write-ahead log, where no door counts readers.
	 */
	private final Set<ConnectionLocks> readersOfLog = ConcurrentHashMap.newKeySet();

	/** Whether all readers go through the door, also with a write-ahead log. */
	private volatile boolean shutToAll;

	/** Whether readers and writers of a store exclude each other. */
	private volatile boolean storesHaveRollbackJournal;

	private OpenFile(FileIdentity identity, @Nullable Object key, Exclusion exclusion) {
		this.identity = identity;
		this.key = key;
		this.exclusion = exclusion;
	}

	/**
	 * The locks of a file, to be {@linkplain #release() released} when no longer used.
	 * @param file an existing file
	 * @return the same object for every path to the same file
	 */
	public static OpenFile of(Path file) {
		Object key = identityOf(file);
		synchronized (OPEN) {
			OpenFile locks = OPEN.computeIfAbsent(key,
					(absent) -> new OpenFile(new FileIdentity(file), absent, Exclusion.AT_COMMIT));
			locks.users++;
			return locks;
		}
	}

	/**
	 * Whether somebody of this process has a file open, as a main file or as the store of
	 * one.
	 * @param file the file
	 * @return {@code true} if so
	 */
	public static boolean isOpen(Path file) {
		Object key = identityOf(file);
		synchronized (OPEN) {
			return OPEN.containsKey(key) || OPEN.values()
				.stream()
				.flatMap((open) -> open.stores.files().stream())
				.anyMatch((store) -> identityOf(store).equals(key));
		}
	}

	public static OpenFile ofMemory() {
		return new OpenFile(new FileIdentity(), null, Exclusion.WHOLE_TRANSACTION);
	}

	public void release() {
		synchronized (OPEN) {
			if (--this.users == 0) {
				OPEN.remove(this.key);
			}
		}
	}

	/**
	 * Adapts to the journal mode that a connection has found in the file.
	 * @param mode the answer of {@code PRAGMA journal_mode}
	 */
	public void journalMode(String mode) {
		this.log = mode.equalsIgnoreCase("wal");
		if (this.key != null) {
			this.exclusion = (this.log && !this.storesHaveRollbackJournal) ? Exclusion.NEVER : Exclusion.AT_COMMIT;
		}
	}

	/**
	 * Whether the main file has a write-ahead log.
	 * @return {@code false} for a rollback journal
	 */
	public boolean hasLog() {
		return this.log;
	}

	/**
	 * The files in which some features have their tables.
	 * @return the stores
	 */
	public AttachedStores stores() {
		return this.stores;
	}

	/**
	 * Tells all connections which stores the file has from now on. Each looks before its
	 * next work.
	 * @param stores the stores
	 */
	public void stores(AttachedStores stores) {
		if (!stores.isSame(this.stores)) {
			this.stores = stores;
			this.history.committed(null, 1);
			this.schemaGeneration.incrementAndGet();
		}
	}

	/**
	 * Whether it is time to look whether another process has changed which stores the
	 * file has.
	 * @return {@code true} a few times in a second, and after {@link #storesAreUnsure}
	 */
	public boolean isTimeToLookForStores() {
		long looked = this.lookedForStores;
		return looked == UNSURE || System.nanoTime() - looked > STORES_NANOS;
	}

	/**
	 * Tells that somebody looks for stores now.
	 */
	public void looksForStores() {
		long now = System.nanoTime();
		this.lookedForStores = (now == UNSURE) ? now + 1 : now;
	}

	/**
	 * Tells that another process has changed which stores the file has, so that each
	 * connection looks before it does anything.
	 */
	public void storesAreUnsure() {
		this.lookedForStores = UNSURE;
	}

	public void storesHaveRollbackJournal(boolean rollbackJournal) {
		this.storesHaveRollbackJournal = rollbackJournal;
		if (rollbackJournal && this.exclusion == Exclusion.NEVER) {
			this.exclusion = Exclusion.AT_COMMIT;
		}
	}

	/**
	 * Waits until the file may be read, for work that is not a statement of a
	 * transaction, such as opening a connection.
	 * @param deadline when to give up
	 * @return what to give to {@link #leaveRead}
	 * @throws SQLException if the file could not be read in time
	 */
	public ReaderDoor.Reader enterRead(Deadline deadline) throws SQLException {
		ReaderDoor.Reader reader = new Visitor(Thread.currentThread());
		this.readerDoor.enterRead(reader, deadline);
		return reader;
	}

	public void leaveRead(ReaderDoor.Reader reader) {
		this.readerDoor.leaveRead(reader);
	}

	/**
	 * Lets a connection read without passing the door, if readers need not be counted.
	 * @param reader the connection, which says that it reads from now on
	 * @return {@code false} if it has to take the door
	 */
	boolean mayReadFreely(ConnectionLocks reader) {
		return !this.shutToAll || isReadByCurrentThread(reader);
	}

	/** Who waits for this thread must not be waited for by it. */
	private boolean isReadByCurrentThread(ConnectionLocks reader) {
		return this.readersOfLog.stream()
			.anyMatch((other) -> other != reader && other.isInsideLog()
					&& other.readingThread() == Thread.currentThread());
	}

	void hasReader(ConnectionLocks reader) {
		this.readersOfLog.add(reader);
	}

	void forget(ConnectionLocks reader) {
		this.readersOfLog.remove(reader);
	}

	/**
	 * Waits until nobody reads, whatever the journal mode, and keeps new readers out.
	 * @param owner whose own reads don't count
	 * @param deadline when to give up
	 * @throws SQLException if some read on and on; new ones may enter again
	 */
	void shutToAll(ConnectionLocks owner, Deadline deadline) throws SQLException {
		this.shutToAll = true;
		boolean shut = false;
		try {
			for (ConnectionLocks reader : this.readersOfLog) {
				while (reader != owner && reader.isInsideLog()) {
					requireOther(reader);
					if (deadline.remainingNanos() <= 0) {
						throw LockErrors.timedOut("for readers to finish before the stores change", deadline,
								"still reading: " + nameOf(reader.readingThread()));
					}
					LockSupport.parkNanos(LOOK_NANOS);
				}
			}
			this.readerDoor.shutOut(owner, deadline);
			shut = true;
		}
		finally {
			this.shutToAll = shut;
		}
	}

	private static void requireOther(ConnectionLocks reader) throws SQLException {
		if (reader.readingThread() == Thread.currentThread()) {
			throw LockErrors.wouldWaitForItself("an unfinished read", "Close its result set or end its transaction.");
		}
	}

	private static String nameOf(@Nullable Thread thread) {
		return (thread != null) ? thread.getName() : "nobody any more";
	}

	void openToAll() {
		this.shutToAll = false;
	}

	public FileIdentity identity() {
		return this.identity;
	}

	public WriteGate writeGate() {
		return this.writeGate;
	}

	public SharedSync sharedSync() {
		return this.sharedSync;
	}

	ReaderDoor readerDoor() {
		return this.readerDoor;
	}

	public FileHistory history() {
		return this.history;
	}

	public AtomicLong schemaGeneration() {
		return this.schemaGeneration;
	}

	public Exclusion exclusion() {
		return this.exclusion;
	}

	private static Object identityOf(Path file) {
		try {
			Object inode = Files.readAttributes(file, BasicFileAttributes.class).fileKey();
			return (inode != null) ? inode : file.toRealPath();
		}
		catch (IOException ex) {
			return file.toAbsolutePath().normalize();
		}
	}

	/**
	 * Somebody who reads once.
	 */
	private static final class Visitor implements ReaderDoor.Reader {

		private final Thread thread;

		Visitor(Thread thread) {
			this.thread = thread;
		}

		@Override
		public Thread readingThread() {
			return this.thread;
		}

		@Override
		public void leaveIfIdle() {
			// It reads as long as it is inside.
		}

		@Override
		public boolean opensConnections() {
			return true;
		}

	}

}
