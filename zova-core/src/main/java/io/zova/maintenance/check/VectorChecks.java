package io.zova.maintenance.check;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Map;
import java.util.OptionalDouble;

import org.jspecify.annotations.Nullable;

import io.zova.ZovaStatus;

/**
 * Reads every vector and compares its length, its elements, its norm, and the journal of
 * its collection.
 */
final class VectorChecks {

	private static final String COLLECTIONS = """
			select collection_key, name, dimensions, metric, element_type
			from vectors._zova_vector_collections
			order by name""";

	private static final String VECTORS = """
			select vector_id, "values", norm_squared
			from vectors._zova_vectors
			where collection_key = ?
			order by vector_id""";

	/** As they lie in the file. */
	private static final String STORED = """
			select v.vector_id, v."values", v.norm_squared, v.collection_key, c.collection_key is not null,
				c.name, c.dimensions, c.metric, c.element_type
			from vectors._zova_vectors v
				left join vectors._zova_vector_collections c on c.collection_key = v.collection_key
			order by v.vector_key""";

	private static final String STRAYS = """
			select vector_id
			from vectors._zova_vectors
			where collection_key not in (select collection_key from vectors._zova_vector_collections)
			order by vector_id""";

	private static final String UNTRACKED = """
			select name
			from vectors._zova_vector_collections
			where collection_key not in (select collection_key from vectors._zova_vector_sources)
			order by name""";

	/**
	 * The journal has one row for each revision above its floor, the newest with the
	 * token of the source; before the first change, tokens are the incarnation.
	 */
	private static final String CONTRADICTIONS = """
			select c.name
			from vectors._zova_vector_sources s join vectors._zova_vector_collections c using (collection_key)
			where typeof(s.incarnation) <> 'blob' or length(s.incarnation) <> 16
				or typeof(s.token) <> 'blob' or length(s.token) <> 16
				or typeof(s.floor_token) <> 'blob' or length(s.floor_token) <> 16
				or typeof(s.revision) <> 'integer' or typeof(s.floor) <> 'integer'
				or s.floor < 0 or s.floor > s.revision or s.revision - s.floor > 4351
				or (s.revision = 0 and (s.token <> s.incarnation or s.floor_token <> s.incarnation))
				or (s.floor = 0 and s.floor_token <> s.incarnation)
				or (s.revision > s.floor and s.token is not (
					select token from vectors._zova_vector_changes h
					where h.collection_key = s.collection_key and h.revision = s.revision))
				or (select count(*) from vectors._zova_vector_changes h
					where h.collection_key = s.collection_key) <> s.revision - s.floor
				or (select coalesce(min(h.revision), s.floor + 1) from vectors._zova_vector_changes h
					where h.collection_key = s.collection_key) <> s.floor + 1
			order by c.name""";

	private final Inspection inspection;

	/** Where findings go at the moment. */
	private Findings findings;

	private long vectors;

	private boolean strays;

	/** Vectors of no collection, as they lie in the file. */
	private final Findings strayed;

	private long key;

	private @Nullable Collection collection;

	VectorChecks(Inspection inspection) {
		this.inspection = inspection;
		this.findings = inspection.findings();
		this.strayed = this.findings.fresh();
	}

	/**
	 * Vectors are read as they lie in the file, which is much faster than in the order of
	 * their ids. That is only taken where something is to be reported.
	 */
	void run() throws SQLException {
		this.inspection.watch()
			.begin(CheckStep.VECTORS, this.inspection.total("select count(*) from vectors._zova_vectors"));
		Findings reported = this.inspection.findings();
		Findings first = reported.fresh();
		this.findings = first;
		try {
			this.inspection.eachWatched(STORED, this::stored);
		}
		catch (SQLException | RuntimeException ex) {
			reported.addAll(first);
			reported.addAll(this.strayed);
			throw ex;
		}
		if (first.count() > 0 || this.strays) {
			try {
				reported.addInOrder(first, (ordered) -> {
					this.findings = ordered;
					inOrder();
				});
			}
			catch (SQLException | RuntimeException ex) {
				reported.addAll(this.strayed);
				throw ex;
			}
		}
		this.findings = reported;
		this.inspection.watch().end();
	}

	private void stored(ResultSet row) throws SQLException {
		long key = row.getLong(4);
		Collection collection = this.collection;
		if (collection == null || key != this.key) {
			if (row.getLong(5) == 0) {
				this.strays = true;
				stray(row, this.strayed);
				return;
			}
			collection = new Collection(String.valueOf(row.getString(6)), VectorElements.of(row.getLong(7),
					String.valueOf(row.getString(8)), String.valueOf(row.getString(9))));
			this.collection = collection;
			this.key = key;
		}
		vector(collection, row);
	}

	private void inOrder() throws SQLException {
		this.vectors = 0;
		try (PreparedStatement rows = this.inspection.connection()
			.prepareStatement(this.inspection.schemas().sql(VECTORS))) {
			this.inspection.each(COLLECTIONS, (row) -> {
				rows.setLong(1, row.getLong(1));
				collection(new Collection(String.valueOf(row.getString(2)), VectorElements.of(row.getLong(3),
						String.valueOf(row.getString(4)), String.valueOf(row.getString(5)))), rows);
			});
		}
	}

	/** What the native library does not look at. */
	void journals() throws SQLException {
		if (this.strays) {
			this.findings.addInOrder(this.strayed, (ordered) -> this.inspection.each(STRAYS, (row) -> {
				this.vectors++;
				stray(row, ordered);
			}));
		}
		this.inspection.each(UNTRACKED, (row) -> this.findings.add(FindingKind.VECTOR_SOURCE_MISSING,
				ZovaStatus.VECTOR_CORRUPT, Locator.COLLECTION, String.valueOf(row.getString(1))));
		this.inspection.each(CONTRADICTIONS, (row) -> this.findings.add(FindingKind.VECTOR_SOURCE_INCONSISTENT,
				ZovaStatus.VECTOR_CORRUPT, Locator.COLLECTION, String.valueOf(row.getString(1))));
	}

	private void stray(ResultSet row, Findings found) throws SQLException {
		found.add(FindingKind.VECTOR_COLLECTION_MISSING, ZovaStatus.VECTOR_COLLECTION_NOT_FOUND, Locator.VECTOR_ID,
				NameRules.shown(this.inspection.utf8(row, 1)));
	}

	long vectors() {
		return this.vectors;
	}

	private void collection(Collection collection, PreparedStatement vectors) throws SQLException {
		try (ResultSet rows = vectors.executeQuery()) {
			while (rows.next()) {
				this.inspection.watch().row();
				vector(collection, rows);
			}
		}
	}

	private void vector(Collection collection, ResultSet row) throws SQLException {
		this.vectors++;
		byte[] id = this.inspection.utf8(row, 1);
		byte[] values = row.getBytes(2);
		OptionalDouble norm = (values != null) ? collection.elements.normSquared(values) : OptionalDouble.empty();
		if (norm.isEmpty()) {
			found(FindingKind.VECTOR_INTEGRITY, ZovaStatus.VECTOR_CORRUPT, collection.name, id);
			return;
		}
		if (!NameRules.isVectorName(id)) {
			found(FindingKind.VECTOR_INTEGRITY, ZovaStatus.VECTOR_INVALID, collection.name, id);
		}
		if (row.getDouble(3) != norm.getAsDouble() && !row.wasNull()) {
			found(FindingKind.VECTOR_NORM_MISMATCH, ZovaStatus.VECTOR_CORRUPT, collection.name, id);
		}
	}

	private void found(FindingKind kind, ZovaStatus detail, String collection, byte @Nullable [] id) {
		this.findings.add(new Finding(kind, Findings.name(detail), Map.of(Locator.COLLECTION, collection))
			.at(Locator.VECTOR_ID, NameRules.shown(id)));
	}

	/**
	 * A collection, by its name and what its vectors must be like.
	 */
	private record Collection(String name, VectorElements elements) {

	}

}
