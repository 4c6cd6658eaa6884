package io.zova.adversary;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

import io.zova.RandomBytes;

/**
 * Ways to damage a file, by its bytes, by the values in its private tables, and by its
 * schema. Each says what it has done.
 */
final class Damage {

	static final List<String> SIDES = List.of("-wal", "-shm", "-journal");

	/** What may stand in any column, whatever its checks say. */
	private static final List<String> VALUES = List.of("0", "1", "-1", "2", "255", "256", "65536", "1048576", "1048577",
			"2147483647", "2147483648", "-2147483648", "4294967296", "9223372036854775807", "9223372036854775806",
			"-9223372036854775808", "1e300", "-1e300", "0.5", "9e999", "null", "''", "'x'", "'1'", "'docs'", "'n1'",
			"'cosine'", "'l2'", "'dot'", "'f16'", "'i8'", "'f32'", "'fixed-1m-v1'", "'fastcdc-v1'", "'object'",
			"'record'", "'12'", "'13'", "'999999999999999999999'", "x''", "x'00'", "x'ff'", "zeroblob(16)",
			"zeroblob(32)", "zeroblob(33)", "zeroblob(1048576)", "x'0102030405'", "cast(x'ff00c0' as text)",
			"cast(x'eda080' as text)", "'a' || char(0) || 'b'", "replace(hex(zeroblob(5000)), '0', 'x')", "7", "1000");

	private static final List<String> OBJECTS = List.of("create view v0 as select * from v0",
			"create view %s as select 1 as key, 2 as value",
			"create table %s(a, b as (a || zova_vector_encode_f16(a)))", "create virtual table f0 using fts5(a)",
			"create virtual table r0 using rtree(id, a, b)",
			"create trigger t0 after insert on item begin delete from _zova_objects; end",
			"create trigger t1 after update on _zova_vector_sources begin update _zova_vector_sources set revision=1; end",
			"create index i0 on _zova_objects(size_bytes)", "create unique index i1 on _zova_vectors(collection_key)",
			"create index i2 on item(id + 1) where name > 'a'", "create table _zova_more(a)",
			"create table _zova_trgm_postings(a)", "create view _zova_bound_stores as select 1 as role",
			"create table w0(a primary key, b) without rowid");

	private final Path file;

	private final Random random;

	Damage(Path file, Random random) {
		this.file = file;
		this.random = random;
	}

	/**
	 * Damages bytes of the file or of what is beside it.
	 * @param open whether the file is open: SQLite has {@code -shm} mapped into memory
	 * then, and a process ends when that becomes shorter
	 */
	String bytes(boolean open) throws IOException {
		List<Path> files = new ArrayList<>(List.of(this.file, this.file));
		for (String side : SIDES) {
			Path path = Path.of(this.file + side);
			if (Files.exists(path)) {
				files.add(path);
			}
		}
		Path damaged = files.get(this.random.nextInt(files.size()));
		try (FileChannel channel = FileChannel.open(damaged, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
			return damaged.getFileName() + ": "
					+ ((channel.size() > 0) ? bytes(channel, open && damaged.toString().endsWith("-shm")) : "is empty");
		}
	}

	private String bytes(FileChannel channel, boolean mapped) throws IOException {
		long size = channel.size();
		int page = 512 << this.random.nextInt(4);
		long pages = Math.max(1, size / page);
		long from = this.random.nextLong(pages) * page;
		long other = this.random.nextLong(pages) * page;
		return switch (mapped ? 0 : this.random.nextInt(9)) {
			case 0 -> flip(channel, this.random.nextLong(size));
			// What is said about the file, or the log, is at its begin.
			case 1, 2 -> flip(channel, this.random.nextLong(Math.min(size, 136)));
			case 3 -> flip(channel, from + this.random.nextInt((int) Math.min(16, size - from)));
			case 4 -> {
				channel.truncate(this.random.nextBoolean() ? from : this.random.nextLong(size));
				yield "truncated to " + channel.size();
			}
			case 5 -> {
				channel.write(ByteBuffer.allocate(page), from);
				yield "zeroed %d bytes at %d".formatted(page, from);
			}
			case 6 -> {
				ByteBuffer first = read(channel, from, page);
				channel.write(read(channel, other, page), from);
				channel.write(first, other);
				yield "swapped %d bytes at %d and %d".formatted(page, from, other);
			}
			case 7 -> {
				channel.write(read(channel, other, page), from);
				yield "copied %d bytes from %d to %d".formatted(page, other, from);
			}
			default -> {
				byte[] noise = RandomBytes.of(1 + this.random.nextInt(64), this.random);
				long at = this.random.nextLong(size);
				channel.write(ByteBuffer.wrap(noise), at);
				yield "%d bytes of noise at %d".formatted(noise.length, at);
			}
		};
	}

	private String flip(FileChannel channel, long at) throws IOException {
		ByteBuffer one = read(channel, at, 1);
		byte before = one.get(0);
		byte after = switch (this.random.nextInt(4)) {
			case 0 -> 0;
			case 1 -> (byte) 0xff;
			case 2 -> (byte) this.random.nextInt(256);
			default -> (byte) (before ^ 1 << this.random.nextInt(8));
		};
		channel.write(ByteBuffer.wrap(new byte[] { after }), at);
		return "byte %d was %d and is %d".formatted(at, before, after);
	}

	private static ByteBuffer read(FileChannel channel, long at, int length) throws IOException {
		ByteBuffer bytes = ByteBuffer.allocate((int) Math.min(length, channel.size() - at));
		while (bytes.hasRemaining() && channel.read(bytes, at + bytes.position()) > 0) {
			continue;
		}
		return bytes.flip();
	}

	/** Puts a value where none of ours would put it. */
	String value() throws SQLException {
		try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + this.file)) {
			List<String> columns = texts(connection,
					"select m.name || '.\"' || c.name || '\"' from sqlite_schema m, pragma_table_info(m.name) c"
							+ " where m.type = 'table' and m.name glob '_zova_*' order by m.name, c.cid");
			String column = columns.get(this.random.nextInt(columns.size()));
			String table = column.substring(0, column.indexOf('.'));
			String name = column.substring(column.indexOf('.') + 1);
			String value = (this.random.nextInt(4) > 0) ? VALUES.get(this.random.nextInt(VALUES.size()))
					: "(select %s from %s %s)".formatted(name, table, oneRow(table));
			String sql = "update or replace %s set %s = %s".formatted(table, name, value);
			if (this.random.nextBoolean()) {
				List<String> first = texts(connection, "select c.name from pragma_table_info('" + table
						+ "') c where c.pk = 1 union all select 'rowid' limit 1");
				sql += " where %1$s in (select %1$s from %2$s %3$s)".formatted(first.get(0), table, oneRow(table));
			}
			return withoutRules(connection, sql);
		}
	}

	/**
	 * Changes a byte of a chunk, and the id of its object so that it fits: only the
	 * chunk's own hash can tell.
	 */
	String forgery() {
		try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + this.file);
				Statement statement = connection.createStatement()) {
			statement.execute("pragma foreign_keys=off");
			List<String> objects = texts(connection, "select hex(object_id) from _zova_objects where chunk_count > 0");
			if (objects.isEmpty()) {
				return "no object is left";
			}
			String object = objects.get(this.random.nextInt(objects.size()));
			String hash = "";
			MessageDigest digest = MessageDigest.getInstance("SHA-256");
			try (ResultSet chunks = statement.executeQuery("""
					select hex(chunk_hash), data from _zova_object_chunks join _zova_chunks using (chunk_hash)
					where object_id = x'%s' and length(data) > 0 and typeof(data) = 'blob' order by chunk_index
					""".formatted(object))) {
				while (chunks.next()) {
					byte[] data = chunks.getBytes(2);
					if (hash.isEmpty() || this.random.nextInt(4) == 0) {
						hash = chunks.getString(1);
						data[this.random.nextInt(data.length)] ^= 1;
						execute(connection, "update _zova_chunks set data = ? where chunk_hash = x'%s'".formatted(hash),
								data);
					}
					digest.update(data);
				}
			}
			byte[] id = digest.digest();
			execute(connection,
					"update or replace _zova_objects set object_id = ? where object_id = x'%s'".formatted(object), id);
			execute(connection,
					"update or replace _zova_object_chunks set object_id = ? where object_id = x'%s'".formatted(object),
					id);
			return "another byte in chunk %s of %s".formatted(hash, object);
		}
		catch (SQLException ex) {
			// What was damaged before.
			return "a forgery was refused: " + ex.getMessage();
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static void execute(Connection connection, String sql, byte[] parameter) throws SQLException {
		try (PreparedStatement statement = connection.prepareStatement(sql)) {
			statement.setBytes(1, parameter);
			statement.executeUpdate();
		}
	}

	private String oneRow(String table) {
		return "order by 1 limit 1 offset %d %% max(1, (select count(*) from %s))"
			.formatted(this.random.nextInt(10_000), table);
	}

	private static String withoutRules(Connection connection, String sql) throws SQLException {
		List<String> triggers = texts(connection, "select sql from sqlite_schema where type = 'trigger'");
		List<String> names = texts(connection, "select name from sqlite_schema where type = 'trigger'");
		try (Statement statement = connection.createStatement()) {
			statement.execute("pragma foreign_keys=off");
			statement.execute("pragma ignore_check_constraints=on");
			statement.execute("begin");
			for (String name : names) {
				statement.execute("drop trigger " + name);
			}
			String result = sql;
			try {
				statement.execute(sql);
			}
			catch (SQLException ex) {
				result += " refused: " + ex.getMessage();
			}
			for (String trigger : triggers) {
				statement.execute(trigger);
			}
			statement.execute("commit");
			return result;
		}
	}

	/** Makes the schema another one. */
	String schema() throws SQLException {
		try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + this.file);
				Statement statement = connection.createStatement()) {
			statement.execute("pragma writable_schema=on");
			List<String> names = texts(connection, "select name from sqlite_schema where name glob '_zova_*'");
			String name = names.get(this.random.nextInt(names.size()));
			String other = names.get(this.random.nextInt(names.size()));
			String sql = switch (this.random.nextInt(9)) {
				case 0 -> "delete from sqlite_schema where name = '%s'".formatted(name);
				case 1 ->
					"update sqlite_schema set rootpage = %d where name = '%s'".formatted(this.random.nextInt(60), name);
				case 2 -> "update sqlite_schema set rootpage = (select rootpage from sqlite_schema where name = '%s')"
					.formatted(other) + " where name = '%s'".formatted(name);
				case 3 -> "update sqlite_schema set name = '%s' where name = '%s'".formatted(other, name);
				case 4 -> "update sqlite_schema set type = '%s' where name = '%s'"
					.formatted(List.of("view", "table", "index", "trigger", "x").get(this.random.nextInt(5)), name);
				case 5 -> "update sqlite_schema set sql = %s where name = '%s'".formatted(List
					.of("null", "''", "'x'", "sql || ' '", "replace(sql, 'not null', '')",
							"replace(sql, 'primary key', '')", "replace(sql, 'integer', 'text')",
							"replace(sql, 'blob', 'text collate nocase')", "replace(sql, 'unique', '')", "upper(sql)",
							"substr(sql, 1, length(sql) / 2)", "replace(sql, ' check', ' default 7 check')")
					.get(this.random.nextInt(12)), name);
				case 6 -> "update sqlite_schema set rootpage = %d where name = '%s'"
					.formatted(this.random.nextBoolean() ? -1 : Integer.MAX_VALUE, name);
				default -> OBJECTS.get(this.random.nextInt(OBJECTS.size())).formatted(name);
			};
			try {
				statement.execute(sql);
				return sql;
			}
			catch (SQLException ex) {
				return sql + " refused: " + ex.getMessage();
			}
		}
	}

	private static List<String> texts(Connection connection, String sql) throws SQLException {
		List<String> texts = new ArrayList<>();
		try (Statement statement = connection.createStatement(); ResultSet rows = statement.executeQuery(sql)) {
			while (rows.next()) {
				texts.add(rows.getString(1));
			}
		}
		return texts;
	}

}
