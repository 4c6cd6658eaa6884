package io.zova.object;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

import io.zova.TestSeed;
import io.zova.ZovaDatabase;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.jdbc.core.simple.JdbcClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

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
		long seed = TestSeed.value();
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
				int action = random.nextInt(18);
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
					case 8 -> {
						ObjectId gone = ids.remove(random.nextInt(ids.size()));
						ObjectId kept = ids.get(random.nextInt(ids.size()));
						ids.add(this.transaction.execute((status) -> {
							Object savepoint = status.createSavepoint();
							store(this.objects, pieces, random);
							this.objects.delete(kept);
							status.rollbackToSavepoint(savepoint);
							this.objects.delete(gone);
							return store(this.objects, pieces, random);
						}));
					}
					case 9 -> {
						List<ObjectId> some = List.of(ids.remove(0), ids.remove(0));
						assertThat(this.objects.deleteAll(some)).isEqualTo(2);
					}
					case 10 -> changeBySql(ids.get(random.nextInt(ids.size())), true);
					case 11 -> changeBySql(ids.get(random.nextInt(ids.size())), false);
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

	/** Adds rows to a manifest, changes them, and takes them away again. */
	private void changeBySql(ObjectId id, boolean undone) {
		this.transaction.executeWithoutResult((status) -> {
			this.jdbc.sql("""
					insert into _zova_object_chunks
					select object_id, chunk_index + 1000, chunk_hash, offset, size_bytes from _zova_object_chunks
					where object_id = ?""").param(id).update();
			this.jdbc.sql("""
					update _zova_object_chunks set chunk_hash = (select chunk_hash from _zova_object_chunks limit 1)
					where object_id = ? and chunk_index >= 1000""").param(id).update();
			if (undone) {
				status.setRollbackOnly();
			}
			else {
				this.jdbc.sql("delete from _zova_object_chunks where object_id = ? and chunk_index >= 1000")
					.param(id)
					.update();
			}
		});
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

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void foreignKeysAreEnforcedAgainAfterADeletion(boolean inTransaction) {
		List<ObjectId> ids = manyChunks();
		for (int i = 0; i < 3; i++) {
			ObjectId id = ids.get(i);
			perhapsInTransaction(inTransaction, () -> {
				this.objects.delete(id);
				assertThatExceptionOfType(DataIntegrityViolationException.class)
					.isThrownBy(() -> this.jdbc.sql("delete from _zova_chunks").update());
			});
			assertThat(this.jdbc.sql("pragma foreign_keys").query(Integer.class).single()).isEqualTo(1);
		}
		assertThat(this.jdbc.sql("select count(*) from sqlite_schema where name like '%transient%'")
			.query(Integer.class)
			.single()).isZero();
		assertNothingLoose();
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void aRowThatReferencesAnObjectKeepsIt(boolean inTransaction) {
		List<ObjectId> ids = manyChunks();
		this.jdbc.sql("create table attachment (file blob references _zova_objects(object_id))").update();
		this.jdbc.sql("create table copy (file blob references _zova_objects(object_id) on delete cascade)").update();
		this.jdbc.sql("insert into attachment values (?)").param(ids.get(2)).update();
		this.jdbc.sql("insert into copy values (?), (?)").params(ids.get(0), ids.get(1)).update();
		List<String> before = dump();
		for (int i = 0; i < 2; i++) {
			assertThatExceptionOfType(DataIntegrityViolationException.class)
				.isThrownBy(() -> perhapsInTransaction(inTransaction, () -> this.objects.delete(ids.get(2))));
			assertThat(dump()).isEqualTo(before);
		}
		perhapsInTransaction(inTransaction, () -> this.objects.delete(ids.get(0)));
		perhapsInTransaction(inTransaction, () -> this.objects.delete(ids.get(1)));
		assertThat(count("copy")).isZero();
		assertThat(count("attachment")).isEqualTo(1);
		assertNothingLoose();
		assertThat(this.objects.get(ids.get(2))).hasSize(500_000);
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void aRowThatReferencesAChunkKeepsItsObject(boolean inTransaction) {
		List<ObjectId> ids = manyChunks();
		this.jdbc.sql("create table piece (chunk blob references _Zova_Chunks(chunk_hash))").update();
		ChunkId chunk = this.objects.manifest(ids.get(1)).chunks().get(0).chunk();
		this.jdbc.sql("insert into piece values (?)").param(chunk).update();
		List<String> before = dump();
		assertThatExceptionOfType(DataIntegrityViolationException.class)
			.isThrownBy(() -> perhapsInTransaction(inTransaction, () -> this.objects.delete(ids.get(1))));
		assertThat(dump()).isEqualTo(before);
		perhapsInTransaction(inTransaction, () -> this.objects.delete(ids.get(0)));
		this.jdbc.sql("delete from piece").update();
		perhapsInTransaction(inTransaction, () -> this.objects.delete(ids.get(1)));
		assertNothingLoose();
	}

	@ParameterizedTest
	@ValueSource(strings = { "trigger", "temp trigger" })
	void triggersOfTheUserRunWithForeignKeysEnforced(String kind) {
		List<ObjectId> ids = manyChunks();
		this.jdbc.sql("create table parent (id integer primary key)").update();
		this.jdbc.sql("create table child (id integer references parent on delete cascade)").update();
		for (int id = 1; id <= 2; id++) {
			this.jdbc.sql("insert into parent values (?)").param(id).update();
			this.jdbc.sql("insert into child values (?)").param(id).update();
		}
		this.transaction.executeWithoutResult((status) -> {
			this.jdbc
				.sql("create " + kind + " t1 after delete on main._zova_chunks"
						+ " begin delete from parent where id = 1; end")
				.update();
			this.jdbc
				.sql("create " + kind + " t2 after delete on main._zova_objects"
						+ " begin delete from parent where id = 2; end")
				.update();
			this.objects.delete(ids.get(0));
			assertThat(count("parent")).isZero();
			assertThat(count("child")).isZero();
			this.jdbc.sql("drop trigger t1").update();
			this.jdbc.sql("drop trigger t2").update();
		});
		assertNothingLoose();
	}

	@Test
	void objectsAreDeletedWhileTheyAreListed() {
		List<ObjectId> ids = manyChunks();
		List<ObjectId> seen = new ArrayList<>();
		this.transaction.executeWithoutResult(
				(status) -> this.jdbc.sql("select object_id from _zova_objects order by object_id").query((row) -> {
					ObjectId id = ObjectId.of(row.getBytes(1));
					seen.add(id);
					this.objects.delete(id);
				}));
		assertThat(seen).containsExactlyInAnyOrderElementsOf(ids);
		assertThat(dump()).isEmpty();
	}

	/** More rows than those for which scans are made anyway. */
	private List<ObjectId> manyChunks() {
		List<ObjectId> ids = new ArrayList<>();
		while (manifestRows() <= ChunkRemoval.FEW_ROWS) {
			ids.add(this.objects.put(random(500_000, 100 + ids.size())));
		}
		while (ids.size() < 12) {
			ids.add(this.objects.put(random(500_000, 100 + ids.size())));
		}
		return ids;
	}

	private void perhapsInTransaction(boolean inTransaction, Runnable work) {
		if (inTransaction) {
			this.transaction.executeWithoutResult((status) -> work.run());
		}
		else {
			work.run();
		}
	}

	private void assertNothingLoose() {
		assertThat(this.jdbc.sql("""
				select count(*) from _zova_chunks where chunk_hash not in
					(select chunk_hash from _zova_object_chunks)""").query(Long.class).single()).isZero();
		assertThat(this.jdbc.sql("select count(*) from pragma_foreign_key_check").query(Long.class).single()).isZero();
	}

}
