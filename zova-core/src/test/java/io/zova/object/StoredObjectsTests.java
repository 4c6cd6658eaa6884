package io.zova.object;

import java.util.HashSet;
import java.util.List;

import io.zova.ZovaStatus;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What is put is found again, once, in the rows that the format prescribes.
 */
class StoredObjectsTests extends ObjectFixture {

	@Test
	void goldenObjectsHaveTheRealEnginesRowsAndComeBackUnchanged() {
		for (StorageProfile profile : StorageProfile.values()) {
			for (GoldenObjects.Vector vector : GoldenObjects.vectors()) {
				ObjectId id = this.objects.put(vector.content(), profile);
				assertThat(id).hasToString(vector.objectId());
				assertThat(this.objects.get(id)).as(vector.name()).isEqualTo(vector.content());
				ObjectManifest manifest = this.objects.manifest(id);
				assertThat(manifest.object())
					.isEqualTo(new ObjectInfo(id, vector.content().length, vector.chunks(profile).size(), profile));
				List<GoldenObjects.Chunk> chunks = manifest.chunks()
					.stream()
					.map((entry) -> new GoldenObjects.Chunk(entry.offset(), (int) entry.size(),
							entry.chunk().toString()))
					.toList();
				assertThat(chunks).as(vector.name()).containsExactlyElementsOf(vector.chunks(profile));
				long distinct = new HashSet<>(chunks.stream().map(GoldenObjects.Chunk::hash).toList()).size();
				assertThat(chunkRows()).isEqualTo(distinct);
				this.objects.delete(id);
				assertThat(dump()).as("after deleting " + vector.name()).isEmpty();
			}
		}
	}

	@Test
	void valuesHaveTheStorageClassesOfTheFormat() {
		this.objects.put(random(5000, 1));
		assertThat(this.jdbc.sql("""
				select typeof(object_id) || typeof(size_bytes) || typeof(chunk_count) || typeof(chunker)
				from _zova_objects""").query(String.class).single()).isEqualTo("blobintegerintegertext");
		assertThat(this.jdbc.sql("""
				select typeof(object_id) || typeof(chunk_index) || typeof(chunk_hash) || typeof(offset)
				|| typeof(size_bytes) from _zova_object_chunks""").query(String.class).list())
			.containsOnly("blobintegerblobintegerinteger");
		assertThat(this.jdbc.sql("select typeof(chunk_hash) || typeof(size_bytes) || typeof(data) from _zova_chunks")
			.query(String.class)
			.list()).containsOnly("blobintegerblob");
	}

	@Test
	void aNewObjectChangesOneRowAndOneForEachChunkAndPlace() {
		byte[] ramp = GoldenObjects.vectors()
			.stream()
			.filter((vector) -> vector.name().equals("ramp3-163840"))
			.findAny()
			.orElseThrow()
			.content();
		long changes = this.transaction.execute((status) -> {
			long before = this.jdbc.sql("select total_changes()").query(Long.class).single();
			this.objects.put(ramp);
			return this.jdbc.sql("select total_changes()").query(Long.class).single() - before;
		});
		assertThat(changes).isEqualTo(1 + 3 + 18);
	}

	@Test
	void puttingAnObjectAgainWritesNothingWhateverTheProfile() {
		byte[] content = random(200_000, 2);
		ObjectId id = this.objects.put(content);
		List<String> before = dump();
		assertThat(this.objects.put(content, StorageProfile.STREAMING)).isEqualTo(id);
		assertThat(dump()).isEqualTo(before);
		assertThat(this.objects.info(id).profile()).isEqualTo(StorageProfile.DEDUPLICATION);
		ObjectId streamed = this.objects.put(random(200_000, 3), StorageProfile.STREAMING);
		this.objects.put(random(200_000, 3));
		assertThat(this.objects.info(streamed).profile()).isEqualTo(StorageProfile.STREAMING);
		assertThat(this.objects.chunkCount(streamed)).isEqualTo(1);
	}

	@Test
	void puttingALargeObjectAgainWritesNothingAlsoIfItHasLostChunks() {
		byte[] content = random(3_000_000, 4);
		ObjectId id = this.objects.put(content);
		List<ObjectManifest.Entry> chunks = this.objects.manifest(id).chunks();
		for (ObjectManifest.Entry lost : List.of(chunks.get(5), chunks.get(0))) {
			damage("delete from _zova_chunks where chunk_hash = ?", lost.chunk());
			List<String> before = dump();
			assertThat(this.objects.put(content)).isEqualTo(id);
			assertThat(this.objects.put(content, StorageProfile.STREAMING)).isEqualTo(id);
			assertThat(dump()).isEqualTo(before);
			this.transaction.executeWithoutResult((status) -> {
				ObjectId other = this.objects.put(random(100, 5));
				assertThat(this.objects.put(content)).isEqualTo(id);
				this.objects.delete(other);
			});
			assertThat(dump()).isEqualTo(before);
			assertStatus(ZovaStatus.OBJECT_CORRUPT, () -> this.objects.get(id));
		}
	}

	@Test
	void profilesShareWhatIsEqual() {
		this.objects.put(new byte[65_536], StorageProfile.STREAMING);
		this.objects.put(new byte[131_072]);
		assertThat(chunkRows()).isEqualTo(1);
	}

}
