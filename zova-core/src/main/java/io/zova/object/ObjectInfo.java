package io.zova.object;

/**
 * What is recorded about an object besides its content.
 *
 * @param id the hash of its content
 * @param size its length in bytes
 * @param chunkCount how many chunks it consists of; one that it uses twice counts twice
 * @param profile how it was cut
 */
public record ObjectInfo(ObjectId id, long size, long chunkCount, StorageProfile profile) {
}
