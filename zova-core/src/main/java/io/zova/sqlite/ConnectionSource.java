package io.zova.sqlite;

import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.logging.Logger;

import javax.sql.DataSource;

import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteConnection;

import io.zova.ZovaOptions;
import io.zova.sqlite.driver.DriverConnections;
import io.zova.sqlite.driver.SqlErrors;
import io.zova.sqlite.function.SqlFunctions;
import io.zova.sqlite.lock.Deadline;
import io.zova.sqlite.lock.ReaderDoor;

/**
 * Opens the physical connections of a database, all alike: the driver's connection with
 * the settings that the options name, and nothing else.
 */
final class ConnectionSource implements DataSource {

	private final DriverConnections driver;

	private final ConnectionSettings settings;

	private final List<String> pragmas;

	private final SqlFunctions functions;

	private final Set<ZovaConnection> opened = ConcurrentHashMap.newKeySet();

	ConnectionSource(DriverConnections driver, ConnectionSettings settings, ZovaOptions options,
			SqlFunctions functions) {
		this.driver = driver;
		this.settings = settings;
		this.pragmas = pragmas(options);
		this.functions = functions;
	}

	/**
	 * The settings that differ from SQLite's own.
	 * @return the PRAGMA statements that each connection begins with
	 */
	List<String> pragmas() {
		return this.pragmas;
	}

	/**
	 * Who holds one of the connections now.
	 * @return the borrowed ones
	 */
	List<BorrowedConnection> borrowed() {
		return this.opened.stream().map(ZovaConnection::borrower).filter(Objects::nonNull).toList();
	}

	private static List<String> pragmas(ZovaOptions options) {
		List<String> pragmas = new ArrayList<>();
		if (options.foreignFile()) {
			pragmas.add("pragma trusted_schema=off");
			pragmas.add("pragma cell_size_check=on");
			pragmas.add("pragma mmap_size=0");
		}
		options.journalMode().ifPresent((mode) -> pragmas.add("pragma journal_mode=" + mode.sql()));
		options.synchronous().ifPresent((synchronous) -> pragmas.add("pragma synchronous=" + synchronous.sql()));
		if (options.synchronous().orElse(null) == ZovaOptions.Synchronous.GROUPED) {
			// Matters on macOS only, where an fsync alone leaves everything in the disk's
			// cache.
			pragmas.add("pragma checkpoint_fullfsync=on");
		}
		options.cacheSizeKiB().ifPresent((kib) -> pragmas.add("pragma cache_size=-" + kib));
		options.mmapSize().ifPresent((bytes) -> pragmas.add("pragma mmap_size=" + bytes));
		return List.copyOf(pragmas);
	}

	@Override
	public ZovaConnection getConnection() throws SQLException {
		ReaderDoor.Reader reader = this.settings.locks().enterRead(Deadline.after(this.settings.lockWaitTimeout()));
		SQLiteConnection connection = null;
		try {
			// Before and after: a connection that leads elsewhere must not look for a
			// journal there.
			this.settings.locks().identity().requireInPlaceNow();
			connection = this.driver.openWithoutDriverTransactions();
			this.settings.locks().identity().requireInPlaceNow();
			for (String pragma : this.pragmas) {
				query(connection, pragma);
			}
			this.settings.locks().journalMode(query(connection, "pragma journal_mode"));
			ZovaConnection opened = new ZovaConnection(connection, this.settings, this.driver);
			this.functions.register(connection, opened.forFunctions(), opened.internalKey());
			// A rule, index or generated column that was read before its function was
			// known would call it whatever the function's declaration says.
			query(connection, "pragma writable_schema=reset");
			opened.statements().stores().attach(this.settings.locks().stores());
			this.opened.removeIf(ZovaConnection::isClosed);
			this.opened.add(opened);
			return opened;
		}
		catch (SQLException ex) {
			if (connection != null) {
				connection.close();
			}
			throw SqlErrors.translate(ex);
		}
		finally {
			this.settings.locks().leaveRead(reader);
		}
	}

	private static String query(SQLiteConnection connection, String sql) throws SQLException {
		try (PreparedStatement statement = connection.prepareStatement(sql)) {
			if (!statement.execute()) {
				return "";
			}
			try (ResultSet row = statement.getResultSet()) {
				return row.next() ? row.getString(1) : "";
			}
		}
	}

	@Override
	public Connection getConnection(String username, String password) throws SQLException {
		throw new SQLFeatureNotSupportedException("A Zova file has no users");
	}

	@Override
	public @Nullable PrintWriter getLogWriter() {
		return null;
	}

	@Override
	public void setLogWriter(PrintWriter out) {
		// Logging goes through SLF4J.
	}

	@Override
	public void setLoginTimeout(int seconds) {
		// Nobody logs in.
	}

	@Override
	public int getLoginTimeout() {
		// How long HikariCP waits, when it closes, for connections it is just opening.
		return 5;
	}

	@Override
	public Logger getParentLogger() throws SQLFeatureNotSupportedException {
		throw new SQLFeatureNotSupportedException("Logging goes through SLF4J");
	}

	@Override
	public <T> T unwrap(Class<T> type) throws SQLException {
		throw new SQLFeatureNotSupportedException("Not a " + type.getName());
	}

	@Override
	public boolean isWrapperFor(Class<?> type) {
		return false;
	}

}
