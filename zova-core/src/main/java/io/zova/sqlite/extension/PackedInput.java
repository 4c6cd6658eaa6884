package io.zova.sqlite.extension;

import java.sql.PreparedStatement;
import java.sql.SQLException;

import org.jspecify.annotations.Nullable;

/**
 * Many rows handed to SQLite as one value. A statement that selects from
 * {@code zova_unpacked(?)}, and is one of ours, sees them as a table with columns
 * {@code c1} to {@code c8}, so one run of it writes or looks up thousands of rows,
 * without a call of the driver for each value.
 * <p>
 * The table comes from the native module; where that does not run, rows have to be handed
 * over one by one.
 */
public final class PackedInput {

	/**
	 * So large because SQLite copies pages that were changed before in a transaction at
	 * each run of a statement that could fail halfway.
	 */
	private static final int FULL_BYTES = 4 << 20;

	private final int columns;

	private final PackedRows bytes;

	private int values;

	/**
	 * Creates it without rows.
	 * @param columns how many columns each row has, at most 8
	 */
	public PackedInput(int columns) {
		this.columns = columns;
		this.bytes = new PackedRows(4096);
	}

	/**
	 * Whether rows can be handed over so.
	 * @return {@code false} if the native module is missing
	 */
	public static boolean isAvailable() {
		return NativeExtension.instance().isLoaded();
	}

	/**
	 * Adds the next value of a row.
	 * @param value a whole number
	 * @return this
	 */
	public PackedInput add(long value) {
		this.bytes.integer(value);
		this.values++;
		return this;
	}

	/**
	 * Adds the next value of a row.
	 * @param value a text that can be encoded in UTF-8, or {@code null}
	 * @return this
	 */
	public PackedInput add(@Nullable String value) {
		if (value == null) {
			this.bytes.nothing();
		}
		else {
			this.bytes.text(value);
		}
		this.values++;
		return this;
	}

	/**
	 * Adds the next value of a row.
	 * @param value bytes, which are copied
	 * @return this
	 */
	public PackedInput add(byte[] value) {
		this.bytes.blob(value);
		this.values++;
		return this;
	}

	/**
	 * Whether it is time to hand the rows over.
	 * @return whether there are enough of them
	 */
	public boolean isFull() {
		return this.bytes.length() >= FULL_BYTES;
	}

	/**
	 * Whether there is nothing to hand over.
	 * @return whether there is no row
	 */
	public boolean isEmpty() {
		return this.values == 0;
	}

	/**
	 * Sets a parameter of a statement to the rows, then forgets them.
	 * @param statement the statement
	 * @param parameter the number of the parameter
	 * @throws SQLException if the statement is closed
	 */
	public void moveTo(PreparedStatement statement, int parameter) throws SQLException {
		if (this.values % this.columns != 0) {
			throw new IllegalStateException(
					"A row of " + this.columns + " columns is not complete: got " + this.values + " values");
		}
		InternalKey key = InternalKey.of(statement.getConnection());
		statement.setBytes(parameter, this.bytes.toByteArray(key, this.columns, this.values / this.columns));
		this.bytes.clear();
		this.values = 0;
	}

}
