package io.zova.adversary;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

import io.zova.RandomBytes;
import io.zova.ZovaDatabase;
import io.zova.graph.Direction;
import io.zova.graph.Graph;
import io.zova.graph.NeighborQuery;
import io.zova.kv.KeyRange;
import io.zova.kv.KeyValueNamespace;
import io.zova.object.ObjectId;
import io.zova.object.ObjectInfo;
import io.zova.vector.VectorCollection;
import io.zova.vector.VectorSpace;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Transactions that tie all features together, each under a number: a row, an object, a
 * vector, a node with an edge, a key-value and a notification. Some also take back all
 * that an earlier one has made. {@link #check} finds what is there by half, after
 * whatever has happened.
 */
final class TiedTransactions {

	static final String CHANNEL = "tied";

	private static final int OF_A_WRITER = 1_000_000;

	/** What is written under such numbers is rolled back, always. */
	private static final int UNDONE = 500_000;

	private static final int DIMENSIONS = 4;

	private final ZovaDatabase database;

	private final JdbcClient jdbc;

	private final TransactionTemplate transaction;

	private final TransactionTemplate nested;

	private final TransactionTemplate reading;

	private final VectorCollection vectors;

	private final Graph graph;

	private final KeyValueNamespace keyValues;

	TiedTransactions(ZovaDatabase database) {
		this.database = database;
		this.jdbc = JdbcClient.create(database.dataSource());
		this.transaction = new TransactionTemplate(database.transactionManager());
		this.nested = new TransactionTemplate(database.transactionManager());
		this.nested.setPropagationBehavior(TransactionDefinition.PROPAGATION_NESTED);
		this.reading = new TransactionTemplate(database.transactionManager());
		this.reading.setReadOnly(true);
		this.vectors = database.vectors().collection("tied");
		this.graph = database.graphs().graph("tied");
		this.keyValues = database.keyValues().namespace("tied");
	}

	/** Makes what the transactions write into. */
	void prepare(int writers) {
		this.jdbc.sql("create table item(id integer primary key, padding blob)").update();
		this.jdbc.sql("create table gone(id integer primary key)").update();
		this.jdbc.sql("create table progress(writer integer primary key, sequence integer not null)").update();
		for (int writer = 0; writer < writers; writer++) {
			this.jdbc.sql("insert into progress values (?, 0)").param(writer).update();
		}
		this.database.vectors().create("tied", VectorSpace.l2(DIMENSIONS));
		this.database.graphs().create("tied");
		this.graph.putNode("root", "root");
	}

	/**
	 * Commits one transaction, and perhaps rolls back another.
	 * @param writer who writes; no two threads may be the same one
	 * @param random decides what else is done
	 * @return how many transactions of this writer are committed now
	 */
	int commit(int writer, Random random) {
		if (random.nextInt(8) == 0) {
			this.transaction.executeWithoutResult((status) -> {
				put(id(writer, UNDONE + random.nextInt(UNDONE)), random);
				status.setRollbackOnly();
			});
		}
		return this.transaction.execute((status) -> {
			int sequence = sequence(writer) + 1;
			this.jdbc.sql("update progress set sequence = ? where writer = ?").params(sequence, writer).update();
			boolean takesBack = sequence > 1 && random.nextInt(4) == 0;
			boolean undoes = random.nextInt(4) == 0;
			if (undoes && random.nextBoolean()) {
				undo(writer, random);
			}
			put(id(writer, sequence), random);
			if (takesBack) {
				takeBack(id(writer, 1 + random.nextInt(sequence - 1)));
			}
			if (undoes) {
				undo(writer, random);
			}
			return sequence;
		});
	}

	private int sequence(int writer) {
		return this.jdbc.sql("select sequence from progress where writer = ?")
			.param(writer)
			.query(Integer.class)
			.single();
	}

	private void undo(int writer, Random random) {
		this.nested.executeWithoutResult((status) -> {
			put(id(writer, UNDONE + random.nextInt(UNDONE)), random);
			status.setRollbackOnly();
		});
	}

	private void put(int id, Random random) {
		byte[] padding = new byte[random.nextInt(3_000)];
		this.jdbc.sql("insert into item values (?, ?)").params(id, padding).update();
		ObjectId object = this.database.objects().put(content(id));
		this.vectors.put(Integer.toString(id), elements(id));
		this.graph.putNode(Integer.toString(id), "item");
		this.graph.putEdge("root", "has", Integer.toString(id));
		this.keyValues.put(key(id), object.toString().getBytes(StandardCharsets.UTF_8));
		this.database.notifications().publish(CHANNEL, Integer.toString(id));
	}

	private void takeBack(int id) {
		if (this.jdbc.sql("insert or ignore into gone values (?)").param(id).update() == 0) {
			return;
		}
		this.jdbc.sql("delete from item where id = ?").param(id).update();
		this.database.objects().delete(ObjectId.ofContent(content(id)));
		this.vectors.delete(Integer.toString(id));
		this.graph.deleteEdge("root", "has", Integer.toString(id));
		this.graph.deleteNode(Integer.toString(id));
		this.keyValues.delete(key(id));
	}

	/**
	 * Looks, while others write, whether all features show the same transactions.
	 */
	void checkCounts() {
		this.reading.executeWithoutResult((status) -> {
			long rows = count("item");
			assertThat(this.keyValues.count()).as("key-values").isEqualTo(rows);
			assertThat(this.vectors.count()).as("vectors").isEqualTo(rows);
			assertThat(this.graph.degree("root", Direction.OUTGOING, null)).as("edges").isEqualTo(rows);
			assertThat(count("gone") + rows).as("rows, and those taken back")
				.isEqualTo(this.jdbc.sql("select sum(sequence) from progress").query(Long.class).single());
		});
	}

	private long count(String table) {
		return this.jdbc.sql("select count(*) from " + table).query(Long.class).single();
	}

	/**
	 * Checks that the file is sound and that nothing is there by half.
	 * @return how many transactions of each writer are there
	 */
	Map<Integer, Integer> check() {
		assertThat(this.jdbc.sql("pragma integrity_check").query(String.class).list()).containsExactly("ok");
		assertThat(this.jdbc.sql("pragma foreign_key_check").query().listOfRows()).isEmpty();
		Map<Integer, Integer> progress = new HashMap<>();
		this.jdbc.sql("select writer, sequence from progress").query((row) -> {
			progress.put(row.getInt(1), row.getInt(2));
		});
		Set<Integer> expected = new TreeSet<>();
		progress.forEach((writer, sequence) -> {
			for (int number = 1; number <= sequence; number++) {
				expected.add(id(writer, number));
			}
		});
		this.jdbc.sql("select id from gone").query(Integer.class).list().forEach(expected::remove);
		this.reading.executeWithoutResult((status) -> checkFeatures(expected));
		return progress;
	}

	private void checkFeatures(Set<Integer> expected) {
		assertThat(new TreeSet<>(this.jdbc.sql("select id from item").query(Integer.class).list())).as("rows")
			.isEqualTo(expected);
		Map<String, float[]> found = new HashMap<>();
		this.vectors.stream().forEach((entry) -> found.put(entry.id(), entry.values().toFloats()));
		assertThat(found.keySet()).as("vectors").isEqualTo(names(expected));
		found.forEach((id, elements) -> assertThat(elements).isEqualTo(elements(Integer.parseInt(id))));
		assertThat(this.graph.neighbors(NeighborQuery.of("root").limit(Integer.MAX_VALUE))
			.stream()
			.map((neighbor) -> neighbor.nodeId())
			.collect(Collectors.toSet())).as("edges").isEqualTo(names(expected));
		Set<String> nodes = this.graph.streamNodes().map((node) -> node.id()).collect(Collectors.toSet());
		nodes.remove("root");
		assertThat(nodes).as("nodes").isEqualTo(names(expected));
		Map<Integer, ObjectId> objects = new HashMap<>();
		this.keyValues.page(KeyRange.all())
			.forEach((entry) -> objects.put(Integer.parseInt(text(entry.key())), ObjectId.parse(text(entry.value()))));
		assertThat(objects.keySet()).as("key-values").isEqualTo(expected);
		Set<ObjectId> stored = this.database.objects().stream().map(ObjectInfo::id).collect(Collectors.toSet());
		assertThat(stored).as("objects").isEqualTo(Set.copyOf(objects.values()));
		objects.forEach((id, object) -> assertThat(this.database.objects().get(object)).isEqualTo(content(id)));
	}

	private static Set<String> names(Set<Integer> ids) {
		return ids.stream().map(Object::toString).collect(Collectors.toSet());
	}

	/**
	 * The writer and the number that a notification is about.
	 * @param payload its payload
	 * @return the two
	 */
	static int[] parse(String payload) {
		int id = Integer.parseInt(payload);
		return new int[] { id / OF_A_WRITER, id % OF_A_WRITER };
	}

	private static int id(int writer, int number) {
		return writer * OF_A_WRITER + number;
	}

	private static byte[] key(int id) {
		return Integer.toString(id).getBytes(StandardCharsets.UTF_8);
	}

	private static String text(byte[] bytes) {
		return new String(bytes, StandardCharsets.UTF_8);
	}

	private static float[] elements(int id) {
		return new float[] { id, id + 1, id + 2, -id };
	}

	/** Mostly small; some share their first chunks. */
	private static byte[] content(int id) {
		Random random = new Random(id);
		byte[] content = new byte[random.nextInt(16) > 0 ? 10 + random.nextInt(2_000) : 80_000];
		if (content.length == 80_000) {
			new Random(1).nextBytes(content);
		}
		byte[] own = RandomBytes.of(10 + random.nextInt(content.length - 9), random);
		System.arraycopy(own, 0, content, content.length - own.length, own.length);
		System.arraycopy(key(id), 0, content, content.length - key(id).length, key(id).length);
		return content;
	}

}
