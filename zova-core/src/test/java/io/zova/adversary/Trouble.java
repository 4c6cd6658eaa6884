package io.zova.adversary;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import com.zaxxer.hikari.HikariDataSource;
import io.zova.ZovaDatabase;
import io.zova.ZovaOptions;
import io.zova.ZovaOptions.JournalMode;
import io.zova.graph.WalkQuery;
import io.zova.kv.KeyRange;
import io.zova.object.ObjectId;
import io.zova.object.ObjectInfo;
import io.zova.vector.VectorQuery;

import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.jdbc.UncategorizedSQLException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DataSourceUtils;
import org.springframework.transaction.TransactionException;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * A process in which threads work while another one interrupts them, cancels what they
 * run, and aborts and closes their connections; they themselves abandon writers and
 * streams, run into time limits and listen badly. It says {@code failed} where something
 * is lost or half afterwards, or a lock, a connection, a thread, a descriptor or memory
 * is still held.
 */
final class Trouble {

	private static final int WORKERS = 4;

	private static final String LONG = "with recursive n(i) as (select 1 union all select i + 1 from n where i < 3000000)"
			+ " select count(*) from n";

	private final ZovaDatabase database;

	private final Path file;

	private final AtomicReferenceArray<@Nullable Statement> running = new AtomicReferenceArray<>(WORKERS);

	private final Map<Integer, Integer> acknowledged = new ConcurrentHashMap<>();

	private final long seed;

	private volatile boolean ending;

	private Trouble(ZovaDatabase database, Path file, long seed) {
		this.database = database;
		this.file = file;
		this.seed = seed;
	}

	/**
	 * Makes trouble.
	 * @param arguments a folder, a seed, for how many seconds in each round, and how many
	 * rounds
	 */
	public static void main(String[] arguments) throws Exception {
		Path folder = Path.of(arguments[0]);
		long seed = Long.parseLong(arguments[1]);
		long memory = Long.MAX_VALUE;
		for (int round = 0; round < Integer.parseInt(arguments[3]); round++) {
			JournalMode mode = (round % 2 == 0) ? JournalMode.WAL : JournalMode.DELETE;
			Path file = folder.resolve("trouble" + round + ".zova");
			try (ZovaDatabase database = ZovaDatabase.create(file,
					ZovaOptions.builder().journalMode(mode).lockWaitTimeout(Duration.ofSeconds(5)).build())) {
				new Trouble(database, file, seed + round).round(Integer.parseInt(arguments[2]));
			}
			catch (RuntimeException | AssertionError ex) {
				say("failed: " + ex + " at " + Arrays.stream(ex.getStackTrace()).limit(12).toList());
			}
			require("threads", () -> threads().isEmpty(), () -> threads().toString());
			require("descriptors", () -> descriptors(folder).isEmpty(), () -> descriptors(folder).toString());
			long before = memory;
			// What the first round leaves is what the process has for good.
			if (round > 0) {
				require("direct memory", () -> directMemory() <= before, () -> before + " became " + directMemory());
			}
			memory = Math.max((round == 0) ? 0 : memory, directMemory());
			say("round");
		}
		System.exit(0);
	}

	private void round(int seconds) throws Exception {
		new TiedTransactions(this.database).prepare(WORKERS);
		this.database.notifications().subscribe(TiedTransactions.CHANNEL, (notification) -> {
			throw new IllegalStateException("a listener that throws");
		});
		this.database.notifications().subscribe(TiedTransactions.CHANNEL, (notification) -> {
			throw new AssertionError("a listener that throws an error");
		});
		this.database.notifications().subscribe(TiedTransactions.CHANNEL);
		List<Thread> threads = new ArrayList<>();
		for (int worker = 0; worker < WORKERS; worker++) {
			int number = worker;
			threads.add(new Thread(() -> work(number), "worker " + worker));
		}
		threads.forEach(Thread::start);
		meddle(threads, System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds));
		this.ending = true;
		for (Thread thread : threads) {
			thread.join(TimeUnit.SECONDS.toMillis(60));
			if (thread.isAlive()) {
				say("failed: " + thread + " does not end: " + Arrays.toString(thread.getStackTrace()));
				System.exit(0);
			}
		}
		afterwards();
	}

	private void meddle(List<Thread> threads, long end) {
		Random random = new Random(this.seed);
		while (System.nanoTime() < end) {
			LockSupport.parkNanos(random.nextInt(4_000_000));
			int worker = random.nextInt(WORKERS);
			Statement statement = this.running.get(worker);
			try {
				switch (random.nextInt(5)) {
					case 0, 1 -> threads.get(worker).interrupt();
					case 2 -> {
						if (statement != null) {
							statement.cancel();
						}
					}
					case 3 -> {
						if (statement != null) {
							statement.getConnection().abort(Runnable::run);
						}
					}
					default -> {
						if (statement != null) {
							statement.getConnection().close();
						}
					}
				}
				say("meddled");
			}
			catch (SQLException ex) {
				// It was closed already.
			}
			catch (RuntimeException | Error ex) {
				say("failed: " + ex + " at " + Arrays.stream(ex.getStackTrace()).limit(12).toList());
			}
		}
	}

	private void work(int worker) {
		Random random = new Random(this.seed * 31 + worker);
		TiedTransactions tied = new TiedTransactions(this.database);
		while (!this.ending) {
			Thread.interrupted();
			try {
				something(worker, tied, random);
				say("worked");
			}
			catch (DataIntegrityViolationException ex) {
				// Nobody here breaks a rule: what is remembered of the file is wrong.
				say("failed: " + ex);
			}
			catch (DataAccessException | TransactionException | SQLException ex) {
				say("refused");
			}
			catch (UncheckedIOException ex) {
				// The content that could not be read.
				say("refused");
			}
			catch (Throwable ex) {
				say("failed: " + ex + " caused by " + ex.getCause() + " at "
						+ Arrays.stream(ex.getStackTrace()).limit(12).toList());
			}
		}
	}

	private void something(int worker, TiedTransactions tied, Random random) throws Exception {
		switch (random.nextInt(10)) {
			case 0 -> this.acknowledged.merge(worker, tied.commit(worker, random), Math::max);
			case 1, 2 -> this.acknowledged.merge(worker, exposed(worker, tied, random), Math::max);
			case 3 -> byHand(worker, random);
			case 4 -> this.database.vectors().collection("tied").search(VectorQuery.near(1, 2, 3, 4).limit(5));
			case 5 -> this.database.graphs().graph("tied").walk(WalkQuery.from("root").maxDepth(3).limit(100));
			case 6 -> abandon(random);
			case 7 -> this.database.objects().put(new Breaking(random.nextInt(200_000)));
			case 8 -> tied.checkCounts();
			default -> inTransaction(() -> inTransaction(() -> JdbcClient.create(this.database.dataSource())
				.sql("insert into item(id) values (null)")
				.update()));
		}
	}

	/** A transaction whose connection others can reach at any moment of it. */
	private int exposed(int worker, TiedTransactions tied, Random random) {
		return new TransactionTemplate(this.database.transactionManager()).execute((status) -> {
			try (Statement statement = DataSourceUtils.getConnection(this.database.dataSource()).createStatement()) {
				this.running.set(worker, statement);
				return tied.commit(worker, random);
			}
			catch (SQLException ex) {
				throw new UncategorizedSQLException("exposed", null, ex);
			}
			finally {
				this.running.set(worker, null);
			}
		});
	}

	/** A transaction and statements without templates, with a time limit. */
	private void byHand(int worker, Random random) throws SQLException {
		try (Connection connection = this.database.dataSource().getConnection();
				Statement statement = connection.createStatement()) {
			this.running.set(worker, statement);
			connection.setAutoCommit(random.nextBoolean());
			if (random.nextBoolean()) {
				statement.execute("create temp table if not exists mine(a)");
				statement.execute("update item set padding = null where id < 0");
			}
			statement.setQueryTimeout(random.nextInt(2));
			try (ResultSet row = statement.executeQuery(LONG)) {
				row.next();
			}
			if (!connection.getAutoCommit() && random.nextBoolean()) {
				connection.rollback();
			}
		}
		finally {
			this.running.set(worker, null);
		}
	}

	/** Nobody closes these. Their transaction ends, and they with it. */
	private void abandon(Random random) {
		inTransaction(() -> {
			switch (random.nextInt(4)) {
				case 0 -> this.database.objects().writer().write(new byte[random.nextInt(200_000)]);
				case 1 -> this.database.graphs().graph("tied").streamNodes().iterator().hasNext();
				case 2 -> this.database.keyValues().namespace("tied").stream(KeyRange.all()).iterator().hasNext();
				default -> this.database.objects().page(null, 3).forEach((info) -> {
					this.database.objects().open(info.id()).read();
					this.database.objects().openChannel(info.id());
				});
			}
			if (random.nextBoolean()) {
				throw new IllegalTransaction();
			}
		});
	}

	private void inTransaction(Runnable work) {
		try {
			new TransactionTemplate(this.database.transactionManager()).executeWithoutResult((status) -> {
				work.run();
				status.setRollbackOnly();
			});
		}
		catch (IllegalTransaction ex) {
			// Thrown to end it.
		}
	}

	private void afterwards() throws Exception {
		Thread.interrupted();
		require("no connection in use",
				() -> ((HikariDataSource) pool()).getHikariPoolMXBean().getActiveConnections() == 0, () -> "some are");
		TiedTransactions tied = new TiedTransactions(this.database);
		Map<Integer, Integer> found = tied.check();
		this.acknowledged.forEach((worker, sequence) -> {
			if (found.get(worker) < sequence) {
				say("failed: of worker %d, %d were acknowledged and %d are there".formatted(worker, sequence,
						found.get(worker)));
			}
		});
		tied.commit(0, new Random(1));
		requireCountedReferences();
		try (Connection plain = DriverManager.getConnection("jdbc:sqlite:" + this.file);
				Statement statement = plain.createStatement()) {
			statement.execute("pragma busy_timeout=2000");
			statement.execute("create table if not exists free(a)");
			statement.execute("insert into free values (1)");
		}
		catch (SQLException ex) {
			say("failed: another connection cannot write: " + ex);
		}
		this.database.vacuum();
	}

	/**
	 * What is remembered of the references to chunks is what the file says, also when a
	 * transaction that has changed them is cut off: no object loses a chunk, and no chunk
	 * stays behind the last object.
	 */
	private void requireCountedReferences() {
		byte[] shared = new byte[300_000];
		new Random(1).nextBytes(shared);
		byte[] shorter = Arrays.copyOf(shared, 200_000);
		ObjectId first = this.database.objects().put(shorter);
		ObjectId second = this.database.objects().put(shared);
		try {
			List<ObjectId> many = putMany();
			// Whoever deletes some of many in a row is expected to go on.
			many.subList(0, 5).forEach(this.database.objects()::delete);
			cutOff(() -> this.database.objects().delete(first));
			this.database.objects().delete(second);
			if (!Arrays.equals(shorter, this.database.objects().get(first))) {
				say("failed: an object has lost its bytes");
			}
			for (ObjectInfo object : this.database.objects().page(null, Integer.MAX_VALUE)) {
				this.database.objects().delete(object.id());
			}
		}
		catch (DataAccessException ex) {
			say("failed: an object cannot be read or deleted: " + ex);
		}
		long left = JdbcClient.create(this.database.dataSource())
			.sql("select count(*) from _zova_chunks")
			.query(Long.class)
			.single();
		if (left > 0) {
			say("failed: %d chunks are left of no object".formatted(left));
		}
	}

	private List<ObjectId> putMany() {
		return new TransactionTemplate(this.database.transactionManager()).execute((status) -> IntStream.range(0, 600)
			.mapToObj((number) -> this.database.objects().put(("many" + number).getBytes(StandardCharsets.UTF_8)))
			.toList());
	}

	private void cutOff(Runnable work) {
		try {
			new TransactionTemplate(this.database.transactionManager()).executeWithoutResult((status) -> {
				work.run();
				try {
					DataSourceUtils.getConnection(this.database.dataSource()).abort(Runnable::run);
				}
				catch (SQLException ex) {
					throw new UncategorizedSQLException("abort", null, ex);
				}
			});
			say("failed: an aborted transaction was committed");
		}
		catch (DataAccessException | TransactionException ex) {
			// As it has to be.
		}
	}

	private Object pool() {
		try {
			return this.database.dataSource().unwrap(HikariDataSource.class);
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static void require(String what, BooleanSupplier holds, java.util.function.Supplier<String> otherwise) {
		long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
		while (!holds.getAsBoolean()) {
			if (System.nanoTime() > end) {
				say("failed: " + what + ": " + otherwise.get());
				return;
			}
			LockSupport.parkNanos(1_000_000);
		}
	}

	private static List<String> threads() {
		return Thread.getAllStackTraces()
			.keySet()
			.stream()
			.map(Thread::getName)
			.filter((name) -> name.startsWith("zova") || name.startsWith("worker") || name.contains("ikari"))
			.filter((name) -> !name.equals("zova-clock"))
			.toList();
	}

	private static List<String> descriptors(Path folder) {
		Path descriptors = Path.of("/proc/self/fd");
		List<String> left = new ArrayList<>();
		if (Files.isDirectory(descriptors)) {
			try (Stream<Path> links = Files.list(descriptors)) {
				for (Path link : links.toList()) {
					String target = target(link);
					if (target.startsWith(folder.toString())) {
						left.add(target);
					}
				}
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		}
		return left;
	}

	private static String target(Path link) {
		try {
			return Files.readSymbolicLink(link).toString();
		}
		catch (IOException ex) {
			return "";
		}
	}

	private static long directMemory() {
		return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class)
			.stream()
			.filter((pool) -> pool.getName().equals("direct"))
			.mapToLong(BufferPoolMXBean::getMemoryUsed)
			.sum();
	}

	private static synchronized void say(String what) {
		System.out.println(what.replaceAll("\\s+", " "));
	}

	/**
	 * Ends a transaction.
	 */
	private static final class IllegalTransaction extends RuntimeException {

		private static final long serialVersionUID = 1L;

	}

	/**
	 * Content that cannot be read to its end.
	 */
	private static final class Breaking extends InputStream {

		private int left;

		Breaking(int length) {
			this.left = length;
		}

		@Override
		public int read() throws IOException {
			if (this.left-- > 0) {
				return this.left & 0xff;
			}
			throw new IOException("broken");
		}

	}

}
