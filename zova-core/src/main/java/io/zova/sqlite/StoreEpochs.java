package io.zova.sqlite;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;

import io.zova.sqlite.file.AttachedStores;

/**
 * Counts the changes of features whose tables are in a store, in the main file and in the
 * store, so that both can tell whether they have seen the same.
 */
public final class StoreEpochs {

	private static final String COUNT_IN_MAIN = """
			update main._zova_bound_stores set EPOCH = coalesce(EPOCH, 0) + 1
			where role = 'SCHEMA' and name = 'default' and store_id = ? and bound_set_id = ?""";

	private static final String COUNT_IN_STORE = """
			update SCHEMA._zova_meta
			set value = (select cast(EPOCH as text) from main._zova_bound_stores where role = 'SCHEMA')
			where key = 'EPOCH'""";

	private StoreEpochs() {
	}

	/**
	 * Counts a change, if it was one in a store. To be called once for each call that has
	 * changed something, in its transaction.
	 * @param connection the connection that a feature works with
	 * @param table one of the feature's tables
	 * @throws SQLException if it can't be counted
	 */
	public static void count(Connection connection, String table) throws SQLException {
		AttachedStores.Store store = connection.unwrap(ZovaConnection.class).stores().storeOf(table);
		if (store != null) {
			count(connection, store);
		}
	}

	private static void count(Connection connection, AttachedStores.Store store) throws SQLException {
		try (PreparedStatement main = connection.prepareStatement(store.fill(COUNT_IN_MAIN));
				PreparedStatement own = connection.prepareStatement(store.fill(COUNT_IN_STORE))) {
			main.setString(1, store.storeId());
			main.setString(2, store.boundSetId());
			if (main.executeUpdate() != 1 || own.executeUpdate() != 1) {
				throw new SQLNonTransientConnectionException("The main file does not name " + store.file() + " as its "
						+ store.schema().replace('_', ' ') + " any more: another process has bound another one, or "
						+ "none. Nothing is stored; open the database again", "08007");
			}
		}
	}

}
