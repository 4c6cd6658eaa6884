package io.zova.object;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.function.LongConsumer;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import io.zova.Arguments;
import io.zova.ZovaException;
import io.zova.ZovaStatus;
import io.zova.sqlite.SqlAccess;

/**
 * Objects in a Zova file. Safe for use by many threads.
 */
public final class ObjectTemplate implements ObjectOperations {

	private static final int PER_PAGE = 500;

	/** The object of no bytes. */
	static final ObjectId EMPTY = ObjectId.ofContent(new byte[0]);

	private final SqlAccess sql;

	private final ObjectPut put;

	private final ChunkRemoval removal;

	private final LiveWriters writers = new LiveWriters();

	private final LooseChunkCollection looseChunks;

	private final ObjectFiles files;

	private final ObjectTraffic traffic = new ObjectTraffic();

	/**
	 * Creates a template. One for each database is enough, and needed for
	 * {@link #collectLooseChunks} to know all writers.
	 * @param sql the way to the connections
	 */
	public ObjectTemplate(SqlAccess sql) {
		this.sql = sql;
		this.put = new ObjectPut(sql);
		this.removal = new ChunkRemoval(sql);
		this.looseChunks = new LooseChunkCollection(sql, this.removal, this.writers);
		this.files = new ObjectFiles(sql, this);
	}

	@Override
	public ObjectId put(byte[] content, StorageProfile profile) {
		this.sql.requireWritable();
		Arguments.required("content", content);
		Arguments.required("profile", profile);
		ObjectId id = this.put.put(content, profile);
		this.traffic.written(content.length);
		return id;
	}

	@Override
	public ObjectId put(ByteBuffer content, StorageProfile profile) {
		this.sql.requireWritable();
		Arguments.required("content", content);
		byte[] bytes = new byte[content.remaining()];
		content.duplicate().get(bytes);
		return put(bytes, profile);
	}

	@Override
	public ObjectId put(InputStream content, PutOptions options) {
		this.sql.requireWritable();
		Arguments.required("content", content);
		Arguments.required("options", options);
		return this.files.put(content, options);
	}

	@Override
	public ObjectId put(Path file, PutOptions options) {
		this.sql.requireWritable();
		Arguments.required("file", file);
		Arguments.required("options", options);
		return this.files.put(file, options);
	}

	@Override
	public ObjectWriter writer(StorageProfile profile) {
		this.sql.requireWritable();
		Arguments.required("profile", profile);
		return new StoredObjectWriter(this.sql, this.removal, this.writers, profile, this.traffic);
	}

	@Override
	public byte[] get(ObjectId id) {
		Arguments.required("id", id);
		byte[] content = this.sql.snapshot("read an object",
				(connection) -> ObjectContent.whole(connection, ObjectTable.require(connection, id)));
		this.traffic.read(content.length);
		return content;
	}

	@Override
	public Optional<byte[]> find(ObjectId id) {
		Arguments.required("id", id);
		Optional<byte[]> content = this.sql.snapshot("read an object", (connection) -> {
			ObjectInfo object = ObjectTable.find(connection, id);
			return (object != null) ? Optional.of(ObjectContent.whole(connection, object)) : Optional.empty();
		});
		content.ifPresent((bytes) -> this.traffic.read(bytes.length));
		return content;
	}

	@Override
	public long copyTo(ObjectId id, OutputStream target, LongConsumer progress) {
		Arguments.required("id", id);
		Arguments.required("target", target);
		Arguments.required("progress", progress);
		try {
			return this.files.copy(id, target, progress);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	@Override
	public long copyTo(ObjectId id, Path target, LongConsumer progress) {
		Arguments.required("id", id);
		Arguments.required("target", target);
		Arguments.required("progress", progress);
		return this.files.copy(id, target, progress);
	}

	@Override
	public ObjectReader open(ObjectId id) {
		Arguments.required("id", id);
		return StoredObjectReader.open(this.sql, id, this.traffic);
	}

	ObjectReader openLazily(ObjectId id) {
		return StoredObjectReader.openLazily(this.sql, id, this.traffic);
	}

	@Override
	public SeekableByteChannel openChannel(ObjectId id) {
		Arguments.required("id", id);
		ObjectInfo object = info(id);
		ObjectContent.requirePlausible(object);
		if (object.chunkCount() == 0) {
			ManifestWalk.requireEmpty(object);
		}
		return new ObjectChannel(this.sql, object, this.traffic);
	}

	@Override
	public byte[] readRange(ObjectId id, long offset, int length) {
		Arguments.required("id", id);
		if (length < 0) {
			throw ObjectErrors.invalidArgument("The length of a range is not negative, got " + length);
		}
		return this.sql.snapshot("read a range of an object", (connection) -> {
			ObjectInfo object = ObjectTable.require(connection, id);
			byte[] bytes = new byte[ObjectContent.rangeLength(connection, object, offset, length)];
			ObjectContent.range(connection, object, offset, bytes.length,
					(at, chunk, from, count) -> System.arraycopy(chunk, from, bytes, at, count));
			this.traffic.read(bytes.length);
			return bytes;
		});
	}

	@Override
	public int readRange(ObjectId id, long offset, ByteBuffer into) {
		Arguments.required("id", id);
		Arguments.required("into", into);
		int start = into.position();
		int length = this.sql.snapshot("read a range of an object", (connection) -> {
			ObjectInfo object = ObjectTable.require(connection, id);
			int available = ObjectContent.rangeLength(connection, object, offset, into.remaining());
			ObjectContent.range(connection, object, offset, available,
					(at, chunk, from, count) -> into.put(start + at, chunk, from, count));
			return available;
		});
		into.position(start + length);
		this.traffic.read(length);
		return length;
	}

	@Override
	public boolean exists(ObjectId id) {
		Arguments.required("id", id);
		return this.sql.read("look for an object", (connection) -> ObjectTable.exists(connection, id));
	}

	@Override
	public ObjectInfo info(ObjectId id) {
		Arguments.required("id", id);
		return this.sql.read("read about an object", (connection) -> ObjectTable.require(connection, id));
	}

	@Override
	public ObjectManifest manifest(ObjectId id) {
		Arguments.required("id", id);
		return this.sql.snapshot("read a manifest",
				(connection) -> ManifestTable.read(connection, ObjectTable.require(connection, id)));
	}

	@Override
	public long count() {
		return this.sql.read("count objects", ObjectTable::count);
	}

	@Override
	public List<ObjectInfo> page(@Nullable ObjectId after, int limit) {
		if (limit < 0) {
			throw ObjectErrors.invalidArgument("The limit of a page is not negative, got " + limit);
		}
		return this.sql.read("list objects", (connection) -> ObjectTable.page(connection, after, limit));
	}

	@Override
	public Stream<ObjectInfo> stream() {
		return Stream
			.iterate(page(null, PER_PAGE), (page) -> !page.isEmpty(),
					(page) -> (page.size() < PER_PAGE) ? List.of() : page(page.get(PER_PAGE - 1).id(), PER_PAGE))
			.flatMap(List::stream);
	}

	@Override
	public boolean delete(ObjectId id) {
		this.sql.requireWritable();
		Arguments.required("id", id);
		return this.removal.removeObjects(List.of(id)) > 0;
	}

	@Override
	public long deleteAll(Collection<ObjectId> ids) {
		this.sql.requireWritable();
		Arguments.requiredEach("ids", ids);
		return ids.isEmpty() ? 0 : this.removal.removeObjects(List.copyOf(new LinkedHashSet<>(ids)));
	}

	@Override
	public byte[] getChunk(ChunkId id) {
		Arguments.required("id", id);
		return findChunk(id).orElseThrow(() -> ObjectErrors.chunkNotFound(id));
	}

	private Optional<byte[]> findChunk(ChunkId id) {
		return this.sql.read("read a chunk", (connection) -> Optional
			.ofNullable(ChunkTable.find(connection, Sha256.newDigest(), id, ChunkTable.MAX_SIZE)));
	}

	@Override
	public void putChunk(ChunkId id, byte[] bytes, StorageProfile profile) {
		this.sql.requireWritable();
		Arguments.required("id", id);
		Arguments.required("bytes", bytes);
		Arguments.required("profile", profile);
		if (bytes.length == 0 || bytes.length > profile.maxChunkSize()) {
			throw ObjectErrors.corruptChunk(id,
					"it has " + bytes.length + " bytes, and 1 to " + profile.maxChunkSize() + " are allowed");
		}
		ChunkId actual = ChunkId.ofContent(bytes);
		if (!actual.equals(id)) {
			throw new ZovaException(ZovaStatus.OBJECT_CHUNK_HASH_MISMATCH,
					"Chunk " + id + " was expected, but the bytes make chunk " + actual);
		}
		this.sql.change("store a chunk", ObjectTable.TABLE, (connection) -> ChunkTable.putVerified(connection,
				Sha256.newDigest(), id, bytes, profile.maxChunkSize()));
	}

	@Override
	public boolean chunkExists(ChunkId id) {
		Arguments.required("id", id);
		return findChunk(id).isPresent();
	}

	@Override
	public boolean deleteChunk(ChunkId id) {
		this.sql.requireWritable();
		Arguments.required("id", id);
		return !this.removal.removeUnnamed("delete a chunk", List.of(id.shared())).isEmpty();
	}

	@Override
	public void assemble(ObjectId id, long size, List<ObjectManifest.Entry> chunks, StorageProfile profile) {
		this.sql.requireWritable();
		Arguments.required("id", id);
		Arguments.requiredEach("chunks", chunks);
		Arguments.required("profile", profile);
		ObjectAssembly assembly = new ObjectAssembly(id, size, chunks, profile);
		this.sql.change("assemble an object", ObjectTable.TABLE, assembly::run);
	}

	@Override
	public LooseChunks looseChunks(Duration olderThan) {
		Arguments.required("olderThan", olderThan);
		return this.looseChunks.find(olderThan);
	}

	@Override
	public LooseChunks collectLooseChunks(Duration olderThan) {
		this.sql.requireWritable();
		Arguments.required("olderThan", olderThan);
		return this.looseChunks.collect(olderThan);
	}

	@Override
	public ObjectStatistics statistics() {
		return this.traffic.statistics();
	}

	@Override
	public ObjectResource asResource(ObjectId id) {
		Arguments.required("id", id);
		return new ObjectResource(this, this::openLazily, id);
	}

}
