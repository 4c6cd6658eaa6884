package io.zova.adversary;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;

import io.zova.ZovaDatabase;
import io.zova.ZovaOptions;
import io.zova.ZovaOptions.TransactionBegin;
import io.zova.adversary.History.Kind;
import io.zova.adversary.History.Operation;
import io.zova.adversary.History.Transaction;
import io.zova.graph.GraphsInMemory;
import io.zova.graph.NeighborQuery;
import io.zova.kv.KeyRange;
import io.zova.vector.VectorSpace;

import org.springframework.dao.CannotAcquireLockException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Clients that append to lists and read them, and keep a {@link History} of it. Half of
 * the lists are in all features at once: an append adds to a text, an edge, a vector and
 * a key-value, and a read looks at one of them.
 */
final class ListClients {

	private static final int LISTS = 4;

	/** From this one on, lists are texts only, and single statements append to them. */
	private static final int FIRST_PLAIN = 2;

	private static final int MANY = 100_000;

	/** More would not be searched in memory. */
	private static final int FEW_ENOUGH = 2_000;

	/** What may happen beside another process, and then has changed nothing. */
	static final String REFUSED = "refused because of a lock";

	private final ZovaDatabase database;

	private final TransactionBegin begin;

	/** Whether the graph is read into memory before it is asked. */
	private final boolean inMemory;

	private final JdbcClient jdbc;

	private ListClients(ZovaDatabase database, TransactionBegin begin, boolean inMemory) {
		this.database = database;
		this.begin = begin;
		this.inMemory = inMemory;
		this.jdbc = JdbcClient.create(database.dataSource());
	}

	/**
	 * Opens an existing file, runs clients, and prints what they did.
	 * @param arguments the file, the first client, transactions for each, a seed, and
	 * when transactions begin
	 */
	public static void main(String[] arguments) throws Exception {
		TransactionBegin begin = TransactionBegin.valueOf(arguments[4]);
		try (ZovaDatabase database = ZovaDatabase.open(Path.of(arguments[0]),
				ZovaOptions.builder().transactionBegin(begin).build())) {
			System.out.println("opened");
			run(database, begin, Integer.parseInt(arguments[1]), Integer.parseInt(arguments[2]),
					Long.parseLong(arguments[3]), new Tally())
				.forEach((transaction) -> System.out.println("ran " + transaction.format()));
		}
	}

	static void prepare(ZovaDatabase database) {
		JdbcClient jdbc = JdbcClient.create(database.dataSource());
		jdbc.sql("create table list(key integer primary key, items text not null)").update();
		database.graphs().create("lists");
		for (int key = 0; key < LISTS; key++) {
			jdbc.sql("insert into list values (?, '')").param(key).update();
			database.vectors().create("list" + key, VectorSpace.l2(2));
			database.graphs().graph("lists").putNode("list" + key, "list");
		}
	}

	/** What is in the lists, by their texts. */
	static Map<Integer, List<Integer>> lists(ZovaDatabase database) {
		return new ListClients(database, TransactionBegin.IMMEDIATE, false).texts();
	}

	/** What else than texts disagrees with them. */
	static List<String> disagreements(ZovaDatabase database) {
		ListClients clients = new ListClients(database, TransactionBegin.IMMEDIATE, false);
		List<String> disagreements = new ArrayList<>();
		clients.texts().forEach((key, values) -> {
			for (int way = 0; way < 4 && key < FIRST_PLAIN; way++) {
				List<Integer> found = clients.read(key, way).stream().sorted().toList();
				if (!found.equals(values.stream().sorted().toList())) {
					disagreements.add("list %d is %s, but by way %d %s".formatted(key, values, way, found));
				}
			}
		});
		return disagreements;
	}

	/**
	 * Runs some clients in threads of their own.
	 * @param database where
	 * @param begin when transactions begin there
	 * @param first the number of the first client
	 * @param transactions how many transactions each runs
	 * @param seed decides what they do, and whether graphs are in memory
	 * @param tally counts what was refused
	 * @return what they did
	 */
	static List<Transaction> run(ZovaDatabase database, TransactionBegin begin, int first, int transactions, long seed,
			Tally tally) throws Exception {
		// With a rollback journal a writer could wait for what waits for it.
		boolean inMemory = seed % 2 == 0 && database.info().journalMode().equals("wal");
		return Clients
			.<List<Transaction>>run(first,
					(client) -> () -> new ListClients(database, begin, inMemory).run(client, transactions,
							new Random(seed + client), tally))
			.stream()
			.flatMap(List::stream)
			.toList();
	}

	private List<Transaction> run(int client, int transactions, Random random, Tally tally) {
		List<Transaction> done = new ArrayList<>();
		int[] value = { (client + 1) * MANY };
		for (int i = 0; i < transactions; i++) {
			switch (random.nextInt(10)) {
				case 0 -> done.add(run(client, new AppendOne(), random, value, tally));
				case 1 -> done.add(run(client, new ReadWithinRead(client, done, tally), random, value, tally));
				case 2 -> done.add(run(client, new ReadSome(), random, value, tally));
				case 3, 4 -> {
					// Reads in quick succession may share what they see.
					int reads = 1 + random.nextInt(20);
					for (int read = 0; read < reads; read++) {
						done.add(run(client, new ReadOne(), random, value, tally));
					}
				}
				default -> done.add(run(client, new ReadAndAppend(random.nextInt(4) == 0), random, value, tally));
			}
		}
		return done;
	}

	private static Transaction run(int client, Script script, Random random, int[] value, Tally tally) {
		List<Operation> operations = new ArrayList<>();
		long begin = System.nanoTime();
		boolean committed = false;
		try {
			committed = script.run(operations, random, value);
		}
		catch (CannotAcquireLockException ex) {
			tally.count(REFUSED);
		}
		return new Transaction("client" + client, begin, System.nanoTime(), committed, script.seesOneState(),
				operations);
	}

	private void append(int key, int value, Kind kind, List<Operation> operations) {
		long begin = System.nanoTime();
		// Before it is done: it counts as done, and as rolled back, should it fail.
		operations.add(new Operation(kind, key, List.of(value), begin, begin));
		this.jdbc.sql("update list set items = items || ? || ',' where key = ?").params(value, key).update();
		if (key < FIRST_PLAIN) {
			String node = key + "-" + value;
			this.database.graphs().graph("lists").putNode(node, "value");
			this.database.graphs().graph("lists").putEdge("list" + key, "has", node);
			this.database.vectors().collection("list" + key).put(Integer.toString(value), value, 1);
			this.database.keyValues()
				.namespace("list" + key)
				.put(Integer.toString(value).getBytes(StandardCharsets.UTF_8), new byte[0]);
		}
	}

	private void read(List<Operation> operations, Random random) {
		long begin = System.nanoTime();
		if (random.nextInt(4) == 0) {
			Map<Integer, List<Integer>> all = texts();
			long end = System.nanoTime();
			all.forEach((key, values) -> operations.add(new Operation(Kind.READ, key, values, begin, end)));
			return;
		}
		int key = random.nextInt(LISTS);
		List<Integer> values = read(key, (key < FIRST_PLAIN) ? random.nextInt(4) : 0);
		operations.add(new Operation(Kind.READ, key, values, begin, System.nanoTime()));
	}

	private List<Integer> read(int key, int way) {
		String name = "list" + key;
		return switch (way) {
			case 0 ->
				parse(this.jdbc.sql("select items from list where key = ?").param(key).query(String.class).single());
			case 1 -> {
				if (this.inMemory) {
					GraphsInMemory.read(this.database, "lists");
				}
				yield this.database.graphs()
					.graph("lists")
					.neighbors(NeighborQuery.of(name).limit(MANY))
					.stream()
					.map((neighbor) -> Integer.valueOf(neighbor.nodeId().substring(neighbor.nodeId().indexOf('-') + 1)))
					.toList();
			}
			case 2 -> this.database.keyValues()
				.namespace(name)
				.keys(KeyRange.all())
				.stream()
				.map((bytes) -> Integer.valueOf(new String(bytes, StandardCharsets.UTF_8)))
				.toList();
			default -> this.database.vectors()
				.collection(name)
				.search(FEW_ENOUGH, 0, 0)
				.stream()
				.map((match) -> Integer.valueOf(match.id()))
				.toList();
		};
	}

	private Map<Integer, List<Integer>> texts() {
		Map<Integer, List<Integer>> lists = new TreeMap<>();
		this.jdbc.sql("select key, items from list").query((row) -> {
			lists.put(row.getInt(1), parse(row.getString(2)));
		});
		return lists;
	}

	private static List<Integer> parse(String items) {
		return items.isEmpty() ? List.of() : Arrays.stream(items.split(",")).map(Integer::valueOf).toList();
	}

	private TransactionTemplate transaction() {
		return new TransactionTemplate(this.database.transactionManager());
	}

	/**
	 * Some operations, and whether they were committed.
	 */
	private interface Script {

		boolean run(List<Operation> operations, Random random, int[] value);

		default boolean seesOneState() {
			return true;
		}

	}

	private final class ReadOne implements Script {

		@Override
		public boolean run(List<Operation> operations, Random random, int[] value) {
			read(operations, random);
			return true;
		}

	}

	private final class AppendOne implements Script {

		@Override
		public boolean run(List<Operation> operations, Random random, int[] value) {
			append(FIRST_PLAIN + random.nextInt(LISTS - FIRST_PLAIN), value[0]++, Kind.APPEND, operations);
			return true;
		}

	}

	private final class ReadSome implements Script {

		@Override
		public boolean run(List<Operation> operations, Random random, int[] value) {
			TransactionTemplate reading = transaction();
			reading.setReadOnly(true);
			reading.executeWithoutResult((status) -> {
				for (int i = 0; i < 3; i++) {
					read(operations, random);
				}
			});
			return true;
		}

	}

	/**
	 * Reads through a second connection while the first is still reading. A writer that
	 * waits for the first must not keep the second out: each would wait for the other.
	 */
	private final class ReadWithinRead implements Script {

		private final int client;

		private final List<Transaction> done;

		private final Tally tally;

		ReadWithinRead(int client, List<Transaction> done, Tally tally) {
			this.client = client;
			this.done = done;
			this.tally = tally;
		}

		@Override
		public boolean run(List<Operation> operations, Random random, int[] value) {
			TransactionTemplate reading = transaction();
			reading.setReadOnly(true);
			reading.setPropagationBehavior(TransactionDefinition.PROPAGATION_REQUIRES_NEW);
			reading.executeWithoutResult((status) -> {
				read(operations, random);
				// Time for a writer to begin to wait.
				LockSupport.parkNanos(random.nextInt(3_000_000));
				reading.executeWithoutResult((within) -> this.done
					.add(ListClients.run(this.client, new ReadSome(), random, value, this.tally)));
				read(operations, random);
			});
			return true;
		}

	}

	private final class ReadAndAppend implements Script {

		private final boolean serializable;

		ReadAndAppend(boolean serializable) {
			this.serializable = serializable;
		}

		@Override
		public boolean seesOneState() {
			return this.serializable || ListClients.this.begin == TransactionBegin.IMMEDIATE;
		}

		@Override
		public boolean run(List<Operation> operations, Random random, int[] value) {
			TransactionTemplate writing = transaction();
			if (this.serializable) {
				writing.setIsolationLevel(TransactionDefinition.ISOLATION_SERIALIZABLE);
			}
			return writing.execute((status) -> {
				int count = 1 + random.nextInt(4);
				for (int i = 0; i < count; i++) {
					if (random.nextInt(5) == 0) {
						undo(operations, random, value);
					}
					if (random.nextBoolean()) {
						read(operations, random);
					}
					else {
						append(random.nextInt(LISTS), value[0]++, Kind.APPEND, operations);
					}
				}
				if (random.nextInt(8) == 0) {
					status.setRollbackOnly();
				}
				return !status.isRollbackOnly();
			});
		}

		private void undo(List<Operation> operations, Random random, int[] value) {
			TransactionTemplate nested = transaction();
			nested.setPropagationBehavior(TransactionDefinition.PROPAGATION_NESTED);
			nested.executeWithoutResult((status) -> {
				append(random.nextInt(LISTS), value[0]++, Kind.UNDONE, operations);
				status.setRollbackOnly();
			});
		}

	}

}
