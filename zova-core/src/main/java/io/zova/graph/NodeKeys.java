package io.zova.graph;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.zova.sqlite.extension.PackedInput;
import io.zova.sqlite.extension.PackedQuery;

/**
 * The keys behind the node ids that a batch names.
 */
final class NodeKeys {

	/** From here on it pays to hand ids over as one value. */
	private static final int MANY = 64;

	private final String graphName;

	private final long graph;

	private final Map<String, Integer> places = new HashMap<>();

	/** In the order of first use. */
	private final List<String> ids = new ArrayList<>();

	private long[] keys = new long[0];

	private boolean[] known = new boolean[0];

	NodeKeys(String graphName, long graph) {
		this.graphName = graphName;
		this.graph = graph;
	}

	/**
	 * Notes an id.
	 * @return its place among the ids of this batch
	 */
	int add(String id) {
		int next = this.ids.size();
		Integer place = this.places.putIfAbsent(id, next);
		if (place != null) {
			return place;
		}
		this.ids.add(id);
		return next;
	}

	/**
	 * Finds the key of each id, all of which must exist.
	 */
	void resolve(Connection connection) throws SQLException {
		this.keys = new long[this.ids.size()];
		this.known = new boolean[this.keys.length];
		if (this.keys.length >= MANY && PackedInput.isAvailable()) {
			findMany(connection);
		}
		else {
			findEach(connection);
		}
		for (int place = 0; place < this.keys.length; place++) {
			if (!this.known[place]) {
				throw GraphRules.noNode(this.graphName, this.ids.get(place));
			}
		}
	}

	private void findMany(Connection connection) throws SQLException {
		PackedInput wanted = new PackedInput(2);
		for (int place = 0; place < this.keys.length; place++) {
			wanted.add(this.ids.get(place)).add(place);
			if (wanted.isFull() || place + 1 == this.keys.length) {
				PackedQuery.read(connection, NodeTable.KEYS_OF_MANY, this.graph, wanted, this::found);
			}
		}
	}

	private void found(PackedQuery.Pack pack) {
		while (pack.next()) {
			found((int) pack.integer(0), pack.integer(1));
		}
	}

	private void found(int place, long key) {
		this.keys[place] = key;
		this.known[place] = true;
	}

	private void findEach(Connection connection) throws SQLException {
		try (PreparedStatement find = connection.prepareStatement(NodeTable.KEY)) {
			find.setLong(1, this.graph);
			for (int place = 0; place < this.keys.length; place++) {
				find.setString(2, this.ids.get(place));
				try (ResultSet row = find.executeQuery()) {
					if (row.next()) {
						found(place, row.getLong(1));
					}
				}
			}
		}
	}

	/**
	 * The key of an id.
	 * @param place its place
	 */
	long key(int place) {
		return this.keys[place];
	}

}
