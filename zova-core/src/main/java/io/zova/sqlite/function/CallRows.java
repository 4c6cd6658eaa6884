package io.zova.sqlite.function;

import org.jspecify.annotations.Nullable;

import io.zova.sqlite.extension.PackedRows;

/**
 * The rows of one call of a table function, for the native module.
 */
final class CallRows implements RowWriter {

	private final String function;

	private final int columns;

	private final long limit;

	private final PackedRows bytes = new PackedRows(256);

	private int rows;

	CallRows(String function, int columns, long limit) {
		this.function = function;
		this.columns = columns;
		this.limit = limit;
	}

	@Override
	public boolean add(@Nullable Object... values) {
		if (values.length != this.columns) {
			throw new IllegalArgumentException("A row of the table function " + this.function + " has " + this.columns
					+ " values: got " + values.length);
		}
		if (this.rows >= this.limit) {
			return false;
		}
		try {
			for (int column = 0; column < values.length; column++) {
				add(column, values[column]);
			}
		}
		catch (PackedRows.TooLongException ex) {
			throw new IllegalStateException("The rows of one call of the table function " + this.function + " exceed "
					+ PackedRows.MAX_BYTES + " bytes: ask it for less at once", ex);
		}
		this.rows++;
		return this.rows < this.limit;
	}

	@Override
	public long limit() {
		return this.limit;
	}

	byte[] toByteArray() {
		return this.bytes.toByteArray(this.columns, this.rows);
	}

	private void add(int column, @Nullable Object given) {
		Object value = checked(column, given);
		if (value == null) {
			this.bytes.nothing();
		}
		else if (value instanceof Long number) {
			this.bytes.integer(number);
		}
		else if (value instanceof String text) {
			this.bytes.text(text);
		}
		else if (value instanceof Double number) {
			this.bytes.real(number);
		}
		else {
			this.bytes.blob((byte[]) value);
		}
	}

	private @Nullable Object checked(int column, @Nullable Object value) {
		try {
			return SqlValues.of(value);
		}
		catch (IllegalArgumentException ex) {
			throw new IllegalArgumentException(
					"Column " + (column + 1) + " of the table function " + this.function + ": " + ex.getMessage(), ex);
		}
	}

}
