package io.zova.graph;

import java.util.Locale;

/**
 * What kind of thing outside the graph a node stands for.
 */
public enum TargetType {

	/** Nothing outside the graph. */
	NONE,

	/** A row of a table. */
	RECORD,

	/** A stored object. */
	OBJECT,

	/** A chunk of stored objects. */
	OBJECT_CHUNK,

	/** A vector of a collection. */
	VECTOR,

	/** A person, place or thing the application knows. */
	ENTITY,

	/** A statement the application holds for true. */
	FACT,

	/** An idea or a subject. */
	CONCEPT,

	/** Something kept elsewhere. */
	EXTERNAL;

	private static final TargetType[] ALL = values();

	private final String text = name().toLowerCase(Locale.ROOT);

	/**
	 * The number of this type in the native interface.
	 * @return the number, 0 to 8
	 */
	public int code() {
		return ordinal();
	}

	/**
	 * The word that stands for this type in files.
	 * @return the word, such as {@code object_chunk}
	 */
	public String text() {
		return this.text;
	}

	static TargetType ofText(String text) {
		for (TargetType type : ALL) {
			if (type.text.equals(text)) {
				return type;
			}
		}
		throw GraphRules.invalid("A stored node has the target type '" + text
				+ "', which is none of the nine that exist; put the node again to mend it");
	}

}
