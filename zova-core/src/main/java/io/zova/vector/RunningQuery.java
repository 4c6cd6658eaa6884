package io.zova.vector;

/**
 * A query while it is answered.
 *
 * @param distance measures how far vectors are from it
 * @param nearest keeps those that are nearest so far
 */
record RunningQuery(ExactDistance distance, NearestMatches nearest) {

}
