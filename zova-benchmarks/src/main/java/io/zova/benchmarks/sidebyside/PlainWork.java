package io.zova.benchmarks.sidebyside;

import java.nio.file.Path;
import java.security.MessageDigest;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

import io.zova.ZovaDatabase;
import io.zova.benchmarks.Contender;
import io.zova.benchmarks.Measured;
import io.zova.benchmarks.SampleData;
import io.zova.benchmarks.Workload;
import io.zova.graph.Graph;
import io.zova.graph.GraphEdge;
import io.zova.graph.GraphNode;
import io.zova.graph.NeighborQuery;
import io.zova.object.ObjectId;
import io.zova.object.ObjectTemplate;
import io.zova.vector.VectorCollection;
import io.zova.vector.VectorEntry;
import io.zova.vector.VectorQuery;
import io.zova.vector.VectorSpace;

/**
 * Objects, vectors and graphs against the plainest program for the same on bare
 * sqlite-jdbc, which is there on every machine. Short, for the regression guard.
 */
public final class PlainWork {

	private static final int OBJECT_SIZE = 16 << 20;

	private static final int PIECE = 64 << 10;

	private static final int VECTORS = 20_000;

	private static final int DIMENSIONS = 128;

	private static final int SEARCHES = 50;

	private static final int NODES = 10_000;

	private static final int EDGES = 50_000;

	private static final int NEIGHBOR_CALLS = 20_000;

	private PlainWork() {
	}

	/**
	 * The workloads.
	 * @return the workloads
	 */
	public static List<Workload> workloads() {
		return List.of(
				new Workload("plain-object", "an object of %d MiB, in MB per second".formatted(OBJECT_SIZE >> 20),
						List.of(contender("ours", PlainWork::object),
								contender("SHA-256 and rows of 64 KiB", PlainWork::plainObject))),
				new Workload("plain-vectors",
						"%,d vectors of %d f32 elements, the nearest by cosine".formatted(VECTORS, DIMENSIONS),
						List.of(contender("ours", PlainWork::vectors),
								contender("rows and a loop in Java", PlainWork::plainVectors))),
				new Workload("plain-graph",
						"%,d nodes, %,d random edges in one batch, %,d neighbors calls".formatted(NODES, EDGES,
								NEIGHBOR_CALLS),
						List.of(contender("ours", PlainWork::graph),
								contender("bare sqlite-jdbc", PlainWork::plainGraph))));
	}

	private static Measured object(Path folder) throws Exception {
		Measured measured = Measured.start();
		byte[] content = new SampleData(7).bytes(OBJECT_SIZE);
		try (ZovaDatabase database = ZovaDatabase.create(folder.resolve("plain.zova"))) {
			ObjectTemplate objects = database.objects();
			ObjectId[] id = new ObjectId[1];
			measured.time("object_put", OBJECT_SIZE / 1_000_000, () -> id[0] = objects.put(content));
			measured.time("object_get", OBJECT_SIZE / 1_000_000, () -> objects.get(id[0]));
			measured.check("hash", id[0]);
		}
		return measured;
	}

	private static Measured plainObject(Path folder) throws Exception {
		Measured measured = Measured.start();
		byte[] content = new SampleData(7).bytes(OBJECT_SIZE);
		try (Connection connection = open(folder, "create table piece(number integer primary key, data blob)")) {
			measured.time("object_put", OBJECT_SIZE / 1_000_000, () -> {
				measured.check("hash", HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content)));
				connection.setAutoCommit(false);
				try (PreparedStatement put = connection.prepareStatement("insert into piece values (?, ?)")) {
					for (int i = 0; i < OBJECT_SIZE / PIECE; i++) {
						put.setInt(1, i);
						put.setBytes(2, Arrays.copyOfRange(content, i * PIECE, (i + 1) * PIECE));
						put.executeUpdate();
					}
				}
				connection.commit();
			});
			measured.time("object_get", OBJECT_SIZE / 1_000_000, () -> {
				MessageDigest hash = MessageDigest.getInstance("SHA-256");
				try (PreparedStatement get = connection.prepareStatement("select data from piece order by number");
						ResultSet rows = get.executeQuery()) {
					while (rows.next()) {
						hash.update(rows.getBytes(1));
					}
				}
				measured.check("hash", HexFormat.of().formatHex(hash.digest()));
			});
		}
		return measured;
	}

	private static Measured vectors(Path folder) throws Exception {
		Measured measured = Measured.start();
		SampleData random = new SampleData(42);
		try (ZovaDatabase database = ZovaDatabase.create(folder.resolve("plain.zova"))) {
			VectorCollection docs = database.vectors().create("docs", VectorSpace.cosine(DIMENSIONS));
			List<VectorEntry> entries = new ArrayList<>();
			for (int i = 0; i < VECTORS; i++) {
				entries.add(VectorEntry.of(ExactSearch.id(i), random.vector(DIMENSIONS)));
			}
			measured.time("vector_put_many", VECTORS, () -> docs.putAll(entries));
			List<VectorQuery> queries = new ArrayList<>();
			for (int i = 0; i < SEARCHES; i++) {
				queries.add(VectorQuery.near(random.vector(DIMENSIONS)).limit(1));
			}
			measured.check("nearest", docs.search(queries.get(0)).get(0).id());
			measured.time("vector_search", SEARCHES, () -> queries.forEach(docs::search));
		}
		return measured;
	}

	private static Measured plainVectors(Path folder) throws Exception {
		Measured measured = Measured.start();
		SampleData random = new SampleData(42);
		float[][] vectors = new float[VECTORS][];
		Arrays.setAll(vectors, (i) -> random.vector(DIMENSIONS));
		try (Connection connection = open(folder, "create table vector(id text primary key, data blob)")) {
			connection.setAutoCommit(false);
			measured.time("vector_put_many", VECTORS, () -> {
				try (PreparedStatement put = connection.prepareStatement("insert into vector values (?, ?)")) {
					byte[] bytes = new byte[4 * DIMENSIONS];
					for (int i = 0; i < VECTORS; i++) {
						java.nio.ByteBuffer.wrap(bytes).asFloatBuffer().put(vectors[i]);
						put.setString(1, ExactSearch.id(i));
						put.setBytes(2, bytes);
						put.executeUpdate();
					}
				}
				connection.commit();
			});
		}
		float[][] queries = new float[SEARCHES][];
		Arrays.setAll(queries, (i) -> random.vector(DIMENSIONS));
		measured.check("nearest", ExactSearch.id(nearest(vectors, queries[0])));
		int[] found = new int[SEARCHES];
		measured.time("vector_search", SEARCHES, () -> Arrays.setAll(found, (i) -> nearest(vectors, queries[i])));
		return measured;
	}

	private static int nearest(float[][] vectors, float[] query) {
		int best = -1;
		double bestScore = Double.NEGATIVE_INFINITY;
		for (int i = 0; i < vectors.length; i++) {
			double product = 0;
			double square = 0;
			for (int k = 0; k < query.length; k++) {
				double element = vectors[i][k];
				product += element * query[k];
				square += element * element;
			}
			double score = product / Math.sqrt(square);
			if (score > bestScore) {
				bestScore = score;
				best = i;
			}
		}
		return best;
	}

	private static Measured graph(Path folder) throws Exception {
		Measured measured = Measured.start();
		try (ZovaDatabase database = ZovaDatabase.create(folder.resolve("plain.zova"))) {
			Graph graph = database.graphs().create("g");
			List<GraphNode> nodes = new ArrayList<>();
			for (int i = 0; i < NODES; i++) {
				nodes.add(new GraphNode(node(i), "doc"));
			}
			graph.putNodes(nodes);
			List<GraphEdge> edges = new ArrayList<>();
			SampleData random = new SampleData(9);
			for (int i = 0; i < EDGES; i++) {
				edges.add(new GraphEdge(node(random.next() % NODES), "cites", node(random.next() % NODES)));
			}
			measured.time("graph_put_edges", EDGES, () -> graph.putEdges(edges));
			long[] found = new long[1];
			measured.time("graph_neighbors", NEIGHBOR_CALLS, () -> {
				for (int i = 0; i < NEIGHBOR_CALLS; i++) {
					found[0] += graph.neighbors(NeighborQuery.of(node(pick(i))).limit(100)).size();
				}
			});
			measured.check("neighbors", found[0]);
		}
		return measured;
	}

	private static Measured plainGraph(Path folder) throws Exception {
		Measured measured = Measured.start();
		try (Connection connection = open(folder, "create table node(id text primary key, kind text) without rowid",
				"create table edge(source text references node, target text references node, "
						+ "primary key (source, target)) without rowid",
				"create index incoming on edge(target)")) {
			connection.setAutoCommit(false);
			try (PreparedStatement put = connection.prepareStatement("insert into node values (?, 'doc')")) {
				for (int i = 0; i < NODES; i++) {
					put.setString(1, node(i));
					put.executeUpdate();
				}
			}
			connection.commit();
			SampleData random = new SampleData(9);
			measured.time("graph_put_edges", EDGES, () -> {
				try (PreparedStatement put = connection.prepareStatement("insert or ignore into edge values (?, ?)")) {
					for (int i = 0; i < EDGES; i++) {
						put.setString(1, node(random.next() % NODES));
						put.setString(2, node(random.next() % NODES));
						put.executeUpdate();
					}
				}
				connection.commit();
			});
			connection.setAutoCommit(true);
			long[] found = new long[1];
			measured.time("graph_neighbors", NEIGHBOR_CALLS, () -> {
				try (PreparedStatement ask = connection.prepareStatement(
						"select id, kind from edge join node on id = target where source = ? limit 100")) {
					for (int i = 0; i < NEIGHBOR_CALLS; i++) {
						ask.setString(1, node(pick(i)));
						try (ResultSet rows = ask.executeQuery()) {
							while (rows.next()) {
								found[0] += rows.getString(1).isEmpty() || rows.getString(2).isEmpty() ? 0 : 1;
							}
						}
					}
				}
			});
			measured.check("neighbors", found[0]);
		}
		return measured;
	}

	private static String node(int number) {
		return "node-%07d".formatted(number);
	}

	private static int pick(int call) {
		return (int) ((call * 7919L) % NODES);
	}

	private static Connection open(Path folder, String... tables) throws Exception {
		Connection connection = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("plain.db"));
		for (String table : tables) {
			connection.createStatement().execute(table);
		}
		return connection;
	}

	private static Contender contender(String name, Run run) {
		return new Contender() {

			@Override
			public String name() {
				return name;
			}

			@Override
			public int warmUps() {
				return 3;
			}

			@Override
			public Measured run(Path folder) throws Exception {
				return run.in(folder);
			}

		};
	}

	/**
	 * The work of one contender.
	 */
	@FunctionalInterface
	private interface Run {

		Measured in(Path folder) throws Exception;

	}

}
