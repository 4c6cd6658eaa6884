package io.zova.object;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

import io.zova.ZovaDatabase;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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
		byte[][] pieces = new byte[500][];
		for (int i = 0; i < pieces.length; i++) {
			pieces[i] = random(20 + i, i);
		}
		this.jdbc.sql("create table note (text)").update();
		List<ObjectId> ids = new ArrayList<>();
		// More rows than those for which scans are made anyway.
		while (manifestRows() < ChunkRemoval.FEW_ROWS + 500) {
			ids.add(store(this.objects, pieces, random));
		}
		try (ZovaDatabase other = ZovaDatabase.open(this.file, options())) {
			ObjectTemplate otherObjects = new ObjectTemplate(other.sql());
			for (int step = 0; step < 150 && ids.size() > 3; step++) {
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

	/**
	 * Counts of references are known after the second deletion in a row. An object that
	 * appears then, in whatever way, keeps the chunk that it shares.
	 */
	@ParameterizedTest
	@ValueSource(strings = { "assembled", "put", "written", "put in a transaction", "put by another process",
			"inserted by SQL", "nothing", "rolled back" })
	void anObjectThatAppearsBetweenDeletionsKeepsItsChunks(String how) throws Exception {
		List<ObjectId> fillers = new ArrayList<>();
		while (manifestRows() <= ChunkRemoval.FEW_ROWS) {
			fillers.add(this.objects.put(random(500_000, 100 + fillers.size())));
		}
		byte[] chunk = random(1_000, 1);
		byte[] longer = random(3_000, 2);
		System.arraycopy(chunk, 0, longer, 0, 1_000);
		ChunkId first = ChunkId.ofContent(chunk);
		byte[] rest = Arrays.copyOfRange(longer, 1_000, 3_000);
		this.objects.putChunk(first, chunk);
		this.objects.putChunk(ChunkId.ofContent(rest), rest);
		ObjectId shared = ObjectId.ofContent(longer);
		this.objects.assemble(shared, 3_000,
				List.of(new ObjectManifest.Entry(0, first, 0, 1_000),
						new ObjectManifest.Entry(1, ChunkId.ofContent(rest), 1_000, 2_000)),
				StorageProfile.DEDUPLICATION);
		this.objects.delete(fillers.get(0));
		this.objects.delete(fillers.get(1));
		List<ObjectManifest.Entry> manifest = List.of(new ObjectManifest.Entry(0, first, 0, 1_000));
		ObjectId id = ObjectId.ofContent(chunk);
		switch (how) {
			case "assembled" -> this.objects.assemble(id, 1_000, manifest, StorageProfile.DEDUPLICATION);
			case "put" -> this.objects.put(chunk);
			case "written" -> {
				try (ObjectWriter writer = this.objects.writer()) {
					writer.write(chunk);
					writer.finish();
				}
			}
			case "put in a transaction" -> this.transaction.executeWithoutResult((status) -> this.objects.put(chunk));
			case "put by another process" -> {
				try (ZovaDatabase other = ZovaDatabase.open(this.file, options())) {
					new ObjectTemplate(other.sql()).put(chunk);
				}
			}
			case "inserted by SQL" -> {
				this.jdbc.sql("insert into _zova_objects values (?, 1000, 1, 'fastcdc-v1')").param(id).update();
				this.jdbc.sql("insert into _zova_object_chunks values (?, 0, ?, 0, 1000)")
					.param(id)
					.param(first)
					.update();
			}
			case "rolled back" -> this.transaction.executeWithoutResult((status) -> {
				this.objects.put(chunk);
				status.setRollbackOnly();
			});
			default -> assertThat(how).isEqualTo("nothing");
		}
		this.objects.delete(shared);
		boolean exists = !how.equals("nothing") && !how.equals("rolled back");
		assertThat(this.objects.exists(id)).isEqualTo(exists);
		assertThat(this.objects.chunkExists(first)).isEqualTo(exists);
		if (exists) {
			assertThat(this.objects.get(id)).isEqualTo(chunk);
			this.objects.delete(id);
		}
		assertThat(this.objects.chunkExists(first)).isFalse();
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
