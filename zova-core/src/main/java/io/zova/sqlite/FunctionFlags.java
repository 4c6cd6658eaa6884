package io.zova.sqlite;

/**
 * What SQLite may assume about a function, and where it lets it be used.
 *
 * @param deterministic equal arguments give equal results
 * @param directOnly not from views, triggers and other parts of the schema
 * @param innocuous also from the schema of a file that is not trusted
 */
record FunctionFlags(boolean deterministic, boolean directOnly, boolean innocuous) {

	static final FunctionFlags NONE = new FunctionFlags(false, false, false);

	private static final int ANY_ENCODING = 1;

	private static final int DETERMINISTIC = 0x800;

	private static final int DIRECT_ONLY = 0x80000;

	private static final int INNOCUOUS = 0x200000;

	FunctionFlags withDeterministic() {
		return new FunctionFlags(true, this.directOnly, this.innocuous);
	}

	FunctionFlags withDirectOnly() {
		return new FunctionFlags(this.deterministic, true, false);
	}

	FunctionFlags withInnocuous() {
		return new FunctionFlags(this.deterministic, false, true);
	}

	/**
	 * The flags for the driver. It always asks for UTF-16; together with this bit that
	 * means any encoding, which spares SQLite two conversions of each text.
	 */
	int driverFlags() {
		return ANY_ENCODING | (this.deterministic ? DETERMINISTIC : 0) | (this.directOnly ? DIRECT_ONLY : 0)
				| (this.innocuous ? INNOCUOUS : 0);
	}

}
