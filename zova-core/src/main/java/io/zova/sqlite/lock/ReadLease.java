package io.zova.sqlite.lock;

import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;

import org.sqlite.SQLiteErrorCode;

import io.zova.sqlite.driver.ControlStatements;
import io.zova.sqlite.lock.OpenFile.Exclusion;

/**
 * Lets reads in quick succession share one read transaction of SQLite.
 * <p>
 * With a rollback journal each read outside a transaction locks the file, looks for the
 * journal of a crash, reads the change counter and unlocks, which takes longer than to
 * find a row. So where a connection reads again shortly after it has read, a transaction
 * begins before the statement and stays open behind it for those that follow, until
 * {@linkplain ReaderDoor#enterRead the time to stay} is over, 2 ms at most. It is no
 * transaction to anybody else, and changes nothing but speed:
 * <ul>
 * <li>A read is as new as without it. While a file with a rollback journal is locked for
 * reading, nobody in any process can commit. This is not so with a write-ahead log, and
 * there are no leases there.</li>
 * <li>Writers do not wait for it. A commit of this process ends idle leases itself, and
 * while it waits for the others no lease begins or stays. One of another process has to
 * wait no longer than those 2 ms, after which the file is really given up: see
 * {@link ReaderDoor}.</li>
 * <li>Only plain reads take part. Whatever else the connection does ends the lease first,
 * and so does a read that fails.</li>
 * </ul>
 * The thread that uses the connection takes the lease up for a statement and puts it down
 * after it, by one change of the state each. Any thread may end a lease that lies idle:
 * the writer, or the {@link Clock} when nobody reads any more. While a statement of the
 * connection is inside SQLite, the lease is never idle, so that whoever ends it does not
 * wait for that statement.
 */
public final class ReadLease {

	private enum State {

		/** No transaction is open. */
		NONE,

		/** It is open, and no statement needs it now. */
		IDLE,

		/** Statements run in it. */
		USED,

		/** A thread that holds the monitor ends it. */
		ENDING,

		/** There will be no more: the connection is closed. */
		CLOSED

	}

	/** A read has followed quickly if the one before has begun within this time. */
	private static final long QUICK_NANOS = 200_000;

	/** For less, a transaction is not worth its beginning and end. */
	private static final long WORTH_NANOS = 100_000;

	private static final long RETRY_NANOS = 2_000_000;

	private final ControlStatements sql;

	private final OpenFile file;

	private final Runnable leaveDoor;

	private final AtomicReference<State> state = new AtomicReference<>(State.NONE);

	private final AtomicBoolean clockIsSet = new AtomicBoolean();

	private volatile long end;

	/** What the clock found. */
	private volatile boolean isOver;

	private boolean journalSeen;

	private long lastRead = System.nanoTime() - QUICK_NANOS;

	/**
	 * Creates the lease of a connection.
	 * @param sql the connection's control statements
	 * @param file the locks of its file
	 * @param leaveDoor leaves the {@link ReaderDoor} for the connection
	 */
	ReadLease(ControlStatements sql, OpenFile file, Runnable leaveDoor) {
		this.sql = sql;
		this.file = file;
		this.leaveDoor = leaveDoor;
	}

	boolean isIdle() {
		State now = this.state.get();
		return now == State.IDLE || now == State.ENDING;
	}

	/**
	 * Begins a lease for the statement that comes if it is worth it: if another has begun
	 * just before.
	 * @param mayStayUntil until when the connection may stay inside the door
	 * @throws SQLException if SQLite refuses
	 */
	void begin(long mayStayUntil) throws SQLException {
		long now = System.nanoTime();
		boolean quick = now - this.lastRead < QUICK_NANOS;
		this.lastRead = now;
		if (!quick || mayStayUntil - now < WORTH_NANOS || this.file.readerDoor().isToBeLeft()
				|| this.state.get() != State.NONE) {
			return;
		}
		this.sql.run("begin");
		this.journalSeen = false;
		this.isOver = false;
		this.end = mayStayUntil;
		if (this.state.compareAndSet(State.NONE, State.USED)) {
			setClock(mayStayUntil - now);
		}
	}

	/**
	 * Goes on with the idle lease for another statement.
	 * @return whether there is one; if not, none is open
	 * @throws SQLException if the lease was over but cannot be ended
	 */
	boolean takeUp() throws SQLException {
		if (this.state.get() == State.NONE) {
			return false;
		}
		long now = System.nanoTime();
		boolean mayStay = this.end - now > 0 && !this.file.readerDoor().isToBeLeft();
		if (mayStay && this.state.compareAndSet(State.IDLE, State.USED)) {
			this.lastRead = now;
			return true;
		}
		end();
		return false;
	}

	/**
	 * Keeps the lease after the last statement that used it, if it may be kept.
	 * @param success whether the statement did its work
	 * @return whether the connection stays inside the door; if not, it has to leave
	 */
	boolean putDown(boolean success) {
		if (this.state.get() != State.USED) {
			return false;
		}
		boolean keep = success && isRollbackJournal();
		this.state.compareAndSet(State.USED, State.IDLE);
		// A writer closes the door before it looks for idle leases.
		if (!keep || this.isOver || this.file.readerDoor().isToBeLeft()) {
			endIfIdle();
		}
		return true;
	}

	/**
	 * Looks into the file's journal mode while the file is locked: another process may
	 * have changed it.
	 */
	private boolean isRollbackJournal() {
		if (this.journalSeen) {
			return true;
		}
		try {
			String mode = this.sql.query("pragma journal_mode");
			this.file.journalMode(mode);
			// With a log the main file could change, even where a store keeps readers
			// out.
			this.journalSeen = this.file.exclusion() == Exclusion.AT_COMMIT && !mode.equalsIgnoreCase("wal");
			return this.journalSeen;
		}
		catch (SQLException ex) {
			return false;
		}
	}

	/**
	 * Ends the lease, for the thread that uses the connection. Statements that still run
	 * in it go on as if it had never been.
	 * @throws SQLException if SQLite cannot end it; it stays
	 */
	void end() throws SQLException {
		if (this.state.get() == State.NONE) {
			return;
		}
		synchronized (this) {
			if (this.state.get() == State.USED) {
				commit();
				this.state.compareAndSet(State.USED, State.NONE);
			}
			else {
				endIdle();
			}
		}
	}

	/**
	 * Ends the lease if no statement uses it, and leaves the door. Any thread may call
	 * this. Should SQLite not be able to end it, the clock tries again.
	 */
	synchronized void endIfIdle() {
		try {
			endIdle();
		}
		catch (SQLException ex) {
			setClock(RETRY_NANOS);
		}
	}

	private void endIdle() throws SQLException {
		if (!this.state.compareAndSet(State.IDLE, State.ENDING)) {
			return;
		}
		State next = State.IDLE;
		try {
			commit();
			this.leaveDoor.run();
			next = State.NONE;
		}
		finally {
			this.state.compareAndSet(State.ENDING, next);
		}
	}

	private void commit() throws SQLException {
		try {
			this.sql.run("commit");
		}
		catch (SQLException ex) {
			// After some errors SQLite has ended the transaction by itself.
			boolean noneIsOpen = ex.getErrorCode() == SQLiteErrorCode.SQLITE_ERROR.code || this.sql.isClosed();
			if (!noneIsOpen) {
				throw ex;
			}
		}
	}

	/**
	 * Forgets the lease of a connection that is about to be closed, which ends the
	 * transaction. Never waits.
	 */
	void close() {
		this.state.set(State.CLOSED);
	}

	private void setClock(long nanos) {
		// One call for many short leases.
		if (this.clockIsSet.compareAndSet(false, true)) {
			Clock.schedule(this::look, nanos);
		}
	}

	private void look() {
		this.clockIsSet.set(false);
		State now = this.state.get();
		if (now == State.NONE || now == State.CLOSED) {
			return;
		}
		long left = this.end - System.nanoTime();
		if (left > 0) {
			setClock(left);
		}
		else {
			this.isOver = true;
			endIfIdle();
		}
	}

}
