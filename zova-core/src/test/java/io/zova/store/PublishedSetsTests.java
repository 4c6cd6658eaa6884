package io.zova.store;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.transaction.support.TransactionTemplate;

import io.zova.ZovaDatabase;
import io.zova.format.TestFiles;
import io.zova.graph.Graph;
import io.zova.object.ObjectId;
import io.zova.vector.VectorCollection;
import io.zova.vector.VectorQuery;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Sets that release 1.3.0 has written open as they are, hold what they hold as one file,
 * and can be continued.
 */
class PublishedSetsTests {

	@TempDir
	Path directory;

	@ParameterizedTest
	@CsvSource({ "format-12-a-objects, format-12-a-objects-store", "format-12-a-vectors, format-12-a-vectors-store",
			"format-12-b-all, format-12-b-all-objects-store format-12-b-all-vectors-store format-12-b-all-graphs-store" })
	void aSetIsReadAndContinued(String set, String stores) throws Exception {
		Path main = TestFiles.fixture(set + "-main", this.directory);
		for (String store : stores.split(" ")) {
			TestFiles.fixture(store, this.directory);
		}
		Path merged = this.directory.resolve("merged.zova");
		ZovaDatabase.restore(main, merged);
		List<Object> content;
		try (ZovaDatabase one = ZovaDatabase.open(merged)) {
			content = content(one);
		}
		ObjectId object;
		try (ZovaDatabase database = ZovaDatabase.open(main)) {
			assertThat(database.stores().info()).hasSize(stores.split(" ").length)
				.allMatch((store) -> store.reachable() && store.epoch() == 2);
			assertThat(content(database)).isEqualTo(content);
			object = database.objects().put("continued".getBytes());
			database.graphs().create("continued").putNode("n", "k");
		}
		try (ZovaDatabase database = ZovaDatabase.open(main)) {
			assertThat(database.objects().get(object)).asString().isEqualTo("continued");
			assertThat(database.graphs().graph("continued").nodeExists("n")).isTrue();
		}
	}

	private static List<Object> content(ZovaDatabase database) {
		List<Object> content = new ArrayList<>();
		database.objects().stream().forEach((object) -> {
			content.add(object);
			content.add(ObjectId.ofContent(database.objects().get(object.id())));
		});
		database.vectors().list().forEach((collection) -> {
			content.add(collection);
			VectorCollection vectors = database.vectors().collection(collection.name());
			vectors.stream().toList().forEach((entry) -> {
				content.add(entry);
				content.add(vectors.search(VectorQuery.nearId(entry.id()).limit(5)));
			});
		});
		database.graphs().list().forEach((graph) -> {
			content.add(graph);
			new TransactionTemplate(database.transactionManager()).executeWithoutResult((status) -> {
				Graph rows = database.graphs().graph(graph.name());
				rows.streamNodes().forEach((node) -> content.add(node.id() + node.kind() + node.createdOrder()));
				rows.streamEdges().forEach((edge) -> content.add(edge.type() + edge.createdOrder()));
			});
		});
		return content;
	}

}
