package io.zova.maintenance.salvage;

import java.security.MessageDigest;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;

import org.jspecify.annotations.Nullable;

import io.zova.format.StoreRole;
import io.zova.maintenance.check.Schemas;
import io.zova.sqlite.lock.Interruption;

/**
 * Copies objects, vectors, graphs and key-values that pass their proofs from attached
 * files into a new one. Whatever breaks a rule of its table stays behind.
 */
final class ZovaRows {

	private static final String CHUNKS = """
			insert or ignore into main._zova_chunks(chunk_hash, size_bytes, data)
			select chunk_hash, size_bytes, data
			from objects._zova_chunks
			where typeof(chunk_hash) = 'blob' and length(chunk_hash) = 32 and typeof(data) = 'blob'
				and size_bytes between 1 and 1048576 and length(data) = size_bytes
				and salvage_sha256(data) = chunk_hash""";

	private static final String OBJECTS = """
			select object_id, size_bytes, chunk_count, chunker
			from objects._zova_objects
			order by object_id""";

	/** Their own row is lost; the rest may still prove what they were. */
	private static final String LOST_OBJECTS = """
			select object_id, sum(size_bytes), count(*),
				iif(max(size_bytes) > 65536, 'fixed-1m-v1', 'fastcdc-v1')
			from objects._zova_object_chunks m
			where not exists (select 1 from objects._zova_objects o where o.object_id = m.object_id)
			group by object_id""";

	private static final String MANIFEST = """
			select m.chunk_index, m.offset, m.size_bytes, c.data
			from objects._zova_object_chunks m left join main._zova_chunks c on c.chunk_hash = m.chunk_hash
			where m.object_id = ?
			order by m.chunk_index""";

	private static final String PUT_OBJECT = """
			insert or ignore into main._zova_objects(object_id, size_bytes, chunk_count, chunker)
			values (?, ?, ?, ?)""";

	private static final String PUT_MANIFEST = """
			insert or ignore into main._zova_object_chunks(object_id, chunk_index, chunk_hash, offset, size_bytes)
			select object_id, chunk_index, chunk_hash, offset, size_bytes
			from objects._zova_object_chunks
			where object_id = ?""";

	private static final String COLLECTIONS = """
			insert or ignore into main._zova_vector_collections(
				collection_key, name, dimensions, metric, element_type)
			select collection_key, name, dimensions, metric, element_type
			from vectors._zova_vector_collections
			where typeof(name) = 'text' and salvage_name('vector', name) and typeof(dimensions) = 'integer'
			order by collection_key""";

	private static final String VECTORS = """
			insert or ignore into main._zova_vectors(vector_key, collection_key, vector_id, "values", norm_squared)
			select vector_key, collection_key, vector_id, "values", norm
			from (
				select v.vector_key, v.collection_key, v.vector_id, v."values", v.norm_squared as stored,
					salvage_norm(v."values", c.dimensions, c.metric, c.element_type) as norm
				from vectors._zova_vectors v
					join main._zova_vector_collections c on c.collection_key = v.collection_key
				where typeof(v.vector_id) = 'text' and typeof(v."values") = 'blob'
					and salvage_name('vector', v.vector_id))
			where norm is not null and (PROOF stored is null or stored = norm)
			order by vector_key""";

	private static final String SOURCES = """
			insert into main._zova_vector_sources(collection_key)
			select collection_key from main._zova_vector_collections""";

	private static final String TOKENS = """
			update main._zova_vector_sources set token = incarnation, floor_token = incarnation""";

	private static final String GRAPHS = """
			insert or ignore into main._zova_graphs(graph_key, name, created_order)
			select graph_key, name, created_order
			from graphs._zova_graphs
			where typeof(name) = 'text' and salvage_name('graph', name) and typeof(created_order) = 'integer'
			order by graph_key""";

	private static final String NODES = """
			insert or ignore into main._zova_graph_nodes(node_key, graph_key, node_id, kind, target_type,
				target_namespace, target_ref, created_order)
			select n.node_key, n.graph_key, n.node_id, n.kind, n.target_type, n.target_namespace, n.target_ref,
				n.created_order
			from graphs._zova_graph_nodes n join main._zova_graphs g on g.graph_key = n.graph_key
			where typeof(n.node_id) = 'text' and salvage_name('node', n.node_id)
				and typeof(n.kind) = 'text' and salvage_name('graph', n.kind)
				and salvage_name('text', n.target_namespace) and typeof(n.target_namespace) in ('text', 'null')
				and salvage_name('text', n.target_ref) and typeof(n.target_ref) in ('text', 'null')
				and (n.target_type not in ('object', 'object_chunk') or n.target_ref is null
					or length(unhex(n.target_ref)) = 32)
				and typeof(n.created_order) = 'integer'
			order by n.node_key""";

	private static final String EDGE_TYPES = """
			insert or ignore into main._zova_graph_edge_types(edge_type_key, graph_key, name)
			select t.edge_type_key, t.graph_key, t.name
			from graphs._zova_graph_edge_types t join main._zova_graphs g on g.graph_key = t.graph_key
			where typeof(t.name) = 'text' and salvage_name('graph', t.name)
			order by t.edge_type_key""";

	private static final String EDGES = """
			insert or ignore into main._zova_graph_edges(edge_key, graph_key, from_node_key, edge_type_key,
				to_node_key, created_order, payload)
			select e.edge_key, e.graph_key, e.from_node_key, e.edge_type_key, e.to_node_key, e.created_order,
				e.payload
			from graphs._zova_graph_edges e
				join main._zova_graph_nodes f on f.node_key = e.from_node_key and f.graph_key = e.graph_key
				join main._zova_graph_nodes o on o.node_key = e.to_node_key and o.graph_key = e.graph_key
				join main._zova_graph_edge_types t
					on t.edge_type_key = e.edge_type_key and t.graph_key = e.graph_key
			where typeof(e.created_order) = 'integer' and typeof(e.payload) = 'blob'
			order by e.edge_key""";

	private static final String KEY_VALUES = """
			insert or ignore into main._zova_kv(namespace, key, value)
			select namespace, key, value
			from source._zova_kv
			where typeof(namespace) = 'blob' and typeof(key) = 'blob' and typeof(value) = 'blob'
			order by namespace, key""";

	private final Connection connection;

	private final Schemas schemas;

	private final boolean normsProve;

	/**
	 * Prepares the copy.
	 * @param connection a connection to the new file, to which the others are attached
	 * @param schemas where they are
	 * @param normsProve whether a vector with another norm than the stored one is damaged
	 */
	ZovaRows(Connection connection, Schemas schemas, boolean normsProve) {
		this.connection = connection;
		this.schemas = schemas;
		this.normsProve = normsProve;
	}

	void copy(boolean keyValues) throws SQLException {
		if (this.schemas.has(StoreRole.OBJECTS)) {
			execute(CHUNKS);
			objects(OBJECTS);
			objects(LOST_OBJECTS);
		}
		if (this.schemas.has(StoreRole.VECTORS)) {
			execute(COLLECTIONS);
			execute(VECTORS.replace("PROOF", this.normsProve ? "" : "true or"));
			execute(SOURCES);
			execute(TOKENS);
		}
		if (this.schemas.has(StoreRole.GRAPHS)) {
			execute(GRAPHS);
			execute(NODES);
			execute(EDGE_TYPES);
			execute(EDGES);
		}
		if (keyValues) {
			execute(KEY_VALUES);
		}
	}

	private void objects(String query) throws SQLException {
		try (Statement statement = this.connection.createStatement();
				ResultSet objects = statement.executeQuery(this.schemas.sql(query));
				PreparedStatement manifest = this.connection.prepareStatement(this.schemas.sql(MANIFEST));
				PreparedStatement putObject = this.connection.prepareStatement(PUT_OBJECT);
				PreparedStatement putManifest = this.connection.prepareStatement(this.schemas.sql(PUT_MANIFEST))) {
			while (objects.next()) {
				Interruption.check("salvaging objects");
				byte[] id = objects.getBytes(1);
				if (id == null || !isSound(id, objects.getLong(2), objects.getLong(3), manifest)) {
					continue;
				}
				putObject.setBytes(1, id);
				putObject.setLong(2, objects.getLong(2));
				putObject.setLong(3, objects.getLong(3));
				putObject.setString(4, objects.getString(4));
				if (putObject.executeUpdate() == 1) {
					putManifest.setBytes(1, id);
					putManifest.executeUpdate();
				}
			}
		}
	}

	private static boolean isSound(byte[] id, long size, long count, PreparedStatement manifest) throws SQLException {
		MessageDigest digest = SalvageFunctions.sha256();
		long index = 0;
		long offset = 0;
		manifest.setBytes(1, id);
		try (ResultSet rows = manifest.executeQuery()) {
			while (rows.next()) {
				byte @Nullable [] data = rows.getBytes(4);
				if (rows.getLong(1) != index || rows.getLong(2) != offset || data == null
						|| data.length != rows.getLong(3)) {
					return false;
				}
				digest.update(data);
				index++;
				offset += data.length;
			}
		}
		return index == count && offset == size && Arrays.equals(digest.digest(), id);
	}

	private void execute(String sql) throws SQLException {
		Interruption.check("salvaging");
		try (Statement statement = this.connection.createStatement()) {
			statement.execute(this.schemas.sql(sql));
		}
	}

}
