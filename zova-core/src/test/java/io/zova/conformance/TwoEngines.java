package io.zova.conformance;

import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.Callable;

import io.zova.ZovaDatabase;
import io.zova.ZovaOptions;
import io.zova.ZovaOptions.JournalMode;
import io.zova.format.StoreRole;
import io.zova.graph.GraphsInMemory;
import io.zova.store.Stores;
import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.core.JdbcTemplate;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Our engine and the real one, each on a file of its own, doing the same things. The
 * first difference is a failure that tells the seed and the last steps.
 */
final class TwoEngines implements AutoCloseable {

	private static final int STEPS_SHOWN = 25;

	/**
	 * Everything in a file that is not drawn at random. Nodes, edges and the like are
	 * compared with their keys and their places in the order of creation.
	 */
	private static final List<String> CONTENT = List.of("select * from t order by id",
			"select graph_key, name from _zova_graphs order by 1",
			"select node_key, graph_key, node_id, kind, target_type, target_namespace, target_ref, created_order from _zova_graph_nodes order by 1",
			"select edge_type_key, graph_key, name from _zova_graph_edge_types order by 1",
			"select edge_key, graph_key, from_node_key, edge_type_key, to_node_key, created_order, payload from _zova_graph_edges order by 1",
			"select namespace, key, value from _zova_kv order by 1, 2",
			"select collection_key, name, dimensions, metric, element_type from _zova_vector_collections order by 1",
			"select * from _zova_vectors order by 1, 2",
			"select collection_key, revision, floor from _zova_vector_sources order by 1",
			"select collection_key, revision, vector_id from _zova_vector_changes order by 1, 2",
			"select * from _zova_objects order by 1", "select * from _zova_object_chunks order by 1, 2",
			"select * from _zova_chunks order by 1");

	/** How many changes the engines have counted. */
	private static final String EPOCHS = """
			select role, object_epoch, vector_epoch, graph_epoch,
				(select value from object_store._zova_meta where key = 'object_epoch'),
				(select value from vector_store._zova_meta where key = 'vector_epoch'),
				(select value from graph_store._zova_meta where key = 'graph_epoch')
			from _zova_bound_stores order by role
			""";

	/** What nearly every change changes, in one row: it is compared after each step. */
	private static final String TOTALS = """
			select (select count(*) || ' ' || total(id) from t), (select count(*) || ' ' || total(t) from child),
				(select count(*) from _zova_graphs), (select count(*) || ' ' || total(created_order) from _zova_graph_nodes),
				(select count(*) || ' ' || total(created_order) || ' ' || total(length(payload)) from _zova_graph_edges),
				(select count(*) || ' ' || total(length(key) + length(value)) from _zova_kv),
				(select count(*) || ' ' || total(norm_squared) from _zova_vectors),
				(select count(*) || ' ' || total(revision) from _zova_vector_sources),
				(select count(*) from _zova_vector_changes), (select count(*) from _zova_objects),
				(select count(*) from _zova_object_chunks), (select count(*) || ' ' || total(size_bytes) from _zova_chunks)
			""";

	private final long seed;

	private final Random random;

	private final Peer peer = Peer.start();

	private final Deque<String> steps = new ArrayDeque<>();

	private final Map<String, Integer> refusals = new TreeMap<>();

	/** What was done that the last steps are about. */
	private String note = "";

	private int accepted;

	/** Whether both have their objects, vectors and graphs in stores. */
	private final boolean set;

	private Path ours;

	private Path theirs;

	private ZovaDatabase database;

	private int verifiedByTheRealEngine;

	private long searchesInMemory;

	private long graphReadsInMemory;

	TwoEngines(Path folder, long seed) {
		this.seed = seed;
		this.random = new Random(seed);
		this.ours = folder.resolve("ours-%d.zova".formatted(seed));
		this.theirs = folder.resolve("theirs-%d.zova".formatted(seed));
		this.database = ZovaDatabase.create(this.ours, options());
		this.peer.create(this.theirs);
		this.set = false;
	}

	/**
	 * Begins with two sets: a main file with a store for each role.
	 * @param folder where
	 * @param seed what is drawn
	 * @return the engines
	 */
	static TwoEngines withStores(Path folder, long seed) {
		return new TwoEngines(seed, set(folder, "ours-%d".formatted(seed)), set(folder, "theirs-%d".formatted(seed)));
	}

	private static Path set(Path folder, String name) {
		Path main = folder.resolve(name + ".zova");
		ZovaDatabase.create(main).close();
		for (StoreRole role : StoreRole.values()) {
			Path store = folder.resolve(name + "." + role.storeName() + ".zova");
			Stores.create(role, store);
			Stores.of(main).bind(role, store);
		}
		return main;
	}

	/**
	 * A statement on tables of Zova for the files that are open.
	 * @param text the statement for a file that holds everything
	 * @return the statement for a set, if it is one
	 */
	String sql(String text) {
		return this.set ? inStores(text) : text;
	}

	boolean isSet() {
		return this.set;
	}

	private static String inStores(String text) {
		return text.replaceAll("_zova_(objects|chunks|object_chunks)\\b", "object_store.$0")
			.replaceAll("_zova_vector", "vector_store.$0")
			.replaceAll("_zova_graph", "graph_store.$0");
	}

	/** Goes on with files that there are. */
	TwoEngines(long seed, Path ours, Path theirs) {
		this.seed = seed;
		this.random = new Random(seed);
		this.ours = ours;
		this.theirs = theirs;
		this.database = ZovaDatabase.open(ours, options());
		this.peer.open(theirs);
		this.set = !this.database.stores().info().isEmpty();
	}

	/**
	 * Closes both files and opens others.
	 * @param newOurs the file for us
	 * @param newTheirs the file for the real engine
	 */
	void goOnWith(Path newOurs, Path newTheirs) {
		this.database.close();
		this.peer.closeDatabase();
		this.ours = newOurs;
		this.theirs = newTheirs;
		this.database = ZovaDatabase.open(newOurs, options());
		this.peer.open(newTheirs);
	}

	List<Path> files() {
		return List.of(this.ours, this.theirs);
	}

	/** Opens both files again, to read only. */
	void readOnly() {
		this.database.close();
		this.peer.closeDatabase();
		this.database = ZovaDatabase.open(this.ours, ZovaOptions.builder().readOnly(true).build());
		this.peer.call("open", "path", this.theirs.toString(), "read_only", true);
	}

	/** Some sequences run with a write-ahead log, of which the file is left. */
	private ZovaOptions options() {
		return ZovaOptions.builder()
			.journalMode((this.seed % 3 == 0) ? JournalMode.WAL : JournalMode.DELETE)
			.busyTimeout(java.time.Duration.ZERO)
			.build();
	}

	/**
	 * Some sequences have all graphs in memory, others as few as so short a run needs.
	 */
	void readGraph(String graph) {
		if (this.seed % 4 < 2) {
			GraphsInMemory.read(this.database, graph);
		}
	}

	ZovaDatabase database() {
		return this.database;
	}

	Peer peer() {
		return this.peer;
	}

	Random random() {
		return this.random;
	}

	<T> T oneOf(List<T> values) {
		return values.get(this.random.nextInt(values.size()));
	}

	boolean chance(double probability) {
		return this.random.nextDouble() < probability;
	}

	/**
	 * Does one thing in both engines and compares what comes out.
	 * @param what the thing, for the reader of a failure
	 * @param ourCall how we do it
	 * @param theirCall how the real engine does it
	 * @return what both came to
	 */
	String same(String what, Callable<? extends @Nullable Object> ourCall,
			Callable<? extends @Nullable Object> theirCall) {
		return sameText(what, Outcome.of(ourCall), Outcome.of(theirCall));
	}

	/**
	 * Compares what a statement came to.
	 * @param what the statement, for the reader of a failure
	 * @param ourOutcome what we made of it
	 * @param theirOutcome what the real engine made of it
	 * @return what both came to
	 */
	String sameText(String what, String ourOutcome, String theirOutcome) {
		this.steps.add(what + " -> " + shortened(theirOutcome));
		if (this.steps.size() > STEPS_SHOWN) {
			this.steps.remove();
		}
		if (theirOutcome.startsWith("ZOVA_") || theirOutcome.startsWith("PEER_")) {
			this.refusals.merge(theirOutcome.replaceFirst(":.*", ""), 1, Integer::sum);
		}
		else {
			this.accepted++;
		}
		assertThat(ourOutcome)
			.as(() -> "seed %d, after%n%s%n%s%nours, as the real engine".formatted(this.seed,
					String.join("\n", this.steps), this.note))
			.isEqualTo(theirOutcome);
		return theirOutcome;
	}

	/**
	 * Says what the next steps are about, for the reader of a failure.
	 * @param text what was done
	 */
	void note(String text) {
		this.note = text;
	}

	/**
	 * What was shown: a sequence of nothing but errors would show little.
	 * @return how many calls succeeded, and how many failed in which way
	 */
	String summary() {
		return "seed %d: %d calls accepted, refused %s; %d searches and %d questions to graphs answered from memory"
			.formatted(this.seed, this.accepted, this.refusals, this.searchesInMemory, this.graphReadsInMemory);
	}

	int accepted() {
		return this.accepted;
	}

	private static String shortened(String text) {
		return (text.length() <= 300) ? text : text.substring(0, 300) + "…";
	}

	long searchesInMemory() {
		return this.searchesInMemory;
	}

	long graphReadsInMemory() {
		return this.graphReadsInMemory;
	}

	int copiesVerifiedByTheRealEngine() {
		return this.verifiedByTheRealEngine;
	}

	void sameTotals() {
		String ourTotals = Outcome.of(() -> rows(sql(TOTALS)));
		String theirTotals = Outcome.of(() -> this.peer.call("query", "sql", sql(TOTALS)).path("rows"));
		assertThat(ourTotals)
			.as(() -> "seed %d, totals after%n%s%nours, as the real engine".formatted(this.seed,
					String.join("\n", this.steps)))
			.isEqualTo(theirTotals)
			.startsWith("[[");
	}

	void sameContent() {
		for (String text : CONTENT) {
			String sql = sql(text);
			same(sql, () -> rows(sql), () -> this.peer.call("query", "sql", sql).path("rows"));
		}
		if (this.set) {
			same(EPOCHS, () -> rows(EPOCHS), () -> this.peer.call("query", "sql", EPOCHS).path("rows"));
		}
	}

	List<List<@Nullable Object>> rows(String sql, Object... arguments) {
		return rows(new JdbcTemplate(this.database.dataSource()), sql, arguments);
	}

	private static List<List<@Nullable Object>> rows(JdbcTemplate jdbc, String sql, Object... arguments) {
		return jdbc.query(sql, (row, number) -> {
			List<@Nullable Object> cells = new ArrayList<>();
			for (int i = 1; i <= row.getMetaData().getColumnCount(); i++) {
				cells.add(row.getObject(i));
			}
			return cells;
		}, arguments);
	}

	/**
	 * Each opens, checks and backs up the file of the other, and goes on with it.
	 */
	void exchangeFiles(Path folder) {
		this.searchesInMemory += this.database.statistics().vectors().residentSearches();
		this.graphReadsInMemory += this.database.statistics().graphs().residentReads();
		this.database.close();
		this.peer.closeDatabase();
		Path formerlyOurs = this.ours;
		this.ours = this.theirs;
		this.theirs = formerlyOurs;
		this.database = ZovaDatabase.open(this.ours, options());
		this.peer.open(this.theirs);
		assertThat(Outcome.text(rows("pragma integrity_check"))).isEqualTo("[['ok']]");
		assertThat(Outcome.text(rows("pragma foreign_key_check"))).isEqualTo("[]");
		Path copy = folder.resolve("copy-%d-%d.zova".formatted(this.seed, System.nanoTime()));
		boolean verify = verifiableByTheirs();
		this.peer.call("backup_to", "destination", copy.toString(), "verify", verify);
		this.verifiedByTheRealEngine += verify ? 1 : 0;
		Path ourCopy = folder.resolve("our-copy-%d-%d.zova".formatted(this.seed, System.nanoTime()));
		assertThat(this.database.backup(ourCopy).verification()).isPresent();
		this.steps.add("(files exchanged)");
		sameContent();
		sameCopies(ourCopy, copy);
	}

	/** Each also opens what the other has copied. */
	private void sameCopies(Path ourCopy, Path theirCopy) {
		this.peer.call("open", "db", "copy", "path", ourCopy.toString());
		try (ZovaDatabase copy = ZovaDatabase.open(theirCopy)) {
			JdbcTemplate jdbc = new JdbcTemplate(copy.dataSource());
			for (String sql : CONTENT) {
				assertThat(Outcome.text(rows(jdbc, sql))).as("copies of seed %d: %s", this.seed, sql)
					.isEqualTo(Outcome.text(this.peer.call("query", "db", "copy", "sql", sql).path("rows")));
			}
		}
		finally {
			this.peer.call("close", "db", "copy");
		}
	}

	/** Engine 1.3.0 takes chunks above 64 KiB, which it writes itself, for damaged. */
	private boolean verifiableByTheirs() {
		return rows(sql("select 1 from _zova_chunks where size_bytes > 65536 limit 1")).isEmpty();
	}

	@Override
	public void close() {
		this.database.close();
		this.peer.close();
	}

}
