package io.zova;

import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

import io.zova.graph.Graph;
import io.zova.graph.GraphEdge;
import io.zova.graph.GraphNode;
import io.zova.graph.GraphsInMemory;
import io.zova.graph.Traversal;
import io.zova.graph.WalkQuery;
import io.zova.kv.KeyRange;
import io.zova.kv.KeyValue;
import io.zova.object.ObjectId;
import io.zova.vector.VectorCollection;
import io.zova.vector.VectorQuery;
import io.zova.vector.VectorSpace;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import org.springframework.dao.QueryTimeoutException;
import org.springframework.jdbc.core.simple.JdbcClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * A thread that was interrupted stops reading what is long, and reads what is short.
 */
class InterruptedReadsTests extends NewDatabase {

	private static final int MANY = 200;

	@Override
	protected ZovaOptions options() {
		return ZovaOptions.builder().vectorResidentMemory(0).build();
	}

	@AfterEach
	void close() {
		Thread.interrupted();
	}

	@Test
	void objectsOfManyChunks() {
		byte[] content = RandomBytes.of(3_000_000, 1);
		ObjectId id = this.database.objects().put(content);
		stops(() -> this.database.objects().get(id));
		stops(() -> this.database.objects().copyTo(id, OutputStream.nullOutputStream(), (done) -> {
		}));
		reads(() -> this.database.objects().readRange(id, 1_000_000, 10));
	}

	@Test
	void searchesInTheFile() {
		this.database.vectors().create("docs", VectorSpace.l2(2));
		VectorCollection docs = this.database.vectors().collection("docs");
		for (int i = 0; i < MANY; i++) {
			docs.put("v" + i, i, 1);
		}
		stops(() -> docs.search(VectorQuery.near(1, 1).limit(3)));
		reads(() -> docs.get("v1"));
	}

	@Test
	void waysThroughGraphs() {
		Graph graph = this.database.graphs().create("g");
		List<GraphNode> nodes = new ArrayList<>();
		List<GraphEdge> edges = new ArrayList<>();
		for (int i = 0; i < MANY; i++) {
			nodes.add(new GraphNode("n" + i, "k"));
			edges.add(new GraphEdge("n" + i, "e", "n" + (i + 1) % MANY));
		}
		graph.putNodes(nodes);
		graph.putEdges(edges);
		WalkQuery walk = WalkQuery.from("n0").maxDepth(MANY).limit(MANY);
		stops(() -> graph.walk(walk));
		stops(() -> graph.traverse("n0", Traversal.EVERYTHING));
		reads(() -> graph.getNode("n1"));
		GraphsInMemory.read(this.database, "g");
		assertThat(graph.walk(walk)).hasSize(MANY);
		stops(() -> graph.walk(walk));
	}

	@Test
	void keyValuesAndSql() {
		List<KeyValue> entries = new ArrayList<>();
		for (int i = 0; i < MANY; i++) {
			entries.add(new KeyValue(new byte[] { (byte) i }, new byte[0]));
		}
		this.database.keyValues().namespace("ns").putAll(entries);
		stops(() -> this.database.keyValues().namespace("ns").page(KeyRange.all()));
		reads(() -> this.database.keyValues().namespace("ns").find(new byte[] { 1 }));
		JdbcClient jdbc = JdbcClient.create(this.database.dataSource());
		stops(() -> jdbc.sql("select key from _zova_kv").query(byte[].class).list());
		reads(() -> jdbc.sql("select count(*) from _zova_kv").query(Long.class).single());
	}

	private static void stops(Callable<?> call) {
		Thread.currentThread().interrupt();
		assertThatExceptionOfType(QueryTimeoutException.class).isThrownBy(call::call)
			.withMessageContaining("was interrupted and has stopped ");
		assertThat(Thread.interrupted()).isTrue();
	}

	private static void reads(Callable<?> call) {
		Thread.currentThread().interrupt();
		assertThat(call).satisfies((read) -> assertThat(read.call()).isNotNull());
		assertThat(Thread.interrupted()).isTrue();
	}

}
