package io.zova.maintenance.salvage;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import io.zova.maintenance.pages.Cell;

/**
 * The rows without a proof: how many no tree led to, and the first ones, those before the
 * others.
 */
final class UnprovenRows {

	private static final String BY_ROWID = """
			select (select count(*) from main.TABLE where ROWID < ?1)
			where exists (select 1 from main.TABLE where ROWID = ?1)""";

	private static final String BY_KEY = """
			select (select count(*) from main._zova_kv where (namespace, key) < (?1, ?2))
			where exists (select 1 from main._zova_kv where namespace = ?1 and key = ?2)""";

	private final int limit;

	private final List<Found> rescued = new ArrayList<>();

	private final List<Found> reachable = new ArrayList<>();

	private final Map<SalvageCounter, Long> rescuedCounts = new EnumMap<>(SalvageCounter.class);

	UnprovenRows(int limit) {
		this.limit = limit;
	}

	void add(RescuedTable table, Cell cell, boolean reachable) {
		SalvageCounter what = counter(table);
		if (what == null) {
			return;
		}
		if (!reachable) {
			this.rescuedCounts.merge(what, 1L, Long::sum);
		}
		List<Found> rows = reachable ? this.reachable : this.rescued;
		if (rows.size() < this.limit) {
			boolean byKey = what == SalvageCounter.KV_ENTRIES;
			rows.add(new Found(what, table, cell.rowid(), byKey ? bytes(cell, 0) : null, byKey ? bytes(cell, 1) : null,
					cell.page(), cell.index(), reachable));
		}
	}

	private static byte @Nullable [] bytes(Cell cell, int column) {
		return (cell.values().get(column) instanceof byte[] bytes) ? bytes : null;
	}

	/** A norm proves neither the signs of a vector's elements nor their order. */
	static @Nullable SalvageCounter counter(RescuedTable table) {
		return switch (table.name()) {
			case "_zova_kv" -> SalvageCounter.KV_ENTRIES;
			case "_zova_graph_edges" -> SalvageCounter.GRAPH_EDGES;
			case "_zova_vectors" -> SalvageCounter.VECTORS;
			default -> table.isPrivate() ? null : SalvageCounter.USER_ROWS;
		};
	}

	Map<SalvageCounter, Long> rescuedCounts() {
		return this.rescuedCounts;
	}

	/**
	 * Tells where the first ones are now.
	 * @param connection a connection to the new file
	 * @return as many as the limit allows
	 */
	List<UnprovenRow> locate(Connection connection) throws SQLException {
		List<Found> first = new ArrayList<>(this.rescued);
		first.addAll(this.reachable.subList(0, Math.min(this.limit - first.size(), this.reachable.size())));
		List<UnprovenRow> rows = new ArrayList<>();
		for (Found found : first) {
			rows.add(new UnprovenRow(found.what, found.table.name(), position(connection, found), found.page,
					found.cell, found.reachable));
		}
		return rows;
	}

	private static long position(Connection connection, Found found) throws SQLException {
		if (found.namespace == null && !found.table.withRowid()) {
			return -1;
		}
		String sql = (found.namespace != null) ? BY_KEY : BY_ROWID.replace("TABLE", UserRows.quoted(found.table.name()))
			.replace("ROWID", found.table.rowidName());
		try (PreparedStatement statement = connection.prepareStatement(sql)) {
			if (found.namespace != null) {
				statement.setBytes(1, found.namespace);
				statement.setBytes(2, found.key);
			}
			else {
				statement.setLong(1, found.rowid);
			}
			try (ResultSet row = statement.executeQuery()) {
				return row.next() ? row.getLong(1) : -1;
			}
		}
		catch (SQLException ex) {
			// The table itself could not be made.
			UserRows.requireAboutData(ex);
			return -1;
		}
	}

	/**
	 * A row, and how to find it again.
	 */
	private record Found(SalvageCounter what, RescuedTable table, long rowid, byte @Nullable [] namespace,
			byte @Nullable [] key, long page, int cell, boolean reachable) {

	}

}
