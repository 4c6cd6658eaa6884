package io.zova.maintenance;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;

import io.zova.ZovaException;
import io.zova.ZovaStatus;
import io.zova.sqlite.SqlAccess;
import io.zova.sqlite.ZovaConnection;

/**
 * A database whose main file has stores, as a source of copies: nobody may commit between
 * the looks at its files.
 */
final class OpenSet {

	private static final String MAIN_FILE = "select file from pragma_database_list where name = 'main'";

	private final SqlAccess sql;

	private final Path mainFile;

	private OpenSet(SqlAccess sql, Path mainFile) {
		this.sql = sql;
		this.mainFile = mainFile;
	}

	/**
	 * Looks whether a database is a set.
	 * @param sql the way to it
	 * @return the set, empty if the database holds everything itself
	 */
	static Optional<OpenSet> of(SqlAccess sql) {
		return sql.read("look for stores", (connection) -> connection.unwrap(ZovaConnection.class).hasStores()
				? Optional.of(new OpenSet(sql, mainFile(connection))) : Optional.empty());
	}

	private static Path mainFile(Connection connection) throws SQLException {
		try (Statement statement = connection.createStatement(); ResultSet row = statement.executeQuery(MAIN_FILE)) {
			row.next();
			return Path.of(row.getString(1));
		}
	}

	/**
	 * Copies everything into one file, while writers wait.
	 * @param file the file, which is there and empty
	 * @param options how
	 * @param task what fails if this fails, as the beginning of a sentence
	 * @throws ZovaException with {@link ZovaStatus#BUSY} inside a transaction that may
	 * have written, or the status of the first defect of a store
	 */
	void copyTo(Path file, CopyOptions options, String task) {
		boolean writing = this.sql.read(task,
				(connection) -> connection.unwrap(ZovaConnection.class).inWritingTransaction());
		if (writing) {
			throw new ZovaException(ZovaStatus.BUSY,
					task + ": it runs in a transaction that may have written. Copy after the commit");
		}
		this.sql.writeWithoutResult(task, (connection) -> Restore.copySet(this.mainFile, file, options));
	}

}
