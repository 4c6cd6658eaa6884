package io.zova.maintenance.check;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;

import org.sqlite.ProgressHandler;
import org.sqlite.SQLiteConnection;

import io.zova.sqlite.lock.Interruption;

/**
 * Ends a check whose thread was interrupted or whose time is over, and tells how far it
 * has come.
 */
final class Watch {

	/** Some tenths of a millisecond in SQLite's virtual machine. */
	private static final int INSTRUCTIONS = 50_000;

	private static final int ROWS = 64;

	private final CheckProgress progress;

	private final boolean limited;

	private final long endNanos;

	private CheckStep step = CheckStep.PAGES;

	private long total;

	private long done;

	Watch(CheckProgress progress, Optional<Duration> timeLimit) {
		this.progress = progress;
		this.limited = timeLimit.isPresent();
		this.endNanos = System.nanoTime() + timeLimit.orElse(Duration.ZERO).toNanos();
	}

	/**
	 * Looks also while SQLite works on one statement, such as its own check.
	 * @param connection where
	 * @return what ends the watch
	 * @throws SQLException if the driver fails
	 */
	Ending over(Connection connection) throws SQLException {
		SQLiteConnection driver = connection.unwrap(SQLiteConnection.class);
		ProgressHandler.setHandler(driver, INSTRUCTIONS, new ProgressHandler() {
			@Override
			protected int progress() {
				return (Thread.currentThread().isInterrupted() || isOver()) ? 1 : 0;
			}
		});
		return () -> ProgressHandler.clearHandler(driver);
	}

	boolean isOver() {
		return this.limited && System.nanoTime() - this.endNanos > 0;
	}

	boolean listens() {
		return this.progress != CheckProgress.NONE;
	}

	void begin(CheckStep step, long total) throws SQLException {
		this.step = step;
		this.total = total;
		this.done = 0;
		look();
		this.progress.checked(step, 0, total);
	}

	void row() throws SQLException {
		if (++this.done % ROWS == 0) {
			look();
			if (this.done % (ROWS * ROWS) == 0) {
				this.progress.checked(this.step, this.done, Math.max(0, this.total - this.done));
			}
		}
	}

	void end() {
		this.progress.checked(this.step, Math.max(this.done, this.total), 0);
	}

	private void look() throws SQLException {
		Interruption.check("checking the database");
		if (isOver()) {
			throw new OutOfTime();
		}
	}

	/**
	 * Ends a watch.
	 */
	@FunctionalInterface
	interface Ending {

		void close() throws SQLException;

	}

	/**
	 * The time limit is reached; no error for whoever set it.
	 */
	static final class OutOfTime extends RuntimeException {

		private static final long serialVersionUID = 1;

		OutOfTime() {
			super("The time limit of the check is reached", null, false, false);
		}

	}

}
