package io.zova.store;

import io.zova.format.StoreRole;

/**
 * A store that is bound to a main file.
 *
 * @param role what is kept there
 * @param path where it is, as it is recorded in the main file
 * @param storeId the store's own id, the same for ever
 * @param boundSetId the id that both files got when they were bound
 * @param epoch how many changes both have seen since
 * @param reachable whether there is a file now where the main file says
 */
public record StoreInfo(StoreRole role, String path, String storeId, String boundSetId, long epoch, boolean reachable) {

}
