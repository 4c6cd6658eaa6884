package io.zova.maintenance.check;

/**
 * What a check is at.
 */
public enum CheckStep {

	/** The file's pages, counted in pages; there is no word from it before its end. */
	PAGES,

	/** Chunks of objects. */
	OBJECTS,

	/** Chunks that belong to no object. */
	LOOSE_CHUNKS,

	/** Vectors. */
	VECTORS,

	/** Nodes and edges. */
	GRAPHS,

	/** Key-values. */
	KEY_VALUES

}
