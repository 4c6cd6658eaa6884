package io.zova.adversary;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import io.zova.RandomBytes;
import io.zova.ZovaDatabase;
import io.zova.ZovaOptions;
import io.zova.ZovaOptions.JournalMode;
import io.zova.graph.GraphNode;
import io.zova.kv.KeyValue;
import io.zova.vector.VectorEntry;
import io.zova.vector.VectorValues;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.TransactionException;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * No space is left, on a small disk or because the file may not grow: what was
 * acknowledged stays, nothing is half, the error says so; and when there is space again,
 * everything can be written again.
 */
@Adversary
class SpaceTests {

	private static final int WRITERS = 1;

	private static final int DISK_KIB = 16_000;

	@TempDir(factory = InMemory.class)
	Path folder;

	@ParameterizedTest
	@EnumSource(names = { "WAL", "DELETE" })
	void nothingIsLostOnAFullDisk(JournalMode mode) throws Exception {
		Campaign.of("Space", "full disk in mode " + mode.sql(), 0.3, 6).run((random, tally) -> {
			Path disk = Files.createTempDirectory(this.folder, "disk");
			assumeTrue(succeeds("mount", "-t", "tmpfs", "-o", "size=" + DISK_KIB + "k", "tmpfs", disk.toString()),
					"mounting a small file system is not permitted here");
			try {
				Path filler = disk.resolve("filler");
				attempt(disk.resolve("full.zova"), mode, random, tally, new Space() {

					@Override
					public void take(ZovaDatabase database) throws IOException {
						fill(filler, random.nextInt(500_000));
					}

					@Override
					public void giveBack(ZovaDatabase database) throws IOException {
						Files.deleteIfExists(filler);
					}

				});
			}
			finally {
				assertThat(succeeds("umount", disk.toString())).as("nothing is open there any more").isTrue();
			}
		});
	}

	/** The limit belongs to a connection, and is set in each transaction. */
	@ParameterizedTest
	@EnumSource(names = { "WAL", "DELETE" })
	void nothingIsLostWhereTheFileMayNotGrow(JournalMode mode) throws Exception {
		Campaign.of("Space", "page limit in mode " + mode.sql(), 0.2, 6).run((random, tally) -> {
			Path file = Files.createTempDirectory(this.folder, "limit").resolve("full.zova");
			attempt(file, mode, random, tally, new Space() {

				@Override
				public boolean isOfATransaction() {
					return true;
				}

				@Override
				public void take(ZovaDatabase database) {
					JdbcClient jdbc = JdbcClient.create(database.dataSource());
					long pages = jdbc.sql("pragma page_count").query(Long.class).single();
					jdbc.sql("pragma max_page_count=" + (pages + random.nextInt(12))).query().listOfRows();
				}

				@Override
				public void giveBack(ZovaDatabase database) {
					// The next transaction has it.
				}

			});
		});
	}

	private void attempt(Path file, JournalMode mode, Random random, Tally tally, Space space) throws Exception {
		ZovaOptions options = ZovaOptions.builder()
			.journalMode(mode)
			.maximumPoolSize(1)
			.cacheSizeKiB(random.nextBoolean() ? 40 : 2_000)
			.build();
		try (ZovaDatabase database = ZovaDatabase.create(file, options)) {
			TiedTransactions tied = new TiedTransactions(database);
			tied.prepare(WRITERS);
			database.vectors().create("more", io.zova.vector.VectorSpace.l2(100));
			database.graphs().create("more");
			int committed = 0;
			for (int round = 0; round < 3; round++) {
				for (int i = random.nextInt(5); i > 0; i--) {
					committed = tied.commit(0, random);
				}
				if (!space.isOfATransaction()) {
					space.take(database);
				}
				int failures = 0;
				for (int i = 0; i < 60 && failures < 8; i++) {
					try {
						committed = space.isOfATransaction()
								? new TransactionTemplate(database.transactionManager()).execute((status) -> {
									try {
										space.take(database);
										return something(tied, database, true, random);
									}
									catch (Exception ex) {
										throw (ex instanceof RuntimeException runtime) ? runtime
												: new IllegalStateException(ex);
									}
								}) : something(tied, database, false, random);
						tally.count("calls that had space");
					}
					catch (DataAccessException | TransactionException ex) {
						failures++;
						assertThat(ex).as("an error that says so").hasStackTraceContaining("full");
						tally.count("calls without space");
					}
				}
				check(tied, committed);
				space.giveBack(database);
				tidy(database);
				committed = tied.commit(0, random);
				check(tied, committed);
			}
		}
		try (ZovaDatabase database = ZovaDatabase.open(file)) {
			new TiedTransactions(database).check();
			database.backup(Files.createTempDirectory(this.folder, "backup").resolve("backup.zova"));
		}
		try (Stream<Path> left = Files.list(file.getParent())) {
			assertThat(left.map((path) -> path.getFileName().toString())
				.filter((name) -> name.endsWith("copy.zova") || name.contains("partial"))).as("left of copies")
				.isEmpty();
		}
	}

	private static void check(TiedTransactions tied, int committed) {
		Map<Integer, Integer> found = tied.check();
		assertThat(found).as("transactions that were acknowledged").containsEntry(0, committed);
	}

	/**
	 * Writes something.
	 * @return how many tied transactions there are now
	 */
	private static int something(TiedTransactions tied, ZovaDatabase database, boolean inTransaction, Random random)
			throws Exception {
		if (!inTransaction && random.nextInt(3) > 0) {
			return tied.commit(0, random);
		}
		// What rolls back, or may not be in a transaction, is done outside only.
		something(database, inTransaction ? 2 + random.nextInt(6) : random.nextInt(11), random);
		return JdbcClient.create(database.dataSource())
			.sql("select sequence from progress where writer = 0")
			.query(Integer.class)
			.single();
	}

	/** Every way to write that is not in the tied transactions. */
	private static void something(ZovaDatabase database, int which, Random random) throws Exception {
		byte[] bytes = RandomBytes.of(1 + random.nextInt(120_000), random);
		String id = "more " + random.nextInt(1000);
		switch (which) {
			case 0 -> undone(database, () -> database.objects().put(bytes));
			case 1 -> undone(database, () -> {
				try (io.zova.object.ObjectWriter writer = database.objects().writer()) {
					writer.write(bytes);
					writer.finish();
				}
			});
			case 2 -> {
				List<VectorEntry> entries = new ArrayList<>();
				for (int i = 0; i < 100; i++) {
					entries.add(new VectorEntry(id + i, VectorValues.of(new float[100])));
				}
				database.vectors().collection("more").putAll(entries);
			}
			case 3 -> {
				List<GraphNode> nodes = new ArrayList<>();
				for (int i = 0; i < 300; i++) {
					nodes.add(new GraphNode(id + i, "kind"));
				}
				database.graphs().graph("more").putNodes(nodes);
			}
			case 4 -> database.keyValues().namespace("more").put(bytes, bytes);
			case 5 -> {
				List<KeyValue> entries = new ArrayList<>();
				for (int i = 0; i < 100; i++) {
					entries
						.add(new KeyValue((id + i).getBytes(java.nio.charset.StandardCharsets.UTF_8), new byte[500]));
				}
				database.keyValues().namespace("more").putAll(entries);
			}
			case 6 -> JdbcClient.create(database.dataSource())
				.sql("create table if not exists more%d as select randomblob(20000) as a".formatted(random.nextInt(9)))
				.update();
			case 8 -> database.vacuum();
			case 9 -> {
				Path copy = copy(database);
				try {
					database.backup(copy);
				}
				finally {
					Files.deleteIfExists(copy);
				}
			}
			case 10 -> {
				Path copy = copy(database);
				try {
					database.compact(copy);
				}
				finally {
					Files.deleteIfExists(copy);
				}
			}
			default -> JdbcClient.create(database.dataSource())
				.sql("delete from _zova_kv where namespace = ?")
				.param("more".getBytes(java.nio.charset.StandardCharsets.UTF_8))
				.update();
		}
	}

	private static Path copy(ZovaDatabase database) {
		String file = JdbcClient.create(database.dataSource())
			.sql("select file from pragma_database_list where name = 'main'")
			.query(String.class)
			.single();
		return Path.of(file).resolveSibling("copy.zova");
	}

	/** So that the objects stay those of the tied transactions. */
	private static void undone(ZovaDatabase database, Runnable work) {
		new TransactionTemplate(database.transactionManager()).executeWithoutResult((status) -> {
			work.run();
			status.setRollbackOnly();
		});
	}

	private static void tidy(ZovaDatabase database) {
		database.keyValues().namespace("more").clear();
		database.graphs().delete("more");
		database.graphs().create("more");
		database.vectors().delete("more");
		database.vectors().create("more", io.zova.vector.VectorSpace.l2(100));
		JdbcClient jdbc = JdbcClient.create(database.dataSource());
		for (int i = 0; i < 9; i++) {
			jdbc.sql("drop table if exists more" + i).update();
		}
		database.vacuum();
	}

	/** Leaves so many bytes of the disk free. */
	private static void fill(Path filler, int free) throws IOException {
		try (var channel = Files.newByteChannel(filler, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
			while (Files.getFileStore(filler).getUsableSpace() > free + 4096) {
				channel.write(java.nio.ByteBuffer.allocate(4096));
			}
		}
		catch (IOException ex) {
			// It is full.
		}
	}

	private static boolean succeeds(String... command) throws IOException, InterruptedException {
		try {
			Process process = new ProcessBuilder(command).redirectErrorStream(true)
				.redirectOutput(ProcessBuilder.Redirect.DISCARD)
				.start();
			return process.waitFor(10, TimeUnit.SECONDS) && process.exitValue() == 0;
		}
		catch (IOException ex) {
			return false;
		}
	}

	/**
	 * What there can be too little of.
	 */
	private interface Space {

		/** Whether there is too little in the transaction only in which it is taken. */
		default boolean isOfATransaction() {
			return false;
		}

		void take(ZovaDatabase database) throws IOException;

		void giveBack(ZovaDatabase database) throws IOException;

	}

}
