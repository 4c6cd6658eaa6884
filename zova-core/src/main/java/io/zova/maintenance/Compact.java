package io.zova.maintenance;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import org.sqlite.SQLiteConnection;

import io.zova.ZovaException;
import io.zova.ZovaStatus;
import io.zova.format.SqliteFailure;
import io.zova.sqlite.driver.DriverConnections;
import io.zova.sqlite.SqlAccess;
import io.zova.sqlite.ZovaConnection;

/**
 * Copies an open database into a new file without its unused pages, or gives the unused
 * pages of the file itself back.
 *
 * <p>
 * Rows of tables without an {@code INTEGER PRIMARY KEY} may get other rowids.
 */
public final class Compact {

	private static final String VACUUM_INTO = "vacuum into ?";

	private static final String VACUUM = "vacuum";

	private static final String SCHEMAS = """
			select name from pragma_database_list
			where name in ('main', 'object_store', 'vector_store', 'graph_store')
			order by seq""";

	private static final String FILE = "select file from pragma_database_list where name = 'main'";

	private final SqlAccess sql;

	/**
	 * Compacts a database.
	 * @param sql the way to its connections
	 */
	public Compact(SqlAccess sql) {
		this.sql = sql;
	}

	/**
	 * Makes a compact copy. A listener hears only of its end: SQLite does not say how far
	 * it is.
	 * @param destination the new file; its name must end in {@code .zova} and not be
	 * taken
	 * @param options how
	 * @return what was made
	 * @throws ZovaException with {@link ZovaStatus#NOT_ZOVA_PATH},
	 * {@link ZovaStatus#DESTINATION_EXISTS} or {@link ZovaStatus#CANT_OPEN} for a
	 * destination that can't be created, {@link ZovaStatus#SQLITE_ERROR} inside a
	 * transaction, {@link ZovaStatus#CORRUPT}, {@link ZovaStatus#OBJECT_CORRUPT} or
	 * {@link ZovaStatus#VECTOR_CORRUPT} if the copy did not pass its verification; there
	 * is no such file then, and the database is as it was
	 */
	public CopyReport to(Path destination, CopyOptions options) {
		String task = "The compact copy to " + destination + " failed";
		CopyReport report = new Copy(options).into(destination, task, (file) -> {
			Optional<OpenSet> set = OpenSet.of(this.sql);
			if (set.isPresent()) {
				requireNoTransaction(task);
				set.get().copyTo(file, options, task);
				vacuum(file);
			}
			else {
				this.sql.read("compact", (connection) -> {
					write(connection, file, task);
					return file;
				});
			}
		});
		options.progress().copied(report.pages(), 0);
		return report;
	}

	/**
	 * Rebuilds the file without its unused pages. Needs as much free space again as the
	 * file is big, and keeps everybody else waiting.
	 * @throws ZovaException with {@link ZovaStatus#SQLITE_ERROR} inside a transaction or
	 * on a full disk, {@link ZovaStatus#BUSY} while another process uses the file,
	 * {@link ZovaStatus#READ_ONLY} if it was opened for reading only; the file is as it
	 * was
	 */
	public void inPlace() {
		this.sql.requireWritable();
		this.sql.readWithoutResult("vacuum", (connection) -> {
			try (Statement statement = connection.createStatement()) {
				for (String schema : schemas(statement)) {
					statement.execute(VACUUM + " " + schema);
				}
			}
			catch (SQLException ex) {
				throw SqliteFailure.of("The vacuum failed", ex);
			}
		});
	}

	/** The main file and its stores. */
	private static List<String> schemas(Statement statement) throws SQLException {
		List<String> schemas = new ArrayList<>();
		try (ResultSet rows = statement.executeQuery(SCHEMAS)) {
			while (rows.next()) {
				schemas.add(rows.getString(1));
			}
		}
		return schemas;
	}

	private static void write(Connection connection, Path file, String task) {
		try {
			if (isInMemory(connection)) {
				copyAndVacuum(connection, file, task);
			}
			else {
				vacuumInto(connection, file);
			}
		}
		catch (SQLException ex) {
			throw SqliteFailure.of(task, ex);
		}
	}

	private static boolean isInMemory(Connection connection) throws SQLException {
		try (Statement statement = connection.createStatement(); ResultSet row = statement.executeQuery(FILE)) {
			return !row.next() || row.getString(1) == null || row.getString(1).isEmpty();
		}
	}

	private static void vacuumInto(Connection connection, Path file) throws SQLException {
		try (PreparedStatement vacuum = connection.prepareStatement(VACUUM_INTO)) {
			vacuum.setString(1, DriverConnections.uri(file));
			vacuum.execute();
		}
	}

	/**
	 * A database in memory would write its VACUUM INTO to memory, too.
	 */
	private static void copyAndVacuum(Connection connection, Path file, String task) throws SQLException {
		PageCopy.copy(connection.unwrap(SQLiteConnection.class), DriverConnections.uri(file), CopyProgress.NONE, task);
		vacuum(file);
	}

	private static void vacuum(Path file) throws SQLException {
		try (Connection copy = DriverConnections.readWrite(file, 0).open();
				Statement statement = copy.createStatement()) {
			statement.execute(VACUUM);
		}
	}

	private void requireNoTransaction(String task) {
		boolean open = this.sql.read(task,
				(connection) -> !connection.getAutoCommit() || connection.unwrap(ZovaConnection.class).inTransaction());
		if (open) {
			throw new ZovaException(ZovaStatus.SQLITE_ERROR,
					task + ": it runs in a transaction, and can only be made outside");
		}
	}

}
