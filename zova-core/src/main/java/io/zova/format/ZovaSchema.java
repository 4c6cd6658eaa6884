package io.zova.format;

import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HexFormat;
import java.util.List;

/**
 * The tables, triggers and indexes of format 12, and how they come into a new file.
 *
 * <p>
 * The words of these statements are part of the format: every Zova library compares them
 * when it opens a file (line breaks and blanks apart). They can't be improved, not even
 * where a constraint looks redundant.
 */
public final class ZovaSchema {

	/** The format that this library writes. */
	public static final int FORMAT = 12;

	/** What the key {@code magic} of the table {@code _zova_meta} says. */
	public static final String MAGIC = "zova";

	public static final SchemaObject META = SchemaObject.table("_zova_meta", """
			create table _zova_meta (
				key text primary key,
				value text not null
			)""");

	public static final SchemaObject EXTENSIONS = SchemaObject.table("_zova_extensions", """
			create table _zova_extensions (
				name text primary key,
				version text not null,
				storage_prefix text not null,
				zova_abi_min text not null,
				capabilities text not null,
				required integer not null check (required in (0, 1)),
				installed_at_unix integer not null,
				manifest_json text not null default ''
			)""");

	public static final SchemaObject OBJECTS = SchemaObject.table("_zova_objects", """
			create table _zova_objects (
				object_id blob not null primary key check (length(object_id) = 32),
				size_bytes integer not null check (size_bytes >= 0),
				chunk_count integer not null check (chunk_count >= 0),
				chunker text not null check (chunker in ('fastcdc-v1', 'fixed-1m-v1'))
			)""");

	public static final SchemaObject CHUNKS = SchemaObject.table("_zova_chunks", """
			create table _zova_chunks (
				chunk_hash blob not null primary key check (length(chunk_hash) = 32),
				size_bytes integer not null check (size_bytes > 0 and size_bytes <= 1048576),
				data blob not null check (length(data) = size_bytes)
			)""");

	public static final SchemaObject OBJECT_CHUNKS = SchemaObject.table("_zova_object_chunks", """
			create table _zova_object_chunks (
				object_id blob not null check (length(object_id) = 32),
				chunk_index integer not null check (chunk_index >= 0),
				chunk_hash blob not null check (length(chunk_hash) = 32),
				offset integer not null check (offset >= 0),
				size_bytes integer not null check (size_bytes > 0 and size_bytes <= 1048576),
				primary key (object_id, chunk_index),
				foreign key (object_id) references _zova_objects(object_id),
				foreign key (chunk_hash) references _zova_chunks(chunk_hash)
			)""");

	public static final SchemaObject VECTOR_COLLECTIONS = SchemaObject.table("_zova_vector_collections", """
			create table _zova_vector_collections (
				collection_key integer primary key,
				name text not null unique check (length(name) > 0 and length(name) <= 255),
				dimensions integer not null check (dimensions > 0 and dimensions <= 16384),
				metric text not null check (metric in ('cosine', 'l2', 'dot')),
				element_type text not null check (element_type in ('f32', 'f16', 'i8'))
			)""");

	public static final SchemaObject VECTORS = SchemaObject.table("_zova_vectors", """
			create table _zova_vectors (
				vector_key integer primary key,
				collection_key integer not null,
				vector_id text not null check (length(vector_id) > 0),
				"values" blob not null check (length("values") > 0),
				norm_squared real check (norm_squared is null or norm_squared >= 0),
				unique (collection_key, vector_id),
				foreign key (collection_key) references _zova_vector_collections(collection_key) on delete cascade
			)""");

	public static final SchemaObject VECTOR_SOURCES = SchemaObject.table("_zova_vector_sources", """
			create table _zova_vector_sources (
				collection_key integer primary key
					references _zova_vector_collections(collection_key) on delete cascade,
				incarnation blob not null unique default (_zova_vector_nonce()) check (length(incarnation)=16),
				revision integer not null default 0 check (revision>=0),
				token blob not null default (zeroblob(16)) check (length(token)=16),
				floor integer not null default 0 check (floor>=0 and floor<=revision),
				floor_token blob not null default (zeroblob(16)) check (length(floor_token)=16)
			)""");

	public static final SchemaObject VECTOR_CHANGES = SchemaObject.table("_zova_vector_changes", """
			create table _zova_vector_changes (
				collection_key integer not null references _zova_vector_sources(collection_key) on delete cascade,
				revision integer not null check (revision>0),
				token blob not null check (length(token)=16),
				vector_id text not null check (length(vector_id)>0),
				primary key (collection_key,revision)
			) without rowid""");

	public static final SchemaObject GRAPHS = SchemaObject.table("_zova_graphs", """
			create table _zova_graphs (
				graph_key integer primary key,
				name text not null unique check (length(name) > 0 and length(name) <= 128),
				created_order integer not null
			)""");

	public static final SchemaObject GRAPH_NODES = SchemaObject.table("_zova_graph_nodes", """
			create table _zova_graph_nodes (
				node_key integer primary key,
				graph_key integer not null,
				node_id text not null check (length(node_id) > 0 and length(node_id) <= 512),
				kind text not null check (length(kind) > 0 and length(kind) <= 128),
				target_type text not null check (target_type in (
					'none', 'record', 'object', 'object_chunk', 'vector', 'entity', 'fact', 'concept', 'external')),
				target_namespace text,
				target_ref text,
				created_order integer not null,
				unique (graph_key, node_id),
				unique (graph_key, node_key),
				foreign key (graph_key) references _zova_graphs(graph_key) on delete cascade
			)""");

	public static final SchemaObject GRAPH_EDGE_TYPES = SchemaObject.table("_zova_graph_edge_types", """
			create table _zova_graph_edge_types (
				edge_type_key integer primary key,
				graph_key integer not null,
				name text not null check (length(name) > 0 and length(name) <= 128),
				unique (graph_key, name),
				unique (graph_key, edge_type_key),
				foreign key (graph_key) references _zova_graphs(graph_key) on delete cascade
			)""");

	public static final SchemaObject GRAPH_EDGES = SchemaObject.table("_zova_graph_edges", """
			create table _zova_graph_edges (
				edge_key integer primary key,
				graph_key integer not null,
				from_node_key integer not null,
				edge_type_key integer not null,
				to_node_key integer not null,
				created_order integer not null,
				payload blob not null default x'',
				foreign key (graph_key) references _zova_graphs(graph_key) on delete cascade,
				foreign key (graph_key, from_node_key)
					references _zova_graph_nodes(graph_key, node_key) on delete cascade,
				foreign key (graph_key, to_node_key)
					references _zova_graph_nodes(graph_key, node_key) on delete cascade,
				foreign key (graph_key, edge_type_key)
					references _zova_graph_edge_types(graph_key, edge_type_key) on delete cascade
			)""");

	public static final SchemaObject KV = SchemaObject.table("_zova_kv", """
			create table _zova_kv (
				namespace blob not null,
				key blob not null,
				value blob not null,
				primary key (namespace, key)
			) without rowid""");

	/** Not part of a new file: made when the first store is bound. */
	public static final SchemaObject BOUND_STORES = SchemaObject.table("_zova_bound_stores", """
			create table _zova_bound_stores (
				role text not null check (role in ('object_store', 'vector_store', 'graph_store')),
				name text not null check (name = 'default'),
				path text not null,
				store_id text not null check (length(store_id) = 64),
				bound_set_id text not null check (length(bound_set_id) = 64),
				object_epoch integer check (object_epoch is null or object_epoch >= 0),
				vector_epoch integer check (vector_epoch is null or vector_epoch >= 0),
				graph_epoch integer check (graph_epoch is null or graph_epoch >= 0),
				created_at_unix integer not null,
				primary key (role, name)
			)""");

	/** Gives each new collection of vectors its row in the journal's book-keeping. */
	public static final SchemaObject VECTOR_SOURCE_INSERT = SchemaObject.trigger("_zova_vector_source_insert",
			"""
					create trigger _zova_vector_source_insert after insert on _zova_vector_collections
					begin
						insert into _zova_vector_sources(collection_key) values(new.collection_key);
						update _zova_vector_sources set token=incarnation,floor_token=incarnation where collection_key=new.collection_key;
					end""");

	/** Cuts the journal of a collection to its newest rows. */
	public static final SchemaObject VECTOR_RETIRE = SchemaObject.trigger("_zova_vector_retire", """
			create trigger _zova_vector_retire after update of revision on _zova_vector_sources
			when new.revision=old.revision+1 and new.revision>4096 and new.revision%256=0
				and new.incarnation=old.incarnation
			begin
				update _zova_vector_sources set floor=new.revision-4096,
					floor_token=(select token from _zova_vector_changes
						where collection_key=new.collection_key and revision=new.revision-4096)
					where collection_key=new.collection_key;
				delete from _zova_vector_changes
					where collection_key=new.collection_key and revision<=new.revision-4096;
			end""");

	public static final SchemaObject VECTOR_CHANGE_INSERT = journal("_zova_vector_change_insert",
			"after insert on _zova_vectors", "new");

	public static final SchemaObject VECTOR_CHANGE_UPDATE = journal("_zova_vector_change_update",
			"after update on _zova_vectors", "new");

	/** A change of a vector's id or collection is a change of the old one, too. */
	public static final SchemaObject VECTOR_CHANGE_MOVE = journal("_zova_vector_change_move", """
			after update on _zova_vectors
			when old.collection_key<>new.collection_key or old.vector_id<>new.vector_id""", "old");

	public static final SchemaObject VECTOR_CHANGE_DELETE = journal("_zova_vector_change_delete",
			"after delete on _zova_vectors", "old");

	/** Also what makes a second edge of the same type between two nodes a conflict. */
	public static final SchemaObject GRAPH_EDGES_TOPOLOGY = SchemaObject.index("_zova_graph_edges_topology_idx", """
			create unique index _zova_graph_edges_topology_idx
			on _zova_graph_edges(from_node_key, edge_type_key, to_node_key)""");

	public static final SchemaObject GRAPH_NODES_CREATED_ORDER = SchemaObject
		.index("_zova_graph_nodes_created_order_idx", """
				create index _zova_graph_nodes_created_order_idx
				on _zova_graph_nodes(graph_key, created_order, node_key)""");

	public static final SchemaObject GRAPH_EDGES_CREATED_ORDER = SchemaObject
		.index("_zova_graph_edges_created_order_idx", """
				create index _zova_graph_edges_created_order_idx
				on _zova_graph_edges(graph_key, created_order, edge_key)""");

	public static final SchemaObject GRAPH_EDGES_FROM_NODE = SchemaObject.index("_zova_graph_edges_from_node_idx", """
			create index _zova_graph_edges_from_node_idx
			on _zova_graph_edges(graph_key, from_node_key, created_order, to_node_key)""");

	public static final SchemaObject GRAPH_EDGES_FROM_NODE_TYPE = SchemaObject
		.index("_zova_graph_edges_from_node_type_idx", """
				create index _zova_graph_edges_from_node_type_idx
				on _zova_graph_edges(graph_key, from_node_key, edge_type_key, created_order, to_node_key)""");

	public static final SchemaObject GRAPH_EDGES_TO_NODE = SchemaObject.index("_zova_graph_edges_to_node_idx", """
			create index _zova_graph_edges_to_node_idx
			on _zova_graph_edges(graph_key, to_node_key, created_order, from_node_key)""");

	public static final SchemaObject GRAPH_EDGES_TO_NODE_TYPE = SchemaObject.index("_zova_graph_edges_to_node_type_idx",
			"""
					create index _zova_graph_edges_to_node_type_idx
					on _zova_graph_edges(graph_key, to_node_key, edge_type_key, created_order, from_node_key)""");

	/** Everything a new file has, in the order of creation. */
	static final List<SchemaObject> OBJECTS_IN_ORDER = List.of(META, EXTENSIONS, OBJECTS, CHUNKS, OBJECT_CHUNKS,
			VECTOR_COLLECTIONS, VECTORS, VECTOR_SOURCES, VECTOR_CHANGES, VECTOR_SOURCE_INSERT, VECTOR_RETIRE,
			VECTOR_CHANGE_INSERT, VECTOR_CHANGE_UPDATE, VECTOR_CHANGE_MOVE, VECTOR_CHANGE_DELETE, GRAPHS, GRAPH_NODES,
			GRAPH_EDGE_TYPES, GRAPH_EDGES, GRAPH_EDGES_TOPOLOGY, GRAPH_NODES_CREATED_ORDER, GRAPH_EDGES_CREATED_ORDER,
			GRAPH_EDGES_FROM_NODE, GRAPH_EDGES_FROM_NODE_TYPE, GRAPH_EDGES_TO_NODE, GRAPH_EDGES_TO_NODE_TYPE, KV);

	private static final String INSERT_META = "insert into _zova_meta(key, value) values (?, ?)";

	private static final SecureRandom RANDOM = new SecureRandom();

	private ZovaSchema() {
	}

	/**
	 * Everything that a new file has, in the order in which it is created.
	 * @return the tables, triggers and indexes
	 */
	public static List<SchemaObject> objects() {
		return OBJECTS_IN_ORDER;
	}

	/**
	 * Creates the schema and the three rows of {@code _zova_meta} in one transaction.
	 * @param connection a connection without an open transaction, to a database that has
	 * none of it yet
	 * @throws SQLException if a statement failed; the database is as it was before
	 */
	public static void create(Connection connection) throws SQLException {
		try (Statement statement = connection.createStatement()) {
			statement.execute("begin immediate");
			try {
				for (SchemaObject object : OBJECTS_IN_ORDER) {
					statement.execute(object.sql());
				}
				insertMeta(connection);
				statement.execute("commit");
			}
			catch (SQLException | RuntimeException | Error ex) {
				rollback(statement, ex);
				throw ex;
			}
		}
	}

	private static void insertMeta(Connection connection) throws SQLException {
		try (PreparedStatement insert = connection.prepareStatement(INSERT_META)) {
			insertMeta(insert, "magic", MAGIC);
			insertMeta(insert, "format_version", Integer.toString(FORMAT));
			insertMeta(insert, "database_id", randomId());
		}
	}

	private static void insertMeta(PreparedStatement insert, String key, String value) throws SQLException {
		insert.setString(1, key);
		insert.setString(2, value);
		insert.executeUpdate();
	}

	/** SQLite has rolled back already after some errors, such as a full disk. */
	private static void rollback(Statement statement, Throwable cause) {
		try {
			statement.execute("rollback");
		}
		catch (SQLException ex) {
			cause.addSuppressed(ex);
		}
	}

	/**
	 * Draws an id.
	 * @return 32 random bytes as 64 lower-case hexadecimal digits
	 */
	public static String randomId() {
		byte[] id = new byte[32];
		RANDOM.nextBytes(id);
		return HexFormat.of().formatHex(id);
	}

	/**
	 * A trigger that counts a change of a vector and writes it to the journal of its
	 * collection.
	 */
	private static SchemaObject journal(String name, String when, String row) {
		return SchemaObject.trigger(name,
				"create trigger " + name + " " + when
						+ """

								begin
									select case when exists(select 1 from _zova_vector_collections where collection_key=ROW.collection_key)
										and not exists(select 1 from _zova_vector_sources where collection_key=ROW.collection_key)
										then raise(abort,'vector source tracking missing') end;
									select case when exists(select 1 from _zova_vector_sources
										where collection_key=ROW.collection_key and revision=9223372036854775807)
										then raise(abort,'vector source revision exhausted') end;
									update _zova_vector_sources set revision=revision+1,token=_zova_vector_nonce()
										where collection_key=ROW.collection_key;
									insert into _zova_vector_changes(collection_key,revision,token,vector_id)
										select collection_key,revision,token,ROW.vector_id
										from _zova_vector_sources where collection_key=ROW.collection_key;
								end"""
							.replace("ROW.", row + "."));
	}

}
