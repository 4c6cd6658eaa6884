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
