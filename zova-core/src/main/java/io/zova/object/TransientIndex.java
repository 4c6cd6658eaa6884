package io.zova.object;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

import org.jspecify.annotations.Nullable;

import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

import io.zova.sqlite.extension.ForeignKeys;
import io.zova.sqlite.SqlAccess;

/**
 * An index by chunk that exists only inside a transaction which removes much: made when
 * scans have become dearer, dropped before the commit. No other connection ever sees it.
 */
final class TransientIndex {

	/** Rows that scans may visit in one transaction, about a third of a second. */
	private static final long CHEAP = 5_000_000;

	private static final String CREATE = """
			create index if not exists _zova_object_chunks_transient on _zova_object_chunks (chunk_hash)
			""";

	private static final String DROP = """
			drop index if exists _zova_object_chunks_transient
			""";

	private final SqlAccess sql;

	TransientIndex(SqlAccess sql) {
		this.sql = sql;
	}

	/**
	 * Removes chunks, with the index if it is worthwhile.
	 * @param connection the connection, in a transaction
	 * @param visited how many rows scans would visit
	 * @param removal the removal
	 * @throws SQLException if it fails
	 */
	void during(Connection connection, long visited, ForeignKeys.Work removal) throws SQLException {
		if (connection.getAutoCommit() || !TransactionSynchronizationManager.isSynchronizationActive()) {
			boolean worthwhile = visited > CHEAP;
			if (worthwhile) {
				execute(connection, CREATE);
			}
			removal.run();
			if (worthwhile) {
				execute(connection, DROP);
			}
			return;
		}
		Use use = currentUse();
		if (use == null) {
			use = new Use();
			TransactionSynchronizationManager.registerSynchronization(use);
		}
		use.visited += visited;
		if (use.visited > CHEAP) {
			use.made = true;
			execute(connection, CREATE);
		}
		removal.run();
	}

	private @Nullable Use currentUse() {
		for (TransactionSynchronization synchronization : TransactionSynchronizationManager.getSynchronizations()) {
			if (synchronization instanceof Use use && use.owner() == this) {
				return use;
			}
		}
		return null;
	}

	private static void execute(Connection connection, String statement) throws SQLException {
		try (Statement ddl = connection.createStatement()) {
			ddl.execute(statement);
		}
	}

	/**
	 * The index in one transaction.
	 */
	private final class Use implements TransactionSynchronization {

		private long visited;

		private boolean made;

		TransientIndex owner() {
			return TransientIndex.this;
		}

		@Override
		public void beforeCommit(boolean readOnly) {
			if (this.made) {
				this.made = false;
				TransientIndex.this.sql.read("drop the index of a removal", (connection) -> {
					execute(connection, DROP);
					return true;
				});
			}
		}

	}

}
