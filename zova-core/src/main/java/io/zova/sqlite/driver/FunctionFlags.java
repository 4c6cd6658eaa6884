package io.zova.sqlite.driver;

/**
 * What SQLite may assume about a function, and where it lets it be used.
 *
 * @param deterministic equal arguments give equal results
 * @param schema which files may call it from their views, triggers, indexes and rules
 */
public record FunctionFlags(boolean deterministic, Schema schema) {

	/** Which files may call a function by what is stored in them. */
	public enum Schema {

		/** None: it is for statements only. */
		NONE(0x80000),

		/** Those that are not opened as foreign. */
		OWN(0),

		/** All. */
		ANY(0x200000);

		private final int driverFlag;

		Schema(int driverFlag) {
			this.driverFlag = driverFlag;
		}

	}

	public static final FunctionFlags DIRECT_ONLY = new FunctionFlags(false, Schema.NONE);

	private static final int ANY_ENCODING = 1;

	private static final int DETERMINISTIC = 0x800;

	public FunctionFlags withDeterministic() {
		return new FunctionFlags(true, this.schema);
	}

	public FunctionFlags withSchema(Schema schema) {
		return new FunctionFlags(this.deterministic, schema);
	}

	/**
	 * The flags for the driver. It always asks for UTF-16; together with this bit that
	 * means any encoding, which spares SQLite two conversions of each text.
	 */
	public int driverFlags() {
		return ANY_ENCODING | (this.deterministic ? DETERMINISTIC : 0) | this.schema.driverFlag;
	}

}
