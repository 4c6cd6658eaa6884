package io.zova.migration;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import io.zova.ZovaException;
import io.zova.ZovaStatus;
import io.zova.format.SchemaObject;
import io.zova.format.StoreRole;
import io.zova.format.StoredSchema;
import io.zova.format.ZovaSchema;

/**
 * The tables of one of the formats 3 to 11, as its releases made and compared them.
 * <p>
 * Each step of the history is one line of {@link #tables(int)}. A table that is not named
 * here has always been as in format 12.
 */
public final class OldFormat {

	private static final SchemaObject OBJECTS_TO_10 = SchemaObject.table("_zova_objects", """
			create table _zova_objects (
				object_id blob not null primary key check (length(object_id) = 32),
				size_bytes integer not null check (size_bytes >= 0),
				chunk_count integer not null check (chunk_count >= 0),
				chunker text not null check (chunker = 'fastcdc-v1')
			)""");

	private static final SchemaObject CHUNKS_TO_10 = SchemaObject.table("_zova_chunks", """
			create table _zova_chunks (
				chunk_hash blob not null primary key check (length(chunk_hash) = 32),
				size_bytes integer not null check (size_bytes > 0 and size_bytes <= 65536),
				data blob not null check (length(data) = size_bytes)
			)""");

	private static final SchemaObject OBJECT_CHUNKS_TO_10 = SchemaObject.table("_zova_object_chunks", """
			create table _zova_object_chunks (
				object_id blob not null check (length(object_id) = 32),
				chunk_index integer not null check (chunk_index >= 0),
				chunk_hash blob not null check (length(chunk_hash) = 32),
				offset integer not null check (offset >= 0),
				size_bytes integer not null check (size_bytes > 0 and size_bytes <= 65536),
				primary key (object_id, chunk_index),
				foreign key (object_id) references _zova_objects(object_id),
				foreign key (chunk_hash) references _zova_chunks(chunk_hash)
			)""");

	private static final SchemaObject VECTOR_COLLECTIONS_TO_5 = SchemaObject.table("_zova_vector_collections", """
			create table _zova_vector_collections (
				name text not null primary key check (length(name) > 0 and length(name) <= 255),
				dimensions integer not null check (dimensions > 0 and dimensions <= 16384),
				metric text not null check (metric in ('cosine', 'l2', 'dot')),
				element_type text not null check (element_type = 'f32')
			)""");

	private static final SchemaObject VECTOR_COLLECTIONS_6_7 = SchemaObject.table("_zova_vector_collections", """
			create table _zova_vector_collections (
				name text not null primary key check (length(name) > 0 and length(name) <= 255),
				dimensions integer not null check (dimensions > 0 and dimensions <= 16384),
				metric text not null check (metric in ('cosine', 'l2', 'dot')),
				element_type text not null check (element_type in ('f32', 'f16', 'i8'))
			)""");

	private static final SchemaObject VECTORS_TO_5 = SchemaObject.table("_zova_vectors", """
			create table _zova_vectors (
				collection_name text not null,
				vector_id text not null check (length(vector_id) > 0),
				dimensions integer not null check (dimensions > 0 and dimensions <= 16384),
				"values" blob not null check (length("values") = dimensions * 4),
				primary key (collection_name, vector_id),
				foreign key (collection_name) references _zova_vector_collections(name)
			)""");

	private static final SchemaObject VECTORS_6_7 = SchemaObject.table("_zova_vectors", """
			create table _zova_vectors (
				collection_name text not null,
				vector_id text not null check (length(vector_id) > 0),
				dimensions integer not null check (dimensions > 0 and dimensions <= 16384),
				"values" blob not null check (length("values") > 0),
				primary key (collection_name, vector_id),
				foreign key (collection_name) references _zova_vector_collections(name)
			)""");

	/** Only format 7 has it. */
	static final SchemaObject VECTOR_NORMS = SchemaObject.table("_zova_vector_norms", """
			create table _zova_vector_norms (
				collection_name text not null,
				vector_id text not null check (length(vector_id) > 0),
				norm_squared real not null check (norm_squared >= 0),
				primary key (collection_name, vector_id),
				foreign key (collection_name, vector_id) references _zova_vectors(collection_name, vector_id)
			)""");

	private static final SchemaObject GRAPHS_TO_7 = SchemaObject.table("_zova_graphs", """
			create table _zova_graphs (
				name text not null primary key check (length(name) > 0 and length(name) <= 128),
				created_order integer not null
			)""");

	private static final SchemaObject GRAPH_NODES_TO_7 = SchemaObject.table("_zova_graph_nodes", """
			create table _zova_graph_nodes (
				graph_name text not null,
				node_id text not null check (length(node_id) > 0 and length(node_id) <= 512),
				kind text not null check (length(kind) > 0 and length(kind) <= 128),
				target_type text not null check (target_type in (
					'none', 'record', 'object', 'object_chunk', 'vector', 'entity', 'fact', 'concept', 'external')),
				target_namespace text,
				target_ref text,
				created_order integer not null,
				primary key (graph_name, node_id),
				foreign key (graph_name) references _zova_graphs(name)
			)""");

	private static final SchemaObject GRAPH_EDGES_TO_7 = SchemaObject.table("_zova_graph_edges", """
			create table _zova_graph_edges (
				graph_name text not null,
				from_node_id text not null,
				edge_type text not null check (length(edge_type) > 0 and length(edge_type) <= 128),
				to_node_id text not null,
				created_order integer not null,
				primary key (graph_name, from_node_id, edge_type, to_node_id),
				foreign key (graph_name, from_node_id) references _zova_graph_nodes(graph_name, node_id),
				foreign key (graph_name, to_node_id) references _zova_graph_nodes(graph_name, node_id)
			)""");

	private static final SchemaObject GRAPH_EDGES_8 = SchemaObject.table("_zova_graph_edges", """
			create table _zova_graph_edges (
				edge_key integer primary key,
				graph_key integer not null,
				from_node_key integer not null,
				edge_type text not null check (length(edge_type) > 0 and length(edge_type) <= 128),
				to_node_key integer not null,
				created_order integer not null,
				unique (graph_key, from_node_key, edge_type, to_node_key),
				foreign key (graph_key) references _zova_graphs(graph_key) on delete cascade,
				foreign key (graph_key, from_node_key)
					references _zova_graph_nodes(graph_key, node_key) on delete cascade,
				foreign key (graph_key, to_node_key)
					references _zova_graph_nodes(graph_key, node_key) on delete cascade
			)""");

	private static final SchemaObject BOUND_STORES_TO_6 = SchemaObject.table("_zova_bound_stores", """
			create table _zova_bound_stores (
				role text not null check (role in ('object_store', 'vector_store')),
				name text not null check (name = 'default'),
				path text not null,
				store_id text not null check (length(store_id) = 64),
				bound_set_id text not null check (length(bound_set_id) = 64),
				object_epoch integer check (object_epoch is null or object_epoch >= 0),
				vector_epoch integer check (vector_epoch is null or vector_epoch >= 0),
				created_at_unix integer not null,
				primary key (role, name)
			)""");

	private final int number;

	private final Map<String, SchemaObject> tables = new TreeMap<>();

	private OldFormat(int number) {
		this.number = number;
		tables(number).forEach((table) -> this.tables.put(table.name(), table));
	}

	/**
	 * A format.
	 * @param number its number, from 3 to 11
	 * @return the format
	 */
	public static OldFormat of(int number) {
		return new OldFormat(number);
	}

	private static List<SchemaObject> tables(int number) {
		List<SchemaObject> tables = new ArrayList<>();
		tables.add((number >= 11) ? ZovaSchema.OBJECTS : OBJECTS_TO_10);
		tables.add((number >= 11) ? ZovaSchema.CHUNKS : CHUNKS_TO_10);
		tables.add((number >= 11) ? ZovaSchema.OBJECT_CHUNKS : OBJECT_CHUNKS_TO_10);
		tables.add((number >= 8) ? ZovaSchema.VECTOR_COLLECTIONS
				: (number >= 6) ? VECTOR_COLLECTIONS_6_7 : VECTOR_COLLECTIONS_TO_5);
		tables.add((number >= 8) ? ZovaSchema.VECTORS : (number >= 6) ? VECTORS_6_7 : VECTORS_TO_5);
		if (number == 7) {
			tables.add(VECTOR_NORMS);
		}
		if (number >= 4) {
			tables.add((number >= 8) ? ZovaSchema.GRAPHS : GRAPHS_TO_7);
			tables.add((number >= 8) ? ZovaSchema.GRAPH_NODES : GRAPH_NODES_TO_7);
			tables.add((number >= 9) ? ZovaSchema.GRAPH_EDGES : (number == 8) ? GRAPH_EDGES_8 : GRAPH_EDGES_TO_7);
		}
		if (number >= 5) {
			tables.add(ZovaSchema.EXTENSIONS);
		}
		if (number >= 9) {
			tables.add(ZovaSchema.GRAPH_EDGE_TYPES);
		}
		if (number >= 10) {
			tables.add(ZovaSchema.KV);
		}
		return tables;
	}

	/**
	 * The tables of Zova itself, as far as every file of the format has them.
	 * @return their definitions
	 */
	public List<SchemaObject> tables() {
		return List.copyOf(this.tables.values());
	}

	int number() {
		return this.number;
	}

	/**
	 * The table that says which files are bound, in a file that has it.
	 * @return the table; format 3 has it from release 0.19 on
	 */
	SchemaObject boundStores() {
		return (this.number >= 7) ? ZovaSchema.BOUND_STORES : BOUND_STORES_TO_6;
	}

	/**
	 * The tables that have to be made anew.
	 * @return their names; in an order in which they can be dropped
	 */
	List<String> rebuilt() {
		List<String> names = new ArrayList<>();
		if (this.number <= 7) {
			names.addAll(List.of("_zova_vector_norms", "_zova_vectors", "_zova_vector_collections"));
			names.addAll(List.of("_zova_graph_edges", "_zova_graph_nodes", "_zova_graphs"));
		}
		else if (this.number == 8) {
			names.add("_zova_graph_edges");
		}
		names.retainAll(this.tables.keySet());
		return names;
	}

	/**
	 * Passes if a file has the tables of this format and none of another.
	 * @param stored what the file has
	 * @param file the file's name in messages
	 * @throws ZovaException with {@link ZovaStatus#NOT_ZOVA_DATABASE} or, for a table
	 * that only a newer format has, {@link ZovaStatus#SQLITE_ERROR}
	 */
	void require(StoredSchema stored, String file) {
		this.tables.values().forEach((table) -> stored.require(table, this.number));
		if (stored.has(boundStores())) {
			stored.require(boundStores(), this.number);
		}
		if (!this.tables.containsKey(VECTOR_NORMS.name()) && stored.has(VECTOR_NORMS)) {
			throw StoredSchema.invalid(file, "it has the table " + VECTOR_NORMS.name() + ", which only format 7 has");
		}
		for (SchemaObject object : ZovaSchema.objects()) {
			boolean expected = this.tables.containsKey(object.name()) || object.name().equals("_zova_meta")
					|| object.kind().equals("index");
			if (!expected && stored.has(object)) {
				throw new ZovaException(ZovaStatus.SQLITE_ERROR, file + " can't be migrated: it has the " + object
						+ ", which format " + this.number
						+ " does not have and which is to be made. Rename it with a SQLite tool in a copy of the file");
			}
		}
	}

	/**
	 * Whether a main file may keep such content in a file of its own.
	 * @param role the content
	 * @return whether it may
	 */
	boolean knows(StoreRole role) {
		return role != StoreRole.GRAPHS || this.number >= 7;
	}

	boolean has(SchemaObject table) {
		return this.tables.containsKey(table.name());
	}

}
