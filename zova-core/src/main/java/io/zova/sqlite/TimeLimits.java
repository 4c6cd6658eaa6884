package io.zova.sqlite;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

import io.zova.sqlite.lock.Deadline;

/**
 * How long the statements of one connection may wait and run.
 */
final class TimeLimits {

	private final Duration lockWait;

	private final long statementNanos;

	/** When the time of the open transaction is over, while a template works in it. */
	private @Nullable Deadline transaction;

	TimeLimits(Duration lockWait, Duration statement) {
		this.lockWait = lockWait;
		this.statementNanos = statement.toNanos();
	}

	/**
	 * Until when to wait for a lock that is asked for now.
	 * @return the end of the connection's patience, or of the transaction's time if that
	 * is sooner
	 */
	Deadline lockWait() {
		Deadline ownPatience = Deadline.after(this.lockWait);
		Deadline transactionsEnd = this.transaction;
		return (transactionsEnd != null && transactionsEnd.remainingNanos() < this.lockWait.toNanos()) ? transactionsEnd
				: ownPatience;
	}

	/**
	 * Sets until when what runs next has to be done.
	 * @param limit the time limit of a transaction, {@code null} for none
	 * @return the limit before
	 */
	@Nullable Deadline ofTransaction(@Nullable Deadline limit) {
		Deadline before = this.transaction;
		this.transaction = limit;
		if (limit != null) {
			// Its clock runs from the first look.
			limit.remainingNanos();
		}
		return before;
	}

	/**
	 * How long any statement may run.
	 * @return the time in nanoseconds, 0 for as long as it takes
	 */
	long statementNanos() {
		return this.statementNanos;
	}

	/**
	 * How long a statement may take that must also end with the transaction's time.
	 * @param own the statement's own time limit in seconds, 0 for none
	 * @return the time limit for it in seconds, 0 for none
	 */
	int statementSeconds(int own) {
		Deadline end = this.transaction;
		if (end == null) {
			return own;
		}
		int left = (int) Math.max(1, Math.ceil(end.remainingNanos() / 1e9));
		return (own == 0) ? left : Math.min(own, left);
	}

}
