package io.zova.maintenance;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteConnection;
import org.sqlite.core.DB.ProgressObserver;

import io.zova.ZovaException;
import io.zova.ZovaStatus;
import io.zova.format.SqliteFailure;

/**
 * Copies a database page by page into an empty one, with SQLite's backup interface.
 *
 * <p>
 * The caller holds a read transaction on the source, so that all pages are of one state
 * and a writer elsewhere can't make the copy start over.
 */
public final class PageCopy {

	/** 4 MiB of usual pages between two calls of a listener. */
	private static final int PAGES_A_STEP = 1024;

	/**
	 * The driver must not retry: it can't tell a lock that passes from one that stays.
	 */
	private static final int RETRIES = 0;

	private static final String TOUCH = "select count(*) from sqlite_schema";

	private PageCopy() {
	}

	/**
	 * Makes sure that the read transaction of a connection has begun.
	 * @param connection a connection inside a transaction
	 * @throws SQLException if the database can't be read
	 */
	static void takeSnapshot(Connection connection) throws SQLException {
		try (Statement statement = connection.createStatement(); ResultSet row = statement.executeQuery(TOUCH)) {
			row.next();
		}
	}

	/**
	 * Copies all pages.
	 * @param source the connection to copy from
	 * @param destination the URI of the database to copy to
	 * @param progress who hears how far it has come
	 * @param task what fails if this fails, as the beginning of a sentence
	 * @throws SQLException if the driver fails
	 * @throws ZovaException if SQLite fails; the destination is unusable then
	 */
	public static void copy(SQLiteConnection source, String destination, CopyProgress progress, String task)
			throws SQLException {
		Observer observer = new Observer(progress);
		int pagesAStep = (progress == CopyProgress.NONE) ? -1 : PAGES_A_STEP;
		int resultCode = source.getDatabase().backup("main", destination, observer, 0, RETRIES, pagesAStep);
		observer.rethrow();
		ZovaStatus status = SqliteFailure.status(resultCode);
		switch (status) {
			case OK -> {
			}
			case BUSY -> throw new ZovaException(status, task
					+ ": the transaction that it runs in has written, or the source is locked. Copy after the commit");
			default -> throw new ZovaException(status,
					task + ": SQLite reports result code " + resultCode + advice(resultCode));
		}
	}

	private static String advice(int resultCode) {
		return switch (resultCode & 0xff) {
			case 10 -> " (the disk could not be read or written)";
			case 11 -> " (the source is damaged)";
			case 13 -> " (the disk is full)";
			case 14 -> " (the copy could not be opened)";
			case 26 -> " (the source is not a SQLite file)";
			default -> "";
		};
	}

	/**
	 * Keeps what a listener throws away from native code, which could not handle it.
	 */
	private static final class Observer implements ProgressObserver {

		private final CopyProgress progress;

		private @Nullable RuntimeException failure;

		private @Nullable Error error;

		Observer(CopyProgress progress) {
			this.progress = progress;
		}

		@Override
		public void progress(int remaining, int pageCount) {
			if (this.failure != null || this.error != null) {
				return;
			}
			try {
				this.progress.copied(pageCount - remaining, remaining);
			}
			catch (RuntimeException ex) {
				this.failure = ex;
			}
			catch (Error ex) {
				this.error = ex;
			}
		}

		void rethrow() {
			if (this.failure != null) {
				throw this.failure;
			}
			if (this.error != null) {
				throw this.error;
			}
		}

	}

}
