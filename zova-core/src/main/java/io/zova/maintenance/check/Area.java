package io.zova.maintenance.check;

import java.util.Locale;

/**
 * A part of a database in which something can be wrong.
 */
public enum Area {

	/** Pages, constraints and the schema. */
	SQLITE,

	/** Files that belong to this one. */
	BOUND_STORE,

	/** Installed extensions and what they keep. */
	EXTENSION,

	/** Objects. */
	OBJECT,

	/** The chunks that make up objects. */
	CHUNK,

	/** Vectors and their journal. */
	VECTOR,

	/** Graphs, nodes and edges. */
	GRAPH,

	/** Key-values. */
	KV;

	/**
	 * The area's name in reports.
	 * @return such as {@code bound_store}
	 */
	public String text() {
		return name().toLowerCase(Locale.ROOT);
	}

}
