package io.zova.sqlite.function;

/**
 * The five kinds of value that SQL functions receive and return.
 */
public enum SqlType {

	/** A whole number of 64 bits. */
	INTEGER,

	/** A floating-point number. */
	REAL,

	/** Text. */
	TEXT,

	/** Bytes. */
	BLOB,

	/** No value. As the type of a column: a value of any kind. */
	NULL;

	/**
	 * The type of one of the driver's type numbers.
	 */
	static SqlType of(int driverType) {
		return switch (driverType) {
			case 1 -> INTEGER;
			case 2 -> REAL;
			case 3 -> TEXT;
			case 4 -> BLOB;
			default -> NULL;
		};
	}

}
