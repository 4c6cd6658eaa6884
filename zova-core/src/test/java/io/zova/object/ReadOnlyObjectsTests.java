package io.zova.object;

import java.util.Arrays;
import java.util.List;

import io.zova.ZovaDatabase;
import io.zova.ZovaOptions;
import io.zova.ZovaStatus;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.dao.DataAccessException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/**
 * In a file opened for reading only everything can be read, and what would write is
 * refused with {@code READ_ONLY}, also if it had nothing to write.
 */
class ReadOnlyObjectsTests extends ObjectFixture {

	private final byte[] stored = random(900_000, 1);

	private final byte[] loose = random(5_000, 2);

	private final byte[] unknown = random(100_000, 3);

	private ObjectId id;

	private List<String> before;

	@BeforeEach
	void openReadOnly() {
		this.id = this.objects.put(this.stored);
		this.objects.putChunk(ChunkId.ofContent(this.loose), this.loose);
		this.before = dump();
		this.database.close();
		reopen(ZovaDatabase.open(this.file, ZovaOptions.builder().readOnly(true).build()));
	}

	@Test
	void everythingCanBeRead() {
		assertThat(this.objects.get(this.id)).isEqualTo(this.stored);
		assertThat(this.objects.readRange(this.id, 500_000, 10))
			.isEqualTo(Arrays.copyOfRange(this.stored, 500_000, 500_010));
		assertThat(this.objects.open(this.id)).hasBinaryContent(this.stored);
		assertThat(this.objects.exists(this.id)).isTrue();
		assertThat(this.objects.manifest(this.id).chunks()).hasSize((int) this.objects.chunkCount(this.id));
		assertThat(this.objects.page(null, 10)).hasSize(1);
		assertThat(this.objects.getChunk(ChunkId.ofContent(this.loose))).isEqualTo(this.loose);
	}

	@Test
	void whatWouldWriteIsRefused() {
		List<ObjectManifest.Entry> chunks = List
			.of(new ObjectManifest.Entry(0, ChunkId.ofContent(this.loose), 0, this.loose.length));
		assertReadOnly(() -> this.objects.put(this.unknown));
		assertReadOnly(() -> this.objects.delete(this.id));
		assertReadOnly(() -> this.objects.delete(this.id));
		assertReadOnly(() -> this.objects.deleteAll(List.of(this.id)));
		assertReadOnly(() -> this.objects.assemble(ObjectId.ofContent(this.loose), this.loose.length, chunks,
				StorageProfile.DEDUPLICATION));
		assertReadOnly(
				() -> this.objects.putChunk(ChunkId.ofContent(this.unknown), this.unknown, StorageProfile.STREAMING));
		assertReadOnly(() -> this.objects.deleteChunk(ChunkId.ofContent(this.loose)));
		assertReadOnly(() -> this.objects.deleteChunk(ChunkId.ofContent(this.unknown)));
		assertReadOnly(() -> this.objects.deleteChunk(this.objects.manifest(this.id).chunks().get(0).chunk()));
		assertReadOnly(() -> this.objects.delete(ObjectId.ofContent(this.unknown)));
		assertReadOnly(() -> this.objects.put(this.stored));
		assertReadOnly(() -> this.objects.putChunk(ChunkId.ofContent(this.loose), this.loose));
		assertReadOnly(this.objects::writer);
		assertThat(dump()).isEqualTo(this.before);
	}

	private static void assertReadOnly(ThrowingCallable call) {
		DataAccessException ex = catchThrowableOfType(DataAccessException.class, call);
		assertThat(ex).isNotNull();
		assertThat(ZovaStatus.of(ex)).isEqualTo(ZovaStatus.READ_ONLY);
	}

}
