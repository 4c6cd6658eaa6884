package io.zova.contract;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import io.zova.ZovaStatus;
import io.zova.object.ObjectId;
import io.zova.object.ObjectInfo;
import io.zova.object.ObjectOperations;
import io.zova.object.StorageProfile;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What is put is found again under its id, and deleted once.
 */
class ObjectContractTests extends Contract {

	private static final ObjectId EMPTY = ObjectId.ofContent(new byte[0]);

	private ObjectOperations objects;

	@BeforeEach
	void open() {
		this.objects = this.database.objects();
	}

	@Test
	void theEmptyObjectIsARealOne() {
		assertThat(this.objects.exists(EMPTY)).isFalse();
		ObjectId id = this.objects.put(new byte[0], StorageProfile.STREAMING);
		assertThat(id).isEqualTo(EMPTY);
		assertThat(this.objects.exists(id)).isTrue();
		assertThat(this.objects.info(id)).isEqualTo(new ObjectInfo(id, 0, 0, StorageProfile.STREAMING));
		assertThat(this.objects.get(id)).isEmpty();
		assertThat(this.objects.readRange(id, 0, 10)).isEmpty();
		assertThat(this.objects.manifest(id).chunks()).isEmpty();
		assertThat(this.objects.open(id).read()).isEqualTo(-1);
		this.objects.delete(id);
		assertThat(this.objects.exists(id)).isFalse();
	}

	@Test
	void buffersAreStoredFromTheirPositionWhichStays() {
		ByteBuffer buffer = ByteBuffer.allocateDirect(100).put(random(100, 4)).position(10).limit(60);
		ObjectId id = this.objects.put(buffer);
		assertThat(this.objects.size(id)).isEqualTo(50);
		assertThat(buffer.position()).isEqualTo(10);
		byte[] expected = new byte[50];
		buffer.get(expected);
		assertThat(this.objects.get(id)).isEqualTo(expected);
	}

	@Test
	void whatDoesNotExistIsNamed() {
		ObjectId missing = ObjectId.ofContent(new byte[] { 1 });
		assertThat(this.objects.exists(missing)).isFalse();
		assertStatus(ZovaStatus.OBJECT_NOT_FOUND, () -> this.objects.get(missing));
		assertStatus(ZovaStatus.OBJECT_NOT_FOUND, () -> this.objects.readRange(missing, 0, 1));
		assertStatus(ZovaStatus.OBJECT_NOT_FOUND, () -> this.objects.size(missing));
		assertStatus(ZovaStatus.OBJECT_NOT_FOUND, () -> this.objects.chunkCount(missing));
		assertStatus(ZovaStatus.OBJECT_NOT_FOUND, () -> this.objects.manifest(missing));
		assertStatus(ZovaStatus.OBJECT_NOT_FOUND, () -> this.objects.open(missing));
		assertStatus(ZovaStatus.OBJECT_NOT_FOUND, () -> this.objects.openChannel(missing));
		assertThat(this.objects.delete(missing)).isFalse();
		assertThat(this.objects.find(missing)).isEmpty();
	}

	@Test
	void listingGoesThroughAllObjectsInTheOrderOfTheirIds() {
		List<ObjectInfo> expected = new ArrayList<>();
		for (int i = 0; i < 1_203; i++) {
			byte[] content = random(10, i);
			ObjectId id = this.objects.put(content);
			expected.add(new ObjectInfo(id, 10, 1, StorageProfile.DEDUPLICATION));
		}
		assertThat(this.objects.count()).isEqualTo(1_203);
		expected.sort((a, b) -> a.id().compareTo(b.id()));
		assertThat(this.objects.stream().toList()).isEqualTo(expected);
		assertThat(this.objects.stream().limit(3).toList()).isEqualTo(expected.subList(0, 3));
		List<ObjectInfo> paged = new ArrayList<>();
		List<ObjectInfo> page = this.objects.page(null, 100);
		while (!page.isEmpty()) {
			paged.addAll(page);
			page = this.objects.page(page.get(page.size() - 1).id(), 100);
		}
		assertThat(paged).isEqualTo(expected);
		assertThat(this.objects.page(null, 0)).isEmpty();
		assertStatus(ZovaStatus.INVALID_ARGUMENT, () -> this.objects.page(null, -1));
	}

	@Test
	void deletingAnswersWhatWasThere() {
		ObjectId one = this.objects.put(random(100, 1));
		ObjectId two = this.objects.put(random(200_000, 2));
		assertThat(this.objects.delete(one)).isTrue();
		assertThat(this.objects.delete(one)).isFalse();
		assertThat(this.objects.deleteAll(List.of(one, two, two))).isEqualTo(1);
		assertThat(this.objects.deleteAll(List.of())).isZero();
		assertThat(this.objects.count()).isZero();
		assertThat(this.objects.looseChunks(Duration.ZERO).count()).isZero();
	}

}
