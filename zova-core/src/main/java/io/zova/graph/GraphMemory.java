package io.zova.graph;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;

import io.zova.graph.ReadAccount.Period;
import io.zova.graph.GraphInMemory.Origin;
import io.zova.sqlite.ConnectionHistory;
import io.zova.sqlite.Feature;
import io.zova.sqlite.file.FileState;
import io.zova.sqlite.SqlAccess;
import io.zova.sqlite.file.Topic;
import io.zova.sqlite.ZovaConnection;
import io.zova.sqlite.function.SqlFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the adjacency of graphs in memory, within a budget, where that pays.
 *
 * <p>
 * When a graph is read into memory is the old question whether to rent or to buy. What
 * reads cost that are answered by the file is added up, for each graph and direction, as
 * long as nothing changes that a graph in memory would not have outlived; as soon as that
 * sum is what reading the whole graph costs, it is read. So all of it never takes more
 * than about twice as long as the better of always and never reading graphs into memory
 * would have, and a file that is mostly written is never read. A thread of its own reads,
 * while the file goes on answering.
 *
 * <p>
 * A graph in memory answers only while the
 * {@linkplain io.zova.sqlite.ConnectionHistory#version version} of the graph tables that
 * a connection sees is the one it was read from: other processes, plain SQL and a
 * transaction's own changes are seen at once, because they change it. Small changes by
 * {@link GraphTemplate} don't: they {@linkplain GraphMarks mark} the nodes they touch
 * instead, about which the file is asked from then on. When the budget is exceeded, the
 * graph that was not asked for the longest time leaves.
 */
final class GraphMemory implements Feature<GraphTemplate> {

	private static final Logger logger = LoggerFactory.getLogger(GraphMemory.class);

	private static final int DEFAULT_SHARE = 16;

	/** What a statement and a row from the file cost, in about nanoseconds. */
	static final long STATEMENT_COST = 12_000;

	static final long ROW_COST = 1_500;

	/** What reading a graph costs: to begin with, and for each row. */
	private static final long BUILD_COST = 300_000;

	private static final long BUILD_ROW_COST = 300;

	/** A file may name any number, and costs are added and doubled. */
	private static final long MOST_ROWS = 1L << 40;

	/** More accounts without a graph than this are forgotten. */
	private static final int MOST_ACCOUNTS = 1000;

	private final Map<Subject, ReadAccount> accounts = new ConcurrentHashMap<>();

	private final LongAdder hits = new LongAdder();

	private final LongAdder misses = new LongAdder();

	private final LongAdder loads = new LongAdder();

	private final LongAdder loadNanos = new LongAdder();

	private final AtomicBoolean loading = new AtomicBoolean();

	private final long budget;

	private volatile @Nullable SqlAccess sql;

	private volatile boolean closed;

	/**
	 * Creates an empty memory for one database.
	 * @param budget how many bytes of the heap all graphs in memory may take together, 0
	 * for none; one that is being read may take up to twice its size for that time
	 */
	GraphMemory(long budget) {
		this.budget = budget;
	}

	/**
	 * A budget that suits most applications.
	 * @return a sixteenth of what the JVM may use for its heap, in bytes
	 */
	static long defaultBudget() {
		return Runtime.getRuntime().maxMemory() / DEFAULT_SHARE;
	}

	@Override
	public List<SqlFunction> functions() {
		return GraphFunctions.all(new GraphReads(this));
	}

	@Override
	public GraphTemplate over(SqlAccess sql) {
		return new GraphTemplate(sql, this);
	}

	/** Says how to read graphs; until then, none is. */
	void readThrough(SqlAccess access) {
		this.sql = access;
	}

	/**
	 * Finds a graph in memory that is what a connection sees, but for marked nodes.
	 */
	@Nullable GraphInMemory find(Connection connection, String graph, Direction direction) throws SQLException {
		ReadAccount account = this.accounts.get(new Subject(graph, direction));
		GraphInMemory resident = (account != null) ? account.resident() : null;
		if (account == null || resident == null) {
			return null;
		}
		ZovaConnection own = connection.unwrap(ZovaConnection.class);
		long version = own.history().version(Topic.GRAPHS);
		// The marks are looked at after the version: they were made before it could
		// change.
		if (resident.isSeenBy(own.history(), version)) {
			account.used();
			return resident;
		}
		if (resident.dirty().all() || (version != 0 && !own.inTransaction())) {
			drop(account, resident);
		}
		return null;
	}

	/** Counts an answer from memory. */
	void hit() {
		this.hits.increment();
	}

	/**
	 * Counts an answer from the file, and has the graph read into memory if that would
	 * have paid.
	 * @param cost what the answer cost, in about nanoseconds
	 */
	void paid(Connection connection, String graph, Direction direction, long cost) throws SQLException {
		this.misses.increment();
		if (this.budget == 0 || this.closed) {
			return;
		}
		ReadAccount account = account(graph, direction);
		if (!account.pay(cost)) {
			return;
		}
		ZovaConnection own = connection.unwrap(ZovaConnection.class);
		long version = own.history().version(Topic.GRAPHS);
		Long key = (version != 0) ? GraphTable.keyIfPresent(connection, graph) : null;
		if (key == null) {
			account.refund(cost);
			return;
		}
		Period period = new Period(version, GraphMarks.of(own.history()).rewritten(key));
		if (account.settle(period, () -> price(connection, key)) && this.loading.compareAndSet(false, true)) {
			Thread loader = new Thread(() -> loadAlone(graph, direction), "zova-graph-loader");
			loader.setDaemon(true);
			loader.start();
		}
	}

	/**
	 * Orders of creation begin at 1, so there are at most as many rows as the highest.
	 */
	private static long price(Connection connection, long graph) throws SQLException {
		Long rows = Rows.first(connection, GraphTable.SIZE, (row) -> row.getLong(1), graph);
		return BUILD_COST + BUILD_ROW_COST * Math.max(0, Math.min((rows != null) ? rows : 0, MOST_ROWS));
	}

	private ReadAccount account(String graph, Direction direction) {
		Subject subject = new Subject(graph, direction);
		ReadAccount account = this.accounts.get(subject);
		if (account != null) {
			return account;
		}
		if (this.accounts.size() >= MOST_ACCOUNTS) {
			this.accounts.values().removeIf((other) -> other.resident() == null);
		}
		return this.accounts.computeIfAbsent(subject, (absent) -> new ReadAccount());
	}

	private void loadAlone(String graph, Direction direction) {
		try {
			load(graph, direction);
		}
		finally {
			this.loading.set(false);
		}
	}

	/**
	 * Reads a graph into memory, if it fits.
	 */
	void load(String graph, Direction direction) {
		SqlAccess access = this.sql;
		if (access == null || this.closed) {
			return;
		}
		ReadAccount account = account(graph, direction);
		long start = System.nanoTime();
		try {
			if (load(access, graph, direction, account)) {
				account.succeeded();
				this.loads.increment();
				this.loadNanos.add(System.nanoTime() - start);
			}
		}
		catch (UnfitGraphException ex) {
			account.failed();
			logger.debug("The graph {} is not kept in memory: {}", graph, ex.getMessage());
		}
		catch (RuntimeException ex) {
			account.failed();
			if (!this.closed) {
				logger.warn("The graph {} could not be read into memory; the file answers for it", graph, ex);
			}
		}
	}

	/**
	 * Reads a graph.
	 * @return whether it is in memory now; if not, somebody is just changing it
	 */
	private boolean load(SqlAccess access, String graph, Direction direction, ReadAccount account) {
		Source source = access.read("Looking for a graph",
				(connection) -> new Source(GraphMarks.of(connection.unwrap(ZovaConnection.class).history()),
						GraphTable.keyIfPresent(connection, graph)));
		if (source.key == null) {
			return false;
		}
		long key = source.key;
		DirtyNodes dirty = new DirtyNodes(source.marks, key);
		boolean kept = false;
		try {
			Optional<GraphInMemory> resident = access.snapshot("Reading a graph into memory", (connection) -> {
				Long sameKey = GraphTable.keyIfPresent(connection, graph);
				ConnectionHistory history = connection.unwrap(ZovaConnection.class).history();
				long version = history.version(Topic.GRAPHS);
				FileState moment = history.moment();
				return (version == 0 || moment == null || sameKey == null || sameKey != key) ? Optional.empty()
						: Optional.of(GraphReader.read(connection, key, direction, new Origin(version, moment), dirty,
								this.budget, () -> this.closed || dirty.all()));
			});
			kept = resident.isPresent() && keep(account, resident.get());
		}
		finally {
			if (!kept) {
				dirty.close();
			}
		}
		return kept;
	}

	private synchronized boolean keep(ReadAccount account, GraphInMemory resident) {
		GraphInMemory before = account.resident();
		if (before != null) {
			drop(account, before);
		}
		while (bytes() + resident.bytes() > this.budget) {
			long now = System.nanoTime();
			ReadAccount oldest = this.accounts.values()
				.stream()
				.filter((other) -> other.resident() != null)
				.max(Comparator.comparingLong((other) -> other.idle(now)))
				.orElse(null);
			GraphInMemory leaving = (oldest != null) ? oldest.resident() : null;
			if (oldest == null || leaving == null) {
				return false;
			}
			drop(oldest, leaving);
		}
		if (this.closed) {
			return false;
		}
		account.used();
		account.resident(resident);
		return true;
	}

	private synchronized void drop(ReadAccount account, GraphInMemory resident) {
		if (account.resident() == resident) {
			account.resident(null);
		}
		resident.dirty().close();
	}

	/**
	 * What all graphs in memory take now.
	 * @return the number of bytes
	 */
	long bytes() {
		return graphs().stream().mapToLong(GraphInMemory::bytes).sum();
	}

	/**
	 * How many graphs are in memory, one with both directions counted twice.
	 * @return the number
	 */
	int size() {
		return graphs().size();
	}

	private List<GraphInMemory> graphs() {
		List<GraphInMemory> graphs = new ArrayList<>();
		for (ReadAccount account : this.accounts.values()) {
			GraphInMemory resident = account.resident();
			if (resident != null) {
				graphs.add(resident);
			}
		}
		return graphs;
	}

	/**
	 * How many reads were answered from memory.
	 * @return the number
	 */
	long hits() {
		return this.hits.sum();
	}

	/**
	 * How many reads were answered by the file.
	 * @return the number
	 */
	long misses() {
		return this.misses.sum();
	}

	/**
	 * How often a graph was read into memory.
	 * @return the number
	 */
	long loads() {
		return this.loads.sum();
	}

	/**
	 * How long that took.
	 * @return the sum of all times
	 */
	Duration loadTime() {
		return Duration.ofNanos(this.loadNanos.sum());
	}

	/**
	 * Forgets all graphs in memory. Reads still work, from the file.
	 */
	@Override
	public synchronized void close() {
		this.closed = true;
		for (ReadAccount account : this.accounts.values()) {
			GraphInMemory resident = account.resident();
			if (resident != null) {
				drop(account, resident);
			}
		}
		this.accounts.clear();
	}

	/**
	 * What can be in memory.
	 *
	 * @param graph the name of a graph
	 * @param direction the direction of its edges
	 */
	private record Subject(String graph, Direction direction) {
	}

	/**
	 * Where a graph comes from.
	 *
	 * @param marks what is marked in the file
	 * @param key the graph's key, if there is such a graph
	 */
	private record Source(GraphMarks marks, @Nullable Long key) {
	}

}
