package io.zova.maintenance.salvage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;

import io.zova.ZovaDatabase;
import io.zova.ZovaOptions;
import io.zova.format.TestFiles;
import io.zova.graph.Graph;
import io.zova.kv.KeyValueNamespace;
import io.zova.maintenance.pages.Cell;
import io.zova.maintenance.pages.PageFile;
import io.zova.maintenance.pages.TreeReader;
import io.zova.sqlite.driver.DriverConnections;
import io.zova.vector.VectorCollection;
import io.zova.vector.VectorSpace;

import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * A file with rows of every kind, damage to its pages, and what must be left of it.
 */
public final class DamagedPages {

	private final Path model;

	private final int pageSize;

	/** For each row that is in the model: the pages that it lies in. */
	private final Map<String, Set<Long>> pagesOfRows = new LinkedHashMap<>();

	private final Map<String, List<String>> needs = new HashMap<>();

	private DamagedPages(Path model, int pageSize) {
		this.model = model;
		this.pageSize = pageSize;
	}

	/**
	 * Makes the file.
	 * @param directory where
	 * @param pageSize the size of its pages
	 * @param scale how much there is in it; 1 for some hundred rows of each kind
	 */
	public static DamagedPages create(Path directory, int pageSize, int scale) throws Exception {
		Path file = directory.resolve("model-" + pageSize + ".zova");
		try (ZovaDatabase database = ZovaDatabase.create(file, ZovaOptions.builder().pageSize(pageSize).build())) {
			fill(database, scale, new Random(pageSize));
		}
		DamagedPages pages = new DamagedPages(file, pageSize);
		pages.locateRows();
		return pages;
	}

	private static void fill(ZovaDatabase database, int scale, Random random) {
		JdbcClient jdbc = JdbcClient.create(database.dataSource());
		jdbc.sql("create table person(id integer primary key, name text not null, height real, note text)").update();
		jdbc.sql("create table animal(id integer primary key, name text not null, height real, note text)").update();
		jdbc.sql("create table place(code text primary key, people integer, picture blob) without rowid").update();
		jdbc.sql("create table loose(a, b, c, d, e)").update();
		jdbc.sql("create index person_name on person(name)").update();
		jdbc.sql("create view tall as select * from person where height > 1.9").update();
		new org.springframework.transaction.support.TransactionTemplate(database.transactionManager())
			.executeWithoutResult((status) -> {
				for (int i = 0; i < 300 * scale; i++) {
					jdbc.sql("insert into person values (?, ?, ?, ?)")
						.params(i * 3, "person" + i, 1.0 + i / 1000.0, "note " + "x".repeat(random.nextInt(60)))
						.update();
					jdbc.sql("insert into place values (?, ?, ?)")
						.params("place" + i, i, bytes(random, random.nextInt(100)))
						.update();
					jdbc.sql("insert into loose values (?, ?, ?, ?, ?)")
						.params("loose" + i, i, null, bytes(random, 10), i / 3.0)
						.update();
				}
				for (int i = 0; i < 60 * scale; i++) {
					jdbc.sql("insert into animal values (?, ?, ?, ?)").params(i, "animal" + i, 0.5, "y").update();
				}
				for (int i = 0; i < 70 * scale; i++) {
					database.objects().put(bytes(random, random.nextInt(6000)));
				}
				database.objects().put(bytes(random, 300_000));
				VectorCollection floats = database.vectors().create("floats", VectorSpace.cosine(12));
				VectorCollection more = database.vectors().create("more", VectorSpace.cosine(60));
				for (int i = 0; i < 200 * scale; i++) {
					floats.put("v" + i, floats(random, 12));
					more.put("w" + i, floats(random, 60));
				}
				database.graphs().createIfMissing("g");
				Graph graph = database.graphs().graph("g");
				for (int i = 0; i < 200 * scale; i++) {
					graph.putNode("node" + i, "kind");
				}
				for (int i = 0; i < 300 * scale; i++) {
					graph.putEdge("node" + random.nextInt(200 * scale), "edge" + random.nextInt(3),
							"node" + random.nextInt(200 * scale));
				}
				KeyValueNamespace values = database.keyValues().namespace("values");
				for (int i = 0; i < 400 * scale; i++) {
					values.put(("key" + i).getBytes(java.nio.charset.StandardCharsets.UTF_8),
							bytes(random, random.nextInt(120)));
				}
				values.put(new byte[] { 1 }, bytes(random, 20_000));
			});
		// A freelist, and pages with holes.
		jdbc.sql("create table gone(a)").update();
		jdbc.sql("insert into gone values (zeroblob(30000))").update();
		jdbc.sql("drop table gone").update();
		jdbc.sql("delete from person where id % 17 = 0").update();
	}

	private static byte[] bytes(Random random, int length) {
		byte[] bytes = new byte[length];
		random.nextBytes(bytes);
		return bytes;
	}

	private static float[] floats(Random random, int length) {
		float[] floats = new float[length];
		for (int i = 0; i < length; i++) {
			floats[i] = random.nextFloat() - 0.5f;
		}
		return floats;
	}

	private void locateRows() throws IOException, SQLException {
		Map<String, Long> roots = new LinkedHashMap<>();
		try (Connection connection = DriverConnections.immutable(this.model).open();
				Statement statement = connection.createStatement();
				ResultSet row = statement
					.executeQuery("select name, rootpage from sqlite_schema where type = 'table'")) {
			while (row.next()) {
				roots.put(row.getString(1), row.getLong(2));
			}
		}
		try (PageFile file = PageFile.open(this.model)) {
			TreeReader reader = new TreeReader(file);
			roots.put("schema", 1L);
			for (Map.Entry<String, Long> root : roots.entrySet()) {
				boolean rowid = !Set.of("_zova_kv", "place", "_zova_vector_changes").contains(root.getKey());
				reader.walk(root.getValue(), rowid, new Locator(root.getKey()));
			}
		}
	}

	/**
	 * Names rows by what makes them unique in the file that is saved, too.
	 */
	private final class Locator implements TreeReader.Visitor {

		private final String table;

		Locator(String table) {
			this.table = table;
		}

		@Override
		public boolean takes(TreeReader.View page) {
			return true;
		}

		@Override
		public boolean row(Cell cell) {
			List<Object> v = cell.values();
			switch (this.table) {
				case "schema" -> add("schema " + v.get(1), cell);
				case "_zova_chunks" -> add("chunk " + hex(v.get(0)), cell);
				case "_zova_object_chunks" -> {
					String name = "manifest " + hex(v.get(0)) + " " + v.get(1);
					add(name, cell);
					need("object " + hex(v.get(0)), name, "chunk " + hex(v.get(2)));
				}
				case "_zova_objects" -> {
					add("object " + hex(v.get(0)), cell);
				}
				case "_zova_vector_collections" -> add("collection " + cell.rowid(), cell);
				case "_zova_vectors" -> {
					add("vector " + v.get(1) + " " + v.get(2), cell);
					need("vector " + v.get(1) + " " + v.get(2), "collection " + v.get(1));
				}
				case "_zova_graphs" -> add("graph " + cell.rowid(), cell);
				case "_zova_graph_nodes" -> {
					add("node " + cell.rowid(), cell);
					need("node " + cell.rowid(), "graph " + v.get(1));
				}
				case "_zova_graph_edge_types" -> {
					add("edgetype " + cell.rowid(), cell);
					need("edgetype " + cell.rowid(), "graph " + v.get(1));
				}
				case "_zova_graph_edges" -> {
					add("edge " + cell.rowid(), cell);
					need("edge " + cell.rowid(), "node " + v.get(2), "edgetype " + v.get(3), "node " + v.get(4));
				}
				case "_zova_kv" -> add("kv " + hex(v.get(0)) + " " + hex(v.get(1)) + " " + hex(v.get(2)), cell);
				case "person", "animal" -> add("user " + v.get(1), cell);
				case "place", "loose" -> add("user " + v.get(0), cell);
				default -> {
				}
			}
			return true;
		}

		private void add(String name, Cell cell) {
			Set<Long> pages = new HashSet<>(cell.overflow());
			pages.add(cell.page());
			DamagedPages.this.pagesOfRows.put(name, pages);
		}

		private void need(String name, String... others) {
			DamagedPages.this.needs.computeIfAbsent(name, (absent) -> new ArrayList<>()).addAll(List.of(others));
		}

		@Override
		public void damaged(long page) {
			throw new IllegalStateException("The model itself is damaged at page " + page);
		}

	}

	private static String hex(Object bytes) {
		return HexFormat.of().formatHex((byte[]) bytes);
	}

	/** The rows of the model. */
	public int rows() {
		return this.pagesOfRows.size();
	}

	/**
	 * Damages a copy of the file.
	 * @param file the copy
	 * @param random decides what
	 * @return what was done, for messages
	 */
	public Damaged damage(Path file, Random random) throws IOException {
		Files.copy(this.model, file);
		Set<Long> pages = new TreeSet<>();
		List<String> done = new ArrayList<>();
		try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
			int count = 1 + random.nextInt(50);
			for (int i = 0; i < count; i++) {
				long all = channel.size() / this.pageSize;
				long page = (random.nextInt(20) == 0) ? 1 : 1 + random.nextLong(all);
				ByteBuffer content = ByteBuffer.allocate(this.pageSize);
				channel.read(content, (page - 1) * this.pageSize);
				switch (random.nextInt(5)) {
					case 0 -> {
						done.add("zeroed " + page);
						Arrays.fill(content.array(), (byte) 0);
					}
					case 1 -> {
						done.add("random " + page);
						random.nextBytes(content.array());
					}
					case 2 -> {
						done.add("flipped " + page);
						for (int flips = 1 + random.nextInt(8); flips > 0; flips--) {
							content.array()[random.nextInt(this.pageSize)] ^= (byte) (1 << random.nextInt(8));
						}
					}
					case 3 -> {
						long lost = 1 + random.nextInt(2);
						if (all - lost < 10) {
							continue;
						}
						channel.truncate((all - lost) * this.pageSize);
						for (long p = all - lost + 1; p <= all; p++) {
							pages.add(p);
						}
						done.add("lost " + lost + " at the end");
						continue;
					}
					default -> {
						long other = 1 + random.nextLong(all);
						ByteBuffer second = ByteBuffer.allocate(this.pageSize);
						channel.read(second, (other - 1) * this.pageSize);
						channel.write(content.rewind(), (other - 1) * this.pageSize);
						content = second;
						pages.add(other);
						done.add("swapped " + page + " and " + other);
					}
				}
				pages.add(page);
				channel.write(content.rewind(), (page - 1) * this.pageSize);
			}
		}
		return new Damaged(file, pages, done.toString());
	}

	/** The rows that lie in undamaged pages, as do those that they need. */
	public Set<String> intact(Set<Long> damagedPages) {
		Set<String> intact = new LinkedHashSet<>();
		this.pagesOfRows.forEach((row, pages) -> {
			if (isIntact(row, damagedPages)) {
				intact.add(row);
			}
		});
		return intact;
	}

	private boolean isIntact(String row, Set<Long> damagedPages) {
		Set<Long> pages = this.pagesOfRows.get(row);
		if (pages == null || pages.stream().anyMatch(damagedPages::contains)) {
			return false;
		}
		return this.needs.getOrDefault(row, List.of()).stream().allMatch((need) -> isIntact(need, damagedPages));
	}

	/** The rows of a sound file, by the same names. */
	public static Set<String> rowsIn(Path file) throws SQLException {
		Set<String> rows = new HashSet<>();
		try (Connection connection = DriverConnections.immutable(file).open()) {
			add(rows, connection, "select 'chunk ' || lower(hex(chunk_hash)) from _zova_chunks");
			add(rows, connection, "select 'object ' || lower(hex(object_id)) from _zova_objects");
			add(rows, connection,
					"select 'manifest ' || lower(hex(object_id)) || ' ' || chunk_index from _zova_object_chunks");
			add(rows, connection, "select 'collection ' || collection_key from _zova_vector_collections");
			add(rows, connection, "select 'vector ' || collection_key || ' ' || vector_id from _zova_vectors");
			add(rows, connection, "select 'graph ' || graph_key from _zova_graphs");
			add(rows, connection, "select 'node ' || node_key from _zova_graph_nodes");
			add(rows, connection, "select 'edgetype ' || edge_type_key from _zova_graph_edge_types");
			add(rows, connection, "select 'edge ' || edge_key from _zova_graph_edges");
			add(rows, connection,
					"select 'kv ' || lower(hex(namespace)) || ' ' || lower(hex(key)) || ' ' || lower(hex(value)) from _zova_kv");
			for (String table : List.of("person", "animal")) {
				if (!TestFiles.texts(connection, "select 1 from sqlite_schema where name = '" + table + "'")
					.isEmpty()) {
					add(rows, connection, "select 'user ' || name from " + table);
				}
			}
			for (String[] table : new String[][] { { "place", "code" }, { "loose", "a" } }) {
				if (!TestFiles.texts(connection, "select 1 from sqlite_schema where name = '" + table[0] + "'")
					.isEmpty()) {
					add(rows, connection, "select 'user ' || " + table[1] + " from " + table[0]);
				}
			}
		}
		return rows;
	}

	/** What is kept apart, as texts. */
	public static Set<String> lostAndFound(Path file) throws SQLException {
		Set<String> values = new HashSet<>();
		try (Connection connection = DriverConnections.immutable(file).open()) {
			List<String> columns = TestFiles.texts(connection, "select name from pragma_table_info('lost_and_found')");
			for (String column : columns) {
				if (column.startsWith("c") && !column.equals("cell")) {
					add(values, connection,
							"select case typeof(%1$s) when 'blob' then lower(hex(%1$s)) else %1$s end from lost_and_found"
								.formatted(column));
				}
			}
		}
		return values;
	}

	private static void add(Set<String> rows, Connection connection, String sql) throws SQLException {
		try (PreparedStatement statement = connection.prepareStatement(sql); ResultSet row = statement.executeQuery()) {
			while (row.next()) {
				if (row.getString(1) != null) {
					rows.add(row.getString(1));
				}
			}
		}
	}

	/** How many rows SQLite itself reads, each table up to the first error. */
	public static long plainWalk(Path file) {
		long rows = 0;
		try (Connection connection = DriverConnections.immutable(file).open()) {
			for (String table : TestFiles.texts(connection,
					"select name from sqlite_schema where type = 'table' and name not like 'sqlite%' "
							+ "and name not in ('_zova_meta', '_zova_vector_sources', '_zova_vector_changes')")) {
				try (Statement statement = connection.createStatement();
						ResultSet row = statement.executeQuery("select * from " + table + " not indexed")) {
					int columns = row.getMetaData().getColumnCount();
					while (row.next()) {
						for (int i = 1; i <= columns; i++) {
							row.getBytes(i);
						}
						rows++;
					}
				}
				catch (SQLException ex) {
					// Here the table ends for SQLite.
				}
			}
		}
		catch (SQLException ex) {
			// Here the file does.
		}
		return rows;
	}

	/**
	 * A damaged file.
	 *
	 * @param file the file
	 * @param pages the pages that are not what they were
	 * @param done what was done
	 */
	public record Damaged(Path file, Set<Long> pages, String done) {

	}

}
