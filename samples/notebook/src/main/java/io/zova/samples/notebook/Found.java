package io.zova.samples.notebook;

/**
 * A document that a search has found.
 *
 * @param document the document
 * @param distance how far its meaning is from the question's, from 0 to 2
 */
record Found(Document document, double distance) {

	/**
	 * How near it is, for people.
	 * @return a percentage
	 */
	public int nearness() {
		return (int) Math.round(Math.max(0, 1 - this.distance) * 100);
	}

}
