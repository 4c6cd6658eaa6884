package io.zova.vector;

/**
 * What is known of a collection.
 *
 * @param name its name
 * @param space its dimensions, metric and element type
 * @param count how many vectors it holds
 */
public record VectorCollectionInfo(String name, VectorSpace space, long count) {

}
