package io.zova.sqlite.lock;

import java.sql.SQLException;

import org.jspecify.annotations.Nullable;

import io.zova.sqlite.driver.ControlStatements;
import io.zova.sqlite.file.FileIdentity;
import io.zova.sqlite.lock.OpenFile.Exclusion;

/**
 * What one connection holds of the locks of its file in this process.
 */
public final class ConnectionLocks implements ReaderDoor.Reader {

	private final OpenFile file;

	private final ReadLease lease;

	private int reads;

	/** Who reads, or has read last. */
	private volatile @Nullable Thread reader;

	private volatile boolean insideDoor;

	private volatile boolean insideLog;

	private boolean knownToFile;

	/** What to do first when the file may be used and its stores can't change. */
	private SqlCheck onEntry = () -> {
	};

	private boolean shutsReadersOut;

	/**
	 * Who aborts a connection and who uses it meanwhile both give back what it holds.
	 */
	private boolean closed;

	public ConnectionLocks(OpenFile file, ControlStatements sql) {
		this.file = file;
		this.lease = new ReadLease(sql, file, this::leaveDoor);
	}

	/**
	 * Tells that another process has changed which stores the file has.
	 */
	public void storesAreUnsure() {
		this.file.storesAreUnsure();
	}

	/**
	 * Sets what is done each time when this connection may use the file and has not
	 * before: until it leaves, the stores of the file stay as they are.
	 * @param onEntry what to do
	 */
	public void onEntry(SqlCheck onEntry) {
		this.onEntry = onEntry;
	}

	/**
	 * When this connection needs readers to be out of the file.
	 * @return the rule of the file's journal mode
	 */
	public Exclusion exclusion() {
		return this.file.exclusion();
	}

	/**
	 * Becomes the file's writer.
	 * @param deadline when to give up
	 * @throws SQLException if another connection stayed the writer, or the file is not
	 * where it was
	 */
	public void enterWrite(Deadline deadline) throws SQLException {
		this.file.sharedSync().requireSound();
		this.file.identity().requireInPlace();
		this.file.stores().requireInPlace();
		endLease();
		this.file.writeGate().enter(this, deadline);
		this.file.history().writerEntered();
		if (this.reads == 0) {
			boolean entered = false;
			try {
				this.onEntry.run();
				entered = true;
			}
			finally {
				if (!entered) {
					leaveWrite();
				}
			}
		}
	}

	/**
	 * Whether the path of the file still leads to it.
	 * @return what knows
	 */
	public FileIdentity fileIdentity() {
		return this.file.identity();
	}

	/**
	 * Where commits that SQLite has not waited for wait for the disk.
	 * @return what all connections to the file share
	 */
	public SharedSync sharedSync() {
		return this.file.sharedSync();
	}

	/** Lets readers and the next writer on. */
	public synchronized void leaveWrite() {
		letReadersIn();
		if (this.closed && !this.file.writeGate().isInside(this)) {
			return;
		}
		this.file.history().writerLeft();
		this.file.writeGate().leave(this);
	}

	/**
	 * Whether others wait for this writer.
	 * @return {@code true} if somebody waits to write, or did and gave up
	 */
	public boolean makesWritersWait() {
		return this.file.writeGate().makesWait();
	}

	/**
	 * Waits until no other connection reads, and keeps new readers out.
	 * @param deadline when to give up
	 * @throws SQLException if readers stayed; new ones may enter again
	 */
	public void shutReadersOut(Deadline deadline) throws SQLException {
		this.file.readerDoor().shutOut(this, deadline);
		this.shutsReadersOut = true;
	}

	/**
	 * Waits until no other connection reads, also with a write-ahead log, and keeps new
	 * readers out.
	 * @param deadline when to give up
	 * @throws SQLException if readers stayed; new ones may enter again
	 */
	public void shutAllReadersOut(Deadline deadline) throws SQLException {
		this.file.shutToAll(this, deadline);
		this.shutsReadersOut = true;
	}

	public boolean shutsReadersOut() {
		return this.shutsReadersOut;
	}

	public void letReadersIn() {
		if (this.shutsReadersOut) {
			this.shutsReadersOut = false;
			this.file.openToAll();
			this.file.readerDoor().letIn(this);
		}
	}

	/**
	 * Becomes a reader once more; each time ends with {@link #leaveRead}.
	 * @param deadline when to give up
	 * @throws SQLException if a writer kept readers out
	 */
	public void enterRead(Deadline deadline) throws SQLException {
		endLease();
		if (this.reads == 0) {
			enter(deadline);
		}
		this.reads++;
	}

	/**
	 * Becomes a reader once more for a statement that may share a transaction with those
	 * before and after it; each time ends with {@link #leaveRead}.
	 * @param deadline when to give up
	 * @param mayBegin whether a shared transaction may begin
	 * @throws SQLException if a writer kept readers out, or SQLite does not begin
	 */
	public void enterSharedRead(Deadline deadline, boolean mayBegin) throws SQLException {
		if (this.reads == 0) {
			if (this.lease.takeUp()) {
				noteReader();
			}
			else {
				long mayStayUntil = enter(deadline);
				if (mayBegin && this.insideDoor && exclusion() == Exclusion.AT_COMMIT) {
					beginLease(mayStayUntil);
				}
			}
		}
		this.reads++;
	}

	private void beginLease(long mayStayUntil) throws SQLException {
		boolean begun = false;
		try {
			this.lease.begin(mayStayUntil);
			begun = true;
		}
		finally {
			if (!begun) {
				leaveDoor();
			}
		}
	}

	/**
	 * Is a reader once less.
	 * @param success whether what was read was read without error
	 */
	public void leaveRead(boolean success) {
		if (--this.reads > 0) {
			return;
		}
		if (this.insideLog) {
			this.insideLog = false;
		}
		else if (this.insideDoor && !this.lease.putDown(success)) {
			leaveDoor();
		}
	}

	/**
	 * Ends the transaction that reads share, if one is open.
	 * @throws SQLException if SQLite cannot end it
	 */
	public void endLease() throws SQLException {
		this.lease.end();
	}

	private long enter(Deadline deadline) throws SQLException {
		long mayStayUntil = enterLog() ? 0 : enterDoor(deadline);
		boolean entered = false;
		try {
			this.onEntry.run();
			entered = true;
		}
		finally {
			if (!entered && this.insideLog) {
				this.insideLog = false;
			}
			else if (!entered) {
				leaveDoor();
			}
		}
		return mayStayUntil;
	}

	/** Says that it reads before it looks whether it may. */
	private boolean enterLog() {
		if (exclusion() != Exclusion.NEVER) {
			return false;
		}
		if (!this.knownToFile) {
			this.knownToFile = true;
			this.file.hasReader(this);
		}
		noteReader();
		this.insideLog = true;
		if (!this.file.mayReadFreely(this)) {
			this.insideLog = false;
		}
		return this.insideLog;
	}

	boolean isInsideLog() {
		return this.insideLog;
	}

	private long enterDoor(Deadline deadline) throws SQLException {
		this.file.identity().requireNoForeignJournal();
		noteReader();
		long mayStayUntil = this.file.readerDoor().enterRead(this, deadline);
		this.insideDoor = true;
		return mayStayUntil;
	}

	private void leaveDoor() {
		this.insideDoor = false;
		this.file.readerDoor().leaveRead(this);
	}

	private void noteReader() {
		Thread current = Thread.currentThread();
		if (this.reader != current) {
			this.reader = current;
		}
	}

	@Override
	public @Nullable Thread readingThread() {
		return this.lease.isIdle() ? null : this.reader;
	}

	@Override
	public void leaveIfIdle() {
		this.lease.endIfIdle();
	}

	public boolean isReading() {
		return this.reads > 0;
	}

	/** Whether what has just begun to read is all that does. */
	public boolean isReadingOnce() {
		return this.reads == 1;
	}

	/** The connection is about to be closed. */
	public void connectionCloses() {
		this.lease.close();
	}

	/** Lets writers pass whatever was left open: SQLite has closed it. */
	public synchronized void connectionClosed() {
		this.closed = true;
		this.reads = 0;
		this.insideLog = false;
		this.file.forget(this);
		if (this.insideDoor) {
			leaveDoor();
		}
		leaveWrite();
	}

	/**
	 * Something that may find that the file can't be used.
	 */
	@FunctionalInterface
	public interface SqlCheck {

		void run() throws SQLException;

	}

}
