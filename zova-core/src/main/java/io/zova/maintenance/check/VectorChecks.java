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

	private final Findings findings;

	private long vectors;

	VectorChecks(Inspection inspection) {
		this.inspection = inspection;
		this.findings = inspection.findings();
	}

	void run() throws SQLException {
		this.inspection.watch()
			.begin(CheckStep.VECTORS, this.inspection.total("select count(*) from vectors._zova_vectors"));
		try (PreparedStatement rows = this.inspection.connection()
			.prepareStatement(this.inspection.schemas().sql(VECTORS))) {
			this.inspection.each(COLLECTIONS, (row) -> {
				rows.setLong(1, row.getLong(1));
				collection(String.valueOf(row.getString(2)), VectorElements.of(row.getLong(3),
						String.valueOf(row.getString(4)), String.valueOf(row.getString(5))), rows);
			});
		}
		this.inspection.watch().end();
	}

	/** What the native library does not look at. */
	void journals() throws SQLException {
		this.inspection.each(STRAYS, (row) -> {
			this.vectors++;
			this.findings.add(FindingKind.VECTOR_COLLECTION_MISSING, ZovaStatus.VECTOR_COLLECTION_NOT_FOUND,
					Locator.VECTOR_ID, Names.shown(this.inspection.utf8(row, 1)));
		});
		this.inspection.each(UNTRACKED, (row) -> this.findings.add(FindingKind.VECTOR_SOURCE_MISSING,
				ZovaStatus.VECTOR_CORRUPT, Locator.COLLECTION, String.valueOf(row.getString(1))));
		this.inspection.each(CONTRADICTIONS, (row) -> this.findings.add(FindingKind.VECTOR_SOURCE_INCONSISTENT,
				ZovaStatus.VECTOR_CORRUPT, Locator.COLLECTION, String.valueOf(row.getString(1))));
	}

	long vectors() {
		return this.vectors;
	}

	private void collection(String name, VectorElements elements, PreparedStatement vectors) throws SQLException {
		try (ResultSet rows = vectors.executeQuery()) {
			while (rows.next()) {
				this.inspection.watch().row();
				this.vectors++;
				byte[] id = this.inspection.utf8(rows, 1);
				byte[] values = rows.getBytes(2);
				OptionalDouble norm = (values != null) ? elements.normSquared(values) : OptionalDouble.empty();
				if (norm.isEmpty()) {
					found(FindingKind.VECTOR_INTEGRITY, ZovaStatus.VECTOR_CORRUPT, name, id);
				}
				else {
					if (!Names.isVectorName(id)) {
						found(FindingKind.VECTOR_INTEGRITY, ZovaStatus.VECTOR_INVALID, name, id);
					}
					double stored = rows.getDouble(3);
					if (!rows.wasNull() && stored != norm.getAsDouble()) {
						found(FindingKind.VECTOR_NORM_MISMATCH, ZovaStatus.VECTOR_CORRUPT, name, id);
					}
				}
			}
		}
	}

	private void found(FindingKind kind, ZovaStatus detail, String collection, byte @Nullable [] id) {
		this.findings.add(new Finding(kind, Findings.name(detail), Map.of(Locator.COLLECTION, collection))
			.at(Locator.VECTOR_ID, Names.shown(id)));
	}

}
