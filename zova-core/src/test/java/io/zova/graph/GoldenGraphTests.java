package io.zova.graph;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

import io.zova.ZovaDatabase;
import io.zova.ZovaException;
import io.zova.ZovaStatus;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

import org.springframework.jdbc.core.JdbcTemplate;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Compares every answer about the golden graph with that of the real engine.
 */
class GoldenGraphTests {

	@TempDir
	static Path directory;

	private static final JsonNode ANSWERS = GoldenGraph.answers();

	private static ZovaDatabase database;

	private static GraphTemplate graphs;

	private static JdbcTemplate jdbc;

	private static GraphInfo infoBeforeChange;

	private static boolean inMemory;

	@BeforeAll
	static void build(TestInfo test) {
		inMemory = test.getTestClass().filter(GoldenGraphInMemoryTests.class::equals).isPresent();
		database = ZovaDatabase.create(directory.resolve("golden.zova"));
		graphs = graphs(database);
		jdbc = new JdbcTemplate(database.dataSource());
		// One transaction: 500 single commits would only test the disk.
		new org.springframework.transaction.support.TransactionTemplate(database.transactionManager())
			.executeWithoutResult((status) -> {
				GoldenGraph.build(graphs);
				infoBeforeChange = graphs.info(GoldenGraph.NAME);
			});
		GoldenGraph.change(graphs);
		GoldenGraph.buildTiny(graphs, ANSWERS.get("tiny"));
		if (inMemory) {
			GraphsInMemory.read(database, GoldenGraph.NAME);
			GraphsInMemory.read(database, "tiny");
		}
	}

	private static GraphTemplate graphs(ZovaDatabase of) {
		return inMemory ? of.graphs() : new GraphTemplate(of.sql());
	}

	@AfterAll
	static void close() {
		GraphStatistics reads = database.statistics().graphs();
		database.close();
		assertThat(reads.residentReads() > 1000).isEqualTo(inMemory);
	}

	@Test
	void storesTheSameRows() {
		assertRows("graphs", "select graph_key, name, created_order from _zova_graphs where name <> 'tiny' order by 1");
		assertRows("edge_types",
				"select edge_type_key, graph_key, name from _zova_graph_edge_types where graph_key < 3");
		assertRows("nodes", """
				select node_key, node_id, kind, target_type, target_namespace, target_ref, created_order
				from _zova_graph_nodes where graph_key = 2 order by node_key""");
		assertRows("edges", """
				select edge_key, from_node_key, edge_type_key, to_node_key, created_order
				from _zova_graph_edges where graph_key = 2 order by edge_key""");
	}

	private static void assertRows(String member, String sql) {
		List<Object> rows = jdbc.query(sql, (row, number) -> {
			List<Object> values = new ArrayList<>();
			for (int i = 1; i <= row.getMetaData().getColumnCount(); i++) {
				Object value = row.getObject(i);
				values.add((value instanceof Number whole) ? (Object) whole.longValue() : value);
			}
			return values;
		});
		assertThat((Object) rows).as(member).isEqualTo(GoldenGraph.plain(ANSWERS.get(member)));
	}

	@Test
	void nodesAndEdgesAreCounted() {
		assertThat(infoBeforeChange).isEqualTo(new GraphInfo("golden", 200, 889));
		assertThat(graphs.list()).filteredOn((info) -> !info.name().equals("tiny"))
			.map((info) -> (Object) List.of(info.name(), info.nodeCount(), info.edgeCount()))
			.isEqualTo(GoldenGraph.plain(ANSWERS.get("list")));
	}

	@Test
	void listsAllNeighborsOfAllNodes() {
		int nodes = 0;
		for (Direction direction : Direction.values()) {
			JsonNode all = ANSWERS.get("neighbors_all").get(direction.name().toLowerCase(Locale.ROOT));
			for (String node : all.propertyNames()) {
				NeighborQuery query = NeighborQuery.of(node).direction(direction).limit(Long.MAX_VALUE);
				assertThat((Object) rows(graphs.graph("golden").neighbors(query))).as(query.toString())
					.isEqualTo(GoldenGraph.plain(all.get(node)));
				nodes++;
			}
		}
		assertThat(nodes).isEqualTo(398);
	}

	private static List<Object> rows(List<Neighbor> neighbors) {
		return neighbors.stream().map((n) -> (Object) List.of(n.nodeId(), n.kind(), n.edgeType())).toList();
	}

	@Test
	void answersQueriesForNeighbors() {
		for (JsonNode json : ANSWERS.get("neighbor_queries")) {
			NeighborQuery query = new NeighborQuery(json.get("node").asString(), direction(json),
					GoldenGraph.text(json.get("edge_type")), json.get("limit").asLong());
			Object result = json.has("keyed") ? graphs.graph("golden")
				.neighborsKeyed(query)
				.stream()
				.map((n) -> List.of(n.edgeKey(), n.nodeKey(), n.nodeId(), n.kind(), n.edgeType()))
				.toList() : rows(graphs.graph("golden").neighbors(query));
			assertThat(result).as(query.toString()).isEqualTo(GoldenGraph.plain(json.get("result")));
		}
	}

	private static Direction direction(JsonNode json) {
		String direction = GoldenGraph.text(json.get("direction"));
		return (direction == null) ? Direction.OUTGOING : Direction.valueOf(direction.toUpperCase(Locale.ROOT));
	}

	@Test
	void theEdgesOfAllNodesAreCounted() {
		List<String> types = List.of("cites", "links", "mentions", "zeta");
		JsonNode all = ANSWERS.get("degrees");
		List<Long> keys = new ArrayList<>();
		List<List<Long>> expected = new ArrayList<>();
		for (String node : all.propertyNames()) {
			List<Object> degrees = new ArrayList<>();
			for (Direction direction : Direction.values()) {
				degrees.add(graphs.graph("golden").degree(node, direction, null));
			}
			for (Direction direction : Direction.values()) {
				types.forEach((type) -> degrees.add(graphs.graph("golden").degree(node, direction, type)));
			}
			assertThat((Object) degrees).as(node).isEqualTo(GoldenGraph.plain(all.get(node)));
			keys.add(jdbc.queryForObject("select node_key from _zova_graph_nodes where graph_key = 2 and node_id = ?",
					Long.class, node));
			List<Long> numbers = new ArrayList<>();
			all.get(node).forEach((number) -> numbers.add(number.asLong()));
			expected.add(numbers);
		}
		for (Direction direction : Direction.values()) {
			assertDegrees(keys, direction, null, expected, direction.ordinal());
			for (int type = 0; type < types.size(); type++) {
				assertDegrees(keys, direction, types.get(type), expected,
						2 + direction.ordinal() * types.size() + type);
			}
		}
	}

	private static void assertDegrees(List<Long> keys, Direction direction, String type, List<List<Long>> expected,
			int column) {
		assertThat(graphs.graph("golden").degrees(keys, direction, type)).as("%s %s", direction, type)
			.isEqualTo(expected.stream().map((numbers) -> numbers.get(column)).toList());
	}

	@Test
	void walksAreAlike() {
		assertThat(ANSWERS.get("walks").size()).isEqualTo(159);
		ANSWERS.get("walks").forEach((json) -> assertWalk("golden", json));
	}

	@Test
	void walksTheTinyGraphAlike() {
		assertThat(ANSWERS.get("tiny").get("walks").size()).isEqualTo(36);
		ANSWERS.get("tiny").get("walks").forEach((json) -> assertWalk("tiny", json));
	}

	private static void assertWalk(String graph, JsonNode json) {
		WalkQuery query = new WalkQuery(json.get("start").asString(), direction(json),
				GoldenGraph.text(json.get("edge_type")), json.get("max_depth").asLong(), json.get("limit").asLong());
		List<Object> steps = graphs.graph(graph)
			.walk(query)
			.stream()
			.map((step) -> (Object) Arrays.asList(step.nodeId(), step.kind(), step.depth(), step.predecessor(),
					step.edgeType()))
			.toList();
		assertThat((Object) steps).as(query.toString()).isEqualTo(GoldenGraph.plain(json.get("result")));
	}

	@Test
	void scansPageByPage() {
		for (JsonNode json : ANSWERS.get("scan_pages")) {
			GraphPage page = graphs.graph("golden")
				.page(cursor(json.get("node_after")), cursor(json.get("edge_after")), json.get("node_limit").asLong(),
						json.get("edge_limit").asLong());
			assertThat(page.nodes()).hasSize(json.get("node_count").asInt());
			assertThat(page.edges()).hasSize(json.get("edge_count").asInt());
			assertThat(page.hasMoreNodes()).isEqualTo(json.get("has_more_nodes").asInt() == 1);
			assertThat(page.hasMoreEdges()).isEqualTo(json.get("has_more_edges").asInt() == 1);
			assertEnds(page.nodes().stream().map(GoldenGraphTests::row).toList(), json, "first_node", "last_node");
			assertEnds(page.edges().stream().map(GoldenGraphTests::row).toList(), json, "first_edge", "last_edge");
		}
	}

	private static void assertEnds(List<Object> rows, JsonNode json, String first, String last) {
		if (!rows.isEmpty()) {
			assertThat(rows.get(0)).isEqualTo(GoldenGraph.plain(json.get(first)));
			assertThat(rows.get(rows.size() - 1)).isEqualTo(GoldenGraph.plain(json.get(last)));
		}
	}

	private static ScanCursor cursor(JsonNode json) {
		return new ScanCursor(json.get(0).asLong(), json.get(1).asLong());
	}

	private static Object row(KeyedNode node) {
		return List.of(node.key(), node.id(), node.kind(), node.createdOrder());
	}

	private static Object row(KeyedEdge edge) {
		return List.of(edge.key(), edge.fromKey(), edge.type(), edge.toKey(), edge.createdOrder());
	}

	@Test
	void nodesAreReadByKey() {
		JsonNode json = ANSWERS.get("nodes_by_key");
		List<Long> keys = keys(json.get("keys"));
		List<Object> rows = new ArrayList<>();
		List<Optional<KeyedNode>> nodes = graphs.graph("golden").findNodesByKey(keys);
		for (int i = 0; i < keys.size(); i++) {
			long key = keys.get(i);
			rows.add(nodes.get(i)
				.map((node) -> Arrays.<Object>asList(1L, node.key(), node.id(), node.kind(), node.createdOrder()))
				.orElse(Arrays.asList(0L, key, null, null, 0L)));
		}
		assertThat((Object) rows).isEqualTo(GoldenGraph.plain(json.get("result")));
	}

	@Test
	void edgesAreReadByKey() {
		JsonNode json = ANSWERS.get("edges_by_key");
		List<Long> keys = keys(json.get("keys"));
		List<Object> rows = new ArrayList<>();
		List<Optional<KeyedEdge>> edges = graphs.graph("golden").findEdgesByKey(keys);
		for (int i = 0; i < keys.size(); i++) {
			long key = keys.get(i);
			rows.add(edges.get(i)
				.map((edge) -> Arrays.<Object>asList(1L, edge.key(), edge.fromKey(), edge.type(), edge.toKey(),
						edge.createdOrder()))
				.orElse(Arrays.asList(0L, key, 0L, null, 0L, 0L)));
		}
		assertThat((Object) rows).isEqualTo(GoldenGraph.plain(json.get("result")));
	}

	static List<Long> keys(JsonNode json) {
		List<Long> keys = new ArrayList<>();
		json.forEach((key) -> keys.add(key.asLong()));
		return keys;
	}

	@Test
	void errorsAreAlike(@TempDir Path own) {
		try (ZovaDatabase fresh = ZovaDatabase.create(own.resolve("errors.zova"))) {
			GraphTemplate template = graphs(fresh);
			new org.springframework.transaction.support.TransactionTemplate(fresh.transactionManager())
				.executeWithoutResult((status) -> {
					GoldenGraph.build(template);
					GoldenGraph.change(template);
				});
			if (inMemory) {
				GraphsInMemory.read(fresh, GoldenGraph.NAME);
			}
			for (JsonNode json : ANSWERS.get("errors")) {
				if (json.get("args").get(0).isArray() && graphs(json.get("args").get(0)).size() > 1) {
					// A batch of several graphs, which we don't have.
					continue;
				}
				assertThat(outcome(template, json)).as(json.toString())
					.isEqualTo(GoldenGraph.plain(json.get("result")));
			}
		}
	}

	private static Object outcome(GraphTemplate graphs, JsonNode json) {
		JsonNode args = json.get("args");
		String first = args.get(0).isString() ? args.get(0).asString() : "";
		String second = (args.size() > 1 && args.get(1).isString()) ? args.get(1).asString() : "";
		return switch (json.get("op").asString()) {
			case "create_graph" -> GoldenGraph.outcome(() -> {
				graphs.create(first);
			});
			case "has_graph" -> GoldenGraph.outcome(() -> number(graphs.exists(first)));
			case "graph_info" -> GoldenGraph.outcome(() -> graphs.info(first));
			case "delete_graph" -> GoldenGraph.outcome(() -> deleted(graphs.delete(first), ZovaStatus.GRAPH_NOT_FOUND));
			case "put_node" -> GoldenGraph.outcome(() -> graphs.graph(args.get(0).asString()).putNode(node(args)));
			case "get_node" -> GoldenGraph.outcome(() -> graphs.graph(first).getNode(second));
			case "has_node" -> GoldenGraph.outcome(() -> number(graphs.graph(first).nodeExists(second)));
			case "delete_node" -> GoldenGraph
				.outcome(() -> deleted(graphs.graph(first).deleteNode(second), ZovaStatus.GRAPH_NODE_NOT_FOUND));
			case "delete_nodes" -> GoldenGraph.outcome(() -> {
				graphs.graph(first).deleteNodes(texts(args.get(1)));
			});
			case "put_nodes" ->
				GoldenGraph.outcome(() -> graphs.graph(graphOf(args.get(0))).putNodes(nodes(args.get(0))));
			case "put_edge" -> GoldenGraph.outcome(() -> graphs.graph(args.get(0).asString()).putEdge(edge(args)));
			case "put_edges" ->
				GoldenGraph.outcome(() -> graphs.graph(graphOf(args.get(0))).putEdges(edges(args.get(0))));
			case "get_edge" -> GoldenGraph.outcome(() -> graphs.graph(args.get(0).asString()).getEdge(edge(args)));
			case "has_edge" ->
				GoldenGraph.outcome(() -> number(graphs.graph(args.get(0).asString()).edgeExists(edge(args))));
			case "delete_edge" ->
				GoldenGraph.outcome(() -> deleted(graphs.graph(args.get(0).asString()).deleteEdge(edge(args)),
						ZovaStatus.GRAPH_EDGE_NOT_FOUND));
			case "delete_edges" -> GoldenGraph.outcome(() -> {
				graphs.graph(graphOf(args.get(0))).deleteEdges(edges(args.get(0)));
			});
			case "neighbors" -> GoldenGraph.outcome(() -> graphs.graph(first)
				.neighbors((args.size() == 2) ? NeighborQuery.of(second) : new NeighborQuery(second, Direction.OUTGOING,
						GoldenGraph.text(args.get(3)), args.get(4).asLong())));
			case "degree" -> GoldenGraph.outcome(() -> graphs.graph(first)
				.degree(second, Direction.OUTGOING, (args.size() > 3) ? GoldenGraph.text(args.get(3)) : null));
			case "walk" -> GoldenGraph.outcome(() -> graphs.graph(first)
				.walk(new WalkQuery(second, Direction.OUTGOING, GoldenGraph.text(args.get(2)), args.get(3).asLong(),
						args.get(4).asLong())));
			default -> throw new AssertionError("Unknown operation: " + json);
		};
	}

	private static String graphOf(JsonNode rows) {
		Set<String> graphs = graphs(rows);
		return graphs.isEmpty() ? GoldenGraph.NAME : graphs.iterator().next();
	}

	private static Set<String> graphs(JsonNode rows) {
		Set<String> graphs = new HashSet<>();
		rows.forEach((row) -> graphs.add(row.get(0).asString()));
		return graphs;
	}

	/** Where there is nothing to delete the real engine fails, and ours says so. */
	private static void deleted(boolean wasThere, ZovaStatus missing) {
		if (!wasThere) {
			throw new ZovaException(missing, "There was nothing to delete");
		}
	}

	private static long number(boolean value) {
		return value ? 1 : 0;
	}

	private static GraphNode node(JsonNode row) {
		return new GraphNode(row.get(1).asString(), row.get(2).asString());
	}

	private static GraphEdge edge(JsonNode row) {
		return new GraphEdge(row.get(1).asString(), row.get(2).asString(), row.get(3).asString());
	}

	private static Collection<GraphNode> nodes(JsonNode rows) {
		List<GraphNode> nodes = new ArrayList<>();
		rows.forEach((row) -> nodes.add(node(row)));
		return nodes;
	}

	private static Collection<GraphEdge> edges(JsonNode rows) {
		List<GraphEdge> edges = new ArrayList<>();
		rows.forEach((row) -> edges.add(edge(row)));
		return edges;
	}

	private static List<String> texts(JsonNode json) {
		List<String> texts = new ArrayList<>();
		json.forEach((text) -> texts.add(text.asString()));
		return texts;
	}

	@Test
	void payloadsAreKeptAlike(@TempDir Path own) {
		try (ZovaDatabase fresh = ZovaDatabase.create(own.resolve("payloads.zova"))) {
			GraphTemplate template = new GraphTemplate(fresh.sql());
			template.create("p");
			template.graph("p").putNodes(List.of(new GraphNode("a", "k"), new GraphNode("b", "k")));
			template.graph("p").putEdge(new GraphEdge("a", "t", "b"));
			template.graph("p").putEdge(new GraphEdge("b", "t", "a"));
			for (JsonNode step : ANSWERS.get("edge_payloads").get("steps")) {
				assertThat(payloadOutcome(template, step)).as(step.toString())
					.isEqualTo(GoldenGraph.plain(step.get("result")));
			}
		}
	}

	private static Object payloadOutcome(GraphTemplate graphs, JsonNode step) {
		JsonNode args = step.get("args");
		String graph = args.get(0).asString();
		Object outcome = switch (step.get("op").asString()) {
			case "get" -> GoldenGraph.outcome(() -> {
				List<Long> keys = keys(args.get(1));
				List<Object> rows = new ArrayList<>();
				List<Optional<byte[]>> payloads = graphs.graph(graph).findPayloadsByKey(keys);
				for (int i = 0; i < keys.size(); i++) {
					long key = keys.get(i);
					rows.add(payloads.get(i)
						.map((bytes) -> Arrays.<Object>asList(1L, key, HexFormat.of().formatHex(bytes)))
						.orElse(Arrays.asList(0L, key, null)));
				}
				return rows;
			});
			case "replace" -> GoldenGraph.outcome(() -> {
				List<EdgePayload> payloads = new ArrayList<>();
				args.get(1)
					.forEach((row) -> payloads
						.add(new EdgePayload(row.get(0).asLong(), HexFormat.of().parseHex(row.get(1).asString()))));
				graphs.graph(graph).putPayloads(payloads);
			});
			case "put_edge" -> GoldenGraph.outcome(() -> graphs.graph(args.get(0).asString()).putEdge(edge(args)));
			case "delete_edge" ->
				GoldenGraph.outcome(() -> deleted(graphs.graph(args.get(0).asString()).deleteEdge(edge(args)),
						ZovaStatus.GRAPH_EDGE_NOT_FOUND));
			default -> throw new AssertionError("Unknown operation: " + step);
		};
		return "OK".equals(outcome) ? null : outcome;
	}

	@Test
	void loadsFreshGraphsAlike(@TempDir Path own) {
		int number = 0;
		for (JsonNode json : ANSWERS.get("fresh_build")) {
			number++;
			try (ZovaDatabase fresh = ZovaDatabase.create(own.resolve("fresh" + number + ".zova"))) {
				if (number == ANSWERS.get("fresh_build").size()) {
					new GraphTemplate(fresh.sql()).create("other");
				}
				assertFreshLoad(fresh, json);
			}
		}
	}

	private static void assertFreshLoad(ZovaDatabase fresh, JsonNode json) {
		JdbcTemplate freshJdbc = new JdbcTemplate(fresh.dataSource());
		List<String> indexes = freshJdbc
			.queryForList("select sql from sqlite_schema where type = 'index' order by name", String.class);
		Object outcome = GoldenGraph.outcome(() -> new GraphTemplate(fresh.sql()).load(freshGraph(json)));
		assertThat(freshJdbc.queryForList("select sql from sqlite_schema where type = 'index' order by name",
				String.class))
			.isEqualTo(indexes);
		if (json.has("error")) {
			assertThat(outcome).as(json.toString()).isEqualTo(json.get("error").asString());
			assertThat(freshJdbc.queryForObject("select count(*) from _zova_graph_nodes", Long.class)).isZero();
			return;
		}
		FreshGraph.Keys keys = (FreshGraph.Keys) outcome;
		assertThat((Object) keys.nodes()).isEqualTo(GoldenGraph.plain(json.get("node_keys")));
		assertThat((Object) keys.edges()).isEqualTo(GoldenGraph.plain(json.get("edge_keys")));
		assertThat((Object) freshJdbc.query(
				"select node_key, node_id, kind, created_order from _zova_graph_nodes order by 1",
				(row, i) -> List.of(row.getLong(1), row.getString(2), row.getString(3), row.getLong(4))))
			.isEqualTo(GoldenGraph.plain(json.get("node_rows")));
		assertThat((Object) freshJdbc.query("select edge_type_key, name from _zova_graph_edge_types order by 1",
				(row, i) -> List.of(row.getLong(1), row.getString(2))))
			.isEqualTo(GoldenGraph.plain(json.get("type_rows")));
		assertThat(
				(Object) freshJdbc
					.query("""
							select edge_key, from_node_key, edge_type_key, to_node_key, created_order, cast(payload as text)
							from _zova_graph_edges order by 1""",
							(row, i) -> List.of(row.getLong(1), row.getLong(2), row.getLong(3), row.getLong(4),
									row.getLong(5), row.getString(6))))
			.isEqualTo(GoldenGraph.plain(json.get("edge_rows")));
	}

	private static FreshGraph freshGraph(JsonNode json) {
		List<FreshGraph.Node> nodes = new ArrayList<>();
		json.get("nodes")
			.forEach((row) -> nodes.add(new FreshGraph.Node(row.get(0).asString(), row.get(1).asString())));
		List<FreshGraph.Edge> edges = new ArrayList<>();
		json.get("edges").forEach((row) -> {
			byte[] payload = (row.size() > 3) ? row.get(3).asString().getBytes() : new byte[0];
			edges.add(new FreshGraph.Edge(row.get(0).asInt(), row.get(1).asString(), row.get(2).asInt(), payload));
		});
		boolean merge = json.get("variant").asString().equals("keyed");
		return new FreshGraph("fresh", nodes, edges,
				merge ? FreshGraph.Duplicates.MERGE : FreshGraph.Duplicates.REFUSE);
	}

}
