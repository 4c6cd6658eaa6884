package io.zova.object;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import io.zova.RandomBytes;
import io.zova.ZovaDatabase;
import org.jspecify.annotations.Nullable;

import org.springframework.dao.DataAccessException;

/**
 * Damaged manifests for a fuzzer. The first byte chooses an object, the others change its
 * rows; then everything that reads it gives the right bytes or says that it is damaged. A
 * part of an object may have other bytes only where reading all of it fails: nothing but
 * the chunks of that part is checked then.
 */
public final class FuzzedManifests {

	private static final List<String> CHUNK_COLUMNS = List.of("object_id", "chunk_index", "chunk_hash", "offset",
			"size_bytes");

	private static final List<String> OBJECT_COLUMNS = List.of("object_id", "size_bytes", "chunk_count", "chunker");

	private FuzzedManifests() {
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
		return List.of(new byte[] { 0 }, new byte[] { 1, 0, 1, 0, 0, 9 }, new byte[] { 1, 0, 2, 1, 4, 0 },
				new byte[] { 1, 2, 0, 0, 0, 0 }, new byte[] { 2, 1, 1, 0, 1, 1, 2, 3, 4, 5, 6, 7, 8 },
				new byte[] { 2, 0, 3, 1, 5, 1, 0, 4, 0, 5, (byte) 255 }, new byte[] { 3, 1, 2, 0, 0, 1 },
				new byte[] { 1, 0, 3, 3, 5, 1, 0, 3, 4, 5, 1 });
	}

	/**
	 * Damages the rows, and reads.
	 * @param input any bytes
	 * @throws Exception if the file cannot be damaged, or what is no error of a database
	 */
	public static void fuzzerTestOneInput(byte[] input) throws Exception {
		if (input.length == 0) {
			return;
		}
		byte[] content = Opened.CONTENTS.get((input[0] & 0xff) % Opened.CONTENTS.size());
		ObjectId id = ObjectId.ofContent(content);
		damage(id, ByteBuffer.wrap(input, 1, input.length - 1));
		boolean sound = isRight(content, () -> Opened.DATABASE.objects().get(id));
		int from = content.length / 3;
		byte[] part = Arrays.copyOfRange(content, from, from + content.length / 2);
		List<Read> parts = List.of(() -> Opened.DATABASE.objects().readRange(id, from, part.length), () -> {
			ByteBuffer into = ByteBuffer.allocate(part.length);
			Opened.DATABASE.objects().readRange(id, from, into);
			return Arrays.copyOf(into.array(), into.position());
		});
		for (Read read : parts) {
			if (sound) {
				isRight(part, read);
			}
			else {
				answer(read);
			}
		}
		isRight(content, () -> Opened.DATABASE.objects().readRange(id, 0, content.length + 1));
		isRight(content, () -> {
			try (InputStream stream = Opened.DATABASE.objects().open(id)) {
				return stream.readAllBytes();
			}
		});
		isRight(content, () -> {
			ByteArrayOutputStream copy = new ByteArrayOutputStream();
			Opened.DATABASE.objects().copyTo(id, copy, (bytes) -> {
			});
			return copy.toByteArray();
		});
		answer(() -> {
			Opened.DATABASE.objects().manifest(id);
			Opened.DATABASE.objects().info(id);
			return content;
		});
	}

	private static boolean isRight(byte[] expected, Read read) throws Exception {
		byte[] found = answer(read);
		if (found != null && !Arrays.equals(expected, found)) {
			throw new AssertionError("Other bytes: %d instead of %d".formatted(found.length, expected.length));
		}
		return found != null;
	}

	private static byte @Nullable [] answer(Read read) throws Exception {
		try {
			return read.read();
		}
		catch (DataAccessException | SQLException ex) {
			return null;
		}
	}

	private static void damage(ObjectId id, ByteBuffer input) throws SQLException {
		execute("begin immediate");
		execute("delete from _zova_object_chunks");
		execute("delete from _zova_objects");
		execute("insert into _zova_objects select * from kept.objects");
		execute("insert into _zova_object_chunks select * from kept.chunks");
		while (input.remaining() >= 4) {
			try {
				change(id, input);
			}
			catch (SQLException ex) {
				// Not even SQLite takes that.
			}
		}
		execute("commit");
	}

	private static void change(ObjectId id, ByteBuffer input) throws SQLException {
		int what = input.get() & 3;
		int column = input.get() & 0xff;
		int row = input.get() & 0xff;
		boolean ofChunks = what != 1;
		String table = ofChunks ? "_zova_object_chunks" : "_zova_objects";
		List<String> columns = ofChunks ? CHUNK_COLUMNS : OBJECT_COLUMNS;
		String name = columns.get(column % columns.size());
		String rows = "(select rowid from %s where object_id = ? order by rowid limit 1 offset %d)".formatted(table,
				row % 8);
		Object value = value(input, name, table);
		boolean expression = value instanceof String text && text.startsWith("(");
		String sql = (what == 2) ? "delete from %s where rowid in %s".formatted(table, rows)
				: "update or replace %s set %s = %s where rowid in %s".formatted(table, name, expression ? value : "?",
						rows);
		try (PreparedStatement statement = Opened.DAMAGING.prepareStatement(sql)) {
			int parameter = 1;
			if (what != 2 && !expression) {
				statement.setObject(parameter++, value);
			}
			statement.setBytes(parameter, id.toBytes());
			statement.executeUpdate();
		}
	}

	private static @Nullable Object value(ByteBuffer input, String column, String table) {
		int kind = input.get() & 7;
		byte[] bytes = new byte[Math.min(input.remaining(), (kind < 3) ? 8 : 32)];
		return switch (kind) {
			case 0 -> input.hasRemaining() ? (long) input.get() : 0L;
			case 1 -> (input.remaining() >= 8) ? input.getLong() : Long.MAX_VALUE;
			case 2 -> input.hasRemaining() ? input.get() * 0.5 : null;
			case 3 -> {
				input.get(bytes);
				yield bytes;
			}
			case 4 -> "(select %s from %s order by rowid limit 1 offset %d)".formatted(column, table,
					input.hasRemaining() ? input.get() & 7 : 0);
			case 5 -> "(%s + %d)".formatted(column, input.hasRemaining() ? input.get() : 1);
			case 6 -> "(cast(%s as text))".formatted(column);
			default -> input.hasRemaining() ? List.of("", "fastcdc-v1", "fixed-1m-v1", "x").get(input.get() & 3) : "12";
		};
	}

	private static void execute(String sql) throws SQLException {
		try (Statement statement = Opened.DAMAGING.createStatement()) {
			statement.execute(sql);
		}
	}

	/**
	 * Opened by whoever fuzzes, not by those who only want to know what to begin with.
	 */
	private static final class Opened {

		static final ZovaDatabase DATABASE;

		static final Connection DAMAGING;

		static final List<byte[]> CONTENTS = new ArrayList<>();

		static {
			try {
				Path file = Files.createTempDirectory("manifests").resolve("manifests.zova");
				DATABASE = ZovaDatabase.create(file);
				for (int size : new int[] { 700, 150_000, 3_000, 0 }) {
					byte[] content = RandomBytes.of(size, size);
					CONTENTS.add(content);
					DATABASE.objects()
						.put(content, (size == 3_000) ? StorageProfile.STREAMING : StorageProfile.DEDUPLICATION);
				}
				DAMAGING = DriverManager.getConnection("jdbc:sqlite:" + file);
				for (String sql : List.of("pragma foreign_keys=off", "pragma synchronous=off",
						"pragma ignore_check_constraints=on", "attach ':memory:' as kept",
						"create table kept.objects as select * from _zova_objects",
						"create table kept.chunks as select * from _zova_object_chunks")) {
					try (Statement statement = DAMAGING.createStatement()) {
						statement.execute(sql);
					}
				}
			}
			catch (IOException | SQLException ex) {
				throw new ExceptionInInitializerError(ex);
			}
		}

	}

	/**
	 * A way to read bytes.
	 */
	@FunctionalInterface
	private interface Read {

		byte[] read() throws Exception;

	}

}
