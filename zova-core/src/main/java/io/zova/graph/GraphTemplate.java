package io.zova.graph;

import java.util.List;
import java.util.OptionalLong;

import io.zova.Arguments;
import io.zova.sqlite.Feature;
import io.zova.sqlite.SqlAccess;
import io.zova.sqlite.StoreEpochs;

/**
 * The graphs of a Zova file.
 */
public final class GraphTemplate implements GraphOperations {

	private final SqlAccess sql;

	private final GraphReads reads;

	private final TopologyIndexes indexes;

	private final boolean checksTargets;

	/** Keeps no graphs in memory. */
	GraphTemplate(SqlAccess sql) {
		this(sql, new GraphMemory(0));
	}

	GraphTemplate(SqlAccess sql, GraphMemory memory) {
		this(sql, new GraphReads(memory), new TopologyIndexes(), false);
		memory.readThrough(sql);
	}

	private GraphTemplate(SqlAccess sql, GraphReads reads, TopologyIndexes indexes, boolean checksTargets) {
		this.sql = sql;
		this.reads = reads;
		this.indexes = indexes;
		this.checksTargets = checksTargets;
	}

	@Override
	public GraphTemplate checkingTargets() {
		return new GraphTemplate(this.sql, this.reads, this.indexes, true);
	}

	/**
	 * The graphs of a database that is not open yet.
	 * @param budget how many bytes of the heap the graphs in memory may take, 0 for none;
	 * a sixteenth of what the JVM may use for its heap if it is not given
	 * @return the table functions {@code zova_graph_neighbors} and
	 * {@code zova_graph_walk}, and what makes the template
	 */
	public static Feature<GraphTemplate> feature(OptionalLong budget) {
		return new GraphMemory(Arguments.required("budget", budget).orElseGet(GraphMemory::defaultBudget));
	}

	/** What keeps graphs in memory. */
	GraphMemory memory() {
		return this.reads.memory();
	}

	@Override
	public Graph graph(String name) {
		return new StoredGraph(GraphRules.required("name", name), this.sql, this.reads, this.indexes,
				this.checksTargets);
	}

	@Override
	public Graph create(String name) {
		this.sql.requireWritable();
		GraphRules.graphName(name);
		return this.sql.write("Creating the graph " + name, (connection) -> {
			GraphTable.create(connection, name);
			StoreEpochs.count(connection, GraphTable.TABLE);
			return graph(name);
		});
	}

	@Override
	public Graph createIfMissing(String name) {
		this.sql.requireWritable();
		GraphRules.graphName(name);
		return this.sql.write("Creating the graph " + name, (connection) -> {
			if (!GraphTable.exists(connection, name)) {
				GraphTable.create(connection, name);
				StoreEpochs.count(connection, GraphTable.TABLE);
			}
			return graph(name);
		});
	}

	@Override
	public boolean exists(String name) {
		GraphRules.graphName(name);
		return this.sql.read("Looking for a graph", (connection) -> GraphTable.exists(connection, name));
	}

	@Override
	public GraphInfo info(String name) {
		GraphRules.graphName(name);
		return this.sql.read("Counting a graph", (connection) -> GraphTable.info(connection, name));
	}

	@Override
	public List<GraphInfo> list() {
		return this.sql.read("Listing graphs", GraphTable::list);
	}

	@Override
	public boolean delete(String name) {
		this.sql.requireWritable();
		GraphRules.graphName(name);
		return this.sql.change("Deleting the graph " + name, GraphTable.TABLE,
				(connection) -> GraphTable.delete(connection, name));
	}

	@Override
	public FreshGraph.Keys load(FreshGraph graph) {
		this.sql.requireWritable();
		FreshLoad.check(GraphRules.required("graph", graph));
		return this.sql.change("Loading a graph", GraphTable.TABLE, (connection) -> {
			FreshGraph.Keys keys = FreshLoad.load(connection, graph);
			if (this.checksTargets) {
				TargetTables.require(connection, graph.name(),
						graph.nodes()
							.stream()
							.map((node) -> new GraphNode(node.id(), node.kind(), node.target()))
							.toList());
			}
			return keys;
		});
	}

	@Override
	public GraphStatistics statistics() {
		GraphMemory memory = memory();
		return new GraphStatistics(memory.bytes(), memory.size(), memory.hits(), memory.misses(), memory.loads(),
				memory.loadTime());
	}

}
