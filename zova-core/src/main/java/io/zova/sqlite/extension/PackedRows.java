package io.zova.sqlite.extension;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Rows in the form that the native module reads and writes: {@code ZPR1}, the number of
 * columns, the number of rows, then each value as a tag and its content, all little
 * endian. The module's source describes the format.
 */
public final class PackedRows {

	/** SQLite's limit for the length of a BLOB. */
	public static final int MAX_BYTES = 1_000_000_000;

	private static final byte[] FORMAT = { 'Z', 'P', 'R', '1' };

	/** The native module has no room for more. */
	public static final int MAX_COLUMNS = 64;

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

	private byte[] bytes;

	private int length = HEADER_BYTES;

	public PackedRows(int capacity) {
		this.bytes = new byte[HEADER_BYTES + capacity];
	}

	/** Whether bytes begin as packed rows do. */
	static boolean isFormat(byte[] bytes) {
		return bytes.length >= FORMAT.length && Arrays.equals(FORMAT, 0, FORMAT.length, bytes, 0, FORMAT.length);
	}

	int length() {
		return this.length;
	}

	/** Forgets all rows. */
	void clear() {
		this.length = HEADER_BYTES;
	}

	public byte[] toByteArray(int columns, int rows) {
		writeHeader(columns, rows);
		return Arrays.copyOf(this.bytes, this.length);
	}

	/** With the connection's key before them, as {@code zova_unpacked} wants them. */
	byte[] toByteArray(InternalKey key, int columns, int rows) {
		writeHeader(columns, rows);
		return key.before(this.bytes, this.length);
	}

	private void writeHeader(int columns, int rows) {
		System.arraycopy(FORMAT, 0, this.bytes, 0, FORMAT.length);
		INT.set(this.bytes, COLUMNS_AT, columns);
		INT.set(this.bytes, ROWS_AT, rows);
	}

	public void nothing() {
		tag(NULL, 0);
	}

	public void integer(long value) {
		number(INTEGER, value);
	}

	public void real(double value) {
		number(REAL, Double.doubleToRawLongBits(value));
	}

	public void text(String value) {
		sized(TEXT, value.getBytes(StandardCharsets.UTF_8));
	}

	public void blob(byte[] value) {
		sized(BLOB, value);
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
		if (needed > this.bytes.length) {
			grow(needed);
		}
		this.bytes[this.length++] = tag;
	}

	private void grow(long needed) {
		if (needed > MAX_BYTES) {
			throw new TooLongException();
		}
		this.bytes = Arrays.copyOf(this.bytes, (int) Math.min(MAX_BYTES, Math.max(needed, this.bytes.length * 2L)));
	}

	/**
	 * Says that the rows are longer than SQLite's longest BLOB.
	 */
	public static final class TooLongException extends RuntimeException {

		private static final long serialVersionUID = 1L;

		TooLongException() {
			super("Packed rows exceed " + MAX_BYTES + " bytes");
		}

	}

}
