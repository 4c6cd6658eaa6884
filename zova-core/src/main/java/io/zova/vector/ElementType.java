package io.zova.vector;

import io.zova.ZovaException;
import io.zova.ZovaStatus;

/**
 * What the elements of a collection's vectors are, and so how many bytes each takes.
 */
public enum ElementType {

	/** Single precision, IEEE 754 binary32. */
	F32("f32", 4),

	/** Half precision, IEEE 754 binary16. */
	F16("f16", 2),

	/** Signed bytes. */
	I8("i8", 1);

	private final String text;

	private final int bytes;

	ElementType(String text, int bytes) {
		this.text = text;
		this.bytes = bytes;
	}

	/**
	 * The name of this type in files.
	 * @return the name
	 */
	public String text() {
		return this.text;
	}

	/**
	 * The size of one element.
	 * @return the number of bytes
	 */
	public int bytes() {
		return this.bytes;
	}

	static ElementType of(String text) {
		for (ElementType type : values()) {
			if (type.text.equals(text)) {
				return type;
			}
		}
		throw new ZovaException(ZovaStatus.NOT_ZOVA_DATABASE,
				"A vector collection has the element type '" + text + "'; only f32, f16 and i8 exist");
	}

}
