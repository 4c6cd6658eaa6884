package io.zova.vector;

/**
 * A vector that a search found.
 *
 * @param id its id
 * @param distance how far it is from the query; smaller is closer
 */
public record VectorMatch(String id, double distance) {

}
