package io.zova.benchmarks.object;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

import io.zova.ZovaDatabase;
import io.zova.ZovaOptions;
import io.zova.object.ChunkId;
import io.zova.object.ObjectId;
import io.zova.object.ObjectManifest;
import io.zova.object.StorageProfile;

/**
 * What deleting objects of 20 chunks costs in a file of many manifest rows, against what
 * putting them cost. Arguments: a directory, then the number of objects in the file
 * before the first deletion, and how many are deleted in each of five ways.
 * <p>
 * Putting an object means storing its chunks and assembling them, in one transaction:
 * real content of 20 chunks would be 190 KB and measure the disk.
 */
public final class DeletionBenchmark {

	private static final int CHUNKS = 20;

	private static final int CHUNK_SIZE = 64;

	private DeletionBenchmark() {
	}

	/**
	 * Runs it.
	 * @param arguments directory, objects in the file, deletions
	 * @throws IOException if files cannot be written
	 * @throws SQLException if a statement fails
	 */
	public static void main(String[] arguments) throws IOException, SQLException {
		Path directory = Files.createDirectories(Path.of(arguments[0]));
		int objects = Integer.parseInt(arguments[1]);
		int deletions = Integer.parseInt(arguments[2]);
		Path file = directory.resolve("deletions.zova");
		Files.deleteIfExists(file);
		ZovaOptions options = ZovaOptions.builder()
			.journalMode(ZovaOptions.JournalMode.WAL)
			.synchronous(ZovaOptions.Synchronous.NORMAL)
			.build();
		try (ZovaDatabase database = ZovaDatabase.create(file, options)) {
			run(database, objects, deletions);
		}
		finally {
			for (String suffix : List.of("", "-wal", "-shm")) {
				Files.deleteIfExists(directory.resolve("deletions.zova" + suffix));
			}
		}
	}

	private static void run(ZovaDatabase database, int objects, int deletions) throws SQLException {
		TransactionTemplate transaction = new TransactionTemplate(database.transactionManager());
		Deque<ObjectId> ids = new ArrayDeque<>();
		PeerBytes generator = new PeerBytes();
		while (ids.size() < objects - deletions) {
			transaction.executeWithoutResult((status) -> {
				for (int i = 0; i < 1_000; i++) {
					ids.add(put(database, generator));
				}
			});
		}
		double cost = time(() -> {
			for (int i = 0; i < deletions; i++) {
				ids.add(transaction.execute((status) -> put(database, generator)));
			}
		}) / deletions;
		report("put, a transaction each", deletions, cost * deletions, cost);
		JdbcClient jdbc = JdbcClient.create(database.dataSource());
		jdbc.sql("create table note (text)").update();
		delete("one by one", ids, deletions, cost, (some) -> some.forEach(database.objects()::delete));
		delete("all at once", ids, deletions, cost, database.objects()::deleteAll);
		delete("one by one in one transaction", ids, deletions, cost,
				(some) -> transaction.executeWithoutResult((status) -> some.forEach(database.objects()::delete)));
		delete("each after another write", ids, deletions, cost, (some) -> some.forEach((id) -> {
			jdbc.sql("insert into note values ('x')").update();
			database.objects().delete(id);
		}));
		delete("each in a transaction with another write", ids, deletions, cost,
				(some) -> some.forEach((id) -> transaction.executeWithoutResult((status) -> {
					jdbc.sql("insert into note values ('x')").update();
					database.objects().delete(id);
				})));
		try (Connection other = database.dataSource().getConnection();
				PreparedStatement note = other.prepareStatement("insert into note values ('y')")) {
			delete("each after a write by another connection", ids, deletions / 100, cost,
					(some) -> some.forEach((id) -> {
						execute(note);
						database.objects().delete(id);
					}));
		}
		long left = jdbc.sql("select count(*) from _zova_chunks").query(Long.class).single();
		if (left != (long) ids.size() * CHUNKS) {
			throw new IllegalStateException(left + " chunks are left");
		}
	}

	private static void execute(PreparedStatement statement) {
		try {
			statement.executeUpdate();
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static void delete(String how, Deque<ObjectId> ids, int count, double cost,
			Consumer<List<ObjectId>> deletion) {
		long rows = (long) ids.size() * CHUNKS;
		List<ObjectId> some = new ArrayList<>();
		for (int i = 0; i < count; i++) {
			some.add(ids.remove());
		}
		double seconds = time(() -> deletion.accept(some));
		report("delete of %,d chunks, %s".formatted(rows, how), count, seconds, cost);
	}

	private static ObjectId put(ZovaDatabase database, PeerBytes generator) {
		byte[] content = generator.bytes(CHUNKS * CHUNK_SIZE);
		List<ObjectManifest.Entry> entries = new ArrayList<>();
		for (int i = 0; i < CHUNKS; i++) {
			byte[] chunk = Arrays.copyOfRange(content, i * CHUNK_SIZE, (i + 1) * CHUNK_SIZE);
			ChunkId id = ChunkId.ofContent(chunk);
			database.objects().putChunk(id, chunk);
			entries.add(new ObjectManifest.Entry(i, id, (long) i * CHUNK_SIZE, CHUNK_SIZE));
		}
		ObjectId id = ObjectId.ofContent(content);
		database.objects().assemble(id, content.length, entries, StorageProfile.DEDUPLICATION);
		return id;
	}

	private static double time(Runnable work) {
		long start = System.nanoTime();
		work.run();
		return (System.nanoTime() - start) / 1e9;
	}

	private static void report(String what, int count, double seconds, double putting) {
		System.out.printf(Locale.ROOT, "%-70s %6d in %8.3f s = %8.3f ms each, %5.2f times putting%n", what, count,
				seconds, seconds * 1e3 / count, seconds / count / putting);
	}

}
