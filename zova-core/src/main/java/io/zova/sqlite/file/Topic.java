package io.zova.sqlite.file;

import java.util.EnumSet;
import java.util.Set;

/**
 * Tables of a Zova file of which something may be remembered beyond a transaction, so
 * that it matters who changes them.
 */
public enum Topic {

	/** The tables of all graphs. */
	GRAPHS,

	/** Which object consists of which chunks. */
	OBJECT_CHUNKS;

	public static final Set<Topic> ALL = Set.copyOf(EnumSet.allOf(Topic.class));

	public int bit() {
		return 1 << ordinal();
	}

	public static int bits(Set<Topic> topics) {
		int bits = 0;
		for (Topic topic : topics) {
			bits |= topic.bit();
		}
		return bits;
	}

	public boolean contains(String table) {
		return switch (this) {
			case GRAPHS -> table.startsWith("_zova_graph");
			case OBJECT_CHUNKS -> table.equals("_zova_object_chunks");
		};
	}

}
