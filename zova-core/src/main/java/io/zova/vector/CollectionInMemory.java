package io.zova.vector;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.ReentrantReadWriteLock;

import org.jspecify.annotations.Nullable;

import io.zova.sqlite.extension.PackedQuery;

/**
 * One collection in memory: its rounded vectors, the state that they are of, and the
 * changes that led there.
 *
 * <h2>Why it can't show a wrong state</h2> A search knows from the journal, on its own
 * connection, which state of the collection it sees: incarnation, revision and token. The
 * triggers of the format draw a token of 16 random bytes for each change, so the token
 * names the content, whether committed or not and on whichever branch of history. If the
 * search sees the state that this object is of, the rounded vectors are those of its
 * rows. Else the two histories have parted somewhere: this object's changes since then
 * and the connection's are exactly the ids whose rows may differ. Their rows, found by id
 * as the connection sees them and by hash as they are here, are left out of the scan and
 * measured directly from the database on that connection. That covers own uncommitted
 * changes, what a rollback or a rollback to a savepoint has undone, changes by other
 * connections and processes, and snapshots older than this object. If no common state is
 * known (the journal is pruned, the file was restored, the collection created again), the
 * object is of no use and is replaced.
 * <p>
 * One way of change is not in the journal: SQL's {@code REPLACE} deletes rows in its way
 * without firing triggers, unless {@code recursive_triggers} is on. If the row in the way
 * was of the same collection, its key or its id is that of the new row, which is in the
 * journal, and the above holds. If it was of another collection (both used the same
 * {@code vector_key}), that one's copy in memory keeps a row that has gone. Such a row
 * can only do harm by taking the place of another among the nearest, and then it is a
 * candidate: a row that is nearer than the last match is always looked at in the
 * database. So a candidate that isn't there tells that this object is outdated.
 * <p>
 * Which of the histories this object follows is therefore a matter of speed alone.
 */
final class CollectionInMemory {

	/** From this many rows on, reading them one by one is slower than reading all. */
	private static final long MANY = 2048;

	private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();

	private final long collectionKey;

	private final VectorSpace space;

	private final ChangeLog log;

	/** Rows with larger keys are not here: they are read from the file. */
	private final long lastKey;

	/** So much more room makes it worthwhile to read a larger part, if this is a part. */
	private final long moreRoom;

	private final VectorsInMemory vectors;

	private volatile long bytes;

	private volatile long lastUsed;

	private volatile boolean outdated;

	/** Guarded by the lock: without it, nobody may look at the vectors. */
	private boolean freed;

	private CollectionInMemory(VectorSpace space, SourceState state, long lastKey, long moreRoom,
			VectorsInMemory vectors) {
		this.lastKey = lastKey;
		this.moreRoom = moreRoom;
		this.collectionKey = state.collectionKey();
		this.space = space;
		this.log = new ChangeLog(state);
		this.vectors = vectors;
		this.bytes = vectors.bytes();
	}

	/**
	 * Reads a collection, or as much of it as there is room for.
	 * @param connection a connection inside a transaction, so that all is of one state
	 * @param collection the collection
	 * @param state the state that the connection sees
	 * @param extent where the rows are that are to be in memory
	 * @param moreRoom how much more room makes it worthwhile to read a larger part, 0 if
	 * these are all rows
	 * @param threads who may help
	 * @return the collection in memory
	 * @throws SQLException if it can't be read
	 */
	static CollectionInMemory read(Connection connection, CollectionRow collection, SourceState state,
			CollectionExtent extent, long moreRoom, ScanThreads threads) throws SQLException {
		VectorsInMemory vectors = CollectionReader.read(connection, collection, extent, threads,
				PackedQuery.isAvailable());
		return new CollectionInMemory(collection.space(), state, (moreRoom == 0) ? Long.MAX_VALUE : extent.last(),
				moreRoom, vectors);
	}

	long collectionKey() {
		return this.collectionKey;
	}

	/** The key up to which rows are here. */
	long lastKey() {
		return this.lastKey;
	}

	/** So much more room makes it worthwhile to read a larger part. */
	long moreRoom() {
		return this.moreRoom;
	}

	/** Whether all rows are here, whatever their keys. */
	boolean isWhole() {
		return this.lastKey == Long.MAX_VALUE;
	}

	boolean is(VectorSpace other) {
		return this.space.equals(other);
	}

	long bytes() {
		return this.bytes;
	}

	long lastUsed() {
		return this.lastUsed;
	}

	/**
	 * Whether a row has gone of which the journal says nothing: this is of no use then.
	 */
	boolean isOutdated() {
		return this.outdated;
	}

	/** Gives the memory back as soon as no search is using it. */
	void free() {
		this.lock.writeLock().lock();
		try {
			if (!this.freed) {
				this.freed = true;
				this.vectors.free();
			}
		}
		finally {
			this.lock.writeLock().unlock();
		}
	}

	void touch(long now) {
		this.lastUsed = now;
	}

	/**
	 * Finds how far this is from what a connection sees.
	 * @return how the two have parted, or nothing if no common state is known
	 */
	ChangeLog.@Nullable Parting compare(Connection connection, SourceState view) throws SQLException {
		this.lock.readLock().lock();
		try {
			return this.log.compare(connection, view);
		}
		finally {
			this.lock.readLock().unlock();
		}
	}

	/**
	 * Reads what it takes to bring this to the state that a connection sees.
	 * @return what is to be applied, or nothing if another thread has moved this
	 * meanwhile
	 */
	@Nullable Advance prepareAdvance(Connection connection, SourceState view, ChangeLog.Parting parting) throws SQLException {
		Set<Long> keys;
		this.lock.readLock().lock();
		try {
			if (this.freed || !this.log.isWhereItWas(parting)) {
				return null;
			}
			keys = changedKeys(connection, view, parting.ids());
		}
		finally {
			this.lock.readLock().unlock();
		}
		List<Row> rows = new ArrayList<>(keys.size());
		try (PreparedStatement statement = connection.prepareStatement(VectorTable.ROW)) {
			statement.setLong(2, view.collectionKey());
			for (long key : keys) {
				statement.setLong(1, key);
				try (ResultSet row = statement.executeQuery()) {
					rows.add(
							row.next()
									? new Row(key, VectorTable.id(row, 1), VectorTable.bytes(row, 2),
											CollectionReader.norm(row, 3))
									: new Row(key, null, new byte[0], Double.NaN));
				}
			}
		}
		return new Advance(parting, rows);
	}

	/** Applies what was prepared, unless another thread has moved this meanwhile. */
	void apply(Advance advance) {
		this.lock.writeLock().lock();
		try {
			if (this.freed || !this.log.isWhereItWas(advance.parting)) {
				return;
			}
			QuantizedRow rounded = new QuantizedRow(this.space);
			for (Row row : advance.rows) {
				byte[] id = row.id();
				if (id == null) {
					this.vectors.remove(row.key());
				}
				else {
					rounded.set(row.stored(), 0, row.stored().length,
							ExactDistance.trustsStoredNorm(this.space) ? row.normSquared() : Double.NaN);
					this.vectors.put(row.key(), VectorsInMemory.idHash(id), rounded);
				}
			}
			this.log.follow(advance.parting);
			this.bytes = this.vectors.bytes();
		}
		finally {
			this.lock.writeLock().unlock();
		}
	}

	/**
	 * Searches what a connection sees.
	 * @return the queries that could not be answered here; nothing was offered to them
	 */
	List<RunningQuery> search(Connection connection, CollectionRow collection, SourceState view,
			List<RunningQuery> queries, ScanThreads threads) throws SQLException {
		List<RunningQuery> unanswered = new ArrayList<>();
		List<RunningQuery> scanned = new ArrayList<>();
		List<CandidateScan.Target> targets = new ArrayList<>();
		List<CandidateScan.Candidates> candidates;
		Set<Long> direct;
		long tooMany;
		this.lock.readLock().lock();
		try {
			if (this.freed) {
				return queries;
			}
			ChangeLog.Parting parting = this.log.compare(connection, view);
			tooMany = Math.max(MANY, this.vectors.size() / 4);
			if (parting == null || parting.ids().size() + this.vectors.unrounded().size() > tooMany) {
				return queries;
			}
			for (RunningQuery query : queries) {
				if (query.nearest().needed() > tooMany) {
					unanswered.add(query);
				}
				else {
					ScanBounds bounds = new ScanBounds(query.distance());
					scanned.add(query);
					targets.add(new CandidateScan.Target(bounds, (int) query.nearest().needed(),
							bounds.scoreOf(query.nearest().reach())));
				}
			}
			direct = changedKeys(connection, view, parting.ids());
			direct.addAll(this.vectors.unrounded());
			long[] excluded = direct.stream().mapToLong(Long::longValue).sorted().toArray();
			candidates = new CandidateScan(this.vectors.blocks(), targets, excluded).run(threads);
		}
		finally {
			this.lock.readLock().unlock();
		}
		for (int i = 0; i < scanned.size(); i++) {
			if (candidates.get(i).keys().length > tooMany || !measure(connection, collection, direct, candidates.get(i),
					targets.get(i).bounds(), scanned.get(i))) {
				unanswered.add(scanned.get(i));
			}
		}
		return unanswered;
	}

	/** Offers what may be near, unless there is something that doesn't exist any more. */
	private boolean measure(Connection connection, CollectionRow collection, Set<Long> direct,
			CandidateScan.Candidates candidates, ScanBounds bounds, RunningQuery query) throws SQLException {
		NearestMatches found = query.nearest().empty();
		if (!measure(connection, collection, direct, candidates, bounds, query.distance(), found)) {
			this.outdated = true;
			return false;
		}
		query.nearest().addAll(found);
		return true;
	}

	/**
	 * The keys of all rows that may differ between here and what a connection sees, given
	 * the ids that may. Rows that are read from the file anyway are not among them.
	 */
	private Set<Long> changedKeys(Connection connection, SourceState view, Set<String> ids) throws SQLException {
		Set<Long> keys = new HashSet<>();
		if (ids.isEmpty()) {
			return keys;
		}
		try (PreparedStatement statement = connection.prepareStatement(VectorTable.KEY)) {
			statement.setLong(1, view.collectionKey());
			for (String id : ids) {
				this.vectors.addKeysOfId(VectorsInMemory.idHash(id.getBytes(StandardCharsets.UTF_8)), keys);
				statement.setString(2, id);
				try (ResultSet row = statement.executeQuery()) {
					if (row.next() && row.getLong(1) <= this.lastKey) {
						keys.add(row.getLong(1));
					}
				}
			}
		}
		return keys;
	}

	/**
	 * Measures what may be near.
	 * @return whether all candidates exist
	 */
	private static boolean measure(Connection connection, CollectionRow collection, Set<Long> direct,
			CandidateScan.Candidates candidates, ScanBounds bounds, ExactDistance distance, NearestMatches nearest)
			throws SQLException {
		boolean storedNorm = ExactDistance.trustsStoredNorm(collection.space());
		try (PreparedStatement statement = connection.prepareStatement(VectorTable.ROW)) {
			statement.setLong(2, collection.key());
			for (long key : direct) {
				measure(statement, key, collection, storedNorm, distance, nearest);
			}
			double[] lowerBounds = candidates.lowerBounds();
			for (int i = 0; i < lowerBounds.length; i++) {
				if (lowerBounds[i] > bounds.scoreOf(nearest.reach())) {
					return true;
				}
				if (!measure(statement, candidates.keys()[i], collection, storedNorm, distance, nearest)) {
					return false;
				}
			}
			return true;
		}
	}

	private static boolean measure(PreparedStatement statement, long key, CollectionRow collection, boolean storedNorm,
			ExactDistance distance, NearestMatches nearest) throws SQLException {
		statement.setLong(1, key);
		try (ResultSet row = statement.executeQuery()) {
			if (!row.next()) {
				return false;
			}
			double d = VectorTable.distance(row, 2, storedNorm, distance);
			if (Double.isNaN(d)) {
				throw collection.corrupt(String.valueOf(row.getString(1)));
			}
			if (d <= nearest.reach()) {
				nearest.offer(d, VectorTable.id(row, 1));
			}
			return true;
		}
	}

	/**
	 * A row as a connection sees it.
	 *
	 * @param key its key
	 * @param id its id, {@code null} if there is no such row
	 * @param stored the stored form of its values
	 * @param normSquared what is stored beside it, or NaN
	 */
	private record Row(long key, byte @Nullable [] id, byte[] stored, double normSquared) {

	}

	/**
	 * What it takes to follow another history, ready to be applied later.
	 */
	static final class Advance {

		private final ChangeLog.Parting parting;

		private final List<Row> rows;

		private Advance(ChangeLog.Parting parting, List<Row> rows) {
			this.parting = parting;
			this.rows = rows;
		}

	}

}
