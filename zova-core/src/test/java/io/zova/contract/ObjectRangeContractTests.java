package io.zova.contract;

import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.SeekableByteChannel;
import java.util.Arrays;
import java.util.Random;

import io.zova.TestSeed;
import io.zova.ZovaStatus;
import io.zova.object.ObjectId;
import io.zova.object.ObjectManifest;
import io.zova.object.ObjectOperations;
import io.zova.object.StorageProfile;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Any part of an object can be read, and nothing outside it.
 */
class ObjectRangeContractTests extends Contract {

	private static final ObjectId EMPTY = ObjectId.ofContent(new byte[0]);

	private ObjectOperations objects;

	@BeforeEach
	void open() {
		this.objects = this.database.objects();
	}

	@Test
	void randomRangesAreThoseOfTheContent() throws Exception {
		long seed = TestSeed.value();
		Random random = new Random(seed);
		byte[][] contents = { random(1, 1), random(2_049, 1), random(300_000, 1), new byte[300_000],
				random(2_500_000, 2) };
		for (StorageProfile profile : StorageProfile.values()) {
			for (byte[] content : contents) {
				ObjectId id = this.objects.put(content, profile);
				try (SeekableByteChannel channel = this.objects.openChannel(id)) {
					for (int i = 0; i < 100; i++) {
						int offset = random.nextInt(content.length + 1);
						int length = random.nextInt((i % 2 == 0) ? 5_000 : content.length + 10);
						byte[] expected = Arrays.copyOfRange(content, offset,
								Math.min(content.length, offset + length));
						assertThat(this.objects.readRange(id, offset, length)).as("seed %d", seed).isEqualTo(expected);
						ByteBuffer buffer = ByteBuffer.allocate(length);
						int read = channel.position(offset).read(buffer);
						assertThat(Math.max(0, read)).isEqualTo(expected.length);
						assertThat(Arrays.copyOf(buffer.array(), buffer.position())).as("seed %d", seed)
							.isEqualTo(expected);
					}
				}
				this.objects.delete(id);
			}
		}
	}

	@Test
	void everyChunkEdgeIsFound() {
		byte[] content = random(200_000, 5);
		ObjectId id = this.objects.put(content);
		for (ObjectManifest.Entry chunk : this.objects.manifest(id).chunks()) {
			for (long offset = Math.max(0, chunk.offset() - 1); offset <= chunk.offset() + 1; offset++) {
				assertThat(this.objects.readRange(id, offset, 2))
					.isEqualTo(Arrays.copyOfRange(content, (int) offset, (int) Math.min(content.length, offset + 2)));
			}
		}
	}

	@Test
	void rangesBeyondTheEndAreRefusedAndAtTheEndEmpty() {
		ObjectId id = this.objects.put(random(100, 1));
		assertThat(this.objects.readRange(id, 100, 10)).isEmpty();
		assertThat(this.objects.readRange(id, 90, Integer.MAX_VALUE)).hasSize(10);
		assertThat(this.objects.readRange(id, 0, 0)).isEmpty();
		for (long offset : new long[] { 101, Long.MAX_VALUE, -1, Long.MIN_VALUE }) {
			assertStatus(ZovaStatus.OBJECT_RANGE_INVALID, () -> this.objects.readRange(id, offset, 1));
			assertStatus(ZovaStatus.OBJECT_RANGE_INVALID, () -> this.objects.readRange(id, offset, 0));
			assertStatus(ZovaStatus.OBJECT_RANGE_INVALID,
					() -> this.objects.readRange(id, offset, ByteBuffer.allocate(0)));
		}
		assertStatus(ZovaStatus.INVALID_ARGUMENT, () -> this.objects.readRange(id, 0, -1));
		assertThat(this.objects.readRange(this.objects.put(new byte[0]), 0, 1)).isEmpty();
		assertStatus(ZovaStatus.OBJECT_RANGE_INVALID, () -> this.objects.readRange(EMPTY, 1, 1));
	}

	@Test
	void aBufferIsFilledFromItsPositionAndNotBehindTheBytes() {
		byte[] content = random(50_000, 3);
		ObjectId id = this.objects.put(content);
		ByteBuffer buffer = ByteBuffer.allocate(100).position(10);
		assertThat(this.objects.readRange(id, 49_950, buffer)).isEqualTo(50);
		assertThat(buffer.position()).isEqualTo(60);
		assertThat(Arrays.copyOfRange(buffer.array(), 10, 60)).isEqualTo(Arrays.copyOfRange(content, 49_950, 50_000));
		assertThat(Arrays.copyOfRange(buffer.array(), 60, 100)).containsOnly(0);
	}

	@Test
	void aChannelReadsAnywhereAndOnlyReads() throws Exception {
		byte[] content = random(100_000, 9);
		SeekableByteChannel channel = this.objects.openChannel(this.objects.put(content));
		assertThat(channel.size()).isEqualTo(100_000);
		assertThat(channel.position(100_001).read(ByteBuffer.allocate(1))).isEqualTo(-1);
		ByteBuffer all = ByteBuffer.allocate(100_000);
		assertThat(channel.position(0).read(all)).isEqualTo(100_000);
		assertThat(all.array()).isEqualTo(content);
		assertThat(channel.position()).isEqualTo(100_000);
		assertThatExceptionOfType(NonWritableChannelException.class)
			.isThrownBy(() -> channel.write(ByteBuffer.allocate(1)));
		channel.close();
		assertThat(channel.isOpen()).isFalse();
		assertThatExceptionOfType(ClosedChannelException.class).isThrownBy(() -> channel.read(ByteBuffer.allocate(1)));
	}

}
