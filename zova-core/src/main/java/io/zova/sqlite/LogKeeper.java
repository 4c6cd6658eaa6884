package io.zova.sqlite;

import java.sql.SQLException;

import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteErrorCode;

import io.zova.sqlite.file.AttachedStores;
import io.zova.sqlite.lock.SharedSync;

/**
 * Syncs the write-ahead logs of a database through a connection that does nothing else.
 * <p>
 * Not through the one that has committed: the system tells of a write that has failed
 * once to each open file, and SQLite, which copies the log into the file now and then,
 * does not say when it has heard of one. This connection has opened the log before, and
 * nobody else asks through it.
 */
final class LogKeeper implements SharedSync.Log {

	private static final int PRIMARY = 0xff;

	private final String name;

	private @Nullable ZovaConnection connection;

	private @Nullable AttachedStores opened;

	LogKeeper(String name) {
		this.name = name;
	}

	/**
	 * Has the connection that does nothing else.
	 * @param connection it stays open as long as the database
	 */
	synchronized void use(ZovaConnection connection) {
		this.connection = connection;
	}

	@Override
	public synchronized void sync() throws SQLException {
		ZovaConnection keeper = this.connection;
		if (keeper == null || keeper.isClosed()) {
			throw new SharedSync.Unavailable(this.name, null);
		}
		openLogs(keeper);
		try {
			keeper.session().commitMode().syncLogs();
		}
		catch (SQLException ex) {
			boolean disk = !keeper.isClosed() && (ex.getErrorCode() & PRIMARY) == SQLiteErrorCode.SQLITE_IOERR.code;
			throw disk ? ex : new SharedSync.Unavailable(this.name, ex);
		}
	}

	/** Until it has worked, nothing was asked of the disk. */
	private void openLogs(ZovaConnection keeper) throws SharedSync.Unavailable {
		try {
			keeper.effective();
			if (this.opened != keeper.stores()) {
				keeper.session().commitMode().openLogs();
				this.opened = keeper.stores();
			}
		}
		catch (SQLException ex) {
			throw new SharedSync.Unavailable(this.name, ex);
		}
	}

}
