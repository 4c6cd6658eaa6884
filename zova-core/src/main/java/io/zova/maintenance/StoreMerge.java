package io.zova.maintenance;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

import io.zova.ZovaException;
import io.zova.ZovaStatus;
import io.zova.format.BoundStore;

/**
 * Brings what a main file keeps in bound stores into a copy of it, which then holds
 * everything by itself. The stores are only read.
 *
 * <p>
 * Keys of collections, vectors, graphs, nodes, edge types and edges are given anew, in
 * the order in which the native library gives them; names, ids, orders of creation,
 * payloads and the journal of vectors are kept.
 */
final class StoreMerge {

	private static final List<String> OBJECTS = List.of("delete from main._zova_object_chunks",
			"delete from main._zova_objects", "delete from main._zova_chunks", """
					insert into main._zova_chunks(chunk_hash, size_bytes, data)
					select chunk_hash, size_bytes, data
					from object_store._zova_chunks
					order by chunk_hash""", """
					insert into main._zova_objects(object_id, size_bytes, chunk_count, chunker)
					select object_id, size_bytes, chunk_count, chunker
					from object_store._zova_objects
					order by object_id""", """
					insert into main._zova_object_chunks(object_id, chunk_index, chunk_hash, offset, size_bytes)
					select object_id, chunk_index, chunk_hash, offset, size_bytes
					from object_store._zova_object_chunks
					order by object_id, chunk_index""");

	/** The triggers journal each insert; the store's own journal then takes the place. */
	private static final List<String> VECTORS = List.of("delete from main._zova_vectors",
			"delete from main._zova_vector_collections", """
					insert into main._zova_vector_collections(name, dimensions, metric, element_type)
					select name, dimensions, metric, element_type
					from vector_store._zova_vector_collections
					order by name""", """
					insert into main._zova_vectors(collection_key, vector_id, "values", norm_squared)
					select c.collection_key, v.vector_id, v."values", v.norm_squared
					from vector_store._zova_vectors v
					join vector_store._zova_vector_collections s on s.collection_key = v.collection_key
					join main._zova_vector_collections c on c.name = s.name
					order by s.name, v.vector_id""", "delete from main._zova_vector_changes",
			"delete from main._zova_vector_sources", """
					insert into main._zova_vector_sources(
						collection_key, incarnation, revision, token, floor, floor_token)
					select c.collection_key, j.incarnation, j.revision, j.token, j.floor, j.floor_token
					from vector_store._zova_vector_sources j
					join vector_store._zova_vector_collections s on s.collection_key = j.collection_key
					join main._zova_vector_collections c on c.name = s.name
					order by c.collection_key""", """
					insert into main._zova_vector_changes(collection_key, revision, token, vector_id)
					select c.collection_key, j.revision, j.token, j.vector_id
					from vector_store._zova_vector_changes j
					join vector_store._zova_vector_collections s on s.collection_key = j.collection_key
					join main._zova_vector_collections c on c.name = s.name
					order by c.collection_key, j.revision""");

	private static final List<String> GRAPHS = List.of("delete from main._zova_graph_edges",
			"delete from main._zova_graph_edge_types", "delete from main._zova_graph_nodes",
			"delete from main._zova_graphs", """
					insert into main._zova_graphs(name, created_order)
					select name, created_order
					from graph_store._zova_graphs
					order by created_order, name""",
			"""
					insert into main._zova_graph_nodes(
						graph_key, node_id, kind, target_type, target_namespace, target_ref, created_order)
					select g.graph_key, n.node_id, n.kind, n.target_type, n.target_namespace, n.target_ref, n.created_order
					from graph_store._zova_graph_nodes n
					join graph_store._zova_graphs s on s.graph_key = n.graph_key
					join main._zova_graphs g on g.name = s.name
					order by s.name, n.created_order, n.node_id""",
			"""
					insert into main._zova_graph_edge_types(graph_key, name)
					select graph_key, name
					from (
						select g.graph_key, t.name,
							row_number() over (order by s.name, e.created_order, e.edge_key) as place
						from graph_store._zova_graph_edges e
						join graph_store._zova_graphs s on s.graph_key = e.graph_key
						join graph_store._zova_graph_edge_types t on t.edge_type_key = e.edge_type_key
						join main._zova_graphs g on g.name = s.name)
					group by graph_key, name
					order by min(place)""", """
					insert into main._zova_graph_edges(
						graph_key, from_node_key, edge_type_key, to_node_key, created_order, payload)
					select g.graph_key, f.node_key, y.edge_type_key, o.node_key, e.created_order, e.payload
					from graph_store._zova_graph_edges e
					join graph_store._zova_graphs s on s.graph_key = e.graph_key
					join graph_store._zova_graph_edge_types t on t.edge_type_key = e.edge_type_key
					join graph_store._zova_graph_nodes a on a.node_key = e.from_node_key
					join graph_store._zova_graph_nodes b on b.node_key = e.to_node_key
					join main._zova_graphs g on g.name = s.name
					join main._zova_graph_nodes f on f.graph_key = g.graph_key and f.node_id = a.node_id
					join main._zova_graph_nodes o on o.graph_key = g.graph_key and o.node_id = b.node_id
					join main._zova_graph_edge_types y on y.graph_key = g.graph_key and y.name = t.name
					order by s.name, e.created_order, e.edge_key""");

	/** Rows that refer to rows that are not there would be lost on the way. */
	private static final String LOST_GRAPH_ROWS = """
			select (select count(*) from graph_store._zova_graph_nodes) - (select count(*) from main._zova_graph_nodes)
				+ (select count(*) from graph_store._zova_graph_edges) - (select count(*) from main._zova_graph_edges)""";

	private static final String LOST_VECTORS = """
			select (select count(*) from vector_store._zova_vectors) - (select count(*) from main._zova_vectors)""";

	private final Connection copy;

	private StoreMerge(Connection copy) {
		this.copy = copy;
	}

	/**
	 * Brings everything into the copy of a main file, in one transaction.
	 * @param copy a connection to the copy that can write
	 * @param mainFile the main file
	 * @throws SQLException if SQLite failed
	 * @throws ZovaException if a store is missing, is not the right one, has changed
	 * since the main file was copied, or is damaged
	 */
	static void into(Connection copy, Path mainFile) throws SQLException {
		List<BoundStore> stores = BoundStore.of(copy);
		StoreMerge merge = new StoreMerge(copy);
		for (BoundStore store : stores) {
			store.attach(copy, mainFile);
			merge.execute("begin immediate");
			merge.bringIn(store);
			merge.execute("commit");
			store.detach(copy);
		}
	}

	private void bringIn(BoundStore store) throws SQLException {
		String name = "The store " + store.path();
		switch (store.role()) {
			case OBJECTS -> {
				executeAll(OBJECTS);
				Verification.ofRole(this.copy, store.role(), name);
			}
			case VECTORS -> {
				executeAll(VECTORS);
				requireNoneLost(LOST_VECTORS, name);
				Verification.ofRole(this.copy, store.role(), name);
			}
			case GRAPHS -> {
				executeAll(GRAPHS);
				requireNoneLost(LOST_GRAPH_ROWS, name);
			}
		}
		execute("delete from main._zova_bound_stores where role = '" + store.role().storeName() + "'");
	}

	private void requireNoneLost(String difference, String name) throws SQLException {
		try (Statement statement = this.copy.createStatement(); ResultSet row = statement.executeQuery(difference)) {
			if (row.next() && row.getLong(1) != 0) {
				throw new ZovaException(ZovaStatus.CORRUPT, name + " is damaged: " + row.getLong(1)
						+ " rows refer to rows that are not there. Restore an older backup");
			}
		}
	}

	private void executeAll(List<String> statements) throws SQLException {
		for (String sql : statements) {
			execute(sql);
		}
	}

	private void execute(String sql) throws SQLException {
		try (Statement statement = this.copy.createStatement()) {
			statement.execute(sql);
		}
	}

}
