package io.zova.maintenance.check;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

import io.zova.ZovaException;
import io.zova.sqlite.SqlAccess;

/**
 * A {@link Check}, and what else is worth knowing about a database that may be ill.
 */
public final class Doctor {

	private static final String TABLES = """
			select count(*) filter (where substr(name, 1, 6) = '_zova_'),
				count(*) filter (where substr(name, 1, 6) <> '_zova_' and substr(name, 1, 7) <> 'sqlite_')
			from main.sqlite_schema
			where type = 'table'""";

	/** What killed copies and migrations leave. */
	private static final List<String> LEFTOVERS = List.of(".zova-partial", ".migration-recovery");

	private Doctor() {
	}

	/**
	 * Looks at an open database.
	 * @param sql the way to its connections
	 * @param options how; {@link CheckOptions#quick()} for a look at pages and schema
	 * only
	 * @return what was found
	 * @throws org.springframework.dao.DataAccessException if it can't be read for another
	 * reason than damage, or the thread was interrupted
	 */
	public static DoctorReport of(SqlAccess sql, CheckOptions options) {
		CheckReport check = Check.of(sql, options);
		if (check.severityCounts().getOrDefault(Severity.FATAL, 0L) > 0) {
			return new DoctorReport(check, 0, 0, List.of());
		}
		return sql.read("describe the database", (connection) -> report(connection, check, List.of()));
	}

	/**
	 * Looks at a file that need not be open, nor sound enough to be opened.
	 * @param file the file
	 * @param options how
	 * @return what was found
	 * @throws ZovaException if it is no Zova file of the current format, or can't be read
	 * for another reason than damage
	 */
	public static DoctorReport of(Path file, CheckOptions options) {
		CheckReport check = Check.of(file, options);
		List<String> leftovers = leftovers(file);
		if (check.severityCounts().getOrDefault(Severity.FATAL, 0L) > 0) {
			return new DoctorReport(check, 0, 0, leftovers);
		}
		try (FileToCheck opened = FileToCheck.open(file, options.busyTimeoutMillis())) {
			return report(opened.connection(), check, leftovers);
		}
		catch (SQLException ex) {
			throw io.zova.format.SqliteFailure.of("The check of " + file + " failed", ex);
		}
	}

	private static DoctorReport report(Connection connection, CheckReport check, List<String> leftovers)
			throws SQLException {
		try (Statement statement = connection.createStatement(); ResultSet row = statement.executeQuery(TABLES)) {
			row.next();
			return new DoctorReport(check, row.getLong(2), row.getLong(1), leftovers);
		}
	}

	private static List<String> leftovers(Path file) {
		List<String> names = new ArrayList<>();
		Path parent = file.toAbsolutePath().getParent();
		if (parent == null || !Files.isDirectory(parent)) {
			return names;
		}
		try (DirectoryStream<Path> entries = Files.newDirectoryStream(parent)) {
			for (Path entry : entries) {
				String name = entry.getFileName().toString();
				if (LEFTOVERS.stream().anyMatch(name::endsWith)) {
					names.add(name);
				}
			}
		}
		catch (IOException | DirectoryIteratorException ex) {
			// Who can't look knows of none.
			return List.of();
		}
		names.sort(null);
		return names;
	}

}
