package io.zova.benchmarks.check;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.zova.ZovaDatabase;
import io.zova.ZovaOptions;
import io.zova.ZovaOptions.JournalMode;
import io.zova.benchmarks.SampleData;
import io.zova.vector.VectorCollection;
import io.zova.vector.VectorEntry;
import io.zova.vector.VectorSpace;

import org.springframework.transaction.support.TransactionTemplate;

/**
 * A file to be checked, made once for all that check it: for each MiB 100 objects, most
 * of them some KiB, some of them with many chunks, and 500 vectors.
 */
final class CheckedFile {

	private static final int OBJECTS_A_MIB = 100;

	private static final int VECTORS_A_MIB = 500;

	private static final int DIMENSIONS = 64;

	private static final Map<Integer, CheckedFile> FILES = new HashMap<>();

	private final Path path;

	private final long objectBytes;

	private CheckedFile(Path path, long objectBytes) {
		this.path = path;
		this.objectBytes = objectBytes;
	}

	/**
	 * The file of about a size, which is removed when this process ends.
	 * @param mebibytes the size
	 * @return the file
	 */
	static synchronized CheckedFile of(int mebibytes) throws IOException {
		CheckedFile file = FILES.get(mebibytes);
		if (file == null) {
			file = create(mebibytes);
			FILES.put(mebibytes, file);
		}
		return file;
	}

	Path path() {
		return this.path;
	}

	long objectBytes() {
		return this.objectBytes;
	}

	long size() throws IOException {
		return Files.size(this.path);
	}

	private static CheckedFile create(int mebibytes) throws IOException {
		Path folder = Files.createTempDirectory("checked");
		Path path = folder.resolve("checked.zova");
		folder.toFile().deleteOnExit();
		path.toFile().deleteOnExit();
		long[] bytes = new long[1];
		try (ZovaDatabase database = ZovaDatabase.create(path,
				ZovaOptions.builder().journalMode(JournalMode.WAL).build())) {
			TransactionTemplate transaction = new TransactionTemplate(database.transactionManager());
			VectorCollection vectors = database.vectors().create("docs", VectorSpace.cosine(DIMENSIONS));
			SampleData random = new SampleData(7);
			for (int part = 0; part < mebibytes; part++) {
				int number = part;
				transaction.executeWithoutResult((status) -> bytes[0] += fill(database, vectors, random, number));
			}
		}
		return new CheckedFile(path, bytes[0]);
	}

	private static long fill(ZovaDatabase database, VectorCollection vectors, SampleData random, int part) {
		long bytes = 0;
		for (int i = 0; i < OBJECTS_A_MIB; i++) {
			byte[] content = random.bytes(size(random, part, i));
			database.objects().put(content);
			bytes += content.length;
		}
		List<VectorEntry> entries = new ArrayList<>();
		for (int i = 0; i < VECTORS_A_MIB; i++) {
			entries.add(VectorEntry.of("%x".formatted(Integer.reverse(part * VECTORS_A_MIB + i)),
					random.vector(DIMENSIONS)));
		}
		vectors.putAll(entries);
		return bytes;
	}

	private static int size(SampleData random, int part, int number) {
		if (number == 0 && part % 5 == 0) {
			return 1 << 20;
		}
		return (number % 50 == 1) ? 64 << 10 : 512 + random.next() % 7500;
	}

}
