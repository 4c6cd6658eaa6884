package io.zova.object;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

import io.zova.TestSeed;
import io.zova.ZovaException;
import io.zova.ZovaStatus;
import org.junit.jupiter.api.Test;

import org.springframework.dao.DuplicateKeyException;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Damage is found by exactly those calls that look at it, and wrong bytes are never given
 * away.
 */
class DamageTests extends ObjectFixture {

	private static final String OK = "ok";

	private static final String CORRUPT = "CORRUPT";

	private final byte[] content = random(100_000, 6);

	private ObjectId id = ObjectTemplate.EMPTY;

	private List<ObjectManifest.Entry> chunks = List.of();

	private void store(StorageProfile profile, byte[] bytes) {
		this.id = this.objects.put(bytes, profile);
		this.chunks = this.objects.manifest(this.id).chunks();
	}

	private void store() {
		store(StorageProfile.DEDUPLICATION, this.content);
		assertThat(this.chunks).hasSizeGreaterThan(8);
	}

	@Test
	void chunkBytesChanged() {
		store();
		damage("update _zova_chunks set data = zeroblob(size_bytes) where chunk_hash = ?", this.chunks.get(5).chunk());
		expect(CORRUPT, CORRUPT, OK, CORRUPT, OK, CORRUPT, OK);
	}

	@Test
	void chunkRowMissing() {
		store();
		damage("delete from _zova_chunks where chunk_hash = ?", this.chunks.get(5).chunk());
		expect(CORRUPT, CORRUPT, OK, CORRUPT, CORRUPT, CORRUPT, OK);
	}

	@Test
	void manifestRowMissing() {
		store();
		damage("delete from _zova_object_chunks where chunk_index = 5");
		expect(CORRUPT, CORRUPT, OK, CORRUPT, CORRUPT, CORRUPT, OK);
	}

	@Test
	void manifestOffsetWrong() {
		store();
		damage("update _zova_object_chunks set offset = offset + 1 where chunk_index = 5");
		expect(CORRUPT, CORRUPT, OK, CORRUPT, CORRUPT, CORRUPT, OK);
	}

	@Test
	void objectSizeTooLarge() {
		store();
		damage("update _zova_objects set size_bytes = size_bytes + 1");
		expect(CORRUPT, CORRUPT, OK, OK, CORRUPT, CORRUPT, OK);
	}

	@Test
	void objectSizeHuge() {
		store();
		damage("update _zova_objects set size_bytes = 9000000000000000000");
		expect(CORRUPT, CORRUPT, OK, OK, CORRUPT, CORRUPT, OK);
		assertStatus(ZovaStatus.OBJECT_CORRUPT, () -> this.objects.readRange(this.id, 0, Integer.MAX_VALUE));
	}

	@Test
	void objectSizeZeroed() {
		store();
		damage("update _zova_objects set size_bytes = 0");
		assertThat(outcome(() -> this.objects.get(this.id))).isEqualTo(CORRUPT);
		assertThat(outcome(() -> this.objects.open(this.id).readAllBytes())).isEqualTo(CORRUPT);
		assertThat(outcome(() -> this.objects.openLazily(this.id).readAllBytes())).isEqualTo(CORRUPT);
		assertThat(outcome(() -> this.objects.openChannel(this.id))).isEqualTo(CORRUPT);
		assertThat(outcome(() -> this.objects.readRange(this.id, 0, 10))).isEqualTo(CORRUPT);
	}

	@Test
	void chunkCountOneTooMany() {
		store();
		damage("update _zova_objects set chunk_count = chunk_count + 1");
		expect(CORRUPT, CORRUPT, OK, OK, CORRUPT, CORRUPT, OK);
	}

	@Test
	void chunkCountZero() {
		store();
		damage("update _zova_objects set chunk_count = 0");
		expect(CORRUPT, CORRUPT, CORRUPT, CORRUPT, CORRUPT, CORRUPT, OK);
	}

	@Test
	void chunkCountTooManyInTheStreamingProfile() {
		store(StorageProfile.STREAMING, random(3_000_000, 1));
		damage("update _zova_objects set chunk_count = chunk_count + 1");
		expect(CORRUPT, CORRUPT, CORRUPT, CORRUPT, CORRUPT, CORRUPT, OK);
		assertStatus(ZovaStatus.OBJECT_CORRUPT, () -> this.objects.readRange(this.id, Long.MAX_VALUE, 1));
	}

	@Test
	void chunkCountTooFewInTheStreamingProfile() {
		store(StorageProfile.STREAMING, random(3_000_000, 1));
		damage("update _zova_objects set chunk_count = chunk_count - 1");
		expect(CORRUPT, CORRUPT, OK, OK, CORRUPT, CORRUPT, OK);
	}

	@Test
	void otherContentInConsistentRows() {
		store();
		byte[] other = random(100, 77);
		byte[] original = this.objects.getChunk(this.chunks.get(5).chunk());
		byte[] replacement = original.clone();
		System.arraycopy(other, 0, replacement, 0, 100);
		ChunkId replaced = ChunkId.ofContent(replacement);
		this.objects.putChunk(replaced, replacement);
		damage("update _zova_object_chunks set chunk_hash = ? where chunk_index = 5", replaced);
		assertThat(outcome(() -> this.objects.get(this.id))).isEqualTo(CORRUPT);
		assertThat(outcome(() -> this.objects.readRange(this.id, 0, this.content.length))).isEqualTo(CORRUPT);
		assertThat(outcome(() -> this.objects.readRange(this.id, this.chunks.get(5).offset(), 10))).isEqualTo(OK);
		assertThat(outcome(() -> this.objects.manifest(this.id))).isEqualTo(OK);
		assertThat(outcome(() -> this.objects.open(this.id).readAllBytes())).isEqualTo(CORRUPT);
	}

	@Test
	void chunkSizeColumnWrong() {
		store();
		damage("update _zova_chunks set size_bytes = size_bytes + 1 where chunk_hash = ?", this.chunks.get(5).chunk());
		expect(OK, CORRUPT, OK, OK, CORRUPT, OK, OK);
	}

	@Test
	void unknownChunkerOrNegativeNumbers() {
		store();
		for (String change : List.of("chunker = 'FASTCDC-V1'", "chunker = null", "chunker = x'00'", "size_bytes = -1",
				"chunk_count = -1")) {
			damage("update or ignore _zova_objects set size_bytes = 100000, chunk_count = " + this.chunks.size()
					+ ", chunker = 'fastcdc-v1'");
			if (damage("update or ignore _zova_objects set " + change) == 0) {
				continue;
			}
			if (this.jdbc.sql("select chunker is null from _zova_objects").query(Boolean.class).single()) {
				continue;
			}
			expect(CORRUPT, CORRUPT, CORRUPT, CORRUPT, CORRUPT, CORRUPT, CORRUPT);
			assertThat(outcome(() -> this.objects.put(this.content))).as(change).isEqualTo(CORRUPT);
			assertThat(outcome(() -> this.objects.page(null, 10))).isEqualTo(CORRUPT);
			assertThat(this.objects.exists(this.id)).isTrue();
		}
		this.objects.delete(this.id);
		assertThat(dump()).isEmpty();
	}

	@Test
	void oneLayoutUnderTheNameOfTheOther() {
		store();
		damage("update _zova_objects set chunker = 'fixed-1m-v1'");
		expect(CORRUPT, CORRUPT, CORRUPT, CORRUPT, CORRUPT, CORRUPT, OK);
	}

	@Test
	void noBytesUnderAnotherId() {
		ObjectId empty = this.objects.put(new byte[0]);
		this.id = ObjectId.ofContent(new byte[1]);
		damage("update _zova_objects set object_id = ? where object_id = ?", this.id, empty);
		assertThat(outcome(() -> this.objects.get(this.id))).isEqualTo(CORRUPT);
		assertThat(this.objects.readRange(this.id, 0, 10)).isEmpty();
		assertThat(outcome(() -> this.objects.manifest(this.id))).isEqualTo(CORRUPT);
		assertThat(outcome(() -> this.objects.open(this.id))).isEqualTo(CORRUPT);
		assertThat(outcome(() -> this.objects.openLazily(this.id))).isEqualTo(CORRUPT);
		assertThat(outcome(() -> this.objects.openChannel(this.id))).isEqualTo(CORRUPT);
	}

	@Test
	void putOfADamagedObjectRepairsNothingDeleteAndPutDo() {
		store();
		damage("update _zova_chunks set data = zeroblob(size_bytes) where chunk_hash = ?", this.chunks.get(5).chunk());
		this.objects.put(this.content);
		assertThat(outcome(() -> this.objects.get(this.id))).isEqualTo(CORRUPT);
		this.objects.delete(this.id);
		this.objects.put(this.content);
		assertThat(this.objects.get(this.id)).isEqualTo(this.content);
	}

	@Test
	void aWriterOfTheSameContentDoesNotAcceptADamagedObject() {
		store();
		damage("update _zova_chunks set size_bytes = size_bytes + 1 where chunk_hash = ?", this.chunks.get(5).chunk());
		try (ObjectWriter writer = this.objects.writer(StorageProfile.STREAMING)) {
			writer.write(this.content);
			assertStatus(ZovaStatus.OBJECT_CORRUPT, writer::finish);
		}
		assertThat(chunkRows()).isEqualTo(this.chunks.size());
	}

	@Test
	void anObjectThatNamesAChunkByNoHashIsNotDeleted() {
		store();
		ObjectId other = this.objects.put(random(10, 1));
		damage("update _zova_object_chunks set chunk_hash = 'abc' where chunk_index = 5");
		List<String> before = dump();
		assertStatus(ZovaStatus.SQLITE_ERROR, () -> this.objects.delete(this.id));
		assertStatus(ZovaStatus.SQLITE_ERROR, () -> this.objects.deleteAll(List.of(other, this.id)));
		assertThat(dump()).isEqualTo(before);
	}

	/**
	 * One random change anywhere in the three tables. Every call gives right bytes or
	 * says that the object is damaged; where the changed byte is the id under which the
	 * object is looked for, it may be gone.
	 */
	@Test
	void noRandomChangeMakesAnyCallGiveWrongBytes() {
		long seed = TestSeed.value();
		Random random = new Random(seed);
		for (int round = 0; round < 200; round++) {
			StorageProfile profile = StorageProfile.values()[random.nextInt(2)];
			byte[] bytes = random(1 + random.nextInt((profile == StorageProfile.STREAMING) ? 1_500_000 : 60_000),
					round);
			store(profile, bytes);
			String change = flip(random);
			String reason = "round %d, %s, seed %d".formatted(round, change, seed);
			boolean idChanged = change.contains("_zova_objects set object_id");
			check(reason, idChanged, bytes, () -> this.objects.get(this.id));
			check(reason, idChanged, bytes, () -> this.objects.open(this.id).readAllBytes());
			check(reason, idChanged, bytes, () -> this.objects.openLazily(this.id).readAllBytes());
			int from = random.nextInt(bytes.length);
			int to = from + random.nextInt(bytes.length - from + 1);
			byte[] range = Arrays.copyOfRange(bytes, from, to);
			check(reason, idChanged, range, () -> this.objects.readRange(this.id, from, to - from));
			check(reason, idChanged, range, () -> {
				ObjectReader reader = this.objects.openLazily(this.id);
				reader.skip(from);
				return reader.readNBytes(to - from);
			});
			check(reason, idChanged, range, () -> {
				ByteBuffer buffer = ByteBuffer.allocate(to - from);
				this.objects.openChannel(this.id).position(from).read(buffer);
				return Arrays.copyOf(buffer.array(), buffer.position());
			});
			clear();
		}
	}

	/**
	 * Not only other values, but other kinds of values, as a changed byte in the header
	 * of a row makes them. Calls that return no content say what is wrong in the same
	 * words.
	 */
	@Test
	void noValueOfAnyKindMakesAnyCallFailInAnotherWay() {
		List<String> values = List.of("null", "'abc'", "''", "1.5", "-1", "9223372036854775807", "x''", "x'00'",
				"zeroblob(32)", "zeroblob(33)", "'12345678901234567890123456789012'", "zeroblob(2000000)");
		List<String> columns = List.of("_zova_objects.object_id", "_zova_objects.size_bytes",
				"_zova_objects.chunk_count", "_zova_objects.chunker", "_zova_chunks.chunk_hash",
				"_zova_chunks.size_bytes", "_zova_chunks.data", "_zova_object_chunks.object_id",
				"_zova_object_chunks.chunk_index", "_zova_object_chunks.chunk_hash", "_zova_object_chunks.offset",
				"_zova_object_chunks.size_bytes");
		for (StorageProfile profile : StorageProfile.values()) {
			byte[] bytes = random((profile == StorageProfile.STREAMING) ? 1_100_000 : 30_000, 1);
			for (String column : columns) {
				String table = column.substring(0, column.indexOf('.'));
				for (String value : values) {
					store(profile, bytes);
					damage("update or ignore %s set %s = %s where rowid = (select max(rowid) from %1$s)"
						.formatted(table, column.substring(table.length() + 1), value));
					sayWhatIsWrong("%s, %s = %s".formatted(profile, column, value), bytes);
					clear();
				}
			}
		}
	}

	private void sayWhatIsWrong(String reason, byte[] bytes) {
		boolean gone = reason.contains("_zova_objects.object_id");
		boolean otherSize = reason.contains("_zova_objects.size_bytes");
		String sizeChanged = otherSize ? ", _zova_objects set size_bytes" : "";
		check(reason + sizeChanged, gone, bytes, () -> this.objects.get(this.id));
		check(reason + sizeChanged, gone, bytes, () -> this.objects.open(this.id).readAllBytes());
		check(reason + sizeChanged, gone, bytes, () -> this.objects.openLazily(this.id).readAllBytes());
		int middle = bytes.length / 2;
		check(reason + sizeChanged, gone, Arrays.copyOfRange(bytes, middle, bytes.length - 1),
				() -> this.objects.readRange(this.id, middle, bytes.length - 1 - middle));
		ChunkId last = this.chunks.get(this.chunks.size() - 1).chunk();
		List<Call> others = List.of(() -> this.objects.info(this.id), () -> this.objects.manifest(this.id),
				() -> this.objects.page(null, 10), () -> this.objects.exists(this.id),
				() -> this.objects.getChunk(last), () -> this.objects.chunkExists(last),
				() -> this.objects.looseChunks(Duration.ZERO), () -> this.objects.put(bytes),
				() -> this.objects.asResource(this.id).exists(),
				() -> this.objects.assemble(this.id, bytes.length, this.chunks, StorageProfile.DEDUPLICATION),
				() -> this.objects.delete(this.id), () -> this.objects.collectLooseChunks(Duration.ZERO));
		for (int i = 0; i < others.size(); i++) {
			try {
				others.get(i).run();
			}
			catch (ZovaException ex) {
				if (i == 10 && reason.contains("_zova_object_chunks.chunk_hash")) {
					assertThat(ex.status()).isEqualTo(ZovaStatus.SQLITE_ERROR);
					continue;
				}
				assertThat(ex.status()).as("%s, call %d", reason, i)
					.isIn(ZovaStatus.OBJECT_CORRUPT, ZovaStatus.OBJECT_NOT_FOUND, ZovaStatus.OBJECT_CHUNK_NOT_FOUND,
							ZovaStatus.OBJECT_ALREADY_EXISTS, ZovaStatus.OBJECT_MANIFEST_INVALID);
			}
			catch (Exception ex) {
				// Rows of a manifest whose object is gone are in the way of the object.
				if (!gone || !(ex instanceof DuplicateKeyException)) {
					throw new AssertionError("%s, call %d".formatted(reason, i), ex);
				}
			}
		}
	}

	private String flip(Random random) {
		int kind = random.nextInt(10);
		return switch (kind) {
			case 0, 1, 2 -> flipBlob(random, "_zova_chunks", "data");
			case 3 -> flipBlob(random, "_zova_chunks", "chunk_hash");
			case 4 -> flipBlob(random, "_zova_object_chunks", "chunk_hash");
			case 5 -> flipBlob(random, "_zova_object_chunks", "object_id");
			case 6 -> flipBlob(random, "_zova_objects", "object_id");
			default -> {
				List<String> columns = List.of("_zova_objects set size_bytes", "_zova_objects set chunk_count",
						"_zova_object_chunks set chunk_index", "_zova_object_chunks set offset",
						"_zova_object_chunks set size_bytes", "_zova_chunks set size_bytes");
				String column = columns.get(random.nextInt(columns.size()));
				String name = column.substring(column.lastIndexOf(' ') + 1);
				String table = column.substring(0, column.indexOf(' '));
				long bit = 1L << random.nextInt(63);
				String sql = "update or ignore " + column + " = (" + name + " | " + bit + ") - (" + name + " & " + bit
						+ ") where rowid = " + row(random, table);
				damage(sql);
				yield sql;
			}
		};
	}

	private String flipBlob(Random random, String table, String column) {
		long row = row(random, table);
		byte[] blob = this.jdbc.sql("select " + column + " from " + table + " where rowid = " + row)
			.query((result, number) -> result.getBytes(1))
			.single();
		int place = random.nextInt(blob.length);
		blob[place] ^= (byte) (1 << random.nextInt(8));
		String sql = "update or ignore " + table + " set " + column + " = ? where rowid = " + row;
		damage(sql, (Object) blob);
		return sql + " at " + place;
	}

	private long row(Random random, String table) {
		List<Long> rows = this.jdbc.sql("select rowid from " + table).query(Long.class).list();
		return rows.get(random.nextInt(rows.size()));
	}

	private void clear() {
		damage("delete from _zova_object_chunks");
		damage("delete from _zova_objects");
		damage("delete from _zova_chunks");
	}

	private void check(String reason, boolean mayBeMissing, byte[] expected, Read read) {
		byte[] bytes;
		try {
			bytes = read.run();
		}
		catch (ZovaException ex) {
			List<ZovaStatus> allowed = new ArrayList<>(List.of(ZovaStatus.OBJECT_CORRUPT));
			if (mayBeMissing) {
				allowed.add(ZovaStatus.OBJECT_NOT_FOUND);
			}
			if (reason.contains("_zova_objects set size_bytes")) {
				// The range lies beyond what the row says is the end.
				allowed.add(ZovaStatus.OBJECT_RANGE_INVALID);
			}
			assertThat(ex.status()).as(reason).isIn(allowed);
			return;
		}
		catch (Exception ex) {
			throw new AssertionError(reason, ex);
		}
		if (reason.contains("_zova_objects set size_bytes") && bytes.length < expected.length) {
			assertThat(bytes).as(reason).isEqualTo(Arrays.copyOf(expected, bytes.length));
			return;
		}
		assertThat(bytes).as(reason).isEqualTo(expected);
	}

	private void expect(String get, String full, String elsewhere, String onIt, String manifest, String reader,
			String size) {
		ObjectManifest.Entry damaged = this.chunks.get(Math.min(5, this.chunks.size() - 1));
		int wholeSize = (int) this.chunks.stream().mapToLong(ObjectManifest.Entry::size).sum();
		int sizeNow = this.jdbc.sql("select size_bytes from _zova_objects")
			.query(Long.class)
			.optional()
			.map((value) -> (int) Math.min(Math.max(value, wholeSize), 10_000_000))
			.orElse(wholeSize);
		assertThat(List.of(outcome(() -> this.objects.get(this.id)),
				outcome(() -> this.objects.readRange(this.id, 0, sizeNow)),
				outcome(() -> this.objects.readRange(this.id, this.chunks.get(0).size() / 2, 10)),
				outcome(() -> this.objects.readRange(this.id, damaged.offset() + 1, 10)),
				outcome(() -> this.objects.manifest(this.id)), outcome(() -> this.objects.open(this.id).readAllBytes()),
				outcome(() -> this.objects.info(this.id))))
			.isEqualTo(List.of(get, full, elsewhere, onIt, manifest, reader, size));
	}

	private static String outcome(Call call) {
		try {
			call.run();
			return OK;
		}
		catch (ZovaException ex) {
			assertThat(ex.status()).isEqualTo(ZovaStatus.OBJECT_CORRUPT);
			return CORRUPT;
		}
		catch (Exception ex) {
			throw new AssertionError(ex);
		}
	}

	private interface Call {

		void run() throws Exception;

	}

	private interface Read {

		byte[] run() throws Exception;

	}

}
