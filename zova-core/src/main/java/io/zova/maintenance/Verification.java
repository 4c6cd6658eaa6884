package io.zova.maintenance;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.EnumSet;
import java.util.Set;

import io.zova.ZovaException;
import io.zova.ZovaStatus;
import io.zova.format.FormatValidation;
import io.zova.format.StoreRole;
import io.zova.maintenance.check.Check;
import io.zova.maintenance.check.CheckReport;
import io.zova.maintenance.check.Finding;
import io.zova.sqlite.lock.Interruption;

/**
 * Reads a whole copy and refuses it for what the native library would refuse it for:
 * format, pages, objects, chunks, vectors. Foreign keys, graphs and norms of vectors do
 * not count, so that whatever that library accepts as a copy is one here, too. Chunks
 * that do not fit their object's chunker do: a check only warns of them, but such an
 * object cannot be read.
 */
public final class Verification {

	private static final String CHUNKS = "select count(*) from _zova_chunks";

	private static final String KEY_VALUES = "select namespace, key, value from _zova_kv";

	private Verification() {
	}

	/**
	 * Verifies a database.
	 * @param connection a connection to it
	 * @param name the database's name in messages
	 * @return how much was checked
	 * @throws SQLException if it can't be read
	 * @throws ZovaException with the status of the first defect
	 */
	static VerificationReport of(Connection connection, String name) throws SQLException {
		FormatValidation.validate(connection, name);
		return ofContent(connection, name);
	}

	/**
	 * Verifies what is in a file whose format has been checked, which may be one that is
	 * bound to another.
	 * @param connection a connection to it
	 * @param name the file's name in messages
	 * @return how much was checked
	 * @throws SQLException if it can't be read
	 * @throws ZovaException with the status of the first defect
	 */
	public static VerificationReport ofContent(Connection connection, String name) throws SQLException {
		CheckReport report = content(connection, name, EnumSet.allOf(StoreRole.class));
		try (Statement statement = connection.createStatement(); ResultSet chunks = statement.executeQuery(CHUNKS)) {
			chunks.next();
			return new VerificationReport(report.checked().objects(), chunks.getLong(1), report.checked().vectors(),
					keyValues(connection));
		}
	}

	private static CheckReport content(Connection connection, String name, Set<StoreRole> roles) throws SQLException {
		CheckReport report = Check.ofCopy(connection, roles);
		for (Finding finding : report.findings()) {
			throw new ZovaException(status(finding), name + " is damaged: " + finding
					+ ". Restore an older backup, or find out with a deep check and a salvage what can be saved");
		}
		return report;
	}

	/**
	 * Verifies what a database holds of one role.
	 * @param connection a connection to it
	 * @param role the role
	 * @param name the database's name in messages
	 * @throws SQLException if it can't be read
	 * @throws ZovaException with the status of the first defect
	 */
	public static void ofRole(Connection connection, StoreRole role, String name) throws SQLException {
		content(connection, name, EnumSet.of(role));
	}

	private static ZovaStatus status(Finding finding) {
		return switch (finding.area()) {
			case OBJECT, CHUNK -> ZovaStatus.OBJECT_CORRUPT;
			case VECTOR -> ZovaStatus.VECTOR_CORRUPT;
			default -> ZovaStatus.CORRUPT;
		};
	}

	private static long keyValues(Connection connection) throws SQLException {
		long count = 0;
		try (Statement statement = connection.createStatement(); ResultSet rows = statement.executeQuery(KEY_VALUES)) {
			while (rows.next()) {
				Interruption.check("verifying key-values");
				rows.getBytes(1);
				rows.getBytes(2);
				rows.getBytes(3);
				count++;
			}
		}
		return count;
	}

}
