package io.zova.conformance;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.BooleanSupplier;

import io.zova.RandomBytes;
import io.zova.ZovaStatus;
import io.zova.object.ChunkId;
import io.zova.object.ObjectId;
import io.zova.object.ObjectManifest;
import io.zova.object.ObjectTemplate;
import io.zova.object.StorageProfile;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Puts, reads, assembles and deletes objects of both profiles, whose contents share
 * chunks.
 */
final class ObjectSteps {

	private final TwoEngines engines;

	private final BooleanSupplier inTransaction;

	/** Contents that begin alike, so that chunks are shared, and end at odd places. */
	private final List<byte[]> contents = new ArrayList<>();

	private final boolean streaming;

	/**
	 * Starts with nothing stored.
	 * @param engines the engines
	 * @param inTransaction tells whether a transaction is open
	 * @param streaming whether to use the profile of large chunks too
	 */
	ObjectSteps(TwoEngines engines, BooleanSupplier inTransaction, boolean streaming) {
		this.streaming = streaming;
		this.engines = engines;
		this.inTransaction = inTransaction;
		byte[] source = RandomBytes.of(200_000, 7);
		for (int size : new int[] { 0, 1, 4_095, 16_384, 16_385, 65_536, 65_537, 120_000, 120_001, 200_000 }) {
			this.contents.add(Arrays.copyOf(source, size));
		}
		this.contents.add(Arrays.copyOfRange(source, 1_000, 150_000));
		this.contents.add(new byte[100_000]);
	}

	private ObjectTemplate ours() {
		return this.engines.database().objects();
	}

	private JsonNode theirs(String operation, @Nullable Object... arguments) {
		return this.engines.peer().call(operation, arguments);
	}

	void step() {
		byte[] content = this.engines.oneOf(this.contents);
		ObjectId id = ObjectId.ofContent(content);
		String shown = " of " + content.length;
		switch (this.engines.random().nextInt(14)) {
			case 0, 1, 2 -> put(content);
			case 3 -> write(content);
			case 4, 5 -> same("delete" + shown, () -> Outcome.deleted(ours().delete(id), ZovaStatus.OBJECT_NOT_FOUND),
					() -> theirs("delete_object", "object_id", id.toString()));
			case 6 -> this.engines.same("get" + shown, () -> ours().get(id),
					() -> theirs("get_object", "object_id", id.toString()));
			case 7 -> range(content, id);
			case 8 -> this.engines.same("manifest" + shown, () -> text(ours().manifest(id)),
					() -> text(theirs("object_manifest", "object_id", id.toString())));
			case 9 -> {
				this.engines.same("has" + shown, () -> ours().exists(id),
						() -> theirs("has_object", "object_id", id.toString()));
				this.engines.same("size" + shown, () -> ours().size(id),
						() -> theirs("object_size", "object_id", id.toString()));
				this.engines.same("chunk count" + shown, () -> ours().chunkCount(id),
						() -> theirs("object_chunk_count", "object_id", id.toString()));
			}
			case 10, 11 -> chunk(content);
			case 12 -> assemble(content, id);
			default -> {
				ChunkId chunk = ChunkId.ofContent(part(content));
				this.engines.same("get chunk", () -> ours().getChunk(chunk),
						() -> theirs("get_object_chunk", "hash", chunk.toString()));
				this.engines.same("has chunk", () -> ours().chunkExists(chunk),
						() -> theirs("has_object_chunk", "hash", chunk.toString()));
			}
		}
	}

	private void put(byte[] content) {
		StorageProfile profile = profile();
		this.engines.same("put %d %s".formatted(content.length, profile), () -> ours().put(content, profile).toBytes(),
				() -> theirs("put_object", "data", Peer.binary(content), "profile",
						profile.name().toLowerCase(Locale.ROOT)));
	}

	/** Inside a transaction ours writes and commits with it; the real engine refuses. */
	private void write(byte[] content) {
		if (this.inTransaction.getAsBoolean()) {
			return;
		}
		StorageProfile profile = profile();
		int cut = this.engines.random().nextInt(content.length + 1);
		boolean cancel = this.engines.chance(0.3);
		this.engines.same("%s %d %s".formatted(cancel ? "begin to write" : "write", content.length, profile), () -> {
			try (var writer = ours().writer(profile)) {
				writer.write(content, 0, cut);
				writer.write(content, cut, content.length - cut);
				return cancel ? null : writer.finish().toBytes();
			}
		}, () -> {
			JsonNode writer = theirs("object_writer", "profile", profile.name().toLowerCase(Locale.ROOT))
				.path("writer");
			theirs("writer_write", "writer", writer, "data", Peer.binary(Arrays.copyOf(content, cut)));
			theirs("writer_write", "writer", writer, "data",
					Peer.binary(Arrays.copyOfRange(content, cut, content.length)));
			return theirs(cancel ? "writer_cancel" : "writer_finish", "writer", writer);
		});
	}

	private void range(byte[] content, ObjectId id) {
		long offset = this.engines.random().nextInt(content.length + 2);
		int length = this.engines.random().nextInt(90_000);
		this.engines.same("read %d at %d of %d".formatted(length, offset, content.length),
				() -> ours().readRange(id, offset, length),
				() -> theirs("read_object_range", "object_id", id.toString(), "offset", offset, "len", length));
	}

	private void chunk(byte[] content) {
		byte[] part = part(content);
		ChunkId chunk = ChunkId.ofContent(this.engines.chance(0.1) ? content : part);
		if (this.engines.chance(0.7)) {
			same("put chunk " + part.length, () -> ours().putChunk(chunk, part),
					() -> theirs("put_object_chunk", "expected_hash", chunk.toString(), "data", Peer.binary(part)));
		}
		else {
			this.engines.same("delete chunk " + part.length, () -> ours().deleteChunk(chunk),
					() -> theirs("delete_object_chunk", "hash", chunk.toString()));
		}
	}

	/** Of chunks that may or may not be there, in a manifest that may or may not fit. */
	private void assemble(byte[] content, ObjectId id) {
		byte[] part = part(content);
		byte[] rest = Arrays.copyOfRange(content, Math.min(part.length, content.length), content.length);
		if (rest.length == 0 || rest.length > 65_536) {
			return;
		}
		for (byte[] bytes : List.of(part, rest)) {
			if (this.engines.chance(0.9)) {
				same("put chunk " + bytes.length, () -> ours().putChunk(ChunkId.ofContent(bytes), bytes),
						() -> theirs("put_object_chunk", "expected_hash", ChunkId.ofContent(bytes).toString(), "data",
								Peer.binary(bytes)));
			}
		}
		long gap = this.engines.chance(0.1) ? 1 : 0;
		List<ObjectManifest.Entry> entries = List.of(
				new ObjectManifest.Entry(0, ChunkId.ofContent(part), 0, part.length),
				new ObjectManifest.Entry(1, ChunkId.ofContent(rest), part.length + gap, rest.length));
		same("assemble " + content.length,
				() -> ours().assemble(id, content.length, entries, StorageProfile.DEDUPLICATION),
				() -> theirs("assemble_object_from_chunks", "object_id", id.toString(), "size_bytes", content.length,
						"chunks",
						entries.stream()
							.map((entry) -> Map.of("index", entry.index(), "hash", entry.chunk().toString(), "offset",
									entry.offset(), "size_bytes", entry.size()))
							.toList()));
	}

	private byte[] part(byte[] content) {
		return Arrays.copyOf(content, Math.max(1, Math.min(content.length / 2, 60_000)));
	}

	private StorageProfile profile() {
		return this.streaming ? this.engines.oneOf(List.of(StorageProfile.values())) : StorageProfile.DEDUPLICATION;
	}

	private static String text(ObjectManifest manifest) {
		List<String> chunks = manifest.chunks()
			.stream()
			.map((entry) -> Outcome.text(List.of(entry.index(), entry.chunk().toBytes(), entry.offset(), entry.size())))
			.toList();
		return manifest.object().size() + " " + manifest.object().profile().chunker() + " " + chunks;
	}

	private static String text(JsonNode manifest) {
		return manifest.path("size_bytes").asString() + " " + manifest.path("chunker").asString() + " "
				+ Outcome.eachFields(manifest.path("chunks"), "index", "hash", "offset", "size_bytes");
	}

	private void same(String what, Runnable ourCall, Callable<JsonNode> theirCall) {
		this.engines.same(what, () -> {
			ourCall.run();
			return null;
		}, theirCall);
	}

}
