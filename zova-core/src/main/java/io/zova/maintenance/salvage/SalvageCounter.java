package io.zova.maintenance.salvage;

import java.util.Locale;

/**
 * What a salvage counts.
 */
public enum SalvageCounter {

	/** Tables that are not Zova's own. */
	USER_TABLES,

	/** Indexes, views and triggers that are not Zova's own. */
	USER_SCHEMA_OBJECTS,

	/** Rows of those tables. */
	USER_ROWS,

	/** Installed extensions. */
	EXTENSIONS,

	/** Tables, indexes, views and triggers of extensions. */
	EXTENSION_PRIVATE_OBJECTS,

	/** Graphs. */
	GRAPHS,

	/** Their nodes. */
	GRAPH_NODES,

	/** Their edges. */
	GRAPH_EDGES,

	/** Objects. */
	OBJECTS,

	/** Chunks, loose ones included. */
	CHUNKS,

	/** Chunks that belong to no object. */
	LOOSE_CHUNKS,

	/** Collections of vectors. */
	VECTOR_COLLECTIONS,

	/** Vectors. */
	VECTORS,

	/** Key-values. */
	KV_ENTRIES;

	/**
	 * The counter's name in reports.
	 * @return such as {@code graph_nodes}
	 */
	public String text() {
		return name().toLowerCase(Locale.ROOT);
	}

}
