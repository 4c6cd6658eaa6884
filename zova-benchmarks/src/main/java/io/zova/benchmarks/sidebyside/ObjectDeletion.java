package io.zova.benchmarks.sidebyside;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

import io.zova.ZovaDatabase;
import io.zova.ZovaOptions;
import io.zova.benchmarks.Contender;
import io.zova.benchmarks.Measured;
import io.zova.benchmarks.RealEngine;
import io.zova.benchmarks.SampleData;
import io.zova.benchmarks.Workload;
import io.zova.object.ChunkId;
import io.zova.object.ObjectId;
import io.zova.object.ObjectManifest;
import io.zova.object.StorageProfile;
import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Objects of 20 chunks, deleted from a file that holds many: the file has no index that
 * says who else needs a chunk.
 * <p>
 * An object is put by storing its chunks and assembling them in one transaction, because
 * 20 chunks that the chunker cuts are 190 KB, and putting them would measure the disk.
 */
final class ObjectDeletion {

	private static final int CHUNKS = 20;

	private static final int CHUNK_SIZE = 64;

	private static final int PUTS_TOGETHER = 1_000;

	private static final String PUT = "object_put_20_chunks";

	private static final String DELETE = "object_delete_20_chunks";

	private static final String DELETE_INTERLEAVED = "object_delete_after_other_commit";

	private ObjectDeletion() {
	}

	static Workload workload(boolean full) {
		int objects = full ? 5_000 : 2_000;
		List<Contender> contenders = new ArrayList<>();
		contenders.add(new Ours("ours", objects, objects / 4));
		contenders.add(new Peer(objects, objects / 4, 10));
		if (full) {
			contenders.add(new Ours("ours, 1,000,000 chunks", 50_000, 10_000));
		}
		return new Workload("object-deletion",
				("%,d objects of 20 chunks: a quarter of them put, objects deleted one by one, and one by one after a"
						+ " commit of another connection each; write-ahead log, synchronous NORMAL")
					.formatted(objects),
				contenders);
	}

	/** An object, and how it is cut. */
	private record Pieces(ObjectId id, List<byte[]> chunks) {

		static Pieces next(SampleData random) {
			byte[] content = random.bytes(CHUNKS * CHUNK_SIZE);
			List<byte[]> chunks = new ArrayList<>();
			for (int from = 0; from < content.length; from += CHUNK_SIZE) {
				chunks.add(Arrays.copyOfRange(content, from, from + CHUNK_SIZE));
			}
			return new Pieces(ObjectId.ofContent(content), chunks);
		}

	}

	/**
	 * Ours.
	 *
	 * @param name its name
	 * @param objects how many there are before the first is deleted
	 * @param count how many are put, and deleted in each way
	 */
	private record Ours(String name, int objects, int count) implements Contender {

		@Override
		public Measured run(Path folder) throws Exception {
			Measured measured = Measured.start();
			ZovaOptions options = ZovaOptions.builder()
				.journalMode(ZovaOptions.JournalMode.WAL)
				.synchronous(ZovaOptions.Synchronous.NORMAL)
				.build();
			try (ZovaDatabase database = ZovaDatabase.create(folder.resolve("bench.zova"), options)) {
				TransactionTemplate transaction = new TransactionTemplate(database.transactionManager());
				SampleData random = new SampleData(7);
				Deque<ObjectId> ids = new ArrayDeque<>();
				while (ids.size() < this.objects - this.count) {
					transaction.executeWithoutResult((status) -> {
						for (int i = 0; i < PUTS_TOGETHER && ids.size() < this.objects - this.count; i++) {
							ids.add(put(database, Pieces.next(random)));
						}
					});
				}
				measured.time(PUT, this.count, () -> {
					for (int i = 0; i < this.count; i++) {
						Pieces pieces = Pieces.next(random);
						ids.add(pieces.id());
						transaction.executeWithoutResult((status) -> put(database, pieces));
					}
				});
				measured.check("object_%,d".formatted(this.objects), ids.getLast());
				measured.time(DELETE, this.count, () -> {
					for (int i = 0; i < this.count; i++) {
						database.objects().delete(ids.remove());
					}
				});
				measured.perSecond().put(DELETE_INTERLEAVED, this.count / interleaved(database, ids));
				long chunks = JdbcClient.create(database.dataSource())
					.sql("select count(*) from _zova_chunks")
					.query(Long.class)
					.single();
				if (chunks != (long) ids.size() * CHUNKS) {
					throw new IllegalStateException(chunks + " chunks are left");
				}
			}
			return measured;
		}

		private double interleaved(ZovaDatabase database, Deque<ObjectId> ids) throws Exception {
			JdbcClient.create(database.dataSource()).sql("create table note (text)").update();
			long nanos = 0;
			try (Connection other = database.dataSource().getConnection();
					PreparedStatement note = other.prepareStatement("insert into note values ('x')")) {
				for (int i = 0; i < this.count; i++) {
					note.executeUpdate();
					long start = System.nanoTime();
					database.objects().delete(ids.remove());
					nanos += System.nanoTime() - start;
				}
			}
			return nanos / 1e9;
		}

		private static ObjectId put(ZovaDatabase database, Pieces pieces) {
			List<ObjectManifest.Entry> entries = new ArrayList<>();
			for (byte[] chunk : pieces.chunks()) {
				ChunkId id = ChunkId.ofContent(chunk);
				database.objects().putChunk(id, chunk);
				entries
					.add(new ObjectManifest.Entry(entries.size(), id, (long) entries.size() * CHUNK_SIZE, CHUNK_SIZE));
			}
			database.objects().assemble(pieces.id(), CHUNKS * CHUNK_SIZE, entries, StorageProfile.DEDUPLICATION);
			return pieces.id();
		}

	}

	/**
	 * The real engine, which scans at each deletion.
	 *
	 * @param objects how many there are before the first is deleted
	 * @param count how many are put
	 * @param deletions how many are deleted in each way
	 */
	private record Peer(int objects, int count, int deletions) implements Contender {

		@Override
		public String name() {
			return "real engine 1.3.0";
		}

		@Override
		public @Nullable String absent() {
			return RealEngine.reasonOfAbsence();
		}

		@Override
		public Measured run(Path folder) throws Exception {
			Measured measured = Measured.start();
			try (PeerSession peer = new PeerSession(RealEngine.program())) {
				String path = folder.resolve("bench.zova").toString();
				peer.call("create", Map.of("path", path));
				peer.call("exec",
						Map.of("sql", "pragma journal_mode=wal; pragma synchronous=normal; create table note (text)"));
				SampleData random = new SampleData(7);
				Deque<ObjectId> ids = new ArrayDeque<>();
				peer.call("begin_immediate", Map.of());
				while (ids.size() < this.objects - this.count) {
					put(peer, random, ids);
				}
				peer.call("commit", Map.of());
				double seconds = 0;
				for (int i = 0; i < this.count; i++) {
					seconds += peer.call("begin_immediate", Map.of());
					seconds += put(peer, random, ids);
					seconds += peer.call("commit", Map.of());
				}
				measured.perSecond().put(PUT, this.count / seconds);
				measured.check("object_%,d".formatted(this.objects), ids.getLast());
				seconds = 0;
				for (int i = 0; i < this.deletions; i++) {
					seconds += delete(peer, ids.remove());
				}
				measured.perSecond().put(DELETE, this.deletions / seconds);
				peer.call("open", Map.of("path", path, "db", "other"));
				seconds = 0;
				for (int i = 0; i < this.deletions; i++) {
					peer.call("exec", Map.of("db", "other", "sql", "insert into note values ('x')"));
					seconds += delete(peer, ids.remove());
				}
				measured.perSecond().put(DELETE_INTERLEAVED, this.deletions / seconds);
			}
			return measured;
		}

		private static double put(PeerSession peer, SampleData random, Deque<ObjectId> ids) throws IOException {
			Pieces pieces = Pieces.next(random);
			ids.add(pieces.id());
			double seconds = 0;
			List<Map<String, Object>> chunks = new ArrayList<>();
			for (byte[] chunk : pieces.chunks()) {
				String hash = ChunkId.ofContent(chunk).toString();
				seconds += peer.call("put_object_chunk",
						Map.of("expected_hash", hash, "data", Map.of("hex", HexFormat.of().formatHex(chunk))));
				chunks.add(Map.of("index", chunks.size(), "hash", hash, "offset", chunks.size() * CHUNK_SIZE,
						"size_bytes", CHUNK_SIZE));
			}
			return seconds + peer.call("assemble_object_from_chunks",
					Map.of("object_id", pieces.id().toString(), "size_bytes", CHUNKS * CHUNK_SIZE, "chunks", chunks));
		}

		private static double delete(PeerSession peer, ObjectId id) throws IOException {
			return peer.call("delete_object", Map.of("object_id", id.toString()));
		}

	}

}
