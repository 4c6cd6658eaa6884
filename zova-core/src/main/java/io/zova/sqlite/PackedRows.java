package io.zova.sqlite;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

import org.jspecify.annotations.Nullable;

/**
 * The rows of one call of a table function in the form that the native module reads:
 * {@code ZPR1}, the number of columns, the number of rows, then each value as a tag and
 * its content, all little endian. The module's source describes the format.
 */
final class PackedRows implements RowWriter {

	/** SQLite's limit for the length of a BLOB. */
	static final int MAX_BYTES = 1_000_000_000;

	private static final byte[] FORMAT = { 'Z', 'P', 'R', '1' };

	static final int COLUMNS_AT = 4;

	static final int ROWS_AT = 8;

	static final int HEADER_BYTES = 12;

	static final byte NULL = 0;

	static final byte INTEGER = 1;

	static final byte REAL = 2;

	static final byte TEXT = 3;

	static final byte BLOB = 4;

	private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

	private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

	private final String function;

	private final int columns;

	private final long limit;

	private byte[] bytes = new byte[256];

	private int length = HEADER_BYTES;

	private int rows;

	PackedRows(String function, int columns, long limit) {
		this.function = function;
		this.columns = columns;
		this.limit = limit;
	}

	/** Whether bytes begin as packed rows do. */
	static boolean isFormat(byte[] bytes) {
		return bytes.length >= FORMAT.length && Arrays.equals(FORMAT, 0, FORMAT.length, bytes, 0, FORMAT.length);
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
		for (int column = 0; column < values.length; column++) {
			add(column, values[column]);
		}
		this.rows++;
		return this.rows < this.limit;
	}

	@Override
	public long limit() {
		return this.limit;
	}

	byte[] toByteArray() {
		System.arraycopy(FORMAT, 0, this.bytes, 0, FORMAT.length);
		INT.set(this.bytes, COLUMNS_AT, this.columns);
		INT.set(this.bytes, ROWS_AT, this.rows);
		return Arrays.copyOf(this.bytes, this.length);
	}

	private void add(int column, @Nullable Object given) {
		Object value = checked(column, given);
		if (value == null) {
			tag(NULL, 0);
		}
		else if (value instanceof Long number) {
			number(INTEGER, number);
		}
		else if (value instanceof String text) {
			sized(TEXT, text.getBytes(StandardCharsets.UTF_8));
		}
		else if (value instanceof Double number) {
			number(REAL, Double.doubleToRawLongBits(number));
		}
		else {
			sized(BLOB, (byte[]) value);
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

	private void number(byte tag, long bits) {
		tag(tag, Long.BYTES);
		LONG.set(this.bytes, this.length, bits);
		this.length += Long.BYTES;
	}

	private void sized(byte tag, byte[] content) {
		tag(tag, Integer.BYTES + (long) content.length);
		INT.set(this.bytes, this.length, content.length);
		System.arraycopy(content, 0, this.bytes, this.length + Integer.BYTES, content.length);
		this.length += Integer.BYTES + content.length;
	}

	/**
	 * Writes a tag and makes room for the content that will follow.
	 */
	private void tag(byte tag, long following) {
		long needed = this.length + 1 + following;
		if (needed > MAX_BYTES) {
			throw new IllegalStateException("The rows of one call of the table function " + this.function + " exceed "
					+ MAX_BYTES + " bytes: ask it for less at once");
		}
		if (needed > this.bytes.length) {
			this.bytes = Arrays.copyOf(this.bytes, (int) Math.min(MAX_BYTES, Math.max(needed, this.bytes.length * 2L)));
		}
		this.bytes[this.length++] = tag;
	}

}
