package io.zova.samples.notebook;

import dev.langchain4j.model.embedding.EmbeddingModel;
import dev.langchain4j.model.embedding.onnx.allminilml6v2q.AllMiniLmL6V2QuantizedEmbeddingModel;

import org.springframework.stereotype.Component;

/**
 * Turns text into a vector that says what it means, with a model that comes in a jar and
 * runs in this process.
 */
@Component
class Embeddings {

	static final int DIMENSIONS = 384;

	/** The model looks at about 500 tokens; what comes later would not count. */
	private static final int LONGEST_TEXT = 4_000;

	private final EmbeddingModel model = new AllMiniLmL6V2QuantizedEmbeddingModel();

	float[] of(String text) {
		String start = (text.length() > LONGEST_TEXT) ? text.substring(0, LONGEST_TEXT) : text;
		return this.model.embed(start.isBlank() ? "empty" : start).content().vector();
	}

}
