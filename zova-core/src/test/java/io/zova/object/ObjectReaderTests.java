package io.zova.object;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Random;

import io.zova.TestSeed;
import io.zova.ZovaStatus;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A reader gives the bytes of its object in order, and stops at the first that is wrong.
 */
class ObjectReaderTests extends ObjectFixture {

	@Test
	void readsOfAnySizeGiveTheContent() throws IOException {
		long seed = TestSeed.value();
		Random random = new Random(seed);
		for (StorageProfile profile : StorageProfile.values()) {
			for (int size : new int[] { 1, 2_049, 200_000, 2_500_000 }) {
				byte[] content = random(size, size);
				ObjectId id = this.objects.put(content, profile);
				try (ObjectReader reader = this.objects.open(id)) {
					ByteArrayOutputStream out = new ByteArrayOutputStream();
					byte[] buffer = new byte[70_000];
					int count = 0;
					while (count >= 0) {
						out.write(buffer, 0, count);
						int wanted = 1 + random.nextInt(buffer.length);
						count = reader.read(buffer, 0, wanted);
						assertThat(count).isIn(wanted, size - out.size(), -1);
					}
					assertThat(out.toByteArray()).as("seed %d", seed).isEqualTo(content);
					assertThat(reader.read(buffer)).isEqualTo(-1);
					assertThat(reader.read()).isEqualTo(-1);
				}
				try (ObjectReader reader = this.objects.open(id)) {
					assertThat(reader.readAllBytes()).isEqualTo(content);
				}
				try (ObjectReader reader = this.objects.open(id)) {
					ByteArrayOutputStream out = new ByteArrayOutputStream();
					assertThat(reader.transferTo(out)).isEqualTo(size);
					assertThat(out.toByteArray()).isEqualTo(content);
				}
				this.objects.delete(id);
			}
		}
	}

	@Test
	void skippingLeadsToTheSamePlaceAsReading() throws IOException {
		long seed = TestSeed.value();
		Random random = new Random(seed);
		byte[] content = random(400_000, 4);
		ObjectId id = this.objects.put(content);
		for (int round = 0; round < 50; round++) {
			ObjectReader reader = StoredObjectReader.openLazily(this.database.sql(), id, new ObjectTraffic());
			int position = 0;
			while (position < content.length) {
				int distance = random.nextInt((random.nextInt(3) == 0) ? 300_000 : 9_000);
				if (random.nextBoolean()) {
					assertThat(reader.skip(distance)).isEqualTo(Math.min(distance, content.length - position));
				}
				else {
					byte[] expected = Arrays.copyOfRange(content, position,
							Math.min(content.length, position + distance));
					assertThat(reader.readNBytes(distance)).as("seed %d", seed).isEqualTo(expected);
				}
				position += distance;
			}
			assertThat(reader.read()).isEqualTo(-1);
			assertThat(reader.skip(1)).isZero();
		}
	}

	@Test
	void aClosedReaderRefuses() {
		ObjectReader reader = this.objects.open(this.objects.put(random(10, 1)));
		assertThat(reader.available()).isEqualTo(10);
		reader.close();
		reader.close();
		assertStatus(ZovaStatus.OBJECT_READER_CLOSED, reader::read);
		assertStatus(ZovaStatus.OBJECT_READER_CLOSED, () -> reader.read(new byte[0]));
		assertStatus(ZovaStatus.OBJECT_READER_CLOSED, () -> reader.skip(1));
	}

	@Test
	void damageIsReportedAtTheChunkAndClosesTheReader() {
		byte[] content = random(100_000, 6);
		ObjectId id = this.objects.put(content);
		ObjectManifest.Entry chunk = this.objects.manifest(id).chunks().get(5);
		damage("update _zova_chunks set data = zeroblob(size_bytes) where chunk_hash = ?", chunk.chunk());
		ObjectReader reader = this.objects.open(id);
		byte[] good = new byte[(int) chunk.offset() - 1];
		assertThat(reader.read(good)).isEqualTo(good.length);
		assertThat(good).isEqualTo(Arrays.copyOf(content, good.length));
		assertStatus(ZovaStatus.OBJECT_CORRUPT, () -> reader.read(new byte[2]));
		assertStatus(ZovaStatus.OBJECT_READER_CLOSED, reader::read);
	}

	@Test
	void theLastByteIsGivenOnlyIfTheWholeIsRight() {
		byte[] content = random(100_000, 6);
		ObjectId id = this.objects.put(content);
		ObjectId wrong = ObjectId.ofContent(new byte[1]);
		damage("update _zova_objects set object_id = ?", wrong);
		damage("update _zova_object_chunks set object_id = ?", wrong);
		assertStatus(ZovaStatus.OBJECT_NOT_FOUND, () -> this.objects.open(id));
		try (ObjectReader reader = this.objects.open(wrong)) {
			assertThat(reader.read(new byte[99_999])).isEqualTo(99_999);
			assertStatus(ZovaStatus.OBJECT_CORRUPT, reader::read);
		}
	}

	@Test
	void aDamagedFirstChunkIsReportedWhenTheReaderIsOpened() {
		ObjectId id = this.objects.put(random(100_000, 6));
		damage("update _zova_object_chunks set offset = 1 where chunk_index = 0");
		assertStatus(ZovaStatus.OBJECT_CORRUPT, () -> this.objects.open(id));
		damage("delete from _zova_object_chunks where chunk_index = 0");
		assertStatus(ZovaStatus.OBJECT_CORRUPT, () -> this.objects.open(id));
	}

	@Test
	void anObjectThatIsDeletedWhileItIsReadIsReportedAsSuch() {
		byte[] content = random(300_000, 6);
		ObjectId id = this.objects.put(content);
		ObjectReader reader = this.objects.open(id);
		assertThat(reader.read(new byte[1_000])).isEqualTo(1_000);
		this.objects.delete(id);
		assertStatus(ZovaStatus.OBJECT_NOT_FOUND, () -> reader.read(new byte[200_000]));
		this.objects.put(content);
		ObjectReader other = this.objects.open(id);
		this.objects.delete(id);
		this.objects.put(content, StorageProfile.STREAMING);
		assertStatus(ZovaStatus.OBJECT_NOT_FOUND, () -> other.read(new byte[200_000]));
	}

	@Test
	void anObjectThatIsRolledBackWhileItIsReadIsReportedAsSuch() {
		byte[] content = random(300_000, 6);
		ObjectReader[] reader = new ObjectReader[1];
		this.transaction.executeWithoutResult((status) -> {
			reader[0] = this.objects.open(this.objects.put(content));
			assertThat(reader[0].read(new byte[1_000])).isEqualTo(1_000);
			status.setRollbackOnly();
		});
		assertStatus(ZovaStatus.OBJECT_NOT_FOUND, () -> reader[0].read(new byte[200_000]));
		assertStatus(ZovaStatus.OBJECT_READER_CLOSED, reader[0]::read);
	}

	@Test
	void anOpenReaderIsInNobodysWay() {
		byte[] content = random(300_000, 6);
		ObjectReader reader = this.objects.open(this.objects.put(content));
		byte[] read = new byte[content.length];
		reader.read(read, 0, 1_000);
		ObjectId other = this.objects.put(random(50_000, 9));
		this.objects.delete(other);
		try (ObjectWriter writer = this.objects.writer()) {
			writer.write(content);
			writer.finish();
		}
		assertThat(reader.read(read, 1_000, content.length - 1_000)).isEqualTo(content.length - 1_000);
		assertThat(read).isEqualTo(content);
	}

}
