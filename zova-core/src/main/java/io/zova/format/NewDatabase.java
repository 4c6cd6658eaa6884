package io.zova.format;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

import io.zova.ZovaException;
import io.zova.ZovaStatus;
import io.zova.sqlite.driver.DriverConnections;

/**
 * Creates Zova files.
 */
public final class NewDatabase {

	private static final int SMALLEST_PAGE = 512;

	private static final int LARGEST_PAGE = 65536;

	private NewDatabase() {
	}

	/**
	 * Creates a file with the schema of the current format and nothing else. It appears
	 * under its name when it is complete.
	 * @param file the file; its directory must exist
	 * @param pageSize the page size in bytes, a power of two from 512 to 65536, or 0 for
	 * SQLite's default
	 * @throws ZovaException with {@link ZovaStatus#INVALID_ARGUMENT} for another page
	 * size, {@link ZovaStatus#NOT_ZOVA_PATH} for another suffix than {@code .zova},
	 * {@link ZovaStatus#DESTINATION_EXISTS} if anything has the name,
	 * {@link ZovaStatus#CANT_OPEN} if the directory is missing or can't be written, or
	 * the status of SQLite's error, such as for a full disk; no file is left then
	 */
	public static void create(Path file, int pageSize) {
		requirePageSize(pageSize);
		try (NewFile newFile = NewFile.at(file)) {
			try (Connection connection = DriverConnections.readWrite(newFile.path(), 0).open()) {
				createIn(connection, pageSize);
			}
			newFile.publish();
		}
		catch (SQLException ex) {
			throw SqliteFailure.of(file + " could not be created", ex);
		}
	}

	/**
	 * Creates the schema in a database that has nothing yet, such as one in memory.
	 * @param connection a connection to it, without an open transaction
	 * @param pageSize the page size in bytes, a power of two from 512 to 65536, or 0 for
	 * SQLite's default
	 * @throws SQLException if a statement failed; nothing was created
	 * @throws ZovaException with {@link ZovaStatus#INVALID_ARGUMENT} for another page
	 * size
	 */
	public static void createIn(Connection connection, int pageSize) throws SQLException {
		requirePageSize(pageSize);
		if (pageSize != 0) {
			try (Statement statement = connection.createStatement()) {
				statement.execute("pragma page_size=" + pageSize);
			}
		}
		ZovaSchema.create(connection);
	}

	private static void requirePageSize(int pageSize) {
		if (pageSize != 0 && (Integer.bitCount(pageSize) != 1 || pageSize < SMALLEST_PAGE || pageSize > LARGEST_PAGE)) {
			throw new ZovaException(ZovaStatus.INVALID_ARGUMENT,
					"The page size is a power of two from 512 to 65536, or 0 for the default, but it is " + pageSize);
		}
	}

}
