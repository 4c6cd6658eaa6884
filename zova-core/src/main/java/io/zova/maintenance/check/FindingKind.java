package io.zova.maintenance.check;

import java.util.Locale;

/**
 * What can be found. Each kind belongs to one area and is always equally bad.
 */
public enum FindingKind {

	/** SQLite finds the file's pages damaged. */
	SQLITE_QUICK_CHECK(Area.SQLITE, Severity.FATAL),

	/** A row breaks a constraint of its table. */
	SQLITE_CONSTRAINT_VIOLATION(Area.SQLITE, Severity.ERROR),

	/**
	 * Rows of one of Zova's tables refer to rows that are not there; the detail is how
	 * many.
	 */
	FOREIGN_KEY_VIOLATION(Area.SQLITE, Severity.WARNING),

	/** One of Zova's tables is missing. */
	PRIVATE_TABLE_MISSING(Area.SQLITE, Severity.ERROR),

	/** One of Zova's indexes is missing. */
	PRIVATE_INDEX_MISSING(Area.SQLITE, Severity.ERROR),

	/** One of Zova's triggers is missing. */
	PRIVATE_TRIGGER_MISSING(Area.SQLITE, Severity.ERROR),

	/**
	 * One of Zova's tables, indexes or triggers is defined otherwise than the format
	 * says.
	 */
	PRIVATE_OBJECT_CHANGED(Area.SQLITE, Severity.ERROR),

	/** The store's file is missing or can't be opened. */
	MISSING_OR_UNREADABLE_STORE(Area.BOUND_STORE, Severity.ERROR),

	/** The store does not say that it is a Zova file. */
	MISSING_STORE_MAGIC(Area.BOUND_STORE, Severity.ERROR),

	/** What the store says of itself can't be read. */
	STORE_MAGIC_UNREADABLE(Area.BOUND_STORE, Severity.ERROR),

	/** The store says that it is something else. */
	STORE_MAGIC_MISMATCH(Area.BOUND_STORE, Severity.ERROR),

	/** The store names no format. */
	MISSING_STORE_FORMAT_VERSION(Area.BOUND_STORE, Severity.ERROR),

	/** The store's format can't be read. */
	STORE_FORMAT_VERSION_UNREADABLE(Area.BOUND_STORE, Severity.ERROR),

	/** The store has another format. */
	STORE_FORMAT_VERSION_MISMATCH(Area.BOUND_STORE, Severity.ERROR),

	/** The store has no role. */
	MISSING_STORE_ROLE(Area.BOUND_STORE, Severity.ERROR),

	/** The store's role can't be read. */
	STORE_ROLE_UNREADABLE(Area.BOUND_STORE, Severity.ERROR),

	/** The store has another role. */
	STORE_ROLE_MISMATCH(Area.BOUND_STORE, Severity.ERROR),

	/** The store has no id. */
	MISSING_STORE_ID(Area.BOUND_STORE, Severity.ERROR),

	/** The store's id can't be read. */
	STORE_ID_UNREADABLE(Area.BOUND_STORE, Severity.ERROR),

	/** It is another store than the one that was bound. */
	STORE_ID_MISMATCH(Area.BOUND_STORE, Severity.ERROR),

	/** The store was never bound. */
	MISSING_BOUND_SET_ID(Area.BOUND_STORE, Severity.ERROR),

	/** The store's set can't be read. */
	BOUND_SET_ID_UNREADABLE(Area.BOUND_STORE, Severity.ERROR),

	/** The store was bound to another file since. */
	BOUND_SET_ID_MISMATCH(Area.BOUND_STORE, Severity.ERROR),

	/** The object store does not count its changes. */
	MISSING_OBJECT_EPOCH(Area.BOUND_STORE, Severity.ERROR),

	/** The object store's count of changes can't be read. */
	OBJECT_EPOCH_UNREADABLE(Area.BOUND_STORE, Severity.ERROR),

	/** The object store's count of changes is no number. */
	OBJECT_EPOCH_INVALID(Area.BOUND_STORE, Severity.ERROR),

	/** The object store has seen other changes than the main file. */
	OBJECT_EPOCH_MISMATCH(Area.BOUND_STORE, Severity.ERROR),

	/** The vector store does not count its changes. */
	MISSING_VECTOR_EPOCH(Area.BOUND_STORE, Severity.ERROR),

	/** The vector store's count of changes can't be read. */
	VECTOR_EPOCH_UNREADABLE(Area.BOUND_STORE, Severity.ERROR),

	/** The vector store's count of changes is no number. */
	VECTOR_EPOCH_INVALID(Area.BOUND_STORE, Severity.ERROR),

	/** The vector store has seen other changes than the main file. */
	VECTOR_EPOCH_MISMATCH(Area.BOUND_STORE, Severity.ERROR),

	/** The graph store does not count its changes. */
	MISSING_GRAPH_EPOCH(Area.BOUND_STORE, Severity.ERROR),

	/** The graph store's count of changes can't be read. */
	GRAPH_EPOCH_UNREADABLE(Area.BOUND_STORE, Severity.ERROR),

	/** The graph store's count of changes is no number. */
	GRAPH_EPOCH_INVALID(Area.BOUND_STORE, Severity.ERROR),

	/** The graph store has seen other changes than the main file. */
	GRAPH_EPOCH_MISMATCH(Area.BOUND_STORE, Severity.ERROR),

	/** The file and its stores can't be opened together, and nothing else was found. */
	BOUND_STORE_OPEN_FAILED(Area.BOUND_STORE, Severity.ERROR),

	/** The list of extensions is malformed. */
	EXTENSION_REGISTRY_UNREADABLE(Area.EXTENSION, Severity.ERROR),

	/** The extensions' tables can't be listed. */
	EXTENSION_STORAGE_UNREADABLE(Area.EXTENSION, Severity.ERROR),

	/**
	 * A table, index, view or trigger belongs to no installed extension; the detail is
	 * its name.
	 */
	UNKNOWN_EXTENSION_STORAGE(Area.EXTENSION, Severity.ERROR),

	/** This library does not have the extension. */
	EXTENSION_UNAVAILABLE(Area.EXTENSION, Severity.ERROR),

	/** The extension is of another version. */
	EXTENSION_INCOMPATIBLE(Area.EXTENSION, Severity.ERROR),

	/** The trigram extension's tables are not what they should be. */
	TRGM_CHECK_FAILED(Area.EXTENSION, Severity.ERROR),

	/** The id of an object is not 32 bytes long. */
	OBJECT_ID_SHAPE(Area.OBJECT, Severity.ERROR),

	/** An object's list of chunks is wrong. */
	OBJECT_MANIFEST(Area.OBJECT, Severity.ERROR),

	/** An object's bytes are not the ones that its id stands for. */
	OBJECT_INTEGRITY(Area.OBJECT, Severity.ERROR),

	/** A list of chunks belongs to no object. */
	ORPHAN_MANIFEST_ROW(Area.OBJECT, Severity.WARNING),

	/** An object is cut otherwise than its chunker cuts. */
	OBJECT_CHUNKER_LAYOUT(Area.OBJECT, Severity.WARNING),

	/** A chunk of an object is missing. */
	MISSING_CHUNK(Area.CHUNK, Severity.ERROR),

	/**
	 * A chunk of an object is missing, and the hash that names it is not 32 bytes long.
	 */
	MISSING_CHUNK_ID_SHAPE(Area.CHUNK, Severity.ERROR),

	/** A chunk's bytes are not the ones that its hash stands for. */
	CHUNK_INTEGRITY(Area.CHUNK, Severity.ERROR),

	/** The hash of a chunk of no object is not 32 bytes long. */
	LOOSE_CHUNK_ID_SHAPE(Area.CHUNK, Severity.ERROR),

	/** The bytes of a chunk of no object are not the ones that its hash stands for. */
	LOOSE_CHUNK_INTEGRITY(Area.CHUNK, Severity.ERROR),

	/**
	 * A vector does not have the elements that its collection says, or its id is not a
	 * valid one.
	 */
	VECTOR_INTEGRITY(Area.VECTOR, Severity.ERROR),

	/** A vector belongs to no collection. */
	VECTOR_COLLECTION_MISSING(Area.VECTOR, Severity.ERROR),

	/** The norm that is stored with a vector is not its norm. */
	VECTOR_NORM_MISMATCH(Area.VECTOR, Severity.WARNING),

	/** A collection has no journal, so that it can't be written to. */
	VECTOR_SOURCE_MISSING(Area.VECTOR, Severity.ERROR),

	/** The journal of a collection contradicts itself. */
	VECTOR_SOURCE_INCONSISTENT(Area.VECTOR, Severity.ERROR),

	/** The name of a graph is not a valid one. */
	GRAPH_NAME_INVALID(Area.GRAPH, Severity.ERROR),

	/** The id of a node is not a valid one. */
	NODE_ID_INVALID(Area.GRAPH, Severity.ERROR),

	/** The kind of a node is not a valid one. */
	NODE_KIND_INVALID(Area.GRAPH, Severity.ERROR),

	/** What a node stands for is none of the nine types. */
	NODE_TARGET_TYPE_INVALID(Area.GRAPH, Severity.ERROR),

	/** The namespace of a node's target is not valid text. */
	NODE_TARGET_NAMESPACE_INVALID(Area.GRAPH, Severity.ERROR),

	/** The reference of a node's target is not valid text. */
	NODE_TARGET_REF_INVALID(Area.GRAPH, Severity.ERROR),

	/** A node stands for an object that is not there. */
	NODE_OBJECT_TARGET_MISSING(Area.GRAPH, Severity.WARNING),

	/** A node stands for an object, and its reference is no id of one. */
	NODE_OBJECT_TARGET_INVALID(Area.GRAPH, Severity.ERROR),

	/** A node stands for a chunk that is not there. */
	NODE_CHUNK_TARGET_MISSING(Area.GRAPH, Severity.WARNING),

	/** A node stands for a chunk, and its reference is no hash of one. */
	NODE_CHUNK_TARGET_INVALID(Area.GRAPH, Severity.ERROR),

	/** A node stands for a vector that is not there. */
	NODE_VECTOR_TARGET_MISSING(Area.GRAPH, Severity.WARNING),

	/** A node belongs to no graph. */
	NODE_GRAPH_MISSING(Area.GRAPH, Severity.ERROR),

	/** An edge belongs to no graph. */
	EDGE_GRAPH_MISSING(Area.GRAPH, Severity.ERROR),

	/** A type of edges belongs to no graph. */
	EDGE_TYPE_GRAPH_MISSING(Area.GRAPH, Severity.ERROR),

	/** The name of a type of edges is not a valid one. */
	EDGE_TYPE_INVALID(Area.GRAPH, Severity.ERROR),

	/** The node that an edge begins at is missing. */
	MISSING_EDGE_FROM_NODE(Area.GRAPH, Severity.ERROR),

	/** The node that an edge leads to is missing. */
	MISSING_EDGE_TO_NODE(Area.GRAPH, Severity.ERROR),

	/** The type of an edge is missing. */
	MISSING_EDGE_TYPE(Area.GRAPH, Severity.ERROR),

	/** What an edge carries is not bytes. */
	EDGE_PAYLOAD_INVALID(Area.GRAPH, Severity.ERROR),

	/** A namespace, key or value is not bytes. */
	KV_TYPE_INVALID(Area.KV, Severity.ERROR),

	/** A key-value is longer than SQLite allows a row to be. */
	KV_TOO_LARGE(Area.KV, Severity.ERROR);

	private final Area area;

	private final Severity severity;

	FindingKind(Area area, Severity severity) {
		this.area = area;
		this.severity = severity;
	}

	/**
	 * Where it belongs.
	 * @return the area
	 */
	public Area area() {
		return this.area;
	}

	/**
	 * How bad it is.
	 * @return the severity
	 */
	public Severity severity() {
		return this.severity;
	}

	/**
	 * The kind's name in reports.
	 * @return such as {@code chunk_integrity}
	 */
	public String text() {
		return name().toLowerCase(Locale.ROOT);
	}

}
