package io.zova.object;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

import io.zova.ZovaDatabase;
import org.junit.jupiter.api.Test;

import org.springframework.jdbc.core.simple.JdbcClient;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A deletion removes what only that object used, whatever happened in the file before.
 */
class DeletionTests extends ObjectFixture {

	@Test
	void chunksGoWithTheLastObjectThatUsesThem() {
		byte[] longer = random(120_000, 6);
		ObjectId shortId = this.objects.put(Arrays.copyOf(longer, 100_000));
		long chunksOfShort = chunkRows();
		ObjectId longId = this.objects.put(longer);
		long chunksOfLong = this.objects.chunkCount(longId);
		assertThat(chunkRows()).isGreaterThan(chunksOfShort).isLessThan(chunksOfShort + chunksOfLong);
		this.objects.delete(shortId);
		assertThat(chunkRows()).isEqualTo(chunksOfLong);
		assertThat(this.objects.get(longId)).isEqualTo(longer);
		this.objects.delete(longId);
		assertThat(dump()).isEmpty();
	}

	@Test
	void looseChunksOfOthersStay() {
		byte[] chunk = random(500, 1);
		this.objects.putChunk(ChunkId.ofContent(chunk), chunk);
		this.objects.delete(this.objects.put(random(50_000, 2)));
		assertThat(chunkRows()).isEqualTo(1);
		ObjectId id = this.objects.put(chunk);
		this.objects.delete(id);
		assertThat(chunkRows()).isZero();
	}

	@Test
	void manyAreDeletedTogetherAndMissingOnesPassedOver() {
		List<ObjectId> ids = new ArrayList<>();
		for (int i = 0; i < 20; i++) {
			ids.add(this.objects.put(random(100_000, i % 15)));
		}
		ids.add(ObjectId.ofContent(new byte[] { 5 }));
		ObjectId kept = this.objects.put(Arrays.copyOf(random(100_000, 3), 60_000));
		assertThat(this.objects.deleteAll(ids)).isEqualTo(15);
		assertThat(this.objects.get(kept)).hasSize(60_000);
		assertThat(chunkRows()).isEqualTo(this.objects.chunkCount(kept));
		assertThat(this.objects.deleteAll(List.of())).isZero();
	}

	/**
	 * Objects share chunks at random; deletions, puts, rollbacks, other connections,
	 * other writers and plain SQL follow each other in any order. After each step the
	 * file holds exactly the chunks that manifests name.
	 */
	@Test
	void whateverElseIsWrittenExactlyTheUnusedChunksGo() {
		long seed = System.nanoTime();
		Random random = new Random(seed);
		byte[][] pieces = new byte[60][];
		for (int i = 0; i < pieces.length; i++) {
			pieces[i] = random(50 + i, i);
		}
		this.jdbc.sql("create table note (text)").update();
		List<ObjectId> ids = new ArrayList<>();
		// More rows than those for which scans are made anyway.
		while (manifestRows() < ChunkRemoval.FEW_ROWS + 500) {
			ids.add(store(this.objects, pieces, random));
		}
		try (ZovaDatabase other = ZovaDatabase.open(this.file, options())) {
			ObjectTemplate otherObjects = new ObjectTemplate(other.sql());
			for (int step = 0; step < 250 && ids.size() > 3; step++) {
				int action = random.nextInt(12);
				switch (action) {
					case 0 -> ids.add(store(this.objects, pieces, random));
					case 1 -> ids.add(store(otherObjects, pieces, random));
					case 2 -> otherObjects.delete(ids.remove(random.nextInt(ids.size())));
					case 3 -> this.jdbc.sql("insert into note values ('x')").update();
					case 4 -> JdbcClient.create(other.dataSource()).sql("insert into note values ('y')").update();
					case 5 -> this.transaction.executeWithoutResult((status) -> {
						store(this.objects, pieces, random);
						this.objects.delete(ids.get(random.nextInt(ids.size())));
						status.setRollbackOnly();
					});
					case 6 -> {
						ObjectId id = ids.remove(random.nextInt(ids.size()));
						this.transaction.executeWithoutResult((status) -> this.objects.delete(id));
					}
					case 7 -> ids.add(this.transaction.execute((status) -> store(this.objects, pieces, random)));
					default -> this.objects.delete(ids.remove(random.nextInt(ids.size())));
				}
				assertThat(this.jdbc.sql("""
						select count(*) from _zova_chunks where chunk_hash not in
							(select chunk_hash from _zova_object_chunks)""").query(Long.class).single())
					.as("loose chunks after step %d, action %d, seed %d", step, action, seed)
					.isZero();
				assertThat(this.jdbc.sql("select count(*) from pragma_foreign_key_check").query(Long.class).single())
					.as("missing chunks after step %d, action %d, seed %d", step, action, seed)
					.isZero();
			}
		}
		for (ObjectId id : ids) {
			assertThat(ObjectId.ofContent(this.objects.get(id))).isEqualTo(id);
		}
	}

	private ObjectId store(ObjectTemplate target, byte[][] pieces, Random random) {
		ObjectId id;
		boolean exists;
		do {
			java.io.ByteArrayOutputStream content = new java.io.ByteArrayOutputStream();
			List<ObjectManifest.Entry> entries = new ArrayList<>();
			int count = 5 + random.nextInt(15);
			for (int i = 0; i < count; i++) {
				byte[] piece = pieces[random.nextInt(pieces.length)];
				ChunkId chunk = ChunkId.ofContent(piece);
				target.putChunk(chunk, piece);
				entries.add(new ObjectManifest.Entry(i, chunk, content.size(), piece.length));
				content.writeBytes(piece);
			}
			id = ObjectId.ofContent(content.toByteArray());
			exists = target.exists(id);
			if (!exists) {
				target.assemble(id, content.size(), entries, StorageProfile.DEDUPLICATION);
			}
		}
		while (exists);
		return id;
	}

	@Test
	void foreignKeysAreEnforcedAgainAfterADeletion() {
		List<ObjectId> ids = new ArrayList<>();
		while (manifestRows() <= ChunkRemoval.FEW_ROWS) {
			ids.add(this.objects.put(random(500_000, ids.size())));
		}
		this.objects.delete(ids.get(0));
		this.objects.delete(ids.get(1));
		assertThat(this.jdbc.sql("pragma foreign_keys").query(Integer.class).single()).isEqualTo(1);
		this.transaction.executeWithoutResult((status) -> this.objects.delete(ids.get(2)));
		assertThat(this.jdbc.sql("select count(*) from sqlite_schema where name like '%transient%'")
			.query(Integer.class)
			.single()).isZero();
	}

}
