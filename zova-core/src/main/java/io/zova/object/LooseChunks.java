package io.zova.object;

/**
 * How much of the file is taken by chunks that belong to no object.
 *
 * @param count the number of chunks
 * @param bytes their size together
 */
public record LooseChunks(long count, long bytes) {
}
