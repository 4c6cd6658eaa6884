package io.zova.maintenance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

import org.sqlite.SQLiteConnection;

import io.zova.ZovaException;
import io.zova.ZovaStatus;
import io.zova.format.DatabasePath;
import io.zova.format.FormatValidation;
import io.zova.format.ZovaSchema;
import io.zova.sqlite.driver.DriverConnections;

/**
 * Copies a plain SQLite file into a new Zova file: all its tables, rowids and settings,
 * and everything that Zova needs beside them.
 */
public final class Convert {

	private static final String RESERVED_NAMES = """
			select type, name
			from sqlite_schema
			where lower(substr(name, 1, 6)) = '_zova_'
			limit 1""";

	private Convert() {
	}

	/**
	 * Converts a SQLite file. Its own pages are not checked beyond what SQLite needs to
	 * copy them.
	 * @param source the SQLite file, whatever its name; it is only read
	 * @param destination the new file; its name must end in {@code .zova} and not be
	 * taken
	 * @param options how; there is no verification
	 * @return what was made
	 * @throws ZovaException with {@link ZovaStatus#NOT_ZOVA_PATH},
	 * {@link ZovaStatus#DESTINATION_EXISTS} or {@link ZovaStatus#CANT_OPEN} for a
	 * destination that can't be created; {@link ZovaStatus#CANT_OPEN} if the source is
	 * missing or no file, {@link ZovaStatus#SQLITE_ERROR} if it is not a SQLite file,
	 * {@link ZovaStatus#BUSY} if it is locked, {@link ZovaStatus#ZOVA_NAME_CONFLICT} if
	 * it uses names that are reserved for Zova. There is no new file then
	 */
	public static CopyReport toFile(Path source, Path destination, CopyOptions options) {
		String task = "The conversion of " + source + " failed";
		return new Copy(options.withoutVerification()).into(destination, task, (file) -> {
			requireFile(source);
			copy(source, file, options, task);
			addSchema(file, destination);
		});
	}

	private static void requireFile(Path source) {
		try {
			String other = DatabasePath.otherThanFile(Files.readAttributes(source, BasicFileAttributes.class));
			if (other != null) {
				throw new ZovaException(ZovaStatus.CANT_OPEN, "'" + source + "' is " + other + ", not a SQLite file");
			}
		}
		catch (IOException ex) {
			throw new ZovaException(ZovaStatus.CANT_OPEN,
					"There is no SQLite file '" + source + "' that could be converted: " + ex, ex);
		}
	}

	private static void copy(Path source, Path file, CopyOptions options, String task) throws SQLException {
		try (SQLiteConnection connection = DriverConnections.readOnly(source, options.busyTimeoutMillis()).open();
				Statement statement = connection.createStatement()) {
			statement.execute("begin");
			requireNoReservedNames(statement, source);
			PageCopy.copy(connection, DriverConnections.uri(file), options.progress(), task);
			statement.execute("rollback");
		}
	}

	private static void requireNoReservedNames(Statement statement, Path source) throws SQLException {
		try (ResultSet reserved = statement.executeQuery(RESERVED_NAMES)) {
			if (reserved.next()) {
				throw new ZovaException(ZovaStatus.ZOVA_NAME_CONFLICT,
						source + " has the " + reserved.getString(1) + " '" + reserved.getString(2)
								+ "', and names that begin with _zova_ are reserved. "
								+ "Rename it, or open the file as it is if it is a Zova file");
			}
		}
	}

	private static void addSchema(Path file, Path destination) throws SQLException {
		try (Connection connection = DriverConnections.readWrite(file, 0).open()) {
			ZovaSchema.create(connection);
			FormatValidation.validate(connection, destination.toString());
		}
	}

}
