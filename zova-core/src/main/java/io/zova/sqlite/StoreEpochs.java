package io.zova.sqlite;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;

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
	 * Counts a change, if it was one in a store, and makes sure that it was made where
	 * the main file says at this moment. To be called once for each call that has changed
	 * something, in its transaction.
	 * @param connection the connection that a feature works with
	 * @param table one of the feature's tables
	 * @throws SQLException if it can't be counted, or another process has moved the rows
	 */
	public static void count(Connection connection, String table) throws SQLException {
		ZovaConnection own = connection.unwrap(ZovaConnection.class);
		AttachedStores.Store store = own.stores().storeOf(table);
		if (store != null) {
			count(connection, own, store);
		}
		else {
			own.statements().stores().requireAsRecorded();
		}
	}

	private static void count(Connection connection, ZovaConnection own, AttachedStores.Store store)
			throws SQLException {
		try (PreparedStatement main = connection.prepareStatement(store.fill(COUNT_IN_MAIN));
				PreparedStatement inStore = connection.prepareStatement(store.fill(COUNT_IN_STORE))) {
			main.setString(1, store.storeId());
			main.setString(2, store.boundSetId());
			if (main.executeUpdate() != 1 || inStore.executeUpdate() != 1) {
				throw own.statements().stores().moved();
			}
		}
	}

}
