package io.zova.vector;

import io.zova.ZovaException;
import io.zova.ZovaStatus;

/**
 * How far two vectors are apart. Smaller is closer for every metric.
 */
public enum Metric {

	/**
	 * One minus the cosine of the angle: 0 for the same direction, 2 for the opposite.
	 */
	COSINE("cosine"),

	/** The Euclidean distance. */
	L2("l2"),

	/** The inner product with its sign turned, so that a large product is close. */
	DOT("dot");

	private final String text;

	Metric(String text) {
		this.text = text;
	}

	/**
	 * The name of this metric in files.
	 * @return the name
	 */
	public String text() {
		return this.text;
	}

	static Metric of(String text) {
		for (Metric metric : values()) {
			if (metric.text.equals(text)) {
				return metric;
			}
		}
		throw new ZovaException(ZovaStatus.NOT_ZOVA_DATABASE,
				"A vector collection has the metric '" + text + "'; only cosine, l2 and dot exist");
	}

}
