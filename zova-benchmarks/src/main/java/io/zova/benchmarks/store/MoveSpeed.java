package io.zova.benchmarks.store;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.zip.GZIPInputStream;

import io.zova.ZovaDatabase;
import io.zova.benchmarks.SampleData;
import io.zova.format.StoreRole;
import io.zova.graph.Graph;
import io.zova.graph.GraphEdge;
import io.zova.graph.GraphNode;
import io.zova.kv.KeyValueNamespace;
import io.zova.store.Stores;
import io.zova.vector.VectorCollection;
import io.zova.vector.VectorEntry;
import io.zova.vector.VectorSpace;

import org.springframework.transaction.support.TransactionTemplate;

/**
 * How long it takes to split each role off a file, to join them again and to migrate an
 * old file of the same content, as multiples of a verified backup in the same process.
 * Run it with {@code -Xmx64m}. The arguments are the size in MiB and a packed fixture of
 * an old format, such as {@code format-9-a.zova.gz}.
 */
public final class MoveSpeed {

	private static final int OBJECT_BYTES = 60_000;

	private static final int OBJECTS_A_MIB = 10;

	private static final int VECTORS_A_MIB = 200;

	private static final int DIMENSIONS = 256;

	private static final int NODES_A_MIB = 200;

	private static final int VALUES_A_MIB = 200;

	/** What both formats have with the same columns is copied into the old file. */
	private static final List<String> TABLES = List.of("_zova_objects", "_zova_chunks", "_zova_object_chunks",
			"_zova_vector_collections", "_zova_vectors", "_zova_graphs", "_zova_graph_nodes", "_zova_graph_edge_types",
			"_zova_graph_edges", "_zova_kv");

	private final Path folder;

	private double backup;

	private MoveSpeed(Path folder) {
		this.folder = folder;
	}

	/**
	 * Measures.
	 * @param arguments the size in MiB and the fixture
	 * @throws Exception if something failed
	 */
	public static void main(String[] arguments) throws Exception {
		Path folder = Files.createTempDirectory("move-speed");
		try {
			new MoveSpeed(folder).measure(Integer.parseInt(arguments[0]), Path.of(arguments[1]));
		}
		finally {
			try (var files = Files.list(folder)) {
				for (Path file : files.toList()) {
					Files.delete(file);
				}
			}
			Files.delete(folder);
		}
	}

	private void measure(int mebibytes, Path fixture) throws Exception {
		Path file = this.folder.resolve("app.zova");
		try (ZovaDatabase database = ZovaDatabase.create(file)) {
			for (int part = 0; part < mebibytes; part++) {
				fill(database, part);
			}
			System.out.printf(Locale.ROOT, "%,d MiB, heap %,d MiB%n", Files.size(file) >> 20,
					Runtime.getRuntime().maxMemory() >> 20);
		}
		Path old = this.folder.resolve("old.zova");
		makeOld(fixture, old, file);
		for (int round = 1; round <= 2; round++) {
			backup(file);
			for (StoreRole role : StoreRole.values()) {
				time("split of " + role, () -> Stores.of(file).split(role, this.folder.resolve(role + ".zova")));
			}
			for (StoreRole role : StoreRole.values()) {
				time("join of " + role, () -> Stores.of(file).join(role));
				Files.delete(this.folder.resolve(role + ".zova"));
			}
			System.out.printf(Locale.ROOT, "%,d MiB in the old format%n", Files.size(old) >> 20);
			Path migrated = this.folder.resolve("migrated.zova");
			time("migration", () -> ZovaDatabase.migrate(old, migrated));
			Files.delete(migrated);
		}
	}

	private void backup(Path file) throws Exception {
		Path copy = this.folder.resolve("copy.zova");
		long start = System.nanoTime();
		try (ZovaDatabase database = ZovaDatabase.open(file)) {
			database.backup(copy);
		}
		this.backup = (System.nanoTime() - start) / 1e9;
		Files.delete(copy);
		System.out.printf(Locale.ROOT, "%-22s %6.2f s%n", "verified backup", this.backup);
	}

	private void time(String name, Work work) throws Exception {
		long start = System.nanoTime();
		work.run();
		double seconds = (System.nanoTime() - start) / 1e9;
		System.out.printf(Locale.ROOT, "%-22s %6.2f s, %.2f times a verified backup%n", name, seconds,
				seconds / this.backup);
	}

	private static void fill(ZovaDatabase database, int part) {
		SampleData random = new SampleData(part);
		if (part == 0) {
			database.vectors().create("docs", VectorSpace.l2(DIMENSIONS));
			database.graphs().create("links");
		}
		VectorCollection vectors = database.vectors().collection("docs");
		Graph graph = database.graphs().graph("links");
		KeyValueNamespace values = database.keyValues().namespace("settings");
		new TransactionTemplate(database.transactionManager()).executeWithoutResult((status) -> {
			for (int i = 0; i < OBJECTS_A_MIB; i++) {
				database.objects().put(random.bytes(OBJECT_BYTES));
			}
			List<VectorEntry> entries = new ArrayList<>();
			for (int i = 0; i < VECTORS_A_MIB; i++) {
				entries.add(VectorEntry.of(part + "-" + i, random.vector(DIMENSIONS)));
			}
			vectors.putAll(entries);
			List<GraphNode> nodes = new ArrayList<>();
			List<GraphEdge> edges = new ArrayList<>();
			for (int i = 0; i < NODES_A_MIB; i++) {
				nodes.add(new GraphNode(part + "-" + i, "page"));
				edges.add(new GraphEdge(part + "-" + i, "links", part + "-" + (i * 7 + 1) % NODES_A_MIB));
				edges.add(new GraphEdge(part + "-" + i, "mentions", part + "-" + (i * 11 + 3) % NODES_A_MIB));
			}
			graph.putNodes(nodes);
			graph.putEdges(edges);
			for (int i = 0; i < VALUES_A_MIB; i++) {
				values.put(random.bytes(20), random.bytes(200));
			}
		});
	}

	private static void makeOld(Path fixture, Path old, Path content) throws IOException, SQLException {
		try (InputStream packed = new GZIPInputStream(Files.newInputStream(fixture))) {
			Files.copy(packed, old);
		}
		try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + old);
				Statement statement = connection.createStatement()) {
			statement.execute("pragma foreign_keys=off");
			statement.execute("attach '" + content + "' as content");
			statement.execute("begin");
			for (String table : TABLES) {
				String columns = columns(statement, "main", table);
				if (columns.equals(columns(statement, "content", table))) {
					statement.execute("delete from main." + table);
					statement
						.execute("insert into main.%1$s(%2$s) select %2$s from content.%1$s".formatted(table, columns));
				}
				else {
					System.out.println("not in the old file: " + table);
				}
			}
			statement.execute("commit");
		}
	}

	private static String columns(Statement statement, String schema, String table) throws SQLException {
		try (ResultSet row = statement.executeQuery("select group_concat('\"' || name || '\"') from pragma_table_info('"
				+ table + "', '" + schema + "')")) {
			row.next();
			String columns = row.getString(1);
			return (columns != null) ? columns : "";
		}
	}

	/**
	 * What is measured.
	 */
	@FunctionalInterface
	private interface Work {

		void run() throws Exception;

	}

}
