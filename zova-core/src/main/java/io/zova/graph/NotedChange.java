package io.zova.graph;

import java.sql.Connection;
import java.sql.SQLException;

import io.zova.sqlite.ConnectionHistory;
import io.zova.sqlite.file.Topic;
import io.zova.sqlite.ZovaConnection;
import io.zova.transaction.TransactionListener;

/**
 * Changes graphs in the file and marks in memory what that touches, so that everything
 * else in memory stays usable. What is changed in any other way makes all graphs in
 * memory unusable, because the version of the file is another one then: whole graphs,
 * nodes with their edges, and what triggers do.
 */
final class NotedChange {

	private NotedChange() {
	}

	/**
	 * Runs statements that change graphs.
	 * @param connection a connection inside a writing transaction
	 * @param statements the statements
	 * @throws SQLException if they failed
	 */
	static void run(Connection connection, Statements statements) throws SQLException {
		ZovaConnection own = connection.unwrap(ZovaConnection.class);
		ConnectionHistory history = own.history();
		GraphMarks marks = GraphMarks.of(history);
		if (!own.inWritingTransaction()) {
			// The statements will fail, and say why.
			statements.run(marks);
			return;
		}
		if (marks.firstOfTransaction()) {
			own.listeners().get(marks, () -> new Marking(marks));
		}
		history.noting(Topic.GRAPHS, (same) -> statements.run(marks));
	}

	/**
	 * A transaction that marks something.
	 */
	private record Marking(GraphMarks marks) implements TransactionListener {

		@Override
		public void committed() {
			this.marks.transactionEnded();
		}

		@Override
		public void rolledBack() {
			this.marks.transactionEnded();
		}

	}

	/**
	 * Statements that change rows.
	 */
	@FunctionalInterface
	interface Statements {

		/**
		 * Runs them.
		 * @param marks where to mark what they touch, before the transaction ends
		 * @throws SQLException if they failed
		 */
		void run(GraphMarks marks) throws SQLException;

	}

}
