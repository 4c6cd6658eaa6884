package io.zova.adversary;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

import io.zova.RandomBytes;
import io.zova.ZovaDatabase;
import io.zova.ZovaOptions;
import io.zova.graph.Graph;
import io.zova.graph.GraphEdge;
import io.zova.graph.GraphNode;
import io.zova.graph.NodeTarget;
import io.zova.graph.TargetType;
import io.zova.kv.KeyValueNamespace;
import io.zova.object.ObjectId;
import io.zova.object.StorageProfile;
import io.zova.vector.VectorCollection;
import io.zova.vector.VectorSpace;
import io.zova.vector.VectorValues;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Fills a database with something of everything, always the same.
 */
final class SampleFile {

	static final int NODES = 40;

	static final int VECTORS = 60;

	static final int KEYS = 80;

	/** None, one and many chunks, of both profiles. */
	private static final int[] OBJECT_SIZES = { 0, 1, 700, 9_000, 70_000, 400_000 };

	private SampleFile() {
	}

	static void create(Path file, ZovaOptions options) {
		try (ZovaDatabase database = ZovaDatabase.create(file, options)) {
			fill(database);
		}
	}

	static void fill(ZovaDatabase database) {
		new TransactionTemplate(database.transactionManager()).executeWithoutResult((status) -> {
			JdbcClient jdbc = JdbcClient.create(database.dataSource());
			jdbc.sql("create table item(id integer primary key, name text unique, padding blob)").update();
			for (int i = 0; i < 50; i++) {
				jdbc.sql("insert into item values (?, ?, ?)").params(i, "item " + i, new byte[i * 20]).update();
			}
			int chunker = 0;
			for (byte[] content : objects().values()) {
				database.objects().put(content, StorageProfile.values()[chunker++ % 2]);
			}
			fillVectors(database);
			fillGraph(database.graphs().create("g"));
			KeyValueNamespace keyValues = database.keyValues().namespace("kv");
			for (int i = 0; i < KEYS; i++) {
				keyValues.put(key(i), new byte[i * 10]);
			}
		});
	}

	private static void fillVectors(ZovaDatabase database) {
		VectorCollection exact = database.vectors().create("docs", VectorSpace.cosine(8));
		VectorCollection bytes = database.vectors()
			.create("bytes", VectorSpace.l2(8).of(io.zova.vector.ElementType.I8));
		for (int i = 0; i < VECTORS; i++) {
			exact.put("v" + i, vector(i));
			bytes.put("v" + i, VectorValues.bytes(0.1f, vector(i)));
		}
	}

	static float[] vector(int number) {
		float[] vector = new float[8];
		Random random = new Random(number);
		for (int i = 0; i < vector.length; i++) {
			vector[i] = random.nextFloat() + 0.01f;
		}
		return vector;
	}

	private static void fillGraph(Graph graph) {
		List<GraphNode> nodes = new ArrayList<>();
		List<GraphEdge> edges = new ArrayList<>();
		for (int i = 0; i < NODES; i++) {
			nodes.add((i % 5 > 0) ? new GraphNode("n" + i, "kind")
					: new GraphNode("n" + i, "kind", new NodeTarget(TargetType.VECTOR, "docs", "v" + i)));
			edges.add(new GraphEdge("n" + i, "next", "n" + (i + 1) % NODES));
			edges.add(new GraphEdge("n0", "to", "n" + i));
		}
		graph.putNodes(nodes);
		graph.putEdges(edges);
		graph.putPayload(new GraphEdge("n0", "to", "n1"), new byte[300]);
	}

	static byte[] key(int number) {
		return ("key " + number).getBytes(StandardCharsets.UTF_8);
	}

	/** The objects, by their ids. */
	static Map<ObjectId, byte[]> objects() {
		Map<ObjectId, byte[]> objects = new LinkedHashMap<>();
		for (int size : OBJECT_SIZES) {
			byte[] content = RandomBytes.of(size, size);
			objects.put(ObjectId.ofContent(content), content);
		}
		return objects;
	}

}
