package io.zova.maintenance.check;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

import org.jspecify.annotations.Nullable;

import io.zova.ZovaStatus;
import io.zova.maintenance.check.CheckReport.ObjectStorage;

/**
 * Reads every object and every chunk, one chunk at a time, and compares lists, sizes and
 * hashes.
 *
 * <p>
 * A chunk may have up to 1 MiB here. The native library checks stored chunks against 64
 * KiB and so refuses copies of sound files; that is not repeated.
 */
final class ObjectChecks {

	/** In the order of the two keys' indexes, so that nothing is sorted. */
	private static final String OBJECTS = """
			select o.rowid, o.object_id, o.size_bytes, o.chunk_count, o.chunker,
				m.rowid, m.chunk_index, m.chunk_hash, m.offset, m.size_bytes,
				c.rowid, c.size_bytes, length(c.data), c.data
			from objects._zova_objects o
				left join objects._zova_object_chunks m on m.object_id = o.object_id
				left join objects._zova_chunks c on c.chunk_hash = m.chunk_hash
			order by o.object_id, m.chunk_index""";

	/** Those of the objects have been hashed with them. */
	private static final String LOOSE_CHUNKS = """
			select c.chunk_hash, c.size_bytes, length(c.data), c.data
			from objects._zova_chunks c
			where c.chunk_hash not in (
				select m.chunk_hash
				from objects._zova_object_chunks m join objects._zova_objects o on o.object_id = m.object_id
				where m.chunk_hash is not null)
			order by c.chunk_hash""";

	private static final String ORPHANS = """
			select m.object_id, m.chunk_hash
			from objects._zova_object_chunks m
			where not exists (select 1 from objects._zova_objects o where o.object_id = m.object_id)
			order by m.object_id, m.chunk_index""";

	private static final String CHUNK_SIZES = """
			select coalesce(sum(c.size_bytes), 0),
				coalesce(sum(c.size_bytes) filter (
					where c.chunk_hash in (select chunk_hash from objects._zova_object_chunks)), 0)
			from objects._zova_chunks c""";

	private static final String CHUNKERS = """
			select o.chunker, count(*), count(distinct m.chunk_hash)
			from objects._zova_object_chunks m join objects._zova_objects o on o.object_id = m.object_id
			group by o.chunker""";

	private static final int LARGEST_CHUNK = 1 << 20;

	private static final int LARGEST_FASTCDC_CHUNK = 1 << 16;

	private static final int HASH_LENGTH = 32;

	private static final byte[] NOTHING = new byte[0];

	private final Inspection inspection;

	private final Findings findings;

	private final MessageDigest chunkDigest = sha256();

	private final MessageDigest objectDigest = sha256();

	private final byte[] emptyId = sha256().digest();

	private @Nullable OpenObject current;

	private long objects;

	private long chunks;

	private long looseChunks;

	private long logicalBytes;

	ObjectChecks(Inspection inspection) {
		this.inspection = inspection;
		this.findings = inspection.findings();
	}

	void run() throws SQLException {
		Watch watch = this.inspection.watch();
		watch.begin(CheckStep.OBJECTS, this.inspection.total("select count(*) from objects._zova_object_chunks"));
		this.inspection.eachWatched(OBJECTS, this::row);
		finish();
		this.inspection.each(ORPHANS,
				(row) -> this.findings
					.add(finding(FindingKind.ORPHAN_MANIFEST_ROW, ZovaStatus.OBJECT_NOT_FOUND, bytes(row, 1))
						.at(Locator.CHUNK_HASH, hex(bytes(row, 2)))));
		watch.end();
		watch.begin(CheckStep.LOOSE_CHUNKS, 0);
		this.inspection.eachWatched(LOOSE_CHUNKS, this::looseChunk);
		watch.end();
	}

	long objects() {
		return this.objects;
	}

	long chunks() {
		return this.chunks;
	}

	long looseChunks() {
		return this.looseChunks;
	}

	ObjectStorage storage() throws SQLException {
		long[] sizes = new long[2];
		this.inspection.each(CHUNK_SIZES, (row) -> {
			sizes[0] = row.getLong(1);
			sizes[1] = row.getLong(2);
		});
		long[] rows = new long[4];
		this.inspection.each(CHUNKERS, (row) -> {
			int chunker = "fixed-1m-v1".equals(row.getString(1)) ? 1 : 0;
			rows[chunker] += row.getLong(2);
			rows[2 + chunker] += row.getLong(3);
		});
		return new ObjectStorage(this.logicalBytes, sizes[0], sizes[1], rows[0], rows[1], rows[2], rows[3],
				Math.max(0, this.logicalBytes - sizes[1]));
	}

	private void row(ResultSet row) throws SQLException {
		long key = row.getLong(1);
		OpenObject object = this.current;
		if (object == null || object.key != key) {
			finish();
			object = new OpenObject(key, bytes(row, 2), row.getLong(3), row.getLong(4),
					String.valueOf(row.getString(5)));
			this.current = object;
		}
		row.getLong(6);
		if (!row.wasNull() && object.hasShape()) {
			object.chunk(row);
		}
	}

	private void finish() {
		OpenObject object = this.current;
		if (object != null) {
			object.finish();
			this.current = null;
		}
	}

	private void looseChunk(ResultSet row) throws SQLException {
		this.looseChunks++;
		byte[] hash = bytes(row, 1);
		if (hash.length != HASH_LENGTH) {
			this.findings.add(FindingKind.LOOSE_CHUNK_ID_SHAPE, ZovaStatus.OBJECT_CORRUPT, Locator.CHUNK_HASH,
					hex(hash));
			return;
		}
		long length = row.getLong(3);
		boolean sound = length >= 1 && length <= LARGEST_CHUNK && length == row.getLong(2);
		if (!sound || !Arrays.equals(this.chunkDigest.digest(bytes(row, 4)), hash)) {
			this.findings.add(FindingKind.LOOSE_CHUNK_INTEGRITY, ZovaStatus.OBJECT_CORRUPT, Locator.CHUNK_HASH,
					hex(hash));
		}
	}

	private static Finding finding(FindingKind kind, ZovaStatus detail, byte[] id) {
		return new Finding(kind, Findings.name(detail), java.util.Map.of(Locator.OBJECT_ID, hex(id)));
	}

	private static byte[] bytes(ResultSet row, int column) throws SQLException {
		byte @Nullable [] bytes = row.getBytes(column);
		return (bytes != null) ? bytes : NOTHING;
	}

	private static String hex(byte[] bytes) {
		return HexFormat.of().formatHex(bytes);
	}

	private static MessageDigest sha256() {
		try {
			return MessageDigest.getInstance("SHA-256");
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException("Every Java has SHA-256", ex);
		}
	}

	/**
	 * The object whose chunks are being read.
	 */
	private final class OpenObject {

		private final long key;

		private final byte[] id;

		private final long size;

		private final long chunkCount;

		private final boolean fixed;

		private long index;

		private long offset;

		private boolean manifestBroken;

		private boolean chunkMissing;

		private boolean layoutOdd;

		private boolean contentBroken;

		private long damagedChunks;

		/** Reported once it is known that the list of chunks is sound. */
		private final List<byte[]> damagedHashes = new ArrayList<>();

		OpenObject(long key, byte[] id, long size, long chunkCount, String chunker) {
			this.key = key;
			this.id = id;
			this.size = size;
			this.chunkCount = chunkCount;
			this.fixed = chunker.equals("fixed-1m-v1");
			this.manifestBroken = !this.fixed && !chunker.equals("fastcdc-v1");
			objectDigest.reset();
		}

		boolean hasShape() {
			return this.id.length == HASH_LENGTH;
		}

		void chunk(ResultSet row) throws SQLException {
			chunks++;
			byte[] hash = bytes(row, 8);
			long chunkSize = row.getLong(10);
			row.getLong(11);
			if (row.wasNull()) {
				missing(hash);
			}
			this.manifestBroken |= row.getLong(7) != this.index || row.getLong(9) != this.offset || chunkSize < 1
					|| chunkSize > LARGEST_CHUNK || this.offset + chunkSize > this.size || row.getLong(12) != chunkSize;
			this.layoutOdd |= this.fixed ? chunkSize != LARGEST_CHUNK && this.index < this.chunkCount - 1
					: chunkSize > LARGEST_FASTCDC_CHUNK;
			this.index++;
			this.offset += chunkSize;
			if (!this.manifestBroken) {
				content(row, hash, chunkSize);
			}
		}

		private void missing(byte[] hash) {
			this.manifestBroken = true;
			this.chunkMissing = true;
			boolean shaped = hash.length == HASH_LENGTH;
			findings.add(finding(shaped ? FindingKind.MISSING_CHUNK : FindingKind.MISSING_CHUNK_ID_SHAPE,
					shaped ? ZovaStatus.OBJECT_CHUNK_NOT_FOUND : ZovaStatus.OBJECT_CORRUPT, this.id)
				.at(Locator.CHUNK_HASH, hex(hash)));
		}

		/** The hash of an object of one chunk is that of the chunk. */
		private void content(ResultSet row, byte[] hash, long chunkSize) throws SQLException {
			if (row.getLong(13) != chunkSize) {
				damaged(hash);
				return;
			}
			byte[] data = bytes(row, 14);
			if (!Arrays.equals(chunkDigest.digest(data), hash)) {
				damaged(hash);
			}
			else if (this.chunkCount == 1) {
				this.contentBroken |= !Arrays.equals(hash, this.id);
			}
			else if (!this.contentBroken) {
				objectDigest.update(data);
			}
		}

		private void damaged(byte[] hash) {
			this.contentBroken = true;
			this.damagedChunks++;
			if (this.damagedHashes.size() < findings.limit()) {
				this.damagedHashes.add(hash);
			}
		}

		void finish() {
			if (!hasShape()) {
				findings.add(finding(FindingKind.OBJECT_ID_SHAPE, ZovaStatus.OBJECT_CORRUPT, this.id));
				return;
			}
			objects++;
			logicalBytes += this.size;
			this.manifestBroken |= this.index != this.chunkCount || this.offset != this.size
					|| (this.chunkCount == 0 && !Arrays.equals(this.id, emptyId));
			if (this.manifestBroken) {
				findings.add(finding(FindingKind.OBJECT_MANIFEST,
						this.chunkMissing ? ZovaStatus.OBJECT_CHUNK_NOT_FOUND : ZovaStatus.OBJECT_CORRUPT, this.id));
				return;
			}
			if (this.layoutOdd) {
				findings.add(finding(FindingKind.OBJECT_CHUNKER_LAYOUT, ZovaStatus.OBJECT_CORRUPT, this.id));
			}
			for (byte[] hash : this.damagedHashes) {
				findings.add(finding(FindingKind.CHUNK_INTEGRITY, ZovaStatus.OBJECT_CORRUPT, this.id)
					.at(Locator.CHUNK_HASH, hex(hash)));
			}
			findings.addUnkept(FindingKind.CHUNK_INTEGRITY, this.damagedChunks - this.damagedHashes.size());
			if (this.contentBroken || (this.chunkCount > 1 && !Arrays.equals(objectDigest.digest(), this.id))) {
				findings.add(finding(FindingKind.OBJECT_INTEGRITY, ZovaStatus.OBJECT_CORRUPT, this.id));
			}
		}

	}

}
