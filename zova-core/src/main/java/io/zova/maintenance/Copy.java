package io.zova.maintenance;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Optional;

import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteConnection;

import io.zova.ZovaException;
import io.zova.format.NewFile;
import io.zova.format.SqliteFailure;
import io.zova.sqlite.driver.DriverConnections;

/**
 * What all copies into a file have in common: a file that appears complete or not at all,
 * checked before it appears.
 */
final class Copy {

	private final long startedAt = System.nanoTime();

	private final CopyOptions options;

	Copy(CopyOptions options) {
		this.options = options;
	}

	/**
	 * Makes a file.
	 * @param destination what it will be called
	 * @param task what fails if this fails, as the beginning of a sentence
	 * @param writer writes it
	 * @return what was made
	 * @throws ZovaException if a rule is broken or SQLite failed; there is no such file
	 * then
	 */
	CopyReport into(Path destination, String task, Writer writer) {
		try (NewFile file = NewFile.at(destination)) {
			writer.write(file.path());
			CopyReport report = read(file.path(), destination);
			file.publish();
			return report;
		}
		catch (SQLException ex) {
			throw SqliteFailure.of(task, ex);
		}
	}

	/** Nobody else knows the file yet, so that it can be read without locks. */
	private CopyReport read(Path file, Path destination) throws SQLException {
		try (SQLiteConnection connection = DriverConnections.immutable(file).open()) {
			VerificationReport verification = this.options.verify()
					? Verification.of(connection, "The copy " + destination) : null;
			return report(connection, verification);
		}
	}

	CopyReport report(Connection connection, @Nullable VerificationReport verification) throws SQLException {
		long pages = number(connection, "pragma page_count");
		return new CopyReport(pages * number(connection, "pragma page_size"), pages, Optional.ofNullable(verification),
				Duration.ofNanos(System.nanoTime() - this.startedAt));
	}

	private static long number(Connection connection, String sql) throws SQLException {
		try (Statement statement = connection.createStatement(); ResultSet row = statement.executeQuery(sql)) {
			row.next();
			return row.getLong(1);
		}
	}

	/**
	 * Writes the content of a copy.
	 */
	@FunctionalInterface
	interface Writer {

		/**
		 * Writes the copy and closes it.
		 * @param file an empty file
		 * @throws SQLException if SQLite failed
		 */
		void write(Path file) throws SQLException;

	}

}
