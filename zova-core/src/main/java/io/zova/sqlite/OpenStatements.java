package io.zova.sqlite;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * The statements of a connection that are not closed. Another thread may look when it
 * aborts or closes the connection.
 */
final class OpenStatements {

	private final List<AbstractStatement> statements = new ArrayList<>();

	synchronized void opened(AbstractStatement statement) {
		this.statements.add(statement);
	}

	synchronized void closed(AbstractStatement statement) {
		// The last opened is mostly the first closed.
		int last = this.statements.size() - 1;
		if (last >= 0 && this.statements.get(last) == statement) {
			this.statements.remove(last);
		}
		else {
			this.statements.remove(statement);
		}
	}

	void closeResults() throws SQLException {
		for (AbstractStatement statement : newestFirst()) {
			statement.closeResult();
		}
	}

	/**
	 * Reads the rows ahead that open results have left, so that they hold no state of the
	 * file any more.
	 * @return whether all of them could be read; if not, no row is lost, and those
	 * results stay open
	 * @throws SQLException if a statement is closed
	 */
	boolean readAhead() throws SQLException {
		boolean all = true;
		RowsAhead.Allowance allowance = new RowsAhead.Allowance();
		for (AbstractStatement statement : newestFirst()) {
			all &= statement.readAhead(allowance);
		}
		return all;
	}

	void closeAll() throws SQLException {
		for (AbstractStatement statement : newestFirst()) {
			statement.close();
		}
	}

	private synchronized List<AbstractStatement> newestFirst() {
		int size = this.statements.size();
		if (size == 0) {
			return List.of();
		}
		List<AbstractStatement> newestFirst = new ArrayList<>(size);
		for (int i = size - 1; i >= 0; i--) {
			newestFirst.add(this.statements.get(i));
		}
		return newestFirst;
	}

}
