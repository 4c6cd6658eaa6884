package io.zova.graph;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * Finds the nodes whose targets do not exist.
 *
 * <p>
 * Objects, chunks and vectors are looked up where they are stored. A record is looked up
 * when its namespace is the name of a table with a primary key of one column, or with a
 * rowid; of rows of other tables and of views nothing is claimed. A table that does not
 * exist counts as missing.
 */
final class DanglingScan {

	private final Connection connection;

	private final RecordTable records;

	private DanglingScan(Connection connection) {
		this.connection = connection;
		this.records = new RecordTable(connection);
	}

	static List<DanglingTarget> scan(Connection connection, String graph) throws SQLException {
		long key = GraphTable.key(connection, graph);
		DanglingScan scan = new DanglingScan(connection);
		List<DanglingTarget> dangling = new ArrayList<>();
		try (PreparedStatement statement = connection.prepareStatement(NodeTable.TARGETS)) {
			statement.setLong(1, key);
			try (ResultSet rows = statement.executeQuery()) {
				while (rows.next()) {
					GraphNode node = new GraphNode(rows.getString(1), rows.getString(2), NodeTable.target(rows, 3));
					String reason = scan.reason(node.target());
					if (reason != null) {
						dangling.add(new DanglingTarget(node, reason));
					}
				}
			}
		}
		return dangling;
	}

	private @Nullable String reason(NodeTarget target) throws SQLException {
		if (target.type() == TargetType.RECORD) {
			return this.records.reason(target);
		}
		TargetTables.Defect defect = TargetTables.defect(this.connection, target);
		return (defect != null) ? defect.reason() : null;
	}

}
