package io.zova.maintenance;

/**
 * How much a verification has read and found in order.
 *
 * @param objects the number of objects, each read in full and hashed
 * @param chunks the number of stored chunks, loose ones included
 * @param vectors the number of vectors
 * @param keyValues the number of key-values
 */
public record VerificationReport(long objects, long chunks, long vectors, long keyValues) {

}
