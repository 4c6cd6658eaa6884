package io.zova.maintenance;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

import io.zova.ZovaException;
import io.zova.ZovaStatus;
import io.zova.format.FormatValidation;
import io.zova.format.StoreRole;
import io.zova.sqlite.lock.Interruption;

/**
 * Reads a whole database and checks what can be checked: format, pages, objects, chunks,
 * vectors, key-values, in this order. Foreign keys, graphs and norms of vectors are not
 * checked, so that whatever the native library accepts as a copy is one here, too.
 */
public final class Verification {

	private static final String QUICK_CHECK = "pragma main.quick_check";

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
		quickCheck(connection, name);
		ObjectVerification objects = new ObjectVerification(connection, name);
		return new VerificationReport(objects.objects(), objects.chunks(),
				new VectorVerification(connection, name).vectors(), keyValues(connection));
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
		quickCheck(connection, name);
		switch (role) {
			case OBJECTS -> {
				ObjectVerification objects = new ObjectVerification(connection, name);
				objects.objects();
				objects.chunks();
			}
			case VECTORS -> new VectorVerification(connection, name).vectors();
			case GRAPHS -> {
			}
		}
	}

	private static void quickCheck(Connection connection, String name) throws SQLException {
		try (Statement statement = connection.createStatement(); ResultSet rows = statement.executeQuery(QUICK_CHECK)) {
			String first = rows.next() ? rows.getString(1) : "no answer";
			if (!first.equals("ok") || rows.next()) {
				throw new ZovaException(ZovaStatus.CORRUPT,
						name + " is damaged: SQLite's quick_check says '" + first + "'. Restore an older backup");
			}
		}
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
