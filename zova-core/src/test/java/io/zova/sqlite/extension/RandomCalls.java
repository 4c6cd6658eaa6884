package io.zova.sqlite.extension;

import java.io.IOException;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

import io.zova.RandomBytes;
import io.zova.ZovaDatabase;
import io.zova.ZovaOptions;
import io.zova.sqlite.ZovaConnection;

/**
 * A process that calls every function and table function of a connection with random
 * arguments, and says {@code failed} where one of the internal ones gives anything to
 * somebody without the secret, where what is thrown is no error of a database, or where
 * the connection is not the same afterwards. That it survives is the point.
 */
public final class RandomCalls {

	private static final String SETTINGS = "select foreign_keys || timeout || locking_mode || query_only"
			+ " from pragma_foreign_keys, pragma_busy_timeout, pragma_locking_mode, pragma_query_only";

	/** Nothing between: SQLite would do what it is asked for, for a very long time. */
	private static final long[] NUMBERS = { 0, 1, -1, 2, 3, 7, 24, 100, 255, 4096, 100_000, -100_000, Integer.MAX_VALUE,
			Integer.MIN_VALUE, 1L << 32, Long.MAX_VALUE, Long.MIN_VALUE };

	private static final List<String> TEXTS = List.of("", "x", "docs", "bytes", "v1", "g", "n0", "next", "item", "main",
			"_zova_kv", "select 1", "select * from item", "pragma foreign_keys=0", "delete from item",
			"attach 'x' as y", "select zova_vector_distance('docs', 'v1', 1)", "cosine", "outgoing", "%s %d %q %f %w",
			"%", "[1,2,{\"a\":null}]", "{\"a\":[", "$.a[0]", "2026-01-01", "now", "+1 day", "a\0b", "\ud83d\ude00",
			"CREATE TABLE x(a, b HIDDEN)", "a%b_c", "[[:alpha:]]*");

	/** How the internal ones answer everybody, and what SQLite says before them. */
	private static final Pattern REFUSALS = Pattern
		.compile("is internal|no query solution|too many arguments|wrong number|no such|may not be used");

	private static final int LAST_BYTES = 2_000;

	/** However slow the machine is. */
	private static final int AT_LEAST = 5_000;

	private final ZovaConnection connection;

	private final InternalKey key;

	private final Random random;

	private final boolean withKey;

	private final MappedByteBuffer last;

	private int answered;

	private RandomCalls(ZovaConnection connection, Random random, boolean withKey, MappedByteBuffer last)
			throws SQLException {
		this.last = last;
		this.connection = connection;
		this.key = InternalKey.of(connection);
		this.random = random;
		this.withKey = withKey;
	}

	/**
	 * Calls functions.
	 * @param arguments a file, whether with the secret, a seed, how many calls, and for
	 * how many seconds at most
	 */
	public static void main(String[] arguments) throws Exception {
		boolean withKey = Boolean.parseBoolean(arguments[1]);
		long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(Long.parseLong(arguments[4]));
		try (ZovaDatabase database = ZovaDatabase.open(Path.of(arguments[0]),
				ZovaOptions.builder().maximumPoolSize(1).build())) {
			try (Connection connection = database.dataSource().getConnection()) {
				String before = settings(connection);
				RandomCalls calls = new RandomCalls(connection.unwrap(ZovaConnection.class),
						new Random(Long.parseLong(arguments[2])), withKey, map(lastCall(Path.of(arguments[0]))));
				int made = calls.run(Integer.parseInt(arguments[3]), end);
				System.out.println("done " + made + " " + calls.answered);
				if (!withKey && !settings(connection).equals(before)) {
					System.out.println("failed: the connection was " + before + " and is " + settings(connection));
				}
			}
			database.keyValues().namespace("after").put(new byte[1], new byte[1]);
			database.backup(Path.of(arguments[0]).resolveSibling("after-" + arguments[2] + ".zova"));
		}
		System.exit(0);
	}

	/** Where the last call before the end of the process can be read. */
	public static Path lastCall(Path file) {
		return file.resolveSibling("last-call");
	}

	private static MappedByteBuffer map(Path file) throws IOException {
		try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.READ,
				StandardOpenOption.WRITE)) {
			return channel.map(FileChannel.MapMode.READ_WRITE, 0, LAST_BYTES);
		}
	}

	private int run(int calls, long end) throws SQLException {
		List<String> functions = texts(this.connection,
				"select distinct name || ' ' || narg || ' ' || type from pragma_function_list order by 1");
		List<String> tables = texts(this.connection, "select name from pragma_module_list union"
				+ " select 'pragma_' || name from pragma_pragma_list order by 1");
		tables.addAll(tables.stream().filter((name) -> name.startsWith("zova")).toList());
		tables.addAll(tables.stream().filter((name) -> name.startsWith("zova")).toList());
		List<String> ours = functions.stream().filter((name) -> name.startsWith("zova")).toList();
		int made = 0;
		while (made < calls && (made < AT_LEAST || System.nanoTime() < end)) {
			made++;
			if (this.random.nextBoolean()) {
				table(tables.get(this.random.nextInt(tables.size())));
			}
			else {
				List<String> some = this.random.nextInt(3) == 0 ? ours : functions;
				function(some.get(this.random.nextInt(some.size())).split(" "));
			}
		}
		return made;
	}

	private void function(String[] function) {
		String name = function[0];
		if (!name.matches("\\w+")) {
			return;
		}
		int arity = Integer.parseInt(function[1]);
		List<Object> arguments = arguments((arity >= 0) ? arity : this.random.nextInt(8), name);
		String call = name + "(" + parameters(arguments.size()) + ")";
		boolean window = !function[2].equals("s");
		String sql = switch (this.random.nextInt(5)) {
			case 0 -> window ? "select " + call + " over (order by id) from item limit 5"
					: "select typeof(" + call + ") from item limit 5";
			case 1 -> "select 1 where " + call + " is not null";
			case 2 -> "select max(" + call + ") from item where id < 5";
			case 3 -> "with w as (select " + call + " as a) select * from w x, w y";
			default -> "select " + call;
		};
		call(sql, arguments, name.startsWith("zova_call_"));
	}

	private void table(String name) {
		List<Object> arguments = arguments(this.random.nextInt(14), name);
		String call = "\"" + name + "\"" + (arguments.isEmpty() ? "" : "(" + parameters(arguments.size()) + ")");
		String sql = switch (this.random.nextInt(5)) {
			case 0 -> "select * from item left join " + call + " limit 20";
			case 1 -> "select (select count(*) from (select 1 from " + call + " limit 20))";
			case 2 -> "select * from " + call + " order by 1 desc limit 3";
			case 3 -> "select * from " + call + " limit 1 offset 2";
			default -> "select * from " + call + " limit 20";
		};
		call(sql, arguments, Set.of("zova_declare", "zova_connection", "zova_packed", "zova_unpacked").contains(name));
	}

	private static String parameters(int count) {
		return String.join(", ", java.util.Collections.nCopies(count, "?"));
	}

	private List<Object> arguments(int count, String name) {
		List<Object> arguments = new ArrayList<>();
		boolean internal = name.matches("zova_(call_\\d|declare|connection|packed|unpacked)");
		for (int i = 0; i < count; i++) {
			arguments.add(value());
		}
		if (internal && this.withKey && count > 0) {
			arguments.set(0, name.equals("zova_unpacked") ? keyAnd(packed()) : keyAnd(new byte[0]));
		}
		return arguments;
	}

	private Object value() {
		return switch (this.random.nextInt(9)) {
			case 0 -> "null";
			case 1, 2 -> NUMBERS[this.random.nextInt(NUMBERS.length)];
			case 3 -> new double[] { 0.5, -0.0, Double.NaN, Double.POSITIVE_INFINITY, 1e300, -1e-300 }[this.random
				.nextInt(6)];
			case 4 -> noise(this.random.nextInt(70));
			case 5 -> packed();
			case 6 -> (long) this.random.nextInt(30);
			default -> TEXTS.get(this.random.nextInt(TEXTS.size()));
		};
	}

	private byte[] noise(int length) {
		byte[] noise = RandomBytes.of(length, this.random);
		return noise;
	}

	/** Rows as the native library takes them, mostly with something wrong in them. */
	private byte[] packed() {
		PackedRows rows = new PackedRows(10);
		int count = this.random.nextInt(5);
		int columns = this.random.nextInt(10);
		for (int i = 0; i < count * columns; i++) {
			switch (this.random.nextInt(5)) {
				case 0 -> rows.nothing();
				case 1 -> rows.integer(this.random.nextLong());
				case 2 -> rows.real(this.random.nextDouble());
				case 3 -> rows.text("text");
				default -> rows.blob(noise(this.random.nextInt(20)));
			}
		}
		byte[] packed = rows.toByteArray(columns, count);
		for (int i = this.random.nextInt(3); i > 0; i--) {
			packed[this.random.nextInt(packed.length)] = (byte) this.random.nextInt(256);
		}
		return (this.random.nextInt(3) > 0) ? packed : Arrays.copyOf(packed, this.random.nextInt(packed.length + 3));
	}

	private byte[] keyAnd(byte[] rows) {
		return this.key.before(rows, rows.length);
	}

	private void call(String sql, List<Object> arguments, boolean internal) {
		note(sql, arguments);
		try (PreparedStatement statement = this.connection.prepareStatement(sql)) {
			statement.setQueryTimeout(5);
			for (int i = 0; i < arguments.size(); i++) {
				bind(statement, i + 1, arguments.get(i));
			}
			try (ResultSet rows = statement.executeQuery()) {
				int columns = rows.getMetaData().getColumnCount();
				boolean any = false;
				while (rows.next()) {
					any = true;
					for (int column = 1; column <= columns; column++) {
						rows.getObject(column);
					}
				}
				this.answered++;
				if (internal && any && !this.withKey) {
					System.out.println("failed: answered without the secret: " + sql + " " + arguments);
				}
			}
		}
		catch (SQLException ex) {
			if (internal && !this.withKey && !REFUSALS.matcher(String.valueOf(ex.getMessage())).find()) {
				System.out
					.println("failed: not refused without the secret: " + sql + " " + shown(arguments) + ": " + ex);
			}
		}
		catch (RuntimeException | Error ex) {
			System.out.println(("failed: " + sql + " " + shown(arguments) + ": " + ex + " at "
					+ Arrays.stream(ex.getStackTrace()).limit(5).toList())
				.replaceAll("\\s+", " "));
		}
	}

	/** What a process that has ended has done last. */
	private void note(String sql, List<Object> arguments) {
		byte[] call = (sql + " " + shown(arguments) + "\n").getBytes(StandardCharsets.UTF_8);
		this.last.put(0, Arrays.copyOf(call, LAST_BYTES));
	}

	private static String shown(List<Object> arguments) {
		return arguments.stream()
			.map((value) -> (value instanceof byte[] bytes) ? Arrays.toString(bytes) : value.toString())
			.toList()
			.toString();
	}

	private static void bind(PreparedStatement statement, int parameter, Object value) throws SQLException {
		if (value.equals("null")) {
			statement.setObject(parameter, null);
		}
		else {
			statement.setObject(parameter, value);
		}
	}

	private static String settings(Connection connection) throws SQLException {
		return texts(connection, SETTINGS).get(0);
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
