package io.zova.maintenance.check;

import java.util.Locale;

/**
 * What says where a finding is.
 */
public enum Locator {

	/** The id of an object, in hexadecimal digits. */
	OBJECT_ID,

	/** The hash of a chunk, in hexadecimal digits. */
	CHUNK_HASH,

	/** The name of a vector collection. */
	COLLECTION,

	/** The id of a vector. */
	VECTOR_ID,

	/** The name of a graph. */
	GRAPH,

	/** The id of a node. */
	NODE_ID,

	/** The type of an edge. */
	EDGE_TYPE,

	/** One of Zova's own tables, indexes or triggers. */
	TABLE,

	/** The place of a key-value in the order of namespaces and keys, from 0. */
	ENTRY,

	/** The role of a bound store. */
	STORE;

	/**
	 * The locator's name in reports.
	 * @return such as {@code object_id}
	 */
	public String text() {
		return name().toLowerCase(Locale.ROOT);
	}

}
