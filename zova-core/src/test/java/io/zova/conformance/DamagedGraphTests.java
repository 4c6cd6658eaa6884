package io.zova.conformance;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.BiPredicate;

import io.zova.ZovaDatabase;
import io.zova.format.TestFiles;
import io.zova.graph.Direction;
import io.zova.graph.Graph;
import io.zova.graph.GraphsInMemory;
import io.zova.graph.NeighborQuery;
import io.zova.graph.WalkQuery;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Both engines find the same ways through a graph whose edges lead to nodes or have types
 * that do not exist.
 */
@RequiresPeer
class DamagedGraphTests {

	@TempDir
	Path folder;

	@ParameterizedTest
	@ValueSource(strings = { "update _zova_graph_edges set to_node_key = 99 where from_node_key = 2",
			"update _zova_graph_edges set to_node_key = 9223372036854775807 where from_node_key = 2",
			"update _zova_graph_edges set to_node_key = -1 where from_node_key = 2",
			"update _zova_graph_edges set to_node_key = 0 where from_node_key = 2",
			"update _zova_graph_edges set from_node_key = 99 where from_node_key = 1",
			"update _zova_graph_edges set graph_key = 7 where from_node_key = 1",
			"update _zova_graph_nodes set node_key = -5 where node_id = 'b'",
			"update _zova_graph_nodes set graph_key = 7 where node_id = 'b'",
			"delete from _zova_graph_nodes where node_id = 'b'", "delete from _zova_graph_nodes where node_id = 'c'",
			"update _zova_graph_edges set created_order = -9223372036854775808 where from_node_key = 2",
			"update _zova_graph_edges set created_order = 9223372036854775807",
			"update _zova_graph_nodes set node_key = 0 where node_id = 'a'",
			"update _zova_graph_nodes set node_key = 0 where node_id = 'b'; "
					+ "update _zova_graph_edges set to_node_key = 0 where to_node_key = 2; "
					+ "update _zova_graph_edges set from_node_key = 0 where from_node_key = 2" })
	void bothEnginesSayTheSameOfADamagedGraph(String damage) throws Exception {
		Path file = this.folder.resolve("damaged.zova");
		create(file);
		TestFiles.execute(file, damage.split("; "));
		try (Peer peer = Peer.start()) {
			peer.open(file);
			for (boolean inMemory : List.of(false, true)) {
				try (ZovaDatabase database = ZovaDatabase.open(file)) {
					if (inMemory) {
						GraphsInMemory.read(database, "g");
					}
					compare(database.graphs().graph("g"), peer);
				}
			}
		}
	}

	/**
	 * The real engine looks up the types of all edges at the nodes of a walk, ours of
	 * those that the walk goes along.
	 */
	@ParameterizedTest
	@ValueSource(strings = { "update _zova_graph_edges set edge_type_key = 99",
			"update _zova_graph_edges set edge_type_key = 99 where to_node_key = 4",
			"update _zova_graph_edges set edge_type_key = 99 where from_node_key = 2",
			"update _zova_graph_edges set edge_type_key = 99 where from_node_key = 3" })
	void edgesWhoseTypeDoesNotExistAreRefusedWhereTheyAreAnAnswer(String damage) throws Exception {
		Path file = this.folder.resolve("damaged.zova");
		create(file);
		TestFiles.execute(file, damage);
		try (Peer peer = Peer.start()) {
			peer.open(file);
			for (boolean inMemory : List.of(false, true)) {
				try (ZovaDatabase database = ZovaDatabase.open(file)) {
					if (inMemory) {
						GraphsInMemory.read(database, "g");
					}
					compareNeighbors(database.graphs().graph("g"), peer);
					compareWalks(database.graphs().graph("g"), peer,
							(ours, theirs) -> ours.startsWith("'[") && theirs.equals("ZOVA_GRAPH_INVALID"));
				}
			}
		}
	}

	@Test
	void bothEnginesRefuseToWalkAnEdgeWhoseTypeDoesNotExist() throws Exception {
		Path file = this.folder.resolve("damaged.zova");
		create(file);
		TestFiles.execute(file, "update _zova_graph_edges set edge_type_key = 99");
		try (Peer peer = Peer.start(); ZovaDatabase database = ZovaDatabase.open(file)) {
			peer.open(file);
			same("walk",
					Outcome.of(() -> database.graphs().graph("g").walk(WalkQuery.from("a").maxDepth(9).limit(100))),
					Outcome.of(() -> peer.call("graph_walk", "graph_name", "g", "start_node_id", "a", "max_depth", 9,
							"limit", 100)));
		}
	}

	private static void create(Path file) {
		try (ZovaDatabase database = ZovaDatabase.create(file)) {
			Graph graph = database.graphs().create("g");
			for (String node : List.of("a", "b", "c", "d")) {
				graph.putNode(node, "kind");
			}
			graph.putEdge("a", "e", "b");
			graph.putEdge("a", "e", "d");
			graph.putEdge("b", "f", "c");
			graph.putEdge("c", "e", "a");
			graph.putEdge("d", "e", "c");
		}
	}

	private static void compare(Graph graph, Peer peer) {
		compareNeighbors(graph, peer);
		compareWalks(graph, peer, (ours, theirs) -> false);
	}

	private static void compareWalks(Graph graph, Peer peer, BiPredicate<String, String> mayDiffer) {
		for (String node : List.of("a", "b", "c", "d")) {
			for (String type : new String[] { null, "e" }) {
				for (long limit : new long[] { 1, 2, 100 }) {
					String ours = Outcome
						.of(() -> graph.walk(WalkQuery.from(node).edgeType(type).maxDepth(9).limit(limit))
							.stream()
							.map((step) -> Outcome.text(Arrays.asList(step.nodeId(), step.kind(), step.depth(),
									step.predecessor(), step.edgeType())))
							.toList()
							.toString());
					String theirs = Outcome.of(() -> Outcome.eachFields(
							peer.call("graph_walk", "graph_name", "g", "start_node_id", node, "edge_type", type,
									"max_depth", 9, "limit", limit),
							"node_id", "kind", "depth", "predecessor_node_id", "edge_type"));
					if (!mayDiffer.test(ours, theirs)) {
						same(node + " walk " + type + " " + limit, ours, theirs);
					}
				}
			}
		}
	}

	private static void compareNeighbors(Graph graph, Peer peer) {
		for (String node : List.of("a", "b", "c", "d")) {
			for (String type : new String[] { null, "e" }) {
				for (Direction direction : Direction.values()) {
					for (long limit : new long[] { 1, 2, 100 }) {
						same(node + " neighbors " + type + direction + limit,
								Outcome.of(() -> graph
									.neighbors(NeighborQuery.of(node).edgeType(type).direction(direction).limit(limit))
									.stream()
									.map((near) -> Outcome.text(List.of(near.nodeId(), near.kind(), near.edgeType())))
									.toList()
									.toString()),
								Outcome
									.of(() -> Outcome.eachFields(
											peer.call("graph_neighbors", "graph_name", "g", "node_id", node,
													"edge_type", type, "direction",
													direction.name().toLowerCase(Locale.ROOT), "limit", limit),
											"node_id", "kind", "edge_type")));
					}
				}
			}
		}
	}

	private static void same(String what, String ours, String theirs) {
		assertThat(ours).as(what).isEqualTo(theirs);
	}

}
