package io.zova;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import io.zova.graph.GraphEdge;
import io.zova.graph.GraphNode;
import io.zova.graph.NeighborQuery;
import io.zova.graph.NodeTarget;
import io.zova.graph.WalkQuery;
import io.zova.kv.KeyRange;
import io.zova.kv.KeyValue;
import io.zova.notification.Subscription;
import io.zova.object.ObjectId;
import io.zova.sqlite.function.ScalarFunction;
import io.zova.sqlite.function.SqlType;
import io.zova.sqlite.function.TableFunction;
import io.zova.vector.VectorCollection;
import io.zova.vector.VectorEntry;
import io.zova.vector.VectorMatch;
import io.zova.vector.VectorSpace;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.core.NestedExceptionUtils;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A process that has no native library, as on a platform without a binary: only the table
 * functions are missing.
 */
@Timeout(60)
class WithoutNativeLibraryTests {

	@TempDir
	private Path directory;

	@Test
	void everythingWorksButTableFunctionsAndThoseSayWhy() throws Exception {
		List<String> lines = new ArrayList<>();
		try (ChildJvm child = ChildJvm.start(List.of(), Application.class, this.directory)) {
			String line = child.readLine();
			while (line != null) {
				lines.add(line);
				line = child.readLine();
			}
		}
		assertThat(lines).filteredOn((line) -> line.startsWith("> "))
			.containsExactly("> nearest v3 v2 v4", "> nearest in a transaction v3 own v2", "> distance 1.0",
					"> twice 42", "> object some bytes", "> neighbor n4999", "> walk 2", "> values 5000 value 4999",
					"> notified hello", "> records 1",
					"> zova_vector_search The table function zova_vector_search is not available on this machine",
					"> zova_vector_search_in The table function zova_vector_search_in is not available on this machine",
					"> words The table function words is not available on this machine");
	}

	/**
	 * Uses a bit of everything and tells what came of it.
	 */
	static final class Application {

		private static final TableFunction WORDS = TableFunction.named("words")
			.column("word", SqlType.TEXT)
			.rows((arguments, rows) -> rows.add("word"));

		private static final int MANY = 5000;

		private Application() {
		}

		public static void main(String[] arguments) throws Exception {
			Path directory = Path.of(arguments[0]);
			System.setProperty("zova.native.library", directory.resolve("missing").toString());
			ZovaOptions options = ZovaOptions.builder()
				.functions(WORDS, ScalarFunction.of("twice", 1, (values) -> 2 * values.integer(0)))
				.build();
			try (ZovaDatabase database = ZovaDatabase.create(directory.resolve("plain.zova"), options)) {
				JdbcTemplate jdbc = new JdbcTemplate(database.dataSource());
				vectors(database, jdbc);
				say("twice", jdbc.queryForObject("select twice(21)", Long.class));
				others(database);
				jdbc.execute("create table t(a)");
				say("records", jdbc.update("insert into t values (1)"));
				byte[] query = new byte[4];
				refused(jdbc, "zova_vector_search",
						() -> jdbc.queryForList("select * from zova_vector_search('c', ?) where top_k = 1", query));
				refused(jdbc, "zova_vector_search_in",
						() -> jdbc.queryForList("select * from zova_vector_search_in('c', ?, 1, '[]')", query));
				refused(jdbc, "words", () -> jdbc.queryForList("select * from words"));
			}
		}

		private static void vectors(ZovaDatabase database, JdbcTemplate jdbc) {
			VectorCollection collection = database.vectors().create("c", VectorSpace.l2(1));
			List<VectorEntry> entries = new ArrayList<>();
			for (int i = 0; i < 100; i++) {
				entries.add(VectorEntry.of("v" + i, i));
			}
			collection.putAll(entries);
			say("nearest", ids(collection.search(3, 3)));
			new TransactionTemplate(database.transactionManager()).executeWithoutResult((status) -> {
				collection.put("own", 3.4f);
				say("nearest in a transaction", ids(collection.search(3, 3)));
				status.setRollbackOnly();
			});
			say("distance", jdbc.queryForObject("select zova_vector_distance('c', 'v1', zeroblob(4))", Double.class));
		}

		private static String ids(List<VectorMatch> matches) {
			return String.join(" ", matches.stream().map(VectorMatch::id).toList());
		}

		/** Enough of each at once for what is handed to SQLite in packs elsewhere. */
		private static void others(ZovaDatabase database) {
			ObjectId object = database.objects().put("some bytes".getBytes(StandardCharsets.UTF_8));
			say("object", new String(database.objects().get(object), StandardCharsets.UTF_8));
			List<GraphNode> nodes = new ArrayList<>();
			List<GraphEdge> edges = new ArrayList<>();
			List<KeyValue> values = new ArrayList<>();
			for (int i = 0; i < MANY; i++) {
				nodes.add(new GraphNode("n" + i, "kind", NodeTarget.NONE));
				edges.add(new GraphEdge("n" + i, "next", "n" + (i + 1) % MANY));
				values.add(new KeyValue(bytes("k" + i), bytes("value " + i)));
			}
			database.graphs().create("g");
			database.graphs().graph("g").putNodes(nodes);
			database.graphs().graph("g").putEdges(edges);
			say("neighbor", database.graphs().graph("g").neighbors(NeighborQuery.of("n4998")).get(0).nodeId());
			say("walk", database.graphs().graph("g").walk(WalkQuery.from("n4998")).size());
			byte[] namespace = bytes("space");
			database.keyValues().namespace(namespace).putAll(values);
			say("values", database.keyValues().namespace(namespace).count() + " " + new String(
					database.keyValues().namespace(namespace).page(KeyRange.prefix(bytes("k4999"))).get(0).value(),
					StandardCharsets.UTF_8));
			Subscription subscription = database.notifications().subscribe("channel");
			database.notifications().publish("channel", "hello");
			say("notified", subscription.tryReceive().orElseThrow().payload());
		}

		private static byte[] bytes(String text) {
			return text.getBytes(StandardCharsets.UTF_8);
		}

		private static void refused(JdbcTemplate jdbc, String name, Runnable call) {
			try {
				call.run();
				say(name, "works");
			}
			catch (DataAccessException ex) {
				for (Throwable cause = ex; cause != null; cause = cause.getCause()) {
					String message = String.valueOf(cause.getMessage());
					int at = message.indexOf("The table function");
					if (at >= 0) {
						say(name, message.substring(at, message.indexOf(':', at)));
						return;
					}
				}
				say(name, NestedExceptionUtils.getMostSpecificCause(ex));
			}
		}

		private static void say(String what, Object answer) {
			System.out.println("> " + what + " " + answer);
		}

	}

}
