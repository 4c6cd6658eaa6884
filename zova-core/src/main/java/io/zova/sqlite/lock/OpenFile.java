package io.zova.sqlite.lock;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

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

	private volatile AttachedStores stores = AttachedStores.NONE;

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

	public static boolean isOpen(Path file) {
		synchronized (OPEN) {
			return OPEN.containsKey(identityOf(file));
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
		if (this.key != null) {
			this.exclusion = (mode.equalsIgnoreCase("wal") && !this.storesHaveRollbackJournal) ? Exclusion.NEVER
					: Exclusion.AT_COMMIT;
		}
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
		if (this.exclusion != Exclusion.NEVER) {
			this.readerDoor.enterRead(reader, deadline);
		}
		return reader;
	}

	public void leaveRead(ReaderDoor.Reader reader) {
		this.readerDoor.leaveRead(reader);
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
