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

	/**
	 * Either order is that of a table or of an index, so that nothing is sorted. Bytes
	 * are read only where there are as many as there should be.
	 */
	private static final String OBJECTS = """
			select o.rowid, o.object_id, o.size_bytes, o.chunk_count, o.chunker,
				m.rowid is not null, coalesce(m.chunk_index, -1), m.chunk_hash, m.offset, m.size_bytes,
				coalesce(c.rowid, NONE), c.size_bytes,
				case when m.size_bytes between 1 and LARGEST and length(c.data) = m.size_bytes then c.data end
			from objects._zova_objects o
				left join objects._zova_object_chunks m on m.object_id = o.object_id
				left join objects._zova_chunks c on c.chunk_hash = m.chunk_hash
			order by ORDER, m.chunk_index""";

	/** In which objects were stored, and mostly their chunks. */
	private static final String STORED = "o.rowid";

	/** In which findings are reported. */
	private static final String REPORTED = "o.object_id";

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

	private static final String FIXED = "fixed-1m-v1";

	private final Inspection inspection;

	private final MessageDigest chunkDigest = sha256();

	private final MessageDigest objectDigest = sha256();

	private final byte[] emptyId = sha256().digest();

	/** All that was found, once the objects' own are there. */
	private final Findings reported;

	/** Where the objects' findings go at the moment. */
	private Findings findings;

	private @Nullable OpenObject current;

	private ChunkUse use = new ChunkUse();

	private long objects;

	private long chunks;

	private long looseChunks;

	private long logicalBytes;

	ObjectChecks(Inspection inspection) {
		this.inspection = inspection;
		this.reported = inspection.findings();
		this.findings = this.reported;
	}

	/**
	 * Objects are read as they lie in the file, which is much faster than in the order of
	 * their ids. That is only taken where something is to be reported.
	 */
	void run() throws SQLException {
		Watch watch = this.inspection.watch();
		watch.begin(CheckStep.OBJECTS, this.inspection.total("select count(*) from objects._zova_object_chunks"));
		Findings first = this.reported.fresh();
		try {
			objects(STORED, first);
		}
		catch (SQLException | RuntimeException ex) {
			this.reported.addAll(first);
			throw ex;
		}
		if (first.count() > 0) {
			this.reported.addInOrder(first, (ordered) -> objects(REPORTED, ordered));
		}
		this.findings = this.reported;
		if (this.inspection.number("select count(*) from objects._zova_object_chunks") != this.use.rows()) {
			this.inspection.each(ORPHANS,
					(row) -> this.findings
						.add(finding(FindingKind.ORPHAN_MANIFEST_ROW, ZovaStatus.OBJECT_NOT_FOUND, bytes(row, 1))
							.at(Locator.CHUNK_HASH, hex(bytes(row, 2)))));
		}
		watch.end();
		watch.begin(CheckStep.LOOSE_CHUNKS, 0);
		if (!isEveryChunkUsed()) {
			this.inspection.eachWatched(LOOSE_CHUNKS, this::looseChunk);
		}
		watch.end();
	}

	private void objects(String order, Findings found) throws SQLException {
		this.findings = found;
		this.use = new ChunkUse();
		this.objects = 0;
		this.chunks = 0;
		this.logicalBytes = 0;
		this.current = null;
		try (Handover handover = new Handover()) {
			this.inspection.eachWatched(OBJECTS.replace("ORDER", order)
				.replace("NONE", Long.toString(Piece.MISSING))
				.replace("LARGEST", Integer.toString(LARGEST_CHUNK)), (row) -> row(row, handover));
			finish(handover);
			handover.finish();
		}
	}

	private boolean isEveryChunkUsed() throws SQLException {
		return this.use.chunks() == this.inspection.number("select count(*) from objects._zova_chunks");
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
		if (isEveryChunkUsed()) {
			return this.use.storage(this.logicalBytes);
		}
		long[] sizes = new long[2];
		this.inspection.each(CHUNK_SIZES, (row) -> {
			sizes[0] = row.getLong(1);
			sizes[1] = row.getLong(2);
		});
		long[] rows = new long[4];
		this.inspection.each(CHUNKERS, (row) -> {
			int chunker = FIXED.equals(row.getString(1)) ? 1 : 0;
			rows[chunker] += row.getLong(2);
			rows[2 + chunker] += row.getLong(3);
		});
		return new ObjectStorage(this.logicalBytes, sizes[0], sizes[1], rows[0], rows[1], rows[2], rows[3],
				Math.max(0, this.logicalBytes - sizes[1]));
	}

	/** What is read here is compared and hashed by another thread. */
	private void row(ResultSet row, Handover handover) throws SQLException {
		long key = row.getLong(1);
		OpenObject object = this.current;
		if (object == null || object.key != key) {
			finish(handover);
			object = new OpenObject(key, bytes(row, 2), row.getLong(3), row.getLong(4),
					String.valueOf(row.getString(5)));
			this.current = object;
		}
		if (row.getLong(6) != 0) {
			OpenObject owner = object;
			Piece piece = Piece.of(row);
			handover.put(() -> owner.chunk(piece), piece.data().length);
		}
	}

	private void finish(Handover handover) throws SQLException {
		OpenObject object = this.current;
		if (object != null) {
			handover.put(object::finish, 0);
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
			this.fixed = chunker.equals(FIXED);
			this.manifestBroken = !this.fixed && !chunker.equals("fastcdc-v1");
		}

		boolean hasShape() {
			return this.id.length == HASH_LENGTH;
		}

		void chunk(Piece piece) {
			use.add(piece.chunk(), piece.storedSize(), this.fixed);
			if (!hasShape()) {
				return;
			}
			chunks++;
			if (piece.chunk() == Piece.MISSING) {
				missing(piece.hash());
			}
			long chunkSize = piece.size();
			this.manifestBroken |= piece.index() != this.index || piece.offset() != this.offset || chunkSize < 1
					|| chunkSize > LARGEST_CHUNK || this.offset + chunkSize > this.size
					|| piece.storedSize() != chunkSize;
			this.layoutOdd |= this.fixed ? chunkSize != LARGEST_CHUNK && this.index < this.chunkCount - 1
					: chunkSize > LARGEST_FASTCDC_CHUNK;
			this.index++;
			this.offset += chunkSize;
			if (!this.manifestBroken) {
				content(piece.hash(), piece.data(), chunkSize);
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
		private void content(byte[] hash, byte[] data, long chunkSize) {
			if (data.length != chunkSize) {
				damaged(hash);
				return;
			}
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
			report();
			objectDigest.reset();
		}

		private void report() {
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

	/**
	 * A row of an object's list of chunks, with the chunk that it names.
	 *
	 * @param index its number
	 * @param hash the name of the chunk
	 * @param offset where its bytes begin in the object
	 * @param size how many there are
	 * @param chunk the chunk's own row
	 * @param storedSize how many bytes that row says that it has
	 * @param data the bytes, if there are as many as there should be
	 */
	private record Piece(long index, byte[] hash, long offset, long size, long chunk, long storedSize, byte[] data) {

		/** No rowid of ours. */
		static final long MISSING = -(1L << 62);

		static Piece of(ResultSet row) throws SQLException {
			return new Piece(row.getLong(7), bytes(row, 8), row.getLong(9), row.getLong(10), row.getLong(11),
					row.getLong(12), bytes(row, 13));
		}

	}

}
