package io.zova;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.dao.PermissionDeniedDataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.support.TransactionTemplate;

import io.zova.graph.Graph;
import io.zova.graph.GraphEdge;
import io.zova.graph.GraphNode;
import io.zova.graph.GraphOperations;
import io.zova.kv.Codecs;
import io.zova.kv.KeyValueNamespace;
import io.zova.kv.KeyValueOperations;
import io.zova.kv.WriteBehindOptions;
import io.zova.kv.ZovaNavigableMap;
import io.zova.notification.NotificationOperations;
import io.zova.notification.Subscription;
import io.zova.object.ObjectId;
import io.zova.object.ObjectOperations;
import io.zova.vector.VectorCollection;
import io.zova.vector.VectorOperations;
import io.zova.vector.VectorSpace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * A database that was opened for reading only refuses each call that writes, before it
 * looks at anything else, and answers all others.
 */
class ReadOnlyDatabaseTests {

	private static final Map<Class<?>, Set<String>> WRITES = new LinkedHashMap<>();

	private static final Map<Class<?>, Set<String>> READS = new LinkedHashMap<>();

	static {
		known(ObjectOperations.class, "put writer delete deleteAll putChunk deleteChunk assemble collectLooseChunks",
				"get find copyTo open openChannel readRange exists size chunkCount info manifest count page stream "
						+ "getChunk chunkExists looseChunks asResource statistics");
		known(VectorOperations.class, "create createIfMissing delete",
				"collection exists info list preload statistics");
		known(VectorCollection.class, "put putAll delete deleteAll",
				"name get find getAll findAll exists count page stream search searchAll");
		known(GraphOperations.class, "create createIfMissing delete load",
				"graph checkingTargets exists info list statistics");
		known(Graph.class,
				"putNode putNodes putNodesKeyed deleteNode deleteNodes putEdge putEdges putEdgesKeyed deleteEdge "
						+ "deleteEdges putPayload putPayloads",
				"name getNode findNode findNodesByKey nodeExists getEdge findEdgesByKey edgeExists getPayload "
						+ "findPayloadsByKey neighbors neighborsKeyed neighborPage degree degrees walk traverse "
						+ "shortestPath reachable page streamNodes streamEdges dangling");
		known(KeyValueOperations.class, "", "namespace namespaces");
		known(KeyValueNamespace.class,
				"put putAll putIfAbsent replace compareAndSet getAndPut delete deleteAll compareAndDelete "
						+ "getAndDelete clear writeBehind",
				"name find findAll exists count page keys stream map navigableMap");
		known(NotificationOperations.class, "", "publish subscribe subscribeToAll statistics");
		known(ZovaDatabase.class, "vacuum",
				"dataSource transactionManager notifications objects vectors graphs keyValues backup check compact "
						+ "databaseId doctor info requireFileInPlace savepoint sql statistics stats stores close");
	}

	@TempDir
	private Path directory;

	private ZovaDatabase database;

	private JdbcTemplate jdbc;

	@BeforeEach
	void open() {
		Path file = this.directory.resolve("app.zova");
		try (ZovaDatabase writable = ZovaDatabase.create(file)) {
			writable.vectors().create("c", VectorSpace.l2(2)).put("a", 1, 2);
			writable.graphs().create("g");
			writable.graphs().graph("g").putNode(new GraphNode("a", "k"));
			writable.keyValues().namespace("n").put(new byte[1], new byte[1]);
			writable.objects().put(new byte[10]);
			new JdbcTemplate(writable.dataSource()).execute("create table t (v)");
		}
		this.database = ZovaDatabase.open(file, ZovaOptions.builder().readOnly(true).build());
		this.jdbc = new JdbcTemplate(this.database.dataSource());
	}

	@AfterEach
	void close() {
		this.database.close();
	}

	@Test
	void everyPublicMethodIsSaidToReadOrToWrite() {
		WRITES.forEach((type, writes) -> {
			Set<String> known = new TreeSet<>(writes);
			known.addAll(READS.get(type));
			Set<String> actual = new TreeSet<>(methods(type).map(Method::getName).toList());
			assertThat(actual).as(type.getName()).isEqualTo(known);
		});
	}

	@Test
	void everyWritingCallIsRefusedBeforeItsArgumentsAreLookedAt() {
		Map<Class<?>, Object> subjects = Map.of(ObjectOperations.class, this.database.objects(), VectorOperations.class,
				this.database.vectors(), VectorCollection.class, this.database.vectors().collection("c"),
				GraphOperations.class, this.database.graphs(), Graph.class, this.database.graphs().graph("g"),
				KeyValueOperations.class, this.database.keyValues(), KeyValueNamespace.class,
				this.database.keyValues().namespace("n"), ZovaDatabase.class, this.database);
		List<String> others = new ArrayList<>();
		int calls = 0;
		for (Map.Entry<Class<?>, Object> subject : subjects.entrySet()) {
			for (Method method : methods(subject.getKey())
				.filter((each) -> WRITES.get(subject.getKey()).contains(each.getName()))
				.toList()) {
				Object[] nothing = Arrays.stream(method.getParameterTypes())
					.map(ReadOnlyDatabaseTests::nothing)
					.toArray();
				String answer = answer(() -> invoke(method, subject.getValue(), nothing));
				if (!answer.equals("READ_ONLY")) {
					others.add(method + ": " + answer);
				}
				calls++;
			}
		}
		assertThat(others).isEmpty();
		assertThat(calls).isGreaterThan(50);
	}

	@Test
	void whatWouldChangeNothingIsRefusedAsWell() {
		ObjectId stored = ObjectId.ofContent(new byte[10]);
		Map<String, ThrowingCallable> calls = new LinkedHashMap<>();
		calls.put("a stored object", () -> this.database.objects().put(new byte[10]));
		calls.put("no object", () -> this.database.objects().deleteAll(List.of()));
		calls.put("an unknown object", () -> this.database.objects().delete(ObjectId.ofContent(new byte[1])));
		calls.put("a chunk in use", () -> this.database.objects()
			.deleteChunk(this.database.objects().manifest(stored).chunks().get(0).chunk()));
		calls.put("no vector", () -> this.database.vectors().collection("c").putAll(List.of()));
		calls.put("no vectors", () -> this.database.vectors().collection("c").deleteAll(List.of()));
		calls.put("no collection", () -> this.database.vectors().collection("missing").putAll(List.of()));
		calls.put("an existing graph", () -> this.database.graphs().createIfMissing("g"));
		calls.put("no node", () -> this.database.graphs().graph("g").putNodes(List.of()));
		calls.put("no keyed node", () -> this.database.graphs().graph("g").putNodesKeyed(List.of()));
		calls.put("no deleted node", () -> this.database.graphs().graph("g").deleteNodes(List.of()));
		calls.put("no edge", () -> this.database.graphs().graph("g").putEdges(List.of()));
		calls.put("no keyed edge", () -> this.database.graphs().graph("g").putEdgesKeyed(List.of()));
		calls.put("an unknown edge",
				() -> this.database.graphs().graph("g").deleteEdges(List.of(new GraphEdge("x", "t", "y"))));
		calls.put("no payload", () -> this.database.graphs().graph("g").putPayloads(List.of()));
		calls.put("no key", () -> this.database.keyValues().namespace("n").putAll(List.of()));
		calls.put("no deleted key", () -> this.database.keyValues().namespace("n").deleteAll(List.of()));
		calls.put("an unknown key", () -> this.database.keyValues().namespace("n").delete(new byte[9]));
		calls.put("a buffer",
				() -> this.database.keyValues().namespace("n").writeBehind(WriteBehindOptions.defaults()));
		calls.forEach((what, call) -> assertThat(answer(call)).as(what).isEqualTo("READ_ONLY"));
	}

	@Test
	void mapsRefuseToBeChanged() {
		ZovaNavigableMap<String, String> map = this.database.keyValues()
			.namespace("m")
			.navigableMap(Codecs.utf8(), Codecs.utf8());
		Map<String, ThrowingCallable> calls = new LinkedHashMap<>();
		calls.put("set", () -> map.set("a", "b"));
		calls.put("put", () -> map.put("a", "b"));
		calls.put("putAll", () -> map.putAll(Map.of()));
		calls.put("putIfAbsent", () -> map.putIfAbsent("a", "b"));
		calls.put("replace", () -> map.replace("a", "b"));
		calls.put("replace old", () -> map.replace("a", "b", "c"));
		calls.put("remove", () -> map.remove("a"));
		calls.put("remove old", () -> map.remove("a", "b"));
		calls.put("clear", map::clear);
		calls.put("clear a part", () -> map.headMap("b").clear());
		calls.put("remove outside", () -> map.headMap("b").remove("z"));
		calls.put("computeIfAbsent", () -> map.computeIfAbsent("a", (key) -> "b"));
		calls.put("compute", () -> map.compute("a", (key, value) -> "b"));
		calls.put("merge", () -> map.merge("a", "b", String::concat));
		calls.put("pollFirstEntry", map::pollFirstEntry);
		calls.put("pollLastEntry", map::pollLastEntry);
		calls.put("keys", () -> map.keySet().remove("a"));
		calls.put("entries", () -> map.entrySet().clear());
		calls.put("navigable keys", () -> map.navigableKeySet().pollFirst());
		calls.forEach((what, call) -> assertThat(answer(call)).as(what).isEqualTo("READ_ONLY"));
		assertThat(map).isEmpty();
		ZovaNavigableMap<byte[], byte[]> filled = this.database.keyValues()
			.namespace("n")
			.navigableMap(Codecs.bytes(), Codecs.bytes());
		Map.Entry<byte[], byte[]> entry = filled.entrySet().iterator().next();
		assertThat(answer(() -> entry.setValue(new byte[3]))).isEqualTo("READ_ONLY");
	}

	@Test
	void notificationsAndCopiesWork() {
		Subscription subscription = this.database.notifications().subscribe("m");
		this.database.notifications().publish("m", "1");
		assertThat(this.jdbc.queryForObject("select zova_notify('m', '2')", Integer.class)).isEqualTo(1);
		assertThat(subscription.waiting()).isEqualTo(2);
		this.database.backup(this.directory.resolve("backup.zova"));
		this.database.compact(this.directory.resolve("compact.zova"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "insert into t values (1)", "insert into t select 1 where 0", "update t set v = 2",
			"delete from t", "create table u (v)", "drop table t", "create index i on t (v)", "vacuum",
			"replace into t values (1)", "insert into t values (1) returning v" })
	void plainSqlThatWritesIsDeniedPermission(String sql) {
		assertThatExceptionOfType(PermissionDeniedDataAccessException.class).isThrownBy(() -> this.jdbc.execute(sql))
			.withStackTraceContaining("readonly database")
			.satisfies((ex) -> assertThat(ZovaStatus.of(ex)).isEqualTo(ZovaStatus.READ_ONLY));
		TransactionTemplate transaction = new TransactionTemplate(this.database.transactionManager());
		if (!sql.equals("vacuum")) {
			assertThatExceptionOfType(PermissionDeniedDataAccessException.class)
				.isThrownBy(() -> transaction.executeWithoutResult((status) -> this.jdbc.execute(sql)));
		}
	}

	@Test
	void aBatchOfPlainSqlIsDeniedPermission() {
		assertThatExceptionOfType(PermissionDeniedDataAccessException.class).isThrownBy(() -> this.jdbc
			.batchUpdate("insert into t values (?)", List.of(new Object[] { 1 }, new Object[] { 2 })));
	}

	@Test
	void readOnlyTransactionsOfAWritableDatabaseAnswerAlike() {
		try (ZovaDatabase writable = ZovaDatabase.inMemory()) {
			TransactionTemplate reading = new TransactionTemplate(writable.transactionManager());
			reading.setReadOnly(true);
			JdbcTemplate own = new JdbcTemplate(writable.dataSource());
			own.execute("create table t (v)");
			assertThat(answer(() -> reading.executeWithoutResult((status) -> writable.objects().put(new byte[1]))))
				.isEqualTo("READ_ONLY");
			assertThat(answer(() -> reading.executeWithoutResult((status) -> writable.graphs().create("g"))))
				.isEqualTo("READ_ONLY");
			assertThatExceptionOfType(PermissionDeniedDataAccessException.class)
				.isThrownBy(() -> reading.executeWithoutResult((status) -> own.execute("insert into t values (1)")));
		}
	}

	private static void known(Class<?> type, String writes, String reads) {
		WRITES.put(type, words(writes));
		READS.put(type, words(reads));
	}

	private static Set<String> words(String words) {
		return words.isEmpty() ? Set.of() : Set.of(words.split(" "));
	}

	private static Stream<Method> methods(Class<?> type) {
		return Arrays.stream(type.getDeclaredMethods())
			.filter((method) -> Modifier.isPublic(method.getModifiers()) && !Modifier.isStatic(method.getModifiers())
					&& !method.isSynthetic());
	}

	private static Object nothing(Class<?> type) {
		return (type == long.class) ? (Object) 0L : (type == int.class) ? 0 : null;
	}

	private static void invoke(Method method, Object subject, Object[] arguments) throws Throwable {
		try {
			method.invoke(subject, arguments);
		}
		catch (InvocationTargetException ex) {
			throw ex.getCause();
		}
	}

	private static String answer(ThrowingCallable call) {
		try {
			call.call();
			return "OK";
		}
		catch (ZovaException ex) {
			return ex.status().name();
		}
		catch (Throwable ex) {
			return ex.toString();
		}
	}

}
