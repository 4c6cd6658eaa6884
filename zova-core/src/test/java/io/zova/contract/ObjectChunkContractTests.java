package io.zova.contract;

import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

import io.zova.ZovaStatus;
import io.zova.object.ChunkId;
import io.zova.object.ObjectId;
import io.zova.object.ObjectManifest;
import io.zova.object.ObjectOperations;
import io.zova.object.StorageProfile;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Chunks can be stored one by one and put together, and only to what they say they are.
 */
class ObjectChunkContractTests extends Contract {

	private static final ObjectId EMPTY = ObjectId.ofContent(new byte[0]);

	private ObjectOperations objects;

	@BeforeEach
	void open() {
		this.objects = this.database.objects();
	}

	@Test
	void chunksAreStoredReadAndDeletedOneByOne() {
		byte[] bytes = random(1_000, 1);
		ChunkId id = ChunkId.ofContent(bytes);
		assertThat(this.objects.chunkExists(id)).isFalse();
		assertStatus(ZovaStatus.OBJECT_CHUNK_NOT_FOUND, () -> this.objects.getChunk(id));
		assertThat(this.objects.deleteChunk(id)).isFalse();
		this.objects.putChunk(id, bytes);
		this.objects.putChunk(id, bytes, StorageProfile.STREAMING);
		assertThat(this.objects.getChunk(id)).isEqualTo(bytes);
		assertThat(this.objects.chunkExists(id)).isTrue();
		assertThat(this.objects.deleteChunk(id)).isTrue();
		assertThat(this.objects.count() + chunks()).isZero();
	}

	@Test
	void aChunkInUseIsNotDeleted() {
		byte[] bytes = random(1_000, 1);
		this.objects.put(bytes);
		assertThat(this.objects.deleteChunk(ChunkId.ofContent(bytes))).isFalse();
		assertThat(chunks()).isEqualTo(1);
	}

	@Test
	void sizesOfChunksHaveTheLimitOfTheirProfile() {
		for (StorageProfile profile : StorageProfile.values()) {
			int max = profile.maxChunkSize();
			for (int size : new int[] { 1, max - 1, max }) {
				byte[] bytes = random(size, size);
				this.objects.putChunk(ChunkId.ofContent(bytes), bytes, profile);
				assertThat(this.objects.getChunk(ChunkId.ofContent(bytes))).isEqualTo(bytes);
			}
			for (int size : new int[] { 0, max + 1 }) {
				assertStatus(ZovaStatus.OBJECT_CORRUPT,
						() -> this.objects.putChunk(chunk('a'), new byte[size], profile));
			}
		}
	}

	@Test
	void bytesOfAnotherHashAreRefused() {
		assertStatus(ZovaStatus.OBJECT_CHUNK_HASH_MISMATCH, () -> this.objects.putChunk(chunk('a'), new byte[] { 1 }));
		assertThat(this.objects.count() + chunks()).isZero();
	}

	@Test
	void anyCutMakesAnObjectInTheDeduplicationProfile() {
		Parts parts = new Parts(5_000, 3_000, 10);
		Collections.reverse(parts.entries);
		this.objects.assemble(parts.id(), 8_010, parts.entries, StorageProfile.DEDUPLICATION);
		assertThat(this.objects.get(parts.id())).isEqualTo(parts.content());
		assertThat(this.objects.chunkCount(parts.id())).isEqualTo(3);
		assertThat(this.objects.readRange(parts.id(), 7_999, 11)).hasSize(11);
	}

	@Test
	void aChunkMayBeUsedTwice() {
		Parts parts = new Parts(100, 200);
		parts.add(random(100, 0));
		this.objects.assemble(parts.id(), 400, parts.entries, StorageProfile.DEDUPLICATION);
		assertThat(this.objects.get(parts.id())).isEqualTo(parts.content());
		assertThat(chunks()).isEqualTo(2);
		this.objects.delete(parts.id());
		assertThat(this.objects.count() + chunks()).isZero();
	}

	@Test
	void theStreamingProfileWantsItsExactShape() {
		Parts good = new Parts(1_048_576, 10);
		this.objects.assemble(good.id(), 1_048_586, good.entries, StorageProfile.STREAMING);
		assertThat(this.objects.get(good.id())).isEqualTo(good.content());
		Parts bad = new Parts(1_000, 10);
		assertStatus(ZovaStatus.OBJECT_MANIFEST_INVALID,
				() -> this.objects.assemble(bad.id(), 1_010, bad.entries, StorageProfile.STREAMING));
	}

	@Test
	void theEmptyObjectHasNoChunks() {
		assertStatus(ZovaStatus.OBJECT_MANIFEST_INVALID, () -> assemble(EMPTY, 0, entry(0, 0, 1)));
		assertStatus(ZovaStatus.OBJECT_MANIFEST_INVALID, () -> assemble(ObjectId.ofContent(new byte[1]), 0));
		assertStatus(ZovaStatus.OBJECT_MANIFEST_INVALID, () -> assemble(EMPTY, 1));
		assemble(EMPTY, 0);
		assertThat(this.objects.get(EMPTY)).isEmpty();
	}

	@Test
	void theFirstMistakeIsTheOneReported() {
		Parts parts = new Parts(100, 200);
		ObjectManifest.Entry first = parts.entries.get(0);
		ObjectManifest.Entry second = parts.entries.get(1);
		ObjectId id = parts.id();
		long before = chunks();
		assertStatus(ZovaStatus.OBJECT_MANIFEST_INVALID, () -> assemble(id, 300, first));
		assertStatus(ZovaStatus.OBJECT_MANIFEST_INVALID, () -> assemble(id, 299, first, second));
		assertStatus(ZovaStatus.OBJECT_MANIFEST_INVALID, () -> assemble(id, 301, first, second));
		assertStatus(ZovaStatus.OBJECT_MANIFEST_INVALID, () -> assemble(id, 300, first, first));
		assertStatus(ZovaStatus.OBJECT_MANIFEST_INVALID,
				() -> assemble(id, 300, first, new ObjectManifest.Entry(2, second.chunk(), 100, 200)));
		assertStatus(ZovaStatus.OBJECT_MANIFEST_INVALID,
				() -> assemble(id, 300, first, new ObjectManifest.Entry(1, second.chunk(), 101, 200)));
		assertStatus(ZovaStatus.OBJECT_MANIFEST_INVALID,
				() -> assemble(id, 300, first, new ObjectManifest.Entry(1, second.chunk(), 100, 199)));
		assertStatus(ZovaStatus.OBJECT_MANIFEST_INVALID,
				() -> assemble(ObjectId.ofContent(new byte[1]), 300, first, second));
		assertStatus(ZovaStatus.OBJECT_MANIFEST_INVALID, () -> assemble(id, 300, entry(0, 0, 0)));
		assertStatus(ZovaStatus.OBJECT_MANIFEST_INVALID, () -> assemble(id, 300, entry(-1, 0, 1), first, second));
		assertStatus(ZovaStatus.OBJECT_MANIFEST_INVALID, () -> assemble(id, 100_000, entry(0, 0, 70_000)));
		assertStatus(ZovaStatus.OBJECT_MANIFEST_INVALID,
				() -> assemble(id, Long.MAX_VALUE, entry(0, 0, Long.MAX_VALUE)));
		// Row 1 missing comes before row 2 misplaced, row 0 misplaced before row 1
		// missing.
		assertStatus(ZovaStatus.OBJECT_CHUNK_NOT_FOUND,
				() -> assemble(id, 300, first, entry(1, 100, 50), entry(2, 7, 50)));
		assertStatus(ZovaStatus.OBJECT_MANIFEST_INVALID,
				() -> assemble(id, 300, new ObjectManifest.Entry(0, first.chunk(), 1, 100), entry(1, 101, 50)));
		assertStatus(ZovaStatus.OBJECT_TOO_LARGE, () -> assemble(id, -1, first, second));
		assertThat(this.objects.count()).isZero();
		assertThat(chunks()).isEqualTo(before);
	}

	@Test
	void aLargeChunkClaimedSmallIsDamageInOneProfileAndAMistakeInTheOther() {
		byte[] bytes = random(100_000, 1);
		ChunkId chunk = ChunkId.ofContent(bytes);
		this.objects.putChunk(chunk, bytes, StorageProfile.STREAMING);
		ObjectManifest.Entry claimed = new ObjectManifest.Entry(0, chunk, 0, 60_000);
		ObjectId id = ObjectId.ofContent(new byte[60_000]);
		assertStatus(ZovaStatus.OBJECT_CORRUPT, () -> assemble(id, 60_000, claimed));
		assertStatus(ZovaStatus.OBJECT_MANIFEST_INVALID,
				() -> this.objects.assemble(id, 60_000, List.of(claimed), StorageProfile.STREAMING));
	}

	private void assemble(ObjectId id, long size, ObjectManifest.Entry... entries) {
		this.objects.assemble(id, size, List.of(entries), StorageProfile.DEDUPLICATION);
	}

	private static ObjectManifest.Entry entry(long index, long offset, long size) {
		return new ObjectManifest.Entry(index, chunk('b'), offset, size);
	}

	private static ChunkId chunk(char digit) {
		return ChunkId.parse(String.valueOf(digit).repeat(64));
	}

	/** How many different chunks are stored. */
	private long chunks() {
		return this.objects.looseChunks(Duration.ZERO).count() + this.objects.stream()
			.flatMap((info) -> this.objects.manifest(info.id()).chunks().stream())
			.map(ObjectManifest.Entry::chunk)
			.distinct()
			.count();
	}

	/**
	 * Chunks of an object, stored.
	 */
	private final class Parts {

		private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

		private final List<ObjectManifest.Entry> entries = new ArrayList<>();

		Parts(int... sizes) {
			for (int size : sizes) {
				add(random(size, this.entries.size()));
			}
		}

		void add(byte[] part) {
			ChunkId chunk = ChunkId.ofContent(part);
			ObjectChunkContractTests.this.objects.putChunk(chunk, part, StorageProfile.STREAMING);
			this.entries.add(new ObjectManifest.Entry(this.entries.size(), chunk, this.bytes.size(), part.length));
			this.bytes.writeBytes(part);
		}

		byte[] content() {
			return this.bytes.toByteArray();
		}

		ObjectId id() {
			return ObjectId.ofContent(content());
		}

	}

}
