package io.zova.sqlite.extension;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/**
 * Reads the rows of a query in packs of many, for scans in which fetching every value by
 * itself would take longer than SQLite needs to find it.
 * <p>
 * The rows come from the native module; where that does not run, there are none of these,
 * and a scan has to fetch row by row.
 */
public final class PackedQuery {

	private static final String PACKED = """
			select rows from zova_packed(?, ?, ?, ?, ?, ?)
			""";

	private static final String PACKED_OF_ROWS = """
			select rows from zova_packed(?, ?, ?, ?, ?)
			""";

	/** Large enough that a step costs next to nothing, small enough for the cache. */
	private static final int PACK_BYTES = 256 << 10;

	private PackedQuery() {
	}

	/**
	 * Whether queries can be packed here.
	 * @return {@code false} if the native module is missing
	 */
	public static boolean isAvailable() {
		return NativeExtension.instance().isLoaded();
	}

	/**
	 * Runs a query with three parameters that are whole numbers.
	 * @param connection the connection
	 * @param sql the query; it must not write
	 * @param first the first parameter
	 * @param second the second parameter
	 * @param third the third parameter
	 * @param reader gets the rows, pack by pack, in their order
	 * @throws SQLException if the query fails
	 */
	public static void read(Connection connection, String sql, long first, long second, long third, PackReader reader)
			throws SQLException {
		try (PreparedStatement statement = connection.prepareStatement(PACKED)) {
			bind(statement, connection.nativeSQL(sql), first);
			statement.setLong(5, second);
			statement.setLong(6, third);
			read(statement, reader);
		}
	}

	/**
	 * Runs a query with two parameters: a whole number and rows, which it sees through
	 * {@code zova_unpacked(?2)}.
	 * @param connection the connection
	 * @param sql the query; it must not write
	 * @param first the first parameter
	 * @param rows the second parameter; it has no rows afterwards
	 * @param reader gets the rows, pack by pack, in their order
	 * @throws SQLException if the query fails
	 */
	public static void read(Connection connection, String sql, long first, PackedInput rows, PackReader reader)
			throws SQLException {
		try (PreparedStatement statement = connection.prepareStatement(PACKED_OF_ROWS)) {
			bind(statement, connection.nativeSQL(sql), first);
			rows.moveTo(statement, 5);
			read(statement, reader);
		}
	}

	private static void bind(PreparedStatement statement, String sql, long first) throws SQLException {
		InternalKey.of(statement.getConnection()).bind(statement, 1);
		statement.setString(2, sql);
		statement.setInt(3, PACK_BYTES);
		statement.setLong(4, first);
	}

	private static void read(PreparedStatement statement, PackReader reader) throws SQLException {
		try (ResultSet row = statement.executeQuery()) {
			while (row.next()) {
				reader.accept(new Pack(row.getBytes(1)));
			}
		}
	}

	/**
	 * Takes packs of rows.
	 */
	@FunctionalInterface
	public interface PackReader {

		/**
		 * Takes the next rows.
		 * @param pack the rows, which may be kept and read by another thread
		 * @throws SQLException if it doesn't want to go on
		 */
		void accept(Pack pack) throws SQLException;

	}

	/**
	 * Some rows, in the form that {@link PackedRows} writes.
	 */
	public static final class Pack {

		private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

		private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class,
				ByteOrder.LITTLE_ENDIAN);

		private final byte[] bytes;

		private final int[] at;

		private final int[] lengths;

		private int rowsLeft;

		private int next = PackedRows.HEADER_BYTES;

		Pack(byte[] bytes) {
			this.bytes = bytes;
			if (bytes.length < PackedRows.HEADER_BYTES || !PackedRows.isFormat(bytes)) {
				throw malformed();
			}
			int columns = (int) INT.get(bytes, PackedRows.COLUMNS_AT);
			this.rowsLeft = (int) INT.get(bytes, PackedRows.ROWS_AT);
			if (columns < 1 || columns > PackedRows.MAX_COLUMNS || this.rowsLeft < 0) {
				throw malformed();
			}
			this.at = new int[columns];
			this.lengths = new int[columns];
		}

		/**
		 * Goes to the next row.
		 * @return whether there is one
		 */
		public boolean next() {
			if (this.rowsLeft == 0) {
				return false;
			}
			this.rowsLeft--;
			for (int column = 0; column < this.at.length; column++) {
				int tag = this.next;
				require(1);
				int length = switch (this.bytes[tag]) {
					case PackedRows.NULL -> 0;
					case PackedRows.INTEGER, PackedRows.REAL -> Long.BYTES;
					case PackedRows.TEXT, PackedRows.BLOB -> {
						require(1 + Integer.BYTES);
						this.next += Integer.BYTES;
						yield (int) INT.get(this.bytes, tag + 1);
					}
					default -> throw malformed();
				};
				this.next++;
				require(length);
				this.at[column] = tag;
				this.lengths[column] = length;
				this.next += length;
			}
			return true;
		}

		private byte tag(int column) {
			return this.bytes[this.at[column]];
		}

		/**
		 * A whole number.
		 * @param column the column, from 0
		 * @return the number
		 * @throws IllegalStateException if it is of another type
		 */
		public long integer(int column) {
			if (tag(column) != PackedRows.INTEGER) {
				throw new IllegalStateException("Column " + column + " is no whole number");
			}
			return (long) LONG.get(this.bytes, this.at[column] + 1);
		}

		/**
		 * A number, or what stands for no number.
		 * @param column the column, from 0
		 * @param otherwise what to return for NULL and for what is no number
		 * @return the number
		 */
		public double real(int column, double otherwise) {
			return switch (tag(column)) {
				case PackedRows.REAL -> Double.longBitsToDouble((long) LONG.get(this.bytes, this.at[column] + 1));
				case PackedRows.INTEGER -> integer(column);
				default -> otherwise;
			};
		}

		/**
		 * The bytes of the whole pack, in which texts, as UTF-8, and BLOBs lie.
		 * @return the array itself
		 */
		public byte[] bytes() {
			return this.bytes;
		}

		/**
		 * Where a text or BLOB begins in {@link #bytes()}.
		 * @param column the column, from 0
		 * @return the index
		 */
		public int offset(int column) {
			return this.at[column] + 1 + Integer.BYTES;
		}

		/**
		 * How long a text or BLOB is.
		 * @param column the column, from 0
		 * @return the number of bytes, -1 for what is neither text nor BLOB
		 */
		public int length(int column) {
			byte tag = tag(column);
			return (tag == PackedRows.TEXT || tag == PackedRows.BLOB) ? this.lengths[column] : -1;
		}

		/**
		 * Whether a value is a text.
		 * @param column the column, from 0
		 * @return {@code false} for BLOBs too
		 */
		public boolean isText(int column) {
			return tag(column) == PackedRows.TEXT;
		}

		private void require(int length) {
			if (length < 0 || length > this.bytes.length - this.next) {
				throw malformed();
			}
		}

		private static IllegalStateException malformed() {
			return new IllegalStateException("The packed rows are malformed");
		}

	}

}
