package io.zova.object;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * Notes on one connection which manifest rows it adds and removes, whoever makes it do
 * so: the templates, plain SQL, or a trigger of the user.
 * <p>
 * Implementation note. Temporary triggers write into a temporary table, which takes part
 * in every rollback and savepoint like all other tables. So does the number of the log,
 * by which one sees that a transaction which had begun a log was rolled back.
 */
final class ReferenceLog {

	private static final String[] CREATE = { """
			create temp table if not exists _zova_reference_log_number (number integer)
			""", """
			create temp table if not exists _zova_reference_log (chunk_hash blob, change integer)
			""", """
			create index if not exists temp._zova_reference_log_chunks on _zova_reference_log (chunk_hash, change)
			""", """
			create temp trigger if not exists _zova_reference_added after insert on main._zova_object_chunks begin
				insert into _zova_reference_log values (new.chunk_hash, 1);
			end
			""", """
			create temp trigger if not exists _zova_reference_removed after delete on main._zova_object_chunks begin
				insert into _zova_reference_log values (old.chunk_hash, -1);
			end
			""", """
			create temp trigger if not exists _zova_reference_changed
			after update of chunk_hash on main._zova_object_chunks begin
				insert into _zova_reference_log values (old.chunk_hash, -1), (new.chunk_hash, 1);
			end
			""" };

	private static final String[] CLEAR = { """
			delete from temp._zova_reference_log_number
			""", """
			delete from temp._zova_reference_log
			""" };

	private static final String SET_NUMBER = """
			insert into temp._zova_reference_log_number values (?)
			""";

	private static final String NUMBER = """
			select number from temp._zova_reference_log_number
			""";

	private static final String EXISTS = """
			select 1 from sqlite_temp_schema where name = '_zova_reference_log_number'
			""";

	private static final String LENGTH = """
			select max(rowid) from temp._zova_reference_log
			""";

	private static final String CHANGE = """
			select sum(change) from temp._zova_reference_log where chunk_hash = ?
			""";

	private static final String ALL = """
			select chunk_hash, change from temp._zova_reference_log
			""";

	private ReferenceLog() {
	}

	/**
	 * Begins an empty log.
	 * @param connection the connection
	 * @param number the number of the log, never used before on this connection
	 * @throws SQLException if it cannot be made
	 */
	static void begin(Connection connection, long number) throws SQLException {
		try (Statement statement = connection.createStatement()) {
			for (String sql : CREATE) {
				statement.execute(sql);
			}
			for (String sql : CLEAR) {
				statement.execute(sql);
			}
		}
		try (PreparedStatement statement = connection.prepareStatement(SET_NUMBER)) {
			statement.setLong(1, number);
			statement.executeUpdate();
		}
	}

	/**
	 * Which log the connection keeps.
	 * @param connection the connection
	 * @return the number, 0 if it keeps none
	 * @throws SQLException if it cannot be read
	 */
	static long number(Connection connection) throws SQLException {
		return (longOf(connection, EXISTS) != 0) ? longOf(connection, NUMBER) : 0;
	}

	static long length(Connection connection) throws SQLException {
		return longOf(connection, LENGTH);
	}

	private static long longOf(Connection connection, String sql) throws SQLException {
		try (PreparedStatement statement = connection.prepareStatement(sql); ResultSet row = statement.executeQuery()) {
			return row.next() ? row.getLong(1) : 0;
		}
	}

	/**
	 * How many more rows name a chunk since the log began.
	 * @param connection the connection
	 * @param hash the chunk
	 * @return the difference, often negative
	 * @throws SQLException if it cannot be read
	 */
	static long change(Connection connection, byte[] hash) throws SQLException {
		try (PreparedStatement statement = connection.prepareStatement(CHANGE)) {
			statement.setBytes(1, hash);
			try (ResultSet row = statement.executeQuery()) {
				return row.next() ? row.getLong(1) : 0;
			}
		}
	}

	static void addTo(Connection connection, ReferenceCounts counts) throws SQLException {
		try (PreparedStatement statement = connection.prepareStatement(ALL); ResultSet row = statement.executeQuery()) {
			while (row.next()) {
				byte[] hash = row.getBytes(1);
				if (hash != null) {
					counts.add(hash, row.getInt(2));
				}
			}
		}
	}

}
