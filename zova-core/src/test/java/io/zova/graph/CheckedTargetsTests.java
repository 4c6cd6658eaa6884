package io.zova.graph;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.transaction.support.TransactionTemplate;

import io.zova.ZovaDatabase;
import io.zova.ZovaException;
import io.zova.ZovaOptions;
import io.zova.ZovaStatus;
import io.zova.object.ObjectId;
import io.zova.vector.VectorSpace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Who asks for it puts nodes only if the objects, chunks and vectors exist that they
 * stand for.
 */
class CheckedTargetsTests {

	private static final String NO_HASH = "0".repeat(64);

	private ZovaDatabase database;

	private Graph checked;

	@BeforeEach
	void open() {
		this.database = ZovaDatabase.inMemory();
		this.database.graphs().create("g");
		this.checked = this.database.graphs().checkingTargets().graph("g");
		this.database.vectors().create("docs", VectorSpace.cosine(2));
		this.database.vectors().collection("docs").put("v", 1f, 2f);
	}

	@AfterEach
	void close() {
		this.database.close();
	}

	@Test
	void nodesArePutWhoseTargetsExistOrAreNotLookedFor() {
		ObjectId id = this.database.objects().put("content".getBytes(StandardCharsets.UTF_8));
		String chunk = this.database.objects().manifest(id).chunks().get(0).chunk().toString();
		List<NodeTarget> targets = List.of(NodeTarget.NONE, NodeTarget.object(id.toString()),
				NodeTarget.object(id.toString().toUpperCase(java.util.Locale.ROOT)), NodeTarget.objectChunk(chunk),
				NodeTarget.vector("docs", "v"), NodeTarget.record("no_table", "1"), NodeTarget.external("x", "y"));
		for (int i = 0; i < targets.size(); i++) {
			this.checked.putNode("n" + i, "k", targets.get(i));
		}
		assertThat(this.database.graphs().info("g").nodeCount()).isEqualTo(targets.size());
	}

	@ParameterizedTest
	@CsvSource(nullValues = "null", quoteCharacter = '"', textBlock = """
			OBJECT,       null, null,    OBJECT_NOT_FOUND,       names no object
			OBJECT,       null, none,    GRAPH_INVALID,          not 64 hex digits
			OBJECT,       null, zeros,   OBJECT_NOT_FOUND,       object does not exist
			OBJECT_CHUNK, null, null,    OBJECT_CHUNK_NOT_FOUND, names no chunk
			OBJECT_CHUNK, null, none,    GRAPH_INVALID,          not 64 hex digits
			OBJECT_CHUNK, null, zeros,   OBJECT_CHUNK_NOT_FOUND, chunk does not exist
			VECTOR,       null, v,       VECTOR_NOT_FOUND,       names no vector
			VECTOR,       docs, null,    VECTOR_NOT_FOUND,       names no vector
			VECTOR,       docs, missing, VECTOR_NOT_FOUND,       'missing' in the collection 'docs'
			VECTOR,       none, v,       VECTOR_NOT_FOUND,       vector does not exist
			""")
	void aTargetThatIsMissingRefusesTheNodeAndEveryNodeWithIt(TargetType type, String namespace, String ref,
			ZovaStatus status, String reason) {
		NodeTarget missing = new NodeTarget(type, namespace, "zeros".equals(ref) ? NO_HASH : ref);
		this.checked.putNode("old", "before");
		List<GraphNode> nodes = new ArrayList<>();
		for (int i = 0; i < 1000; i++) {
			nodes.add(new GraphNode("n" + i, "k"));
		}
		nodes.add(new GraphNode("old", "after"));
		nodes.add(new GraphNode("bad", "k", missing));
		GraphOperations operations = this.database.graphs().checkingTargets();
		for (Runnable put : List.<Runnable>of(() -> this.checked.putNode("bad", "k", missing),
				() -> this.checked.putNodes(nodes), () -> operations.graph("g").putNodesKeyed(nodes))) {
			assertThatExceptionOfType(ZovaException.class).isThrownBy(put::run)
				.withMessageContaining("node 'bad'")
				.withMessageContaining(reason)
				.satisfies((ex) -> assertThat(ex.status()).isEqualTo(status));
		}
		assertThat(this.database.graphs().info("g").nodeCount()).isEqualTo(1);
		assertThat(this.checked.getNode("old").kind()).isEqualTo("before");
		this.database.graphs().graph("g").putNodes(nodes);
		assertThat(this.database.graphs().info("g").nodeCount()).isEqualTo(1002);
	}

	@Test
	void whatTheOpenTransactionHasStoredCountsAndARefusalLeavesItUsable() {
		new TransactionTemplate(this.database.transactionManager()).executeWithoutResult((status) -> {
			ObjectId id = this.database.objects().put(new byte[10]);
			this.checked.putNode("a", "k", NodeTarget.object(id.toString()));
			assertThatExceptionOfType(ZovaException.class)
				.isThrownBy(() -> this.checked.putNode("b", "k", NodeTarget.object(NO_HASH)));
			this.database.objects().delete(id);
			assertThatExceptionOfType(ZovaException.class)
				.isThrownBy(() -> this.checked.putNode("c", "k", NodeTarget.object(id.toString())));
		});
		assertThat(this.database.graphs().info("g").nodeCount()).isEqualTo(1);
		assertThat(this.checked.dangling()).hasSize(1);
	}

	@Test
	void aGraphThatIsLoadedAtOnceIsCheckedToo() {
		this.database.graphs().delete("g");
		GraphOperations operations = this.database.graphs().checkingTargets();
		for (String vector : List.of("missing", "v")) {
			FreshGraph graph = new FreshGraph("fresh",
					List.of(new FreshGraph.Node("a", "k", NodeTarget.vector("docs", vector))), List.of(),
					FreshGraph.Duplicates.REFUSE);
			if (vector.equals("v")) {
				operations.load(graph);
			}
			else {
				assertThatExceptionOfType(ZovaException.class).isThrownBy(() -> operations.load(graph))
					.satisfies((ex) -> assertThat(ex.status()).isEqualTo(ZovaStatus.VECTOR_NOT_FOUND));
				assertThat(operations.exists("fresh")).isFalse();
			}
		}
		assertThat(operations.info("fresh").nodeCount()).isEqualTo(1);
	}

	@Test
	void anOptionChecksAllPuts() {
		try (ZovaDatabase checking = ZovaDatabase.inMemory(ZovaOptions.builder().graphChecksTargets(true).build())) {
			checking.graphs().create("g");
			assertThatExceptionOfType(ZovaException.class)
				.isThrownBy(() -> checking.graphs().graph("g").putNode("a", "k", NodeTarget.vector("docs", "v")))
				.satisfies((ex) -> assertThat(ex.status()).isEqualTo(ZovaStatus.VECTOR_NOT_FOUND));
		}
		this.database.graphs().graph("g").putNode("a", "k", NodeTarget.vector("none", "v"));
	}

}
