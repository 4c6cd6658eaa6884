package io.zova.samples.notebook;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

import jakarta.annotation.PostConstruct;

import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

import io.zova.graph.Direction;
import io.zova.graph.Graph;
import io.zova.graph.GraphOperations;
import io.zova.graph.NeighborQuery;
import io.zova.graph.NodeTarget;
import io.zova.notification.NotificationOperations;
import io.zova.object.ObjectId;
import io.zova.object.ObjectOperations;
import io.zova.object.ObjectResource;
import io.zova.vector.VectorMatch;
import io.zova.vector.VectorOperations;
import io.zova.vector.VectorSpace;

/**
 * What the notebook does. A document is a row, an object with its bytes, a vector with
 * its meaning, a node with edges to documents that mean similar things, and a
 * notification to whoever looks at the page. All of it is written in one transaction.
 */
@Service
class Notebook {

	static final String CHANNEL = "documents";

	private static final String MEANING = "meaning";

	private static final String LIBRARY = "library";

	private static final String RELATED = "related";

	/** Nearer than this, two documents are related. */
	private static final double NEAR = 0.6;

	private static final int MOST_RELATED = 5;

	private final Documents documents;

	private final Embeddings embeddings;

	private final ObjectOperations objects;

	private final VectorOperations vectors;

	private final GraphOperations graphs;

	private final NotificationOperations notifications;

	Notebook(Documents documents, Embeddings embeddings, ObjectOperations objects, VectorOperations vectors,
			GraphOperations graphs, NotificationOperations notifications) {
		this.documents = documents;
		this.embeddings = embeddings;
		this.objects = objects;
		this.vectors = vectors;
		this.graphs = graphs;
		this.notifications = notifications;
	}

	@PostConstruct
	void prepare() {
		this.vectors.createIfMissing(MEANING, VectorSpace.cosine(Embeddings.DIMENSIONS));
		this.graphs.createIfMissing(LIBRARY);
	}

	/**
	 * Understanding takes the longest and needs no transaction; others write meanwhile.
	 */
	float[] understand(String title, byte[] content) {
		return this.embeddings.of(title + "\n" + new String(content, StandardCharsets.UTF_8));
	}

	/**
	 * Adds a document, or nothing of it.
	 */
	@Transactional
	long add(String title, String contentType, byte[] content, float[] meaning) {
		ObjectId object = this.objects.put(content);
		long id = this.documents.add(title, contentType, object);
		String node = String.valueOf(id);
		List<VectorMatch> similar = this.vectors.collection(MEANING).search(MOST_RELATED, meaning);
		this.vectors.collection(MEANING).put(node, meaning);
		this.graphs.graph(LIBRARY).putNode(node, "document", NodeTarget.record("document", node));
		for (VectorMatch match : similar) {
			if (match.distance() < NEAR) {
				this.graphs.graph(LIBRARY).putEdge(node, RELATED, match.id());
			}
		}
		this.notifications.publish(CHANNEL, node + " " + title);
		return id;
	}

	/**
	 * Deletes a document, and its bytes unless another document has the same.
	 */
	@Transactional
	void delete(Document document) {
		String node = String.valueOf(document.id());
		this.graphs.graph(LIBRARY).deleteNode(node);
		this.vectors.collection(MEANING).delete(node);
		this.documents.delete(document.id());
		if (!this.documents.uses(document.content())) {
			this.objects.delete(document.content());
		}
	}

	@Transactional(readOnly = true)
	List<Found> search(float[] question, int limit) {
		return this.vectors.collection(MEANING)
			.search(limit, question)
			.stream()
			.map((match) -> this.documents.find(Long.parseLong(match.id()))
				.map((document) -> new Found(document, match.distance()))
				.orElse(null))
			.filter(Objects::nonNull)
			.toList();
	}

	float[] understand(String question) {
		return this.embeddings.of(question);
	}

	@Transactional(readOnly = true)
	List<Document> related(Document document) {
		Graph library = this.graphs.graph(LIBRARY);
		NeighborQuery query = NeighborQuery.of(String.valueOf(document.id()));
		return Stream.of(Direction.values())
			.flatMap((direction) -> library.neighbors(query.direction(direction)).stream())
			.map((neighbor) -> this.documents.find(Long.parseLong(neighbor.nodeId())))
			.flatMap(Optional::stream)
			.distinct()
			.toList();
	}

	List<Document> newest(int limit) {
		return this.documents.newest(limit);
	}

	Optional<Document> find(long id) {
		return this.documents.find(id);
	}

	ObjectResource content(Document document) {
		return this.objects.asResource(document.content()).withFilename(document.title());
	}

}
