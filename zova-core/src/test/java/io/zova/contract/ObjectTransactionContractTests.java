package io.zova.contract;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

import io.zova.ZovaStatus;
import io.zova.object.ChunkId;
import io.zova.object.ObjectId;
import io.zova.object.ObjectManifest;
import io.zova.object.ObjectOperations;
import io.zova.object.ObjectReader;
import io.zova.object.ObjectWriter;
import io.zova.object.StorageProfile;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Objects are stored and deleted with the rows around them, or not at all.
 */
class ObjectTransactionContractTests extends Contract {

	private static final ObjectId EMPTY = ObjectId.ofContent(new byte[0]);

	private ObjectOperations objects;

	@BeforeEach
	void open() {
		this.objects = this.database.objects();
	}

	@Test
	void putDeleteAndAssembleAreUndoneByARollback() {
		byte[] kept = random(100_000, 1);
		ObjectId keptId = this.objects.put(kept);
		List<String> before = everything();
		this.transaction.executeWithoutResult((status) -> {
			ObjectId id = this.objects.put(random(100_000, 2));
			assertThat(this.objects.get(id)).hasSize(100_000);
			assertThat(this.objects.delete(keptId)).isTrue();
			assertThat(this.objects.exists(keptId)).isFalse();
			byte[] chunk = random(100, 3);
			this.objects.putChunk(ChunkId.ofContent(chunk), chunk);
			this.objects.assemble(ObjectId.ofContent(chunk), 100,
					List.of(new ObjectManifest.Entry(0, ChunkId.ofContent(chunk), 0, 100)),
					StorageProfile.DEDUPLICATION);
			this.objects.put(new ByteArrayInputStream(random(3_000_000, 4)));
			status.setRollbackOnly();
		});
		assertThat(everything()).isEqualTo(before);
		assertThat(this.objects.get(keptId)).isEqualTo(kept);
	}

	@Test
	void aFailedCallLeavesTheTransactionUsable() {
		ObjectId id = this.transaction.execute((status) -> {
			ObjectId stored = this.objects.put(random(1_000, 1));
			assertStatus(ZovaStatus.OBJECT_MANIFEST_INVALID,
					() -> this.objects.assemble(EMPTY, 7, List.of(), StorageProfile.DEDUPLICATION));
			assertStatus(ZovaStatus.OBJECT_NOT_FOUND, () -> this.objects.get(EMPTY));
			assertThat(this.objects.delete(EMPTY)).isFalse();
			return stored;
		});
		assertThat(this.objects.get(id)).hasSize(1_000);
		assertThat(this.objects.count()).isEqualTo(1);
	}

	@Test
	void aStreamThatFailsLeavesNothingInTheTransaction() {
		this.transaction.executeWithoutResult((status) -> {
			this.objects.put(random(1_000, 1));
			List<String> before = everything();
			assertThatExceptionOfType(UncheckedIOException.class).isThrownBy(() -> this.objects
				.put(new SequenceInputStream(new ByteArrayInputStream(random(6_000_000, 2)), new BrokenStream())));
			assertThat(everything()).isEqualTo(before);
		});
		assertThat(this.objects.count()).isEqualTo(1);
	}

	@Test
	void aNestedTransactionUndoesItsOwnObjects() {
		this.transaction.executeWithoutResult((status) -> {
			this.objects.put(random(1_000, 1));
			nested().executeWithoutResult((inner) -> {
				this.objects.put(random(1_000, 2));
				inner.setRollbackOnly();
			});
		});
		assertThat(this.objects.count()).isEqualTo(1);
		assertThat(chunks()).isEqualTo(1);
	}

	@Test
	void aWriterFromOutsideRefusesTransactionsAndGoesOnAfterwards() {
		byte[] content = random(100_000, 1);
		ObjectWriter writer = this.objects.writer();
		writer.write(content, 0, 50_000);
		this.transaction.executeWithoutResult((status) -> {
			assertStatus(ZovaStatus.OBJECT_TRANSACTION_ACTIVE, () -> writer.write(content));
			assertStatus(ZovaStatus.OBJECT_TRANSACTION_ACTIVE, () -> writer.write(new byte[0]));
			assertStatus(ZovaStatus.OBJECT_TRANSACTION_ACTIVE, writer::finish);
			assertStatus(ZovaStatus.OBJECT_TRANSACTION_ACTIVE, writer::cancel);
		});
		writer.write(content, 50_000, 50_000);
		assertThat(writer.finish()).isEqualTo(ObjectId.ofContent(content));
	}

	@Test
	void aWriterOfATransactionBecomesVisibleWithItsCommit() {
		byte[] content = random(100_000, 1);
		this.transaction.executeWithoutResult((status) -> {
			try (ObjectWriter writer = this.objects.writer()) {
				writer.write(content);
				writer.finish();
			}
		});
		assertThat(this.objects.get(ObjectId.ofContent(content))).isEqualTo(content);
	}

	@Test
	void aWriterOfATransactionLeavesNothingAfterARollback() {
		this.transaction.executeWithoutResult((status) -> {
			ObjectWriter finished = this.objects.writer();
			finished.write(random(100_000, 1));
			finished.finish();
			ObjectWriter unfinished = this.objects.writer();
			unfinished.write(random(100_000, 2));
			status.setRollbackOnly();
		});
		assertThat(this.objects.count() + chunks()).isZero();
	}

	@Test
	void anUnfinishedWriterOfATransactionLeavesNothingAfterTheCommitAndIsClosed() {
		ObjectWriter writer = Objects.requireNonNull(this.transaction.execute((status) -> {
			ObjectWriter opened = this.objects.writer();
			opened.write(random(100_000, 2));
			this.objects.put(random(10, 3));
			return opened;
		}));
		assertThat(chunks()).isEqualTo(1);
		assertStatus(ZovaStatus.OBJECT_WRITER_CLOSED, () -> writer.write(new byte[1]));
		assertStatus(ZovaStatus.OBJECT_WRITER_CLOSED, writer::finish);
	}

	@Test
	void chunksUndoneByASavepointAreMissedByTheWriter() {
		this.transaction.executeWithoutResult((status) -> {
			ObjectWriter writer = this.objects.writer();
			nested().executeWithoutResult((inner) -> {
				writer.write(random(100_000, 1));
				inner.setRollbackOnly();
			});
			assertStatus(ZovaStatus.OBJECT_CHUNK_NOT_FOUND, writer::finish);
		});
		assertThat(this.objects.count() + chunks()).isZero();
	}

	@Test
	void aReaderInATransactionSeesWhatIsNotCommitted() {
		byte[] content = random(100_000, 1);
		this.transaction.executeWithoutResult((status) -> {
			try (ObjectReader reader = this.objects.open(this.objects.put(content))) {
				assertThat(reader.readAllBytes()).isEqualTo(content);
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		});
	}

	private List<String> everything() {
		List<String> everything = new ArrayList<>();
		this.objects.stream().forEach((info) -> everything.add(this.objects.manifest(info.id()).toString()));
		everything.add(this.objects.looseChunks(Duration.ZERO).toString());
		return everything;
	}

	/** How many different chunks are stored. */
	private long chunks() {
		return this.objects.looseChunks(Duration.ZERO).count() + this.objects.stream()
			.flatMap((info) -> this.objects.manifest(info.id()).chunks().stream())
			.map(ObjectManifest.Entry::chunk)
			.distinct()
			.count();
	}

	/**
	 * Fails at once.
	 */
	private static final class BrokenStream extends InputStream {

		@Override
		public int read() throws IOException {
			throw new IOException("the line is dead");
		}

	}

}
