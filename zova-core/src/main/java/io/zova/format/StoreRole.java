package io.zova.format;

import java.util.List;

/**
 * A kind of content that a Zova file can keep in a file of its own.
 */
public enum StoreRole {

	/** Objects and their chunks. */
	OBJECTS("object", List.of(ZovaSchema.OBJECTS, ZovaSchema.CHUNKS, ZovaSchema.OBJECT_CHUNKS)),

	/** Vectors, their collections and their journal. */
	VECTORS("vector",
			List.of(ZovaSchema.VECTOR_COLLECTIONS, ZovaSchema.VECTORS, ZovaSchema.VECTOR_SOURCES,
					ZovaSchema.VECTOR_CHANGES, ZovaSchema.VECTOR_SOURCE_INSERT, ZovaSchema.VECTOR_RETIRE,
					ZovaSchema.VECTOR_CHANGE_INSERT, ZovaSchema.VECTOR_CHANGE_UPDATE, ZovaSchema.VECTOR_CHANGE_MOVE,
					ZovaSchema.VECTOR_CHANGE_DELETE)),

	/** Graphs, their nodes and their edges. */
	GRAPHS("graph",
			List.of(ZovaSchema.GRAPHS, ZovaSchema.GRAPH_NODES, ZovaSchema.GRAPH_EDGE_TYPES, ZovaSchema.GRAPH_EDGES));

	private final String kind;

	private final List<SchemaObject> schema;

	StoreRole(String kind, List<SchemaObject> schema) {
		this.kind = kind;
		this.schema = schema;
	}

	/**
	 * The role's name in files, also the name under which its file is attached.
	 * @return such as {@code object_store}
	 */
	public String storeName() {
		return this.kind + "_store";
	}

	/**
	 * The key and column that count a store's changes.
	 * @return such as {@code object_epoch}
	 */
	public String epochName() {
		return this.kind + "_epoch";
	}

	/**
	 * The tables and triggers that a store of this role must have.
	 * @return those of its own kind
	 */
	public List<SchemaObject> schema() {
		return this.schema;
	}

	/**
	 * The tables that hold a store's content.
	 * @return their names; those that others refer to come first
	 */
	public List<String> tables() {
		return this.schema.stream().filter((object) -> object.kind().equals("table")).map(SchemaObject::name).toList();
	}

	/**
	 * How the names of all tables and indexes of a store begin.
	 * @return such as {@code _zova_object}
	 */
	String prefix() {
		return "_zova_" + this.kind;
	}

	/**
	 * The role in a sentence.
	 * @return such as {@code object store}
	 */
	public String words() {
		return this.kind + " store";
	}

}
