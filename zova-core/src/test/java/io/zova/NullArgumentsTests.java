package io.zova;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Parameter;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongConsumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.jdbc.core.JdbcTemplate;

import io.zova.graph.Direction;
import io.zova.graph.EdgePayload;
import io.zova.graph.FreshGraph;
import io.zova.graph.Graph;
import io.zova.graph.GraphEdge;
import io.zova.graph.GraphNode;
import io.zova.graph.GraphOperations;
import io.zova.graph.NeighborCursor;
import io.zova.graph.NeighborQuery;
import io.zova.graph.NodeTarget;
import io.zova.graph.ScanCursor;
import io.zova.graph.Traversal;
import io.zova.graph.WalkQuery;
import io.zova.kv.Codec;
import io.zova.kv.Codecs;
import io.zova.kv.KeyRange;
import io.zova.kv.KeyValue;
import io.zova.kv.KeyValueNamespace;
import io.zova.kv.KeyValueOperations;
import io.zova.kv.OrderedCodec;
import io.zova.kv.WriteBehind;
import io.zova.kv.WriteBehindOptions;
import io.zova.maintenance.CopyOptions;
import io.zova.maintenance.check.CheckOptions;
import io.zova.maintenance.salvage.SalvageOptions;
import io.zova.maintenance.CopyProgress;
import io.zova.notification.NotificationListener;
import io.zova.notification.NotificationOperations;
import io.zova.notification.Subscription;
import io.zova.object.ChunkId;
import io.zova.object.ObjectId;
import io.zova.object.ObjectOperations;
import io.zova.object.ObjectWriter;
import io.zova.object.PutOptions;
import io.zova.object.StorageProfile;
import io.zova.sqlite.function.AggregateFunction;
import io.zova.sqlite.function.ScalarFunction;
import io.zova.sqlite.function.SqlFunction;
import io.zova.sqlite.function.TableFunction;
import io.zova.vector.ElementType;
import io.zova.vector.Metric;
import io.zova.vector.VectorCollection;
import io.zova.vector.VectorEntry;
import io.zova.vector.VectorMatchMapper;
import io.zova.vector.VectorOperations;
import io.zova.vector.VectorQuery;
import io.zova.vector.VectorSpace;
import io.zova.vector.VectorTemplate;
import io.zova.vector.VectorValues;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * A missing argument is answered alike by all public calls: {@code INVALID_ARGUMENT}, the
 * parameter is named, and nothing is done.
 */
class NullArgumentsTests extends NewDatabase {

	/** What messages call parameters whose Java name says less. */
	private static final Map<String, List<String>> NAMES = Map.ofEntries(Map.entry("from", List.of("start", "node id")),
			Map.entry("to", List.of("end", "node id")), Map.entry("start", List.of("node id")),
			Map.entry("node", List.of("node")), Map.entry("nodesAfter", List.of("cursor")),
			Map.entry("edgesAfter", List.of("cursor")), Map.entry("after", List.of("cursor")),
			Map.entry("nodeKeys", List.of("keys")), Map.entry("expected", List.of("expected")),
			Map.entry("flushInterval", List.of("flush interval")), Map.entry("interval", List.of("interval")),
			Map.entry("maxWait", List.of("wait")), Map.entry("destination", List.of("path", "destination")),
			Map.entry("timeout", List.of("timeout")), Map.entry("listener", List.of("listener")),
			Map.entry("threshold", List.of("leakdetectionthreshold")), Map.entry("name", List.of("name")),
			Map.entry("graph", List.of("graph")), Map.entry("policy", List.of("foreigntransaction", "policy")));

	private final Map<Class<?>, Object> examples = new HashMap<>();

	@BeforeEach
	void fill() throws Exception {
		this.database.vectors().create("c", VectorSpace.l2(2)).put("a", 1, 2);
		this.database.graphs().create("g");
		this.database.graphs().graph("g").putNode(new GraphNode("a", "k"));
		ObjectId id = this.database.objects().put(new byte[10]);
		Path file = Files.write(this.directory.resolve("file"), new byte[10]);
		example(String.class, "a");
		example(byte[].class, new byte[] { 1 });
		example(float[].class, new float[] { 1, 2 });
		example(short[].class, new short[] { 1, 2 });
		example(Object[].class, new Object[] { "a" });
		example(SqlFunction[].class, new SqlFunction[0]);
		example(String[].class, new String[] { "a" });
		example(ScalarFunction.Body.class, (ScalarFunction.Body) (arguments) -> 1);
		example(TableFunction.Body.class, (TableFunction.Body) (arguments, rows) -> {
		});
		example(Supplier.class, (Supplier<Object>) () -> null);
		example(int.class, 1);
		example(long.class, 1L);
		example(float.class, 1F);
		example(double.class, 1D);
		example(boolean.class, true);
		example(Path.class, file);
		example(ByteBuffer.class, ByteBuffer.allocate(1));
		example(InputStream.class, new ByteArrayInputStream(new byte[1]));
		example(OutputStream.class, new ByteArrayOutputStream());
		example(LongConsumer.class, (LongConsumer) (done) -> {
		});
		example(Consumer.class, (Consumer<Object>) (each) -> {
		});
		example(Predicate.class, (Predicate<Object>) (each) -> true);
		example(Function.class, (Function<Object, Object>) (each) -> each);
		example(BiFunction.class, (BiFunction<Object, Object, Object>) (one, other) -> one);
		example(Comparator.class, Comparator.naturalOrder());
		example(Class.class, Metric.class);
		example(Duration.class, Duration.ofSeconds(10));
		example(List.class, List.of());
		example(Collection.class, List.of());
		example(Iterator.class, List.of().iterator());
		example(ObjectId.class, id);
		example(ChunkId.class, this.database.objects().manifest(id).chunks().get(0).chunk());
		example(StorageProfile.class, StorageProfile.DEDUPLICATION);
		example(PutOptions.class, PutOptions.defaults());
		example(VectorSpace.class, VectorSpace.l2(2));
		example(VectorValues.class, VectorValues.of(1, 2));
		example(VectorQuery.class, VectorQuery.nearId("a"));
		example(VectorMatchMapper.class, (VectorMatchMapper<Object>) (match, row) -> match);
		example(ElementType.class, ElementType.F32);
		example(GraphNode.class, new GraphNode("b", "k"));
		example(GraphEdge.class, new GraphEdge("a", "t", "a"));
		example(NodeTarget.class, NodeTarget.NONE);
		example(NeighborQuery.class, NeighborQuery.of("a"));
		example(NeighborCursor.class, null);
		example(WalkQuery.class, WalkQuery.from("a"));
		example(Traversal.class, Traversal.EVERYTHING);
		example(ScanCursor.class, ScanCursor.START);
		example(Direction.class, Direction.OUTGOING);
		example(KeyRange.class, KeyRange.all());
		example(Codec.class, Codecs.utf8());
		example(OrderedCodec.class, Codecs.utf8());
		example(WriteBehindOptions.class, WriteBehindOptions.defaults());
		example(NotificationListener.class, (NotificationListener) (notification) -> {
		});
		example(ZovaOptions.class, ZovaOptions.defaults());
		example(CopyOptions.class, CopyOptions.defaults());
		example(CheckOptions.class, CheckOptions.quick());
		example(SalvageOptions.class, SalvageOptions.defaults());
		example(CopyProgress.class, CopyProgress.NONE);
		example(FreshGraph.class, new FreshGraph("fresh", List.of(), List.of(), FreshGraph.Duplicates.values()[0]));
	}

	@Test
	void everyParameterOfEveryPublicCallIsRequiredUnlessItIsSaidNotToBe() throws Exception {
		List<String> others = new ArrayList<>();
		int calls = 0;
		List<String> before = content();
		try (WriteBehind buffer = this.database.keyValues()
			.namespace("buffered")
			.writeBehind(WriteBehindOptions.defaults()); ObjectWriter writer = this.database.objects().writer()) {
			calls += call(ObjectOperations.class, this.database.objects(), others);
			calls += call(ObjectWriter.class, writer, others);
			calls += call(VectorOperations.class, this.database.vectors(), others);
			calls += call(VectorTemplate.class, this.database.vectors(), others);
			calls += call(VectorCollection.class, this.database.vectors().collection("c"), others);
			calls += call(VectorQuery.class, VectorQuery.nearId("a"), others);
			calls += call(VectorValues.class, VectorValues.of(1, 2), others);
			calls += call(VectorSpace.class, VectorSpace.l2(2), others);
			calls += call(GraphOperations.class, this.database.graphs(), others);
			calls += call(Graph.class, this.database.graphs().graph("g"), others);
			calls += call(KeyValueOperations.class, this.database.keyValues(), others);
			calls += call(KeyValueNamespace.class, this.database.keyValues().namespace("n"), others);
			calls += call(KeyValueNamespace.class, buffer.namespace(), others);
			calls += call(WriteBehind.class, buffer, others);
			calls += call(KeyRange.class, KeyRange.all(), others);
			calls += call(WriteBehindOptions.class, WriteBehindOptions.defaults(), others);
			calls += call(ScalarFunction.class, ScalarFunction.ofAny("f", (arguments) -> 1), others);
			calls += call(AggregateFunction.class, null, others);
			calls += call(TableFunction.class, null, others);
			calls += call(TableFunction.Builder.class, TableFunction.named("t"), others);
			calls += call(Codecs.class, null, others);
			calls += call(NotificationOperations.class, this.database.notifications(), others);
			calls += call(Subscription.class, this.database.notifications().subscribe("m"), others);
			calls += call(ZovaDatabase.class, this.database, others);
			calls += call(ZovaOptions.Builder.class, ZovaOptions.builder(), others);
			calls += call(CopyOptions.class, CopyOptions.defaults(), others);
			calls += call(PutOptions.class, PutOptions.defaults(), others);
			calls += call(ObjectId.class, null, others);
			calls += call(ChunkId.class, null, others);
		}
		assertThat(others).isEmpty();
		assertThat(calls).isGreaterThan(250);
		assertThat(content()).isEqualTo(before);
	}

	@Test
	void nullsInsideCollectionsAndRecordsAreNamedToo() {
		VectorCollection vectors = this.database.vectors().collection("c");
		List<Object> holey = new ArrayList<>();
		holey.add(null);
		Map<String, ThrowingCallable> calls = new HashMap<>();
		calls.put("vector", () -> vectors.putAll(NullArgumentsTests.<VectorEntry>cast(holey).iterator()));
		calls.put("entries", () -> vectors.putAll(NullArgumentsTests.<VectorEntry>cast(holey)));
		calls.put("id of the vector", () -> vectors.putAll(List.of(new VectorEntry(null, VectorValues.of(1, 2)))));
		calls.put("id",
				() -> vectors.putAll(List.of(VectorEntry.of("x", 1, 2), new VectorEntry(null, VectorValues.of(1, 2)))));
		calls.put("values", () -> vectors.putAll(List.of(VectorEntry.of("x", 1, 2), new VectorEntry("y", null))));
		calls.put("ids", () -> vectors.deleteAll(cast(holey)));
		calls.put("Element 0 of the ids", () -> vectors.findAll(cast(holey)));
		calls.put("queries", () -> vectors.searchAll(cast(holey)));
		calls.put("Element 0 of the ids is",
				() -> VectorQuery.nearId("a").candidates(NullArgumentsTests.<String>cast(holey)));
		calls.put("arguments", () -> VectorQuery.nearId("a").candidates("select ?", (Object) null));
		calls.put("metric", () -> this.database.vectors().create("d", new VectorSpace(1, null, ElementType.F32)));
		calls.put("element type", () -> this.database.vectors().create("d", new VectorSpace(1, Metric.L2, null)));
		calls.put("Element 0 of the ids is null", () -> this.database.objects().deleteAll(cast(holey)));
		calls.put("node id", () -> this.database.graphs().graph("g").putNode(new GraphNode(null, "k")));
		calls.put("node kind", () -> this.database.graphs().graph("g").putNode(new GraphNode("a", null)));
		calls.put("node target", () -> this.database.graphs().graph("g").putNode(new GraphNode("a", "k", null)));
		calls.put("node", () -> this.database.graphs().graph("g").putNodes(cast(holey)));
		calls.put("edge type", () -> this.database.graphs().graph("g").putEdge(new GraphEdge("a", null, "a")));
		calls.put("edge", () -> this.database.graphs().graph("g").putEdges(cast(holey)));
		calls.put("key", () -> this.database.graphs().graph("g").findNodesByKey(cast(holey)));
		calls.put("bytes", () -> new EdgePayload(1, null));
		calls.put("nodes", () -> new FreshGraph("x", cast(holey), List.of(), FreshGraph.Duplicates.values()[0]));
		calls.put("edges", () -> new FreshGraph("x", List.of(), cast(holey), FreshGraph.Duplicates.values()[0]));
		calls.put("entry", () -> this.database.keyValues().namespace("n").putAll(cast(holey)));
		calls.put("value",
				() -> this.database.keyValues().namespace("n").putAll(List.of(new KeyValue(new byte[1], null))));
		calls.put("functions", () -> ZovaOptions.builder().functions(cast(holey)));
		List<String> before = content();
		calls.forEach((name, call) -> assertThatExceptionOfType(ZovaException.class).as(name)
			.isThrownBy(call)
			.withMessageContaining(name)
			.withMessageContaining(" null")
			.satisfies((ex) -> assertThat(ex.status()).isEqualTo(ZovaStatus.INVALID_ARGUMENT)));
		assertThat(content()).isEqualTo(before);
	}

	private <T> void example(Class<T> type, @Nullable Object value) {
		this.examples.put(type, value);
	}

	@SuppressWarnings("unchecked")
	private static <T> List<T> cast(List<?> list) {
		return (List<T>) list;
	}

	private int call(Class<?> type, @Nullable Object subject, List<String> others) {
		int calls = 0;
		for (Method method : methods(type).toList()) {
			for (int i = 0; i < method.getParameterCount(); i++) {
				Parameter parameter = method.getParameters()[i];
				boolean optional = parameter.getType().isPrimitive()
						|| parameter.getAnnotatedType().isAnnotationPresent(Nullable.class);
				if (!optional && (subject != null || Modifier.isStatic(method.getModifiers()))) {
					String answer = answer(method, subject, i);
					calls++;
					if (!answer.startsWith("INVALID_ARGUMENT") || !names(answer, parameter.getName())) {
						others
							.add(type.getSimpleName() + "." + method.getName() + Arrays.toString(method.getParameters())
									+ " without " + parameter.getName() + ": " + answer);
					}
				}
			}
		}
		return calls;
	}

	private static Stream<Method> methods(Class<?> type) {
		return Arrays.stream(type.getDeclaredMethods())
			.filter((method) -> Modifier.isPublic(method.getModifiers()) && !method.isSynthetic())
			.filter((method) -> !method.getName().equals("equals") && !method.getName().equals("compareTo"));
	}

	private String answer(Method method, @Nullable Object subject, int missing) {
		Object[] arguments = new Object[method.getParameterCount()];
		for (int i = 0; i < arguments.length; i++) {
			Parameter parameter = method.getParameters()[i];
			if (!this.examples.containsKey(parameter.getType())) {
				if (i != missing && !parameter.getType().isPrimitive()) {
					Object[] constants = parameter.getType().getEnumConstants();
					if (constants == null) {
						return "no example of " + parameter.getType();
					}
					arguments[i] = constants[0];
				}
			}
			else {
				arguments[i] = this.examples.get(parameter.getType());
			}
			if (parameter.getName().equals("destination")) {
				arguments[i] = this.directory.resolve("copy.zova");
			}
			if (parameter.getName().equals("graph")) {
				arguments[i] = (parameter.getType() == String.class) ? "g" : arguments[i];
			}
		}
		arguments[missing] = null;
		try {
			method.invoke(subject, arguments);
			return "OK";
		}
		catch (InvocationTargetException ex) {
			return (ex.getCause() instanceof ZovaException zova) ? zova.status() + " " + zova.getMessage()
					: String.valueOf(ex.getCause());
		}
		catch (ReflectiveOperationException | RuntimeException ex) {
			return ex.toString();
		}
	}

	private static boolean names(String answer, String parameter) {
		String text = answer.toLowerCase(Locale.ROOT);
		if (!text.contains(" null")) {
			return false;
		}
		if (NAMES.getOrDefault(parameter, List.of()).stream().anyMatch(text::contains)) {
			return true;
		}
		return Arrays.stream(parameter.split("(?=[A-Z])"))
			.map((word) -> word.toLowerCase(Locale.ROOT))
			.allMatch(text::contains);
	}

	/** The number of rows of each table, and what the journal of vectors says. */
	private List<String> content() {
		JdbcTemplate jdbc = new JdbcTemplate(this.database.dataSource());
		List<String> content = new ArrayList<>();
		for (String table : jdbc.queryForList("select name from sqlite_schema where type = 'table' order by name",
				String.class)) {
			content.add(table + jdbc.queryForObject("select count(*) from \"" + table + "\"", Integer.class));
		}
		content.addAll(jdbc.queryForList("select revision from _zova_vector_sources", String.class));
		return content;
	}

}
