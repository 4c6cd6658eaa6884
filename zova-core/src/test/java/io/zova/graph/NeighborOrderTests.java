package io.zova.graph;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

import io.zova.NewDatabase;
import io.zova.TestSeed;
import io.zova.ZovaDatabase;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.jdbc.core.JdbcTemplate;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Neighbors and walks around nodes with few and with many edges, beside a model made of
 * the rows of the file.
 */
class NeighborOrderTests extends NewDatabase {

	private static final int NODES = 120;

	private static final long[] LIMITS = { 0, 1, 2, 9, 10, 15, 16, 17, 18, 63, 64, 65, 66, 100, 1000 };

	private static final Comparator<Row> CREATION = Comparator.comparingLong(Row::order).thenComparingLong(Row::farKey);

	private GraphTemplate graphs;

	private final long seed = TestSeed.value();

	private final Random random = new Random(this.seed);

	@BeforeEach
	void fill() {
		this.graphs = this.database.graphs();
		this.graphs.create("g");
		List<GraphNode> nodes = new ArrayList<>();
		for (int i = 0; i < NODES; i++) {
			nodes.add(new GraphNode("n" + i, "kind" + (i % 3)));
		}
		this.graphs.graph("g").putNodes(nodes);
		List<GraphEdge> edges = new ArrayList<>();
		// Node i has about i edges, so that every number around the limits occurs.
		for (int i = 0; i < NODES; i++) {
			for (int e = 0; e < i; e++) {
				edges.add(new GraphEdge("n" + i, "t" + this.random.nextInt(4), "n" + this.random.nextInt(NODES)));
			}
		}
		for (int i = edges.size() - 1; i > 0; i--) {
			Collections.swap(edges, i, this.random.nextInt(i + 1));
		}
		this.graphs.graph("g").putEdges(edges);
		this.graphs.graph("g").deleteEdges(edges.subList(0, 300));
		this.graphs.graph("g").putEdges(edges.subList(100, 150));
		// Hands of others: equal numbers are told apart by the key of the neighbor.
		JdbcTemplate jdbc = new JdbcTemplate(this.database.dataSource());
		jdbc.update("update _zova_graph_edges set created_order = created_order / 3 where edge_key % 2 = 0");
		// Those between the same nodes would be told apart by their own key only.
		jdbc.update("""
				delete from _zova_graph_edges where exists (select 1 from _zova_graph_edges o
					where o.from_node_key = _zova_graph_edges.from_node_key
						and o.to_node_key = _zova_graph_edges.to_node_key
						and o.created_order = _zova_graph_edges.created_order
						and o.edge_key < _zova_graph_edges.edge_key)
				""");
	}

	ZovaDatabase database() {
		return this.database;
	}

	@Test
	void neighborsComeInTheOrderOfCreation() {
		for (Direction direction : Direction.values()) {
			Map<String, List<Row>> model = model(direction);
			for (int i = 0; i < NODES; i++) {
				List<Row> rows = model.getOrDefault("n" + i, List.of());
				for (long limit : LIMITS) {
					String context = "seed %d, n%d, %s, limit %d".formatted(this.seed, i, direction, limit);
					NeighborQuery query = NeighborQuery.of("n" + i).direction(direction).limit(limit);
					assertThat(this.graphs.graph("g").neighbors(query)).as(context)
						.isEqualTo(rows.stream()
							.limit(limit)
							.map((row) -> new Neighbor(row.far, row.kind, row.type))
							.toList());
				}
				assertThat(this.graphs.graph("g")
					.neighbors(NeighborQuery.of("n" + i).direction(direction).limit(Long.MAX_VALUE)))
					.as("seed %d, n%d", this.seed, i)
					.containsExactlyInAnyOrderElementsOf(
							rows.stream().map((row) -> new Neighbor(row.far, row.kind, row.type)).toList());
			}
		}
	}

	@Test
	void walksFollowThatOrder() {
		for (Direction direction : Direction.values()) {
			Map<String, List<Row>> model = model(direction);
			for (int i = 0; i < 60; i++) {
				String start = "n" + this.random.nextInt(NODES);
				long limit = LIMITS[this.random.nextInt(LIMITS.length)];
				int depth = this.random.nextInt(5);
				assertThat(this.graphs.graph("g")
					.walk(WalkQuery.from(start).direction(direction).maxDepth(depth).limit(limit)))
					.as("seed %d, %s, %s, depth %d, limit %d", this.seed, start, direction, depth, limit)
					.map((step) -> step.nodeId() + step.kind() + step.depth() + step.predecessor())
					.isEqualTo(walk(model, start, depth, limit));
			}
		}
	}

	/** As the format describes it. */
	private List<String> walk(Map<String, List<Row>> model, String start, int depth, long limit) {
		List<Found> queue = new ArrayList<>();
		queue.add(new Found(start, "kind" + (Integer.parseInt(start.substring(1)) % 3), 0, null));
		List<String> seen = new ArrayList<>(List.of(start));
		List<String> out = new ArrayList<>();
		for (int i = 0; i < queue.size() && out.size() < limit; i++) {
			Found current = queue.get(i);
			out.add(current.id + current.kind + current.depth + current.before);
			if (current.depth >= depth) {
				continue;
			}
			model.getOrDefault(current.id, List.of()).stream().limit(limit).forEach((row) -> {
				if (!seen.contains(row.far)) {
					seen.add(row.far);
					queue.add(new Found(row.far, row.kind, current.depth + 1, current.id));
				}
			});
		}
		return out;
	}

	private Map<String, List<Row>> model(Direction direction) {
		boolean outgoing = direction == Direction.OUTGOING;
		Map<String, List<Row>> model = new LinkedHashMap<>();
		new JdbcTemplate(this.database.dataSource()).query("""
				select f.node_id, t.node_id, f.kind, t.kind, y.name, e.created_order, f.node_key, t.node_key
				from _zova_graph_edges e join _zova_graph_nodes f on f.node_key = e.from_node_key
				join _zova_graph_nodes t on t.node_key = e.to_node_key
				join _zova_graph_edge_types y on y.edge_type_key = e.edge_type_key""", (row) -> {
			Row edge = new Row(row.getString(outgoing ? 2 : 1), row.getString(outgoing ? 4 : 3), row.getString(5),
					row.getLong(6), row.getLong(outgoing ? 8 : 7));
			model.computeIfAbsent(row.getString(outgoing ? 1 : 2), (id) -> new ArrayList<>()).add(edge);
		});
		model.values().forEach((rows) -> rows.sort(CREATION));
		return model;
	}

	private record Row(String far, String kind, String type, long order, long farKey) {
	}

	private record Found(String id, String kind, int depth, String before) {
	}

}
