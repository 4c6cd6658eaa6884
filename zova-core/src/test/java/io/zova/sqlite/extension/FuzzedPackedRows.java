package io.zova.sqlite.extension;

import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import com.sun.management.ThreadMXBean;
import io.zova.ZovaDatabase;
import io.zova.ZovaOptions;
import io.zova.sqlite.ZovaConnection;

/**
 * Packed rows for a fuzzer. Any bytes are read in Java and in the native module, which
 * must find the same in them or refuse them, and rows that the bytes describe are
 * written, handed to the native module and read again.
 */
public final class FuzzedPackedRows {

	private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

	private static final int MODULE_COLUMNS = 8;

	private FuzzedPackedRows() {
	}

	/**
	 * Opens what is needed, before the fuzzer's time begins.
	 * @throws Exception if that fails
	 */
	public static void fuzzerInitialize() throws Exception {
		fuzzerTestOneInput(new byte[] { 0 });
	}

	/** What to begin with. */
	public static List<byte[]> seeds() {
		PackedRows rows = new PackedRows(16);
		rows.integer(1);
		rows.text("a");
		rows.nothing();
		rows.blob(new byte[5]);
		rows.real(0.5);
		rows.text("");
		return List.of(rows.toByteArray(2, 3), rows.toByteArray(6, 1), new PackedRows(1).toByteArray(1, 0));
	}

	/**
	 * Reads the bytes as packed rows, and writes what they describe.
	 * @param input any bytes
	 * @throws SQLException if the native module cannot read what we wrote
	 */
	public static void fuzzerTestOneInput(byte[] input) throws SQLException {
		// Classes are loaded the first time. What is left is mostly exceptions.
		int accepted = walk(input);
		long before = THREADS.getCurrentThreadAllocatedBytes();
		walk(input);
		long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
		require(allocated < 1_000_000 + 5_000L * input.length, "%d bytes allocated", allocated);
		if (PackedQuery.isAvailable()) {
			compareWithModule(input, accepted >= 0);
			writeAndRead(input);
		}
	}

	/** How many rows there are, -1 if the bytes are malformed. */
	private static int walk(byte[] input) {
		int rows = 0;
		try {
			PackedQuery.Pack pack = new PackedQuery.Pack(input);
			int columns = columns(input);
			while (pack.next()) {
				rows++;
				require(rows <= input.length, "more rows than bytes");
				for (int column = 0; column < columns; column++) {
					look(pack, column);
				}
			}
			return rows;
		}
		catch (IllegalStateException ex) {
			require("The packed rows are malformed".equals(ex.getMessage()), "%s", ex);
			return -1;
		}
	}

	private static void look(PackedQuery.Pack pack, int column) {
		pack.real(column, 0);
		int length = pack.length(column);
		if (length >= 0) {
			int offset = pack.offset(column);
			require(offset <= pack.bytes().length - length, "%d bytes at %d", length, offset);
		}
		else {
			require(!pack.isText(column), "a text without a length");
		}
		try {
			pack.integer(column);
			require(length < 0, "a whole number with a length");
		}
		catch (IllegalStateException ex) {
			require(ex.getMessage().endsWith("is no whole number"), "%s", ex);
		}
	}

	private static int columns(byte[] input) {
		return ByteBuffer.wrap(input).order(ByteOrder.LITTLE_ENDIAN).getInt(PackedRows.COLUMNS_AT);
	}

	private static void compareWithModule(byte[] input, boolean accepted) {
		boolean acceptedByModule = false;
		PackedQuery.Pack pack = accepted ? new PackedQuery.Pack(input) : null;
		try (PreparedStatement statement = Opened.CONNECTION.prepareStatement("select * from zova_unpacked(?)")) {
			statement.setBytes(1, InternalKey.of(Opened.CONNECTION).before(input, input.length));
			try (ResultSet row = statement.executeQuery()) {
				while (row.next()) {
					if (pack != null) {
						require(pack.next(), "the module finds more rows");
						requireSame(pack, columns(input), row);
					}
				}
			}
			acceptedByModule = true;
			require(pack == null || !pack.next(), "the module finds fewer rows");
		}
		catch (SQLException ex) {
			require(String.valueOf(ex.getMessage()).contains("malformed"), "%s", ex);
		}
		require(accepted || !acceptedByModule, "the module accepts what is malformed in Java");
	}

	private static void requireSame(PackedQuery.Pack pack, int columns, ResultSet row) throws SQLException {
		for (int column = 0; column < columns; column++) {
			int length = pack.length(column);
			if (length >= 0) {
				byte[] found = row.getBytes(column + 1);
				int offset = pack.offset(column);
				require(Arrays.equals(pack.bytes(), offset, offset + length, (found != null) ? found : new byte[0], 0,
						(found != null) ? found.length : 0), "other bytes in column %d", column);
			}
			else {
				// What is no number is NULL in SQLite.
				double expected = pack.real(column, 0);
				require(Double.isNaN(expected) || expected == row.getDouble(column + 1), "another number in column %d",
						column);
			}
		}
	}

	/** Each byte is a value: its lowest bits its type, the others its length. */
	private static void writeAndRead(byte[] input) throws SQLException {
		if (input.length < 2) {
			return;
		}
		int columns = 1 + (input[0] & 7);
		List<Object> values = new ArrayList<>();
		PackedInput packed = new PackedInput(columns);
		for (int i = 1; i < input.length - (input.length - 1) % columns; i++) {
			byte[] content = Arrays.copyOfRange(input, i, Math.min(input.length, i + ((input[i] & 0xff) >> 2)));
			switch (input[i] & 3) {
				case 0 -> values.add(input[i] * 0x0101_0101_0101L);
				case 1 -> values.add(new String(content, StandardCharsets.UTF_8));
				case 2 -> values.add(content);
				default -> values.add("");
			}
			Object value = values.get(values.size() - 1);
			if (value instanceof Long number) {
				packed.add(number);
			}
			else if (value instanceof String text) {
				packed.add(text);
			}
			else {
				packed.add((byte[]) value);
			}
		}
		List<Object> found = new ArrayList<>();
		PackedQuery.read(Opened.CONNECTION, "select * from zova_unpacked(?2) where ?1 = 0", 0, packed, (pack) -> {
			while (pack.next()) {
				for (int column = 0; column < columns; column++) {
					found.add(value(pack, column));
				}
				for (int column = columns; column < MODULE_COLUMNS; column++) {
					require(pack.length(column) < 0, "a value in column %d", column);
				}
			}
		});
		require(Arrays.deepEquals(values.toArray(), found.toArray()), "wrote %s, read %s", values, found);
	}

	private static Object value(PackedQuery.Pack pack, int column) {
		int length = pack.length(column);
		if (length < 0) {
			return pack.integer(column);
		}
		int offset = pack.offset(column);
		byte[] bytes = Arrays.copyOfRange(pack.bytes(), offset, offset + length);
		return pack.isText(column) ? new String(bytes, StandardCharsets.UTF_8) : bytes;
	}

	private static void require(boolean holds, String what, Object... arguments) {
		if (!holds) {
			throw new AssertionError(what.formatted(arguments));
		}
	}

	/**
	 * Opened by whoever fuzzes, not by those who only want to know what to begin with.
	 */
	private static final class Opened {

		static final ZovaConnection CONNECTION = connection();

		private static ZovaConnection connection() {
			try {
				Connection connection = ZovaDatabase.inMemory(ZovaOptions.builder().maximumPoolSize(1).build())
					.dataSource()
					.getConnection();
				return connection.unwrap(ZovaConnection.class);
			}
			catch (SQLException ex) {
				throw new IllegalStateException(ex);
			}
		}

	}

}
