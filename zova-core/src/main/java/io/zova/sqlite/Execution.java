package io.zova.sqlite;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.time.Duration;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteErrorCode;

import io.zova.sqlite.StatementLocks.Held;
import io.zova.sqlite.lock.Clock;
import io.zova.sqlite.lock.Deadline;
import io.zova.sqlite.lock.Interruption;
import io.zova.sqlite.statement.CachedStatement;

/**
 * One run of a statement, from the moment it asks for locks until its result is read to
 * the end or closed. It can be cancelled from any thread, by hand or by its time limit.
 */
final class Execution {

	private final Session session;

	private final StatementLocks locks;

	private final CachedStatement statement;

	private final Held held;

	/** The statement of whose function this is a part. */
	private final @Nullable Object caller;

	private final long limitNanos;

	private final @Nullable ScheduledFuture<?> timer;

	private boolean running = true;

	private int rows;

	private boolean timedOut;

	/**
	 * Begins a run.
	 * @param limitNanos the time limit for messages, 0 for none
	 * @param remainingNanos how much of it is left
	 */
	private Execution(Session session, CachedStatement statement, Held held, long limitNanos, long remainingNanos) {
		this.session = session;
		this.locks = session.statementLocks();
		this.statement = statement;
		this.held = held;
		this.caller = this.locks.inside();
		this.limitNanos = limitNanos;
		this.timer = (limitNanos > 0) ? Clock.schedule(this::timeOut, remainingNanos) : null;
	}

	/**
	 * Takes the locks that the statement needs.
	 * @param session what the connection is in the middle of
	 * @param statement what will run
	 * @param ownSeconds the statement's own limit for the locks and the work together, 0
	 * for none
	 * @return the run, to be {@linkplain #end ended}
	 * @throws SQLException if a lock could not be had
	 */
	static Execution start(Session session, CachedStatement statement, int ownSeconds) throws SQLException {
		TimeLimits limits = session.limits();
		int seconds = limits.statementSeconds(ownSeconds);
		long ofAll = limits.statementNanos();
		if (seconds == 0) {
			Held held = session.lockFor(statement, limits.lockWait());
			return new Execution(session, statement, held, ofAll, ofAll);
		}
		Deadline limit = Deadline.after(Duration.ofSeconds(seconds));
		limit.remainingNanos();
		Held held = session.lockFor(statement, limits.lockWait().isSoonerThan(limit) ? limits.lockWait() : limit);
		long own = limit.remainingNanos();
		return (ofAll > 0 && ofAll < own) ? new Execution(session, statement, held, ofAll, ofAll)
				: new Execution(session, statement, held, TimeUnit.SECONDS.toNanos(seconds), own);
	}

	/**
	 * Runs the statement up to its first row.
	 * @return the driver's result, or {@code null} if it has no columns
	 * @throws SQLException if it failed; the run is ended then
	 */
	@Nullable ResultSet run() throws SQLException {
		Object outer = enter();
		try {
			return this.statement.run();
		}
		catch (SQLException ex) {
			throw failed(ex);
		}
		finally {
			this.locks.enter(outer);
		}
	}

	/**
	 * Goes into SQLite. Whatever is no reader may stay there for long, or call functions
	 * that wait for others, while these may want to end the connection's lease.
	 */
	private @Nullable Object enter() throws SQLException {
		if (this.held != Held.READ) {
			try {
				this.locks.endLease();
			}
			catch (SQLException ex) {
				throw failed(ex);
			}
		}
		return this.locks.enter(this);
	}

	/**
	 * Goes on to the next row.
	 * @param rows the driver's result
	 * @return whether there is one
	 * @throws SQLException if it failed; the run is ended then
	 */
	boolean next(ResultSet rows) throws SQLException {
		Object outer = enter();
		try {
			if (++this.rows % Interruption.ROWS == 0) {
				Interruption.check("reading rows");
			}
			return rows.next();
		}
		catch (SQLException ex) {
			throw failed(ex);
		}
		finally {
			this.locks.enter(outer);
		}
	}

	/**
	 * Runs a statement that is a transaction of its own to its end, where SQLite commits
	 * it: an error of that would get lost when the driver closes the result.
	 * @param rows the driver's result
	 * @throws SQLException if it failed; the run is ended then
	 */
	void finish(ResultSet rows) throws SQLException {
		boolean unread = this.held == Held.WRITE && isRunning();
		while (unread) {
			unread = next(rows);
		}
	}

	/**
	 * Runs the statement for each set of collected parameters.
	 * @return the numbers of changed rows
	 * @throws SQLException if one failed; the run is ended then
	 */
	long[] runBatch() throws SQLException {
		Object outer = enter();
		try {
			return this.statement.driver().executeLargeBatch();
		}
		catch (SQLException ex) {
			throw failed(ex);
		}
		finally {
			this.locks.enter(outer);
		}
	}

	/**
	 * Ends the run after an error.
	 * @param ex the driver's error
	 * @return the error to throw
	 */
	SQLException failed(SQLException ex) {
		SQLException translated = this.timedOut
				? new SQLTimeoutException("The statement ran longer than its time limit of "
						+ Deadline.format(this.limitNanos) + " and was stopped", "57014",
						SQLiteErrorCode.SQLITE_INTERRUPT.code, ex)
				: this.session.driver().translate(ex);
		try {
			end(false);
		}
		catch (SQLException unknown) {
			translated.addSuppressed(unknown);
		}
		this.session.transaction().afterFailure(translated);
		return translated;
	}

	void nameColumns() throws SQLException {
		this.statement.nameColumns();
	}

	/**
	 * Gives the locks back. Further calls do nothing.
	 * @param success whether the statement did its work
	 * @throws SQLException if it is committed, but not known to be on disk
	 */
	void end(boolean success) throws SQLException {
		synchronized (this) {
			if (!this.running) {
				return;
			}
			this.running = false;
		}
		if (this.timer != null) {
			this.timer.cancel(false);
		}
		this.locks.giveBack(this.held, this, caller(), success);
	}

	private @Nullable Object caller() {
		return (this.caller instanceof Execution outer && outer.isRunning()) ? outer : null;
	}

	/**
	 * Whether it holds a state of the file that it has not read to the end.
	 * @return {@code true} if so
	 */
	boolean holdsRead() {
		return this.held == Held.READ && isRunning();
	}

	private synchronized boolean isRunning() {
		return this.running;
	}

	synchronized void cancel() throws SQLException {
		if (this.running) {
			this.session.driver().interrupt();
		}
	}

	private synchronized void timeOut() {
		if (this.running) {
			this.timedOut = true;
			try {
				cancel();
			}
			catch (SQLException ex) {
				// A connection that is closed has nothing left to stop.
				this.timedOut = false;
			}
		}
	}

}
