package io.zova.object;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

import io.zova.TestSeed;
import io.zova.ZovaDatabase;
import io.zova.ZovaOptions;
import io.zova.ZovaStatus;
import org.junit.jupiter.api.Test;

import org.springframework.dao.DataAccessException;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * Writers and streams store the same objects as arrays, and nothing at all if they fail.
 */
class ObjectWriterTests extends ObjectFixture {

	@Test
	void aWriterOfATransactionRefusesAnother() {
		TransactionTemplate readOnly = new TransactionTemplate(this.database.transactionManager());
		readOnly.setReadOnly(true);
		readOnly.setPropagationBehavior(TransactionDefinition.PROPAGATION_REQUIRES_NEW);
		TransactionTemplate suspended = new TransactionTemplate(this.database.transactionManager());
		suspended.setPropagationBehavior(TransactionDefinition.PROPAGATION_NOT_SUPPORTED);
		this.transaction.executeWithoutResult((status) -> {
			ObjectWriter writer = this.objects.writer();
			writer.write(random(1_000, 1));
			readOnly.executeWithoutResult(
					(other) -> assertStatus(ZovaStatus.OBJECT_TRANSACTION_ACTIVE, () -> writer.write(new byte[1])));
			suspended.executeWithoutResult(
					(other) -> assertStatus(ZovaStatus.OBJECT_TRANSACTION_ACTIVE, () -> writer.write(new byte[1])));
			writer.finish();
		});
		assertThat(objectRows()).isEqualTo(1);
	}

	@Test
	void goldenObjectsAreTheSameHoweverTheyAreWritten() {
		long seed = TestSeed.value();
		Random random = new Random(seed);
		for (StorageProfile profile : StorageProfile.values()) {
			for (GoldenObjects.Vector vector : GoldenObjects.vectors()) {
				ObjectId id;
				try (ObjectWriter writer = this.objects.writer(profile)) {
					int from = 0;
					while (from < vector.content().length) {
						int length = Math.min(vector.content().length - from, 1 + random.nextInt(300_000));
						writer.write(vector.content(), from, length);
						from += length;
					}
					id = writer.finish();
				}
				assertThat(id).hasToString(vector.objectId());
				assertThat(this.objects.manifest(id)
					.chunks()
					.stream()
					.map((entry) -> new GoldenObjects.Chunk(entry.offset(), (int) entry.size(),
							entry.chunk().toString())))
					.as("%s, seed %d", vector.name(), seed)
					.containsExactlyElementsOf(vector.chunks(profile));
				this.objects.delete(id);
			}
		}
		assertThat(dump()).isEmpty();
	}

	@Test
	void chunksAreStoredAsSoonAsTheyAreComplete() {
		byte[] content = random(100_000, 6);
		List<Long> stored = new ArrayList<>();
		try (ObjectWriter writer = this.objects.writer()) {
			for (int from = 0; from < content.length; from += 10_000) {
				writer.write(ByteBuffer.wrap(content, from, 10_000));
				stored.add(chunkRows());
				assertThat(objectRows() + manifestRows()).isZero();
			}
			List<Long> expected = new ArrayList<>();
			Chunker chunker = new FastCdcChunker();
			int from = 0;
			long chunks = 0;
			for (int known = 10_000; known <= content.length; known += 10_000) {
				for (int length = chunker.cut(content, from, known - from, false); length > 0; length = chunker
					.cut(content, from, known - from, false)) {
					chunks++;
					from += length;
				}
				expected.add(chunks);
			}
			assertThat(stored).isEqualTo(expected);
			writer.finish();
		}
	}

	@Test
	void aCancelledOrAbandonedWriterLeavesNothing() {
		byte[] shared = random(300_000, 1);
		ObjectId id = this.objects.put(shared);
		List<String> before = dump();
		ObjectWriter cancelled = this.objects.writer();
		cancelled.write(shared, 0, 200_000);
		cancelled.write(random(300_000, 2));
		assertThat(dump()).isNotEqualTo(before);
		cancelled.cancel();
		assertThat(dump()).isEqualTo(before);
		try (ObjectWriter abandoned = this.objects.writer(StorageProfile.STREAMING)) {
			abandoned.write(random(3_000_000, 3));
			assertThat(dump()).isNotEqualTo(before);
		}
		assertThat(dump()).isEqualTo(before);
		assertThat(this.objects.get(id)).isEqualTo(shared);
	}

	@Test
	void aClosedWriterRefusesEverythingButClosing() {
		ObjectWriter writer = this.objects.writer();
		writer.finish();
		assertStatus(ZovaStatus.OBJECT_WRITER_CLOSED, () -> writer.write(new byte[1]));
		assertStatus(ZovaStatus.OBJECT_WRITER_CLOSED, () -> writer.write(new byte[0]));
		assertStatus(ZovaStatus.OBJECT_WRITER_CLOSED, writer::finish);
		assertStatus(ZovaStatus.OBJECT_WRITER_CLOSED, writer::cancel);
		writer.close();
		assertThat(this.objects.exists(ObjectTemplate.EMPTY)).isTrue();
	}

	@Test
	void anObjectThatExistsInAnotherLayoutKeepsIt() {
		byte[] content = random(2_000_000, 1);
		ObjectId id = this.objects.put(content);
		List<String> before = dump();
		try (ObjectWriter writer = this.objects.writer(StorageProfile.STREAMING)) {
			writer.write(content);
			assertThat(dump()).hasSize(before.size() + 1);
			assertThat(writer.finish()).isEqualTo(id);
		}
		assertThat(dump()).isEqualTo(before);
	}

	@Test
	void anExistingObjectThatIsDamagedIsFoundOutAtTheEnd() {
		byte[] content = random(100_000, 1);
		this.objects.put(content);
		damage("update _zova_objects set chunk_count = chunk_count + 1");
		ObjectWriter writer = this.objects.writer();
		writer.write(content);
		assertStatus(ZovaStatus.OBJECT_CORRUPT, writer::finish);
		assertStatus(ZovaStatus.OBJECT_WRITER_CLOSED, () -> writer.write(content));
		damage("update _zova_objects set chunk_count = chunk_count - 1");
		assertThat(writer.finish()).isEqualTo(ObjectId.ofContent(content));
	}

	@Test
	void aDamagedChunkOfTheSameContentStopsAWriter() {
		byte[] content = random(100_000, 1);
		this.objects.put(content);
		damage("update _zova_chunks set data = zeroblob(size_bytes) where rowid = 3");
		ObjectWriter writer = this.objects.writer();
		assertStatus(ZovaStatus.OBJECT_CORRUPT, () -> writer.write(content));
		assertStatus(ZovaStatus.OBJECT_CORRUPT, () -> writer.write(new byte[0]));
		assertStatus(ZovaStatus.OBJECT_CORRUPT, writer::finish);
		writer.cancel();
	}

	@Test
	void aChunkThatSomebodyElseRemovedIsMissedAtTheEnd() {
		byte[] content = random(100_000, 1);
		ObjectId id = this.objects.put(content);
		ObjectWriter writer = this.objects.writer();
		writer.write(content);
		this.objects.delete(id);
		assertStatus(ZovaStatus.OBJECT_CHUNK_NOT_FOUND, writer::finish);
		writer.cancel();
		assertThat(dump()).isEmpty();
	}

	@Test
	void asAStreamItSurvivesStreamsThatCloseIt() throws IOException {
		byte[] text = "all work and no play ".repeat(200_000).getBytes();
		ObjectId id;
		try (ObjectWriter writer = this.objects.writer()) {
			try (OutputStream zip = new GZIPOutputStream(writer.outputStream())) {
				zip.write(text);
			}
			id = writer.finish();
		}
		try (InputStream zip = new GZIPInputStream(this.objects.open(id))) {
			assertThat(zip.readAllBytes()).isEqualTo(text);
		}
	}

	@Test
	void aStreamThatNobodyClosesIsCompleteToo() throws IOException {
		byte[] content = random(3_000_001, 8);
		long seed = TestSeed.value();
		Random random = new Random(seed);
		try (ObjectWriter writer = this.objects.writer()) {
			OutputStream out = writer.outputStream();
			int from = 0;
			while (from < content.length) {
				int length = Math.min(content.length - from,
						random.nextInt((random.nextInt(10) == 0) ? 1_200_000 : 5_000));
				if (length == 0) {
					out.write(content[from++]);
				}
				out.write(content, from, Math.min(length, content.length - from));
				from += length;
			}
			assertThat(writer.finish()).as("seed %d", seed).isEqualTo(ObjectId.ofContent(content));
		}
	}

	@Test
	void streamsAndFilesOfAnySizeAreStoredAndComeBack() throws IOException {
		for (int size : new int[] { 0, 1, 100_000, (1 << 20) - 1, 1 << 20, (1 << 20) + 1, 9_000_000 }) {
			byte[] content = random(size, size);
			List<Long> progress = new ArrayList<>();
			ObjectId id = this.objects.put(new ByteArrayInputStream(content),
					PutOptions.defaults().withExpectedSize(size).withProgress(progress::add));
			assertThat(id).isEqualTo(ObjectId.ofContent(content));
			assertThat(this.objects.get(id)).isEqualTo(content);
			assertThat(progress).isSorted().last().isEqualTo((long) size);
			List<String> rows = dump();
			this.objects.delete(id);
			Path file = this.directory.resolve("content");
			Path copy = this.directory.resolve("copy");
			Files.write(file, content);
			assertThat(this.objects.put(file)).isEqualTo(id);
			assertThat(dump()).isEqualTo(rows);
			progress.clear();
			assertThat(this.objects.copyTo(id, copy, progress::add)).isEqualTo(size);
			assertThat(copy).hasBinaryContent(content);
			assertThat(progress).isSorted();
			this.objects.delete(id);
		}
	}

	@Test
	void aStreamThatFailsOrHasAnotherSizeStoresNothing() {
		for (int size : new int[] { 1_000, 1 << 20, 9_000_000 }) {
			byte[] content = random(size, size);
			InputStream dead = new InputStream() {
				@Override
				public int read() throws IOException {
					throw new IOException("the line is dead");
				}
			};
			InputStream failing = new SequenceInputStream(new ByteArrayInputStream(content), dead);
			assertThatExceptionOfType(UncheckedIOException.class).isThrownBy(() -> this.objects.put(failing))
				.withStackTraceContaining("the line is dead");
			assertStatus(ZovaStatus.INVALID_ARGUMENT, () -> this.objects.put(new ByteArrayInputStream(content),
					PutOptions.defaults().withExpectedSize(size + 1)));
			assertStatus(ZovaStatus.INVALID_ARGUMENT, () -> this.objects.put(new ByteArrayInputStream(content),
					PutOptions.defaults().withExpectedSize(size - 1)));
			assertThat(dump()).isEmpty();
		}
	}

	/** Whatever a stream or a listener throws reaches the caller as it is. */
	@Test
	void whateverElseGoesWrongWhileAStreamIsReadStoresNothing() {
		for (int size : new int[] { 1_000, 2 << 20, 9_000_000 }) {
			byte[] content = random(size, size);
			for (Throwable failure : List.of(new IllegalStateException("no more"), new OutOfMemoryError("no more"))) {
				InputStream failing = new SequenceInputStream(new ByteArrayInputStream(content), new InputStream() {
					@Override
					public int read() {
						throw (failure instanceof Error error) ? sneaky(error) : (RuntimeException) failure;
					}
				});
				assertThatThrownBy(() -> this.objects.put(failing)).isSameAs(failure);
			}
			assertThatThrownBy(() -> this.objects.put(new ByteArrayInputStream(random(5_000_000, 1)),
					PutOptions.defaults().withProgress((bytes) -> {
						throw new IllegalStateException("not interested");
					})))
				.hasMessage("not interested");
			assertThat(dump()).isEmpty();
		}
		assertThatExceptionOfType(UncheckedIOException.class)
			.isThrownBy(() -> this.objects.put(this.directory.resolve("missing")))
			.withStackTraceContaining("missing");
		assertStatus(ZovaStatus.INVALID_ARGUMENT, () -> this.objects.put(this.directory));
		assertThat(dump()).isEmpty();
	}

	private static RuntimeException sneaky(Error error) {
		throw error;
	}

	@Test
	void aFileIsStoredWithProgressAndTheSizeItMustHave() throws IOException {
		byte[] content = random(9_000_000, 4);
		Path file = Files.write(this.directory.resolve("content"), content);
		List<Long> progress = new ArrayList<>();
		PutOptions options = PutOptions.defaults().withProgress(progress::add);
		assertStatus(ZovaStatus.INVALID_ARGUMENT,
				() -> this.objects.put(file, options.withExpectedSize(content.length + 1L)));
		assertThat(dump()).isEmpty();
		progress.clear();
		ObjectId id = this.objects.put(file,
				options.withExpectedSize(content.length).withProfile(StorageProfile.STREAMING));
		assertThat(progress).isSorted().hasSizeGreaterThan(1).last().isEqualTo((long) content.length);
		assertThat(this.objects.chunkCount(id)).isEqualTo(9);
		progress.clear();
		assertThat(this.objects.copyTo(id, this.directory.resolve("copy"), progress::add)).isEqualTo(content.length);
		assertThat(progress).isSorted().hasSizeGreaterThan(1).last().isEqualTo((long) content.length);
	}

	@Test
	void aTargetThatTakesNoMoreIsReportedAndHarmsNothing() {
		byte[] content = random(3_000_000, 4);
		ObjectId id = this.objects.put(content);
		OutputStream full = new OutputStream() {
			private int taken;

			@Override
			public void write(int b) throws IOException {
				if (++this.taken > 1_000_000) {
					throw new IOException("no room");
				}
			}
		};
		assertThatExceptionOfType(UncheckedIOException.class)
			.isThrownBy(() -> this.objects.copyTo(id, full, (bytes) -> {
			}))
			.withStackTraceContaining("no room");
		assertThatExceptionOfType(UncheckedIOException.class)
			.isThrownBy(() -> this.objects.copyTo(id, this.directory.resolve("missing/file"), (bytes) -> {
			}));
		assertThat(this.objects.get(id)).isEqualTo(content);
		this.objects.delete(id);
		assertThat(dump()).isEmpty();
	}

	@Test
	void aWriterThatMetALockedFileMayTryToFinishAgain() throws Exception {
		byte[] content = random(100_000, 1);
		this.database.close();
		reopen(ZovaDatabase.open(this.file, ZovaOptions.builder().busyTimeout(Duration.ZERO).build()));
		ObjectWriter writer = this.objects.writer();
		writer.write(content);
		try (Connection other = DriverManager.getConnection("jdbc:sqlite:" + this.file);
				Statement statement = other.createStatement()) {
			statement.execute("begin immediate");
			assertThatExceptionOfType(DataAccessException.class).isThrownBy(writer::finish)
				.matches((ex) -> ZovaStatus.of(ex) == ZovaStatus.BUSY);
			assertStatus(ZovaStatus.OBJECT_WRITER_CLOSED, () -> writer.write(new byte[1]));
			assertThatExceptionOfType(DataAccessException.class).isThrownBy(() -> this.objects.put(random(10, 1)))
				.matches((ex) -> ZovaStatus.of(ex) == ZovaStatus.BUSY);
			statement.execute("rollback");
		}
		assertThat(writer.finish()).isEqualTo(ObjectId.ofContent(content));
		assertThat(this.objects.get(ObjectId.ofContent(content))).isEqualTo(content);
	}

	/** Chunks are not reserved, as in every Zova library. */
	@Test
	void aWriterMissesTheChunksOfAnotherThatWasCancelled() {
		byte[] content = random(100_000, 1);
		ObjectWriter first = this.objects.writer();
		first.write(content);
		ObjectWriter second = this.objects.writer();
		second.write(content);
		first.cancel();
		assertStatus(ZovaStatus.OBJECT_CHUNK_NOT_FOUND, second::finish);
		second.cancel();
		assertThat(dump()).isEmpty();
	}

	@Test
	void aFailedCopyLeavesTheFileThatWasThere() throws IOException {
		ObjectId id = this.objects.put(random(500_000, 1));
		damage("update _zova_chunks set data = zeroblob(size_bytes) where rowid = 30");
		Path target = Files.writeString(this.directory.resolve("target"), "old");
		assertStatus(ZovaStatus.OBJECT_CORRUPT, () -> this.objects.copyTo(id, target, (bytes) -> {
		}));
		assertThat(target).hasContent("old");
		try (var files = Files.list(this.directory)) {
			assertThat(files.map(Path::getFileName).map(Path::toString)).noneMatch((name) -> name.endsWith(".part"));
		}
		assertThat(Arrays.asList(this.objects.exists(id))).containsExactly(true);
	}

}
