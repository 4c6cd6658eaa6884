package io.zova.sqlite.driver;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.Properties;
import java.util.UUID;

import org.sqlite.Function;
import org.sqlite.SQLiteConnection;
import org.sqlite.SQLiteOpenMode;
import org.sqlite.core.NativeDB;
import org.sqlite.jdbc4.JDBC4Connection;

import io.zova.ZovaException;
import io.zova.ZovaStatus;

/**
 * Opens the driver's connections to one database: always with enforced foreign keys and
 * the function that the vector journal's triggers call, and with nothing else changed.
 *
 * <p>
 * A file is named to SQLite by a {@code file:} URI whose path is percent-encoded.
 * Otherwise the driver would take what follows a question mark in a file's name for
 * settings, and SQLite a name that begins with {@code file:} for a URI. A connection
 * never creates its file.
 */
public final class DriverConnections {

	private static final String URL_PREFIX = "jdbc:sqlite:";

	private static final String DRIVER_DIRECTORY = "org.sqlite.tmpdir";

	private static final String NONCE_FUNCTION = "_zova_vector_nonce";

	/**
	 * SQLite's SQLITE_INNOCUOUS: the function may be called by triggers of any schema.
	 */
	private static final int INNOCUOUS = 0x200000;

	private static final SecureRandom RANDOM = new SecureRandom();

	private final String uri;

	private final SQLiteOpenMode mode;

	private final int busyTimeoutMillis;

	private DriverConnections(String uri, SQLiteOpenMode mode, int busyTimeoutMillis) {
		this.uri = uri;
		this.mode = mode;
		this.busyTimeoutMillis = busyTimeoutMillis;
	}

	/**
	 * Connections that read and write an existing file. Where the file system allows only
	 * reading, they open and each write fails.
	 * @param file the file
	 * @param busyTimeoutMillis how long SQLite waits for a lock that another process
	 * holds, 0 for not at all
	 * @return a way to such connections; nothing is opened yet
	 */
	public static DriverConnections readWrite(Path file, int busyTimeoutMillis) {
		return new DriverConnections(uri(file), SQLiteOpenMode.READWRITE, busyTimeoutMillis);
	}

	/**
	 * Connections that only read an existing file.
	 * @param file the file
	 * @param busyTimeoutMillis how long SQLite waits for a lock that another process
	 * holds, 0 for not at all
	 * @return a way to such connections; nothing is opened yet
	 */
	public static DriverConnections readOnly(Path file, int busyTimeoutMillis) {
		return new DriverConnections(uri(file), SQLiteOpenMode.READONLY, busyTimeoutMillis);
	}

	/**
	 * Connections that only read a file that nobody writes while they are open. They take
	 * no lock and put no file beside it, whatever its journal mode.
	 * @param file the file
	 * @return a way to such connections; nothing is opened yet
	 */
	public static DriverConnections immutable(Path file) {
		return new DriverConnections(uri(file) + "?immutable=1", SQLiteOpenMode.READONLY, 0);
	}

	/**
	 * Connections to a new database in memory. They share it among themselves and with
	 * nobody else; it is gone when the last of them closes. SQLite limits it to 1 GiB.
	 * @param busyTimeoutMillis how long SQLite waits for a lock that another connection
	 * holds, 0 for not at all
	 * @return a way to such connections; nothing is opened yet
	 */
	public static DriverConnections memory(int busyTimeoutMillis) {
		return new DriverConnections("file:/zova-" + UUID.randomUUID() + "?vfs=memdb", SQLiteOpenMode.READWRITE,
				busyTimeoutMillis);
	}

	/**
	 * Opens a connection with the driver's own transaction handling.
	 * @return the connection, in autocommit mode
	 * @throws SQLException if SQLite can't open the file; nothing stays open
	 */
	public SQLiteConnection open() throws SQLException {
		requireNativeLibrary();
		SQLiteConnection connection = new JDBC4Connection(URL_PREFIX + this.uri, this.uri, settings());
		try {
			Function.create(connection, NONCE_FUNCTION, new Nonce(), 0, INNOCUOUS);
			PaddingFunctions.replaceIn(connection);
			try (Statement statement = connection.createStatement()) {
				statement.execute("pragma foreign_keys=on");
			}
			return connection;
		}
		catch (SQLException | RuntimeException | Error ex) {
			closeAfter(connection, ex);
			throw ex;
		}
	}

	/** The driver would say "Error opening connection", and the next time nothing. */
	private static void requireNativeLibrary() {
		Throwable reason = null;
		try {
			if (NativeDB.load()) {
				return;
			}
		}
		catch (Exception | LinkageError ex) {
			reason = ex;
		}
		throw new ZovaException(ZovaStatus.CANT_OPEN,
				"SQLite's native library could not be loaded. Its driver unpacks it into the temporary directory "
						+ System.getProperty(DRIVER_DIRECTORY, System.getProperty("java.io.tmpdir"))
						+ ", which this user must be able to write and where programs may run (not mounted noexec). "
						+ "The system property " + DRIVER_DIRECTORY + " names another directory"
						+ ((reason != null) ? ". The driver says: " + reason.getMessage() : ""),
				reason);
	}

	/**
	 * Opens a connection on which SQLite alone decides when a transaction begins and
	 * ends: each statement is its own transaction unless one was begun by SQL.
	 * <p>
	 * The driver wraps what it believes to be autocommit statements in a {@code begin}
	 * and {@code commit} of its own, which costs time and fails inside SQL functions.
	 * Here it is told that autocommit is off, without the {@code begin} that usually goes
	 * with it. The connection's own {@code commit}, {@code rollback},
	 * {@code setAutoCommit} and {@code setSavepoint} must not be called.
	 * @return the connection
	 * @throws SQLException if SQLite can't open the file; nothing stays open
	 */
	public SQLiteConnection openWithoutDriverTransactions() throws SQLException {
		SQLiteConnection connection = open();
		connection.getConnectionConfig().setAutoCommit(false);
		return connection;
	}

	/**
	 * The name by which SQLite finds the database, also in {@code ATTACH} and
	 * {@code VACUUM INTO}.
	 * @return the URI
	 */
	public String uri() {
		return this.uri;
	}

	/**
	 * The name by which SQLite finds another file, to be opened as this class opens its
	 * own.
	 * @param file the file
	 * @return the URI
	 */
	public String uriOfStore(Path file) {
		int settings = this.uri.indexOf('?');
		String mode = (this.mode == SQLiteOpenMode.READONLY) ? "?mode=ro" : "?mode=rw";
		return uri(file) + ((settings >= 0) ? this.uri.substring(settings) : mode);
	}

	/**
	 * The name by which SQLite finds what a connection of this class leads to.
	 * @param connection the connection
	 * @return the URI
	 */
	public static String uriOf(SQLiteConnection connection) {
		return connection.getUrl().substring(URL_PREFIX.length());
	}

	/**
	 * The name by which SQLite finds a file, whatever characters its path has.
	 * @param file the file
	 * @return a {@code file:} URI with the absolute path
	 */
	public static String uri(Path file) {
		return uri(file.toAbsolutePath().toString(), file.getFileSystem().getSeparator());
	}

	static String uri(String absolutePath, String separator) {
		String path = absolutePath.replace(separator, "/");
		StringBuilder uri = new StringBuilder("file://");
		// A drive letter follows the empty host as a rooted path.
		if (!path.startsWith("/")) {
			uri.append('/');
		}
		for (byte b : path.getBytes(StandardCharsets.UTF_8)) {
			if (isLiteral(b)) {
				uri.append((char) b);
			}
			else {
				uri.append('%').append(String.format("%02X", b));
			}
		}
		return uri.toString();
	}

	private static boolean isLiteral(byte b) {
		return (b >= 'a' && b <= 'z') || (b >= 'A' && b <= 'Z') || (b >= '0' && b <= '9') || "/:-._~".indexOf(b) >= 0;
	}

	private Properties settings() {
		Properties settings = new Properties();
		// The driver lets one thread at a time use a connection (all of its native calls
		// but that of sqlite3_interrupt are synchronized on it), so SQLite need not do so
		// again for each value that is read.
		int mode = this.mode.flag | SQLiteOpenMode.OPEN_URI.flag | SQLiteOpenMode.NOMUTEX.flag;
		settings.setProperty("open_mode", Integer.toString(mode));
		settings.setProperty("busy_timeout", Integer.toString(this.busyTimeoutMillis));
		// Else the driver runs a SELECT after each INSERT.
		settings.setProperty("jdbc.get_generated_keys", "false");
		return settings;
	}

	private static void closeAfter(SQLiteConnection connection, Throwable cause) {
		try {
			connection.close();
		}
		catch (SQLException ex) {
			cause.addSuppressed(ex);
		}
	}

	/** Draws the incarnations and tokens of the vector journal. */
	private static final class Nonce extends Function {

		private static final int BYTES = 16;

		/** Drawing many at once is several times faster. */
		private final byte[] drawn = new byte[256 * BYTES];

		private int next = this.drawn.length;

		@Override
		protected void xFunc() throws SQLException {
			if (this.next == this.drawn.length) {
				RANDOM.nextBytes(this.drawn);
				this.next = 0;
			}
			result(Arrays.copyOfRange(this.drawn, this.next, this.next + BYTES));
			this.next += BYTES;
		}

	}

}
