package io.zova.format;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

import org.jspecify.annotations.Nullable;

import io.zova.ZovaException;
import io.zova.ZovaStatus;
import io.zova.sqlite.driver.DriverConnections;

/**
 * Finds out the format of a file without opening it as a database: it reads the two rows
 * that say so, and writes nothing.
 */
public final class FormatProbe {

	private static final String META_VALUE = "select value from SCHEMA._zova_meta where key = ?";

	private static final int SQLITE_ERROR = 1;

	private static final int SQLITE_NOTADB = 26;

	private FormatProbe() {
	}

	/**
	 * Finds out the format of a file.
	 * @param file the file
	 * @return its format, whether or not this library can open it
	 * @throws ZovaException with {@link ZovaStatus#NOT_ZOVA_PATH} for another suffix than
	 * {@code .zova}; {@link ZovaStatus#NOT_ZOVA_DATABASE} if the file is missing or
	 * something else, {@link ZovaStatus#CANT_OPEN} if its directory is missing,
	 * {@link ZovaStatus#BUSY} if it is locked, {@link ZovaStatus#READ_ONLY} if it cannot
	 * be read without writing, because its last writer ended in the middle of a
	 * transaction or because of its journal mode, {@link ZovaStatus#CORRUPT} if it is
	 * damaged
	 */
	public static FormatVersion probe(Path file) {
		DatabasePath.requireName(file);
		String other = DatabasePath.otherThanFile(DatabasePath.attributes(file));
		if (other != null) {
			throw notZova(file.toString(), "it is " + other, null);
		}
		DatabasePath.requireRegularSideFiles(file);
		try (Connection connection = DriverConnections.readOnly(file, 0).open()) {
			return read(connection, file.toString());
		}
		catch (SQLException ex) {
			throw SqliteFailure.of("The format of " + file + " could not be read", ex);
		}
	}

	/**
	 * Reads the format from an open connection.
	 * @param connection the connection
	 * @param file the file's name, for messages
	 * @return the format
	 * @throws SQLException if the file is locked or damaged
	 * @throws ZovaException with {@link ZovaStatus#NOT_ZOVA_DATABASE} if it is not a Zova
	 * file
	 */
	public static FormatVersion read(Connection connection, String file) throws SQLException {
		String magic = identity(connection, "magic", file);
		if (!ZovaSchema.MAGIC.equals(magic)) {
			throw notZova(file, "its magic word is " + quoted(magic) + " instead of '" + ZovaSchema.MAGIC + "'", null);
		}
		String version = identity(connection, "format_version", file);
		FormatVersion parsed = (version != null) ? FormatVersion.parse(version) : null;
		if (parsed == null) {
			throw notZova(file, "its format_version is " + quoted(version) + ", which is not a number", null);
		}
		return parsed;
	}

	/**
	 * A value of {@code _zova_meta} in a file that may be anything.
	 */
	private static @Nullable String identity(Connection connection, String key, String file) throws SQLException {
		try {
			return metaValue(connection, "main", key);
		}
		catch (SQLException ex) {
			int code = ex.getErrorCode() & 0xff;
			if (code == SQLITE_ERROR || code == SQLITE_NOTADB) {
				throw notZova(file,
						(code == SQLITE_NOTADB) ? "it is not even a SQLite file"
								: isEmpty(connection)
										? "it is empty. Delete it, so that a new one can be created in its place"
										: "it has no readable table _zova_meta",
						ex);
			}
			throw ex;
		}
	}

	/** A temporary file made beforehand, for example, which is no new name any more. */
	private static boolean isEmpty(Connection connection) {
		try (PreparedStatement query = connection.prepareStatement("pragma main.page_count");
				ResultSet row = query.executeQuery()) {
			return row.next() && row.getLong(1) == 0;
		}
		catch (SQLException ex) {
			// Its schema is in a format that SQLite does not know, for example.
			return false;
		}
	}

	/**
	 * Reads what a file says of itself.
	 * @param connection the connection
	 * @param schema {@code main}, or the name under which the file is attached
	 * @param key what to read
	 * @return the value, or {@code null} if it says nothing
	 * @throws SQLException if there is no such table, or it can't be read
	 */
	public static @Nullable String metaValue(Connection connection, String schema, String key) throws SQLException {
		try (PreparedStatement query = connection.prepareStatement(META_VALUE.replace("SCHEMA", schema))) {
			query.setString(1, key);
			try (ResultSet row = query.executeQuery()) {
				return row.next() ? row.getString(1) : null;
			}
		}
	}

	private static String quoted(@Nullable String value) {
		return (value != null) ? "'" + value + "'" : "missing";
	}

	private static ZovaException notZova(String file, String reason, @Nullable Throwable cause) {
		return new ZovaException(ZovaStatus.NOT_ZOVA_DATABASE,
				file + " is not a Zova file: " + reason + ". A plain SQLite file can be converted into a new Zova file",
				cause);
	}

}
