package io.zova.vector;

/**
 * Where a collection's change journal stands, as one connection sees it.
 *
 * @param collectionKey the key of the collection's row
 * @param incarnation names this life of the collection
 * @param revision the number of the last change
 * @param token names the state after it
 * @param floor the last change that the journal no longer has
 * @param floorToken names the state after that
 */
record SourceState(long collectionKey, ChangeToken incarnation, long revision, ChangeToken token, long floor,
		ChangeToken floorToken) {

}
