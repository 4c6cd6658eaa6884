package io.zova.vector;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.zova.sqlite.Feature;
import io.zova.sqlite.SqlAccess;
import io.zova.sqlite.function.SqlFunction;
import io.zova.sqlite.lock.Interruption;
import io.zova.sqlite.ZovaConnection;

/**
 * Keeps collections in memory, within a budget, and searches them there; what is not
 * there is scanned in the database, with the same result.
 * <p>
 * A collection is read on its first search. When the budget is exceeded, those that were
 * not searched for the longest time leave. Of a collection that is larger than the budget
 * as much is kept as there is free room for, so that others don't leave for it; a search
 * reads the rest from the file. A collection in memory follows committed changes on the
 * next search. What a search sees inside a transaction that may still be rolled back is
 * not followed until the commit, though following it would not be wrong (see
 * {@link CollectionInMemory}): other searches would have to find their way back.
 */
final class VectorMemory implements Feature<VectorTemplate> {

	/** Fewer uncommitted changes than this are not worth a note for after the commit. */
	private static final int FEW_CHANGES = 32;

	private static final int ATTEMPTS = 3;

	private static final int DEFAULT_SHARE = 4;

	/** A smaller part of a collection saves less than it takes to look at it. */
	private static final int SMALLEST_PART = 8;

	private static final Logger logger = LoggerFactory.getLogger(VectorMemory.class);

	private final Map<ChangeToken, CollectionInMemory> collections = new ConcurrentHashMap<>();

	private final Map<ChangeToken, ReentrantLock> reading = new ConcurrentHashMap<>();

	private final AtomicLong clock = new AtomicLong();

	private final LongAdder scans = new LongAdder();

	private final LongAdder hits = new LongAdder();

	/** The collections of which it has been said that they don't fit. */
	private final Set<Long> warned = ConcurrentHashMap.newKeySet();

	private final ScanThreads threads;

	private final long budget;

	/** For collections that are just being read. */
	private long roomTaken;

	private volatile boolean closed;

	/**
	 * Creates an empty index for one database, which uses all processors for large
	 * searches.
	 * @param budget how many bytes all collections in memory may take together, 0 for
	 * none. Most of it is direct memory, outside the heap.
	 */
	VectorMemory(long budget) {
		this(ScanThreads.forThisMachine(), budget);
	}

	/**
	 * Creates an empty index.
	 * @param threads who helps with large scans
	 * @param budget how many bytes all collections in memory may take together
	 */
	VectorMemory(ScanThreads threads, long budget) {
		this.threads = threads;
		this.budget = budget;
	}

	/**
	 * A budget that suits most applications.
	 * @return a quarter of what the JVM may use for its heap, in bytes
	 */
	static long defaultBudget() {
		return Runtime.getRuntime().maxMemory() / DEFAULT_SHARE;
	}

	@Override
	public List<SqlFunction> functions() {
		return VectorFunctions.of(this);
	}

	@Override
	public VectorTemplate over(SqlAccess sql) {
		return new VectorTemplate(sql, this);
	}

	/** Searches a whole collection for all queries at once. */
	void search(Connection connection, CollectionRow collection, List<RunningQuery> queries) throws SQLException {
		SourceState view = SourceTable.state(connection, collection.key());
		CollectionInMemory resident = (view != null) ? resident(connection, collection, view) : null;
		List<RunningQuery> unanswered = queries;
		if (view != null && resident != null) {
			unanswered = resident.search(connection, collection, view, queries, this.threads);
			if (resident.isOutdated()) {
				drop(view.incarnation(), resident);
			}
		}
		List<RunningQuery> inFile = unanswered;
		CollectionExtent extent = null;
		if (resident != null && !resident.isWhole()) {
			List<RunningQuery> answered = new ArrayList<>(queries);
			answered.removeAll(unanswered);
			if (!answered.isEmpty()) {
				extent = CollectionExtent.of(connection, collection);
				TableScan.search(connection, collection, extent.after(resident.lastKey()), answered, this.threads);
				inFile = queries;
			}
		}
		this.hits.add(queries.size() - inFile.size());
		this.scans.add(inFile.size());
		if (!unanswered.isEmpty()) {
			extent = (extent != null) ? extent : CollectionExtent.of(connection, collection);
			TableScan.search(connection, collection, extent, unanswered, this.threads);
		}
	}

	/**
	 * How many searches were answered from memory.
	 * @return the number
	 */
	long hits() {
		return this.hits.sum();
	}

	/**
	 * How many searches were not answered from memory, because the collection did not fit
	 * or so much was asked for that reading all of it was the faster way.
	 * @return the number
	 */
	long scans() {
		return this.scans.sum();
	}

	/** Reads a collection into memory unless it is there. */
	void preload(Connection connection, CollectionRow collection) throws SQLException {
		SourceState view = SourceTable.state(connection, collection.key());
		if (view != null) {
			resident(connection, collection, view);
		}
	}

	/** A collection in memory that has a state in common with what a connection sees. */
	private @Nullable CollectionInMemory resident(Connection connection, CollectionRow collection, SourceState view)
			throws SQLException {
		for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
			CollectionInMemory resident = this.collections.get(view.incarnation());
			if (resident == null) {
				return read(connection, collection, view);
			}
			resident.touch(this.clock.incrementAndGet());
			if (!resident.isWhole() && isFree(resident.moreRoom())) {
				// Others have left.
				drop(view.incarnation(), resident);
				continue;
			}
			ChangeLog.Parting parting = resident.is(collection.space()) ? resident.compare(connection, view) : null;
			if (parting != null && (parting.isPast() || follow(connection, resident, view, parting))) {
				return resident;
			}
			if (parting == null && !replace(connection, view, resident)) {
				return null;
			}
		}
		return null;
	}

	/**
	 * Brings a collection in memory to what a connection sees, if that is committed.
	 * @return whether it can be searched now; if not, look again
	 */
	private boolean follow(Connection connection, CollectionInMemory resident, SourceState view,
			ChangeLog.Parting parting) throws SQLException {
		if (!seesCommitted(connection)) {
			return true;
		}
		CollectionInMemory.Advance advance = resident.prepareAdvance(connection, view, parting);
		if (advance != null) {
			resident.apply(advance);
			makeRoom(0);
		}
		return false;
	}

	/**
	 * Removes what is of no use to a search, if the search sees what is committed.
	 */
	private boolean replace(Connection connection, SourceState view, CollectionInMemory resident) throws SQLException {
		if (seesCommitted(connection)) {
			drop(view.incarnation(), resident);
			return true;
		}
		return false;
	}

	private @Nullable CollectionInMemory read(Connection connection, CollectionRow collection, SourceState view)
			throws SQLException {
		// Others who want the same collection wait: together they would all be slower.
		ReentrantLock once = this.reading.computeIfAbsent(view.incarnation(), (incarnation) -> new ReentrantLock());
		awaitTurn(once);
		try {
			CollectionInMemory resident = this.collections.get(view.incarnation());
			if (resident != null) {
				return resident;
			}
			Room room = takeRoom(connection, collection);
			if (room == null) {
				return null;
			}
			try {
				resident = CollectionInMemory.read(connection, collection, view, room.extent(), room.moreRoom(),
						this.threads);
				resident.touch(this.clock.incrementAndGet());
				// Whatever else had this key is an earlier life of the collection.
				forget(collection.key());
				CollectionInMemory other = this.collections.put(view.incarnation(), resident);
				if (other != null) {
					other.free();
				}
			}
			finally {
				giveUp(room.bytes());
			}
			if (this.closed) {
				dropIf((each) -> true);
			}
			return resident;
		}
		finally {
			this.reading.remove(view.incarnation(), once);
			once.unlock();
		}
	}

	private static void awaitTurn(ReentrantLock once) throws SQLException {
		try {
			once.lockInterruptibly();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			Interruption.check("waiting for another that reads the same collection into memory");
		}
	}

	/** Takes room for a collection, or for as much of it as there is room for. */
	private @Nullable Room takeRoom(Connection connection, CollectionRow collection) throws SQLException {
		if (this.closed || this.budget == 0) {
			return null;
		}
		CollectionExtent quick = CollectionExtent.quick(connection);
		long bytes = VectorsInMemory.estimate(collection.space(), quick.count());
		if (quick.isDense() && takeRoom(bytes)) {
			return new Room(quick, bytes, 0);
		}
		CollectionExtent exact = CollectionExtent.exact(connection, collection);
		bytes = VectorsInMemory.estimate(collection.space(), exact.count());
		if (makeRoom(bytes)) {
			return new Room(exact, bytes, 0);
		}
		if (bytes <= this.budget) {
			return null;
		}
		warn(collection, bytes);
		return takePart(connection, collection, exact, bytes);
	}

	private @Nullable Room takePart(Connection connection, CollectionRow collection, CollectionExtent extent,
			long bytes) throws SQLException {
		long free = free();
		long rows = (long) (extent.count() * ((double) free / bytes));
		while (rows >= extent.count() / SMALLEST_PART && rows > 0) {
			long needed = VectorsInMemory.estimate(collection.space(), rows);
			if (takeRoom(needed)) {
				try {
					return new Room(extent.first(rows, connection, collection), needed, free);
				}
				catch (Throwable ex) {
					giveUp(needed);
					throw ex;
				}
			}
			// Blocks are taken whole.
			rows -= 1 + rows / 16;
		}
		return null;
	}

	private void warn(CollectionRow collection, long bytes) {
		if (this.warned.add(collection.key())) {
			logger.warn("Collection '{}' does not fit into memory: it needs {} MiB, and all collections together may "
					+ "take {} MiB. What does not fit is read from the file in every search, which is many times "
					+ "slower. Set zova.vector.resident-memory (ZovaOptions.vectorResidentMemory) to more if the "
					+ "machine has it.", collection.name(), mebibytes(bytes), mebibytes(this.budget));
		}
	}

	private static long mebibytes(long bytes) {
		return (bytes + (1 << 20) - 1) >> 20;
	}

	/** Removes what is in memory under a collection's key. */
	void forget(long collectionKey) {
		dropIf((resident) -> resident.collectionKey() == collectionKey);
	}

	private void dropIf(Predicate<CollectionInMemory> condition) {
		this.collections.forEach((incarnation, resident) -> {
			if (condition.test(resident)) {
				drop(incarnation, resident);
			}
		});
	}

	private void drop(ChangeToken incarnation, CollectionInMemory resident) {
		this.collections.remove(incarnation, resident);
		resident.free();
	}

	/** Whether something is in memory under a collection's key. */
	boolean holds(long collectionKey) {
		return this.collections.values().stream().anyMatch((resident) -> resident.collectionKey() == collectionKey);
	}

	/** Takes room, and makes some first by removing others if that helps. */
	private synchronized boolean makeRoom(long bytes) {
		while (bytes <= this.budget && !takeRoom(bytes)) {
			Optional<Map.Entry<ChangeToken, CollectionInMemory>> oldest = this.collections.entrySet()
				.stream()
				.min(Comparator.comparingLong((entry) -> entry.getValue().lastUsed()));
			if (oldest.isEmpty()) {
				// All that is left is room for what others are reading just now.
				return false;
			}
			drop(oldest.get().getKey(), oldest.get().getValue());
		}
		return bytes <= this.budget;
	}

	private synchronized boolean takeRoom(long bytes) {
		if (!isFree(bytes)) {
			return false;
		}
		this.roomTaken += bytes;
		return true;
	}

	private boolean isFree(long bytes) {
		return bytes <= free();
	}

	private synchronized long free() {
		return this.budget - this.roomTaken - bytes();
	}

	private synchronized void giveUp(long room) {
		this.roomTaken -= room;
	}

	/**
	 * What all collections in memory take now.
	 * @return the number of bytes, direct memory and heap together
	 */
	long bytes() {
		return this.collections.values().stream().mapToLong(CollectionInMemory::bytes).sum();
	}

	/**
	 * How many collections are in memory.
	 * @return the number
	 */
	int size() {
		return this.collections.size();
	}

	/** Whether what a connection sees can't be rolled back. */
	private static boolean seesCommitted(Connection connection) throws SQLException {
		return connection.isWrapperFor(ZovaConnection.class)
				&& !connection.unwrap(ZovaConnection.class).inWritingTransaction();
	}

	/**
	 * Gives the memory of all collections back, each as soon as no search is using it,
	 * and ends the threads that search them. Searches still work, in the database.
	 */
	@Override
	public void close() {
		this.closed = true;
		dropIf((resident) -> true);
		this.threads.close();
	}

	/**
	 * Room that is taken for a collection while it is read.
	 *
	 * @param extent where the rows are that have room
	 * @param bytes how much they may take
	 * @param moreRoom how much more room makes it worthwhile to read a larger part, 0 if
	 * these are all rows
	 */
	private record Room(CollectionExtent extent, long bytes, long moreRoom) {

	}

}
