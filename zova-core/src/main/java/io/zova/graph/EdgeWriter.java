package io.zova.graph;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;

import io.zova.sqlite.extension.ForeignKeys;
import io.zova.sqlite.extension.PackedInput;
import io.zova.sqlite.ZovaConnection;

/**
 * Writes the rows of new edges.
 *
 * <p>
 * SQLite looks up four rows for each edge to enforce its foreign keys, although the batch
 * has just found all of them in the same transaction. So large batches are written
 * without enforcement, unless the user's schema has something that depends on edges: then
 * those triggers and foreign keys must act as always.
 */
final class EdgeWriter {

	/** From here on it pays to hand rows over as one value. */
	private static final int MANY = 16;

	/**
	 * From here on it pays to switch enforcement off, after which SQLite compiles every
	 * statement of the connection again.
	 */
	private static final int SIZABLE = 2_000;

	private static final int COLUMNS = 6;

	private static final int ROWS_PER_CALL = 4096;

	private final Connection connection;

	private final EdgeRows rows;

	private final int[] places;

	private EdgeWriter(Connection connection, EdgeRows rows, int[] places) {
		this.connection = connection;
		this.rows = rows;
		this.places = places;
	}

	/**
	 * Writes some of the rows.
	 * @param connection where
	 * @param rows the rows
	 * @param places which of them, in the order in which to write them
	 * @throws SQLException if it fails; the caller undoes what was written
	 */
	static void write(Connection connection, EdgeRows rows, int[] places) throws SQLException {
		EdgeWriter writer = new EdgeWriter(connection, rows, places);
		if (places.length < MANY || !PackedInput.isAvailable()) {
			writer.writeEach();
		}
		else {
			withoutForeignKeys(connection, places.length, writer::writeMany);
		}
	}

	/**
	 * Writes edges without enforcement where that pays and nothing depends on it.
	 * @param connection where
	 * @param edges how many they are about
	 * @param work writes them; their graph, nodes and types exist
	 * @throws SQLException if it fails
	 */
	static void withoutForeignKeys(Connection connection, int edges, ForeignKeys.Work work) throws SQLException {
		if (edges < SIZABLE || Rows.any(connection, EdgeTable.DEPENDENTS)
				|| !ForeignKeys.suspend(connection.unwrap(ZovaConnection.class), work)) {
			work.run();
		}
	}

	private void writeMany() throws SQLException {
		PackedInput packed = new PackedInput(COLUMNS);
		try (PreparedStatement put = this.connection.prepareStatement(EdgeTable.PUT_MANY)) {
			for (int place : this.places) {
				packed.add(this.rows.key(place))
					.add(this.rows.graph())
					.add(this.rows.from(place))
					.add(this.rows.type(place))
					.add(this.rows.to(place))
					.add(this.rows.order(place));
				if (packed.isFull()) {
					packed.moveTo(put, 1);
					put.executeUpdate();
				}
			}
			if (!packed.isEmpty()) {
				packed.moveTo(put, 1);
				put.executeUpdate();
			}
		}
	}

	private void writeEach() throws SQLException {
		try (PreparedStatement put = this.connection.prepareStatement(EdgeTable.PUT_KEYED)) {
			int waiting = 0;
			for (int place : this.places) {
				put.setLong(1, this.rows.key(place));
				put.setLong(2, this.rows.graph());
				put.setLong(3, this.rows.from(place));
				put.setLong(4, this.rows.type(place));
				put.setLong(5, this.rows.to(place));
				put.setLong(6, this.rows.order(place));
				put.addBatch();
				if (++waiting == ROWS_PER_CALL) {
					put.executeBatch();
					waiting = 0;
				}
			}
			put.executeBatch();
		}
	}

}
