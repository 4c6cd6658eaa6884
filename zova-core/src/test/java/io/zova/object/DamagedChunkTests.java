package io.zova.object;

import java.util.List;

import io.zova.ZovaStatus;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Damage is noticed when a chunk, or an object, is put that exists already.
 */
class DamagedChunkTests extends ObjectFixture {

	@Test
	void anExistingChunkThatIsDamagedIsNotTakenForGood() {
		byte[] bytes = random(1_000, 1);
		ChunkId id = ChunkId.ofContent(bytes);
		this.objects.putChunk(id, bytes);
		damage("update _zova_chunks set data = zeroblob(1000)");
		assertStatus(ZovaStatus.OBJECT_CORRUPT, () -> this.objects.putChunk(id, bytes));
		assertStatus(ZovaStatus.OBJECT_CORRUPT, () -> this.objects.getChunk(id));
		assertStatus(ZovaStatus.OBJECT_CORRUPT, () -> this.objects.chunkExists(id));
		ObjectId object = this.objects.put(bytes);
		assertStatus(ZovaStatus.OBJECT_CORRUPT, () -> this.objects.get(object));
		this.objects.delete(object);
		this.objects.put(bytes);
		assertThat(this.objects.get(object)).isEqualTo(bytes);
	}

	@Test
	void anExistingObjectIsCheckedAndTheRowsGivenAreNotLookedAt() {
		byte[] content = random(50_000, 1);
		ObjectId id = this.objects.put(content);
		assertStatus(ZovaStatus.OBJECT_ALREADY_EXISTS, () -> assemble(id, -1, entry(7, 7, 7)));
		damage("update _zova_chunks set data = zeroblob(size_bytes) where rowid = 2");
		assertStatus(ZovaStatus.OBJECT_CORRUPT, () -> assemble(id, 0));
	}

	private void assemble(ObjectId id, long size, ObjectManifest.Entry... entries) {
		this.objects.assemble(id, size, List.of(entries), StorageProfile.DEDUPLICATION);
	}

	private static ObjectManifest.Entry entry(long index, long offset, long size) {
		return new ObjectManifest.Entry(index, ChunkId.ofContent(new byte[] { 1 }), offset, size);
	}

}
