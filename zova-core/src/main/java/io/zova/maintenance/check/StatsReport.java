package io.zova.maintenance.check;

import java.util.List;
import java.util.OptionalLong;

/**
 * Counts and sizes of what is in a database.
 *
 * @param objects the objects
 * @param chunks their chunks
 * @param vectorCollections the number of collections of vectors
 * @param vectors the number of vectors
 * @param graphs the graphs
 * @param keyValues the key-values
 * @param userTables the number of tables that are not Zova's own
 * @param privateTables the number of Zova's own tables
 * @param limit how many collections, objects, chunks and graphs are named at most
 * @param collections the collections, by name
 * @param topObjects the biggest objects
 * @param topChunks the chunks that are used most often
 * @param topGraphs the graphs, by name
 */
public record StatsReport(Objects objects, Chunks chunks, long vectorCollections, long vectors, Graphs graphs,
		KeyValues keyValues, long userTables, long privateTables, int limit, List<StoredCollection> collections,
		List<StoredObject> topObjects, List<Chunk> topChunks, List<GraphSize> topGraphs) {

	public StatsReport {
		collections = List.copyOf(collections);
		topObjects = List.copyOf(topObjects);
		topChunks = List.copyOf(topChunks);
		topGraphs = List.copyOf(topGraphs);
	}

	/**
	 * The least, the greatest and the average of some numbers; all 0 if there are none.
	 *
	 * @param min the least
	 * @param max the greatest
	 * @param average the average
	 */
	public record Spread(long min, long max, double average) {

	}

	/**
	 * All objects.
	 *
	 * @param count how many there are
	 * @param logicalBytes their sizes together
	 * @param sizes their sizes
	 * @param chunkCounts of how many chunks each is made
	 */
	public record Objects(long count, long logicalBytes, Spread sizes, Spread chunkCounts) {

	}

	/**
	 * All chunks.
	 *
	 * @param count how many there are
	 * @param storedBytes their sizes together
	 * @param sizes their sizes
	 * @param manifestRows how often they are used in objects
	 * @param looseCount how many are in no object
	 * @param looseBytes the sizes of those together
	 * @param dedupedBytesSaved what is saved because chunks are shared; loose ones count
	 * against it
	 */
	public record Chunks(long count, long storedBytes, Spread sizes, long manifestRows, long looseCount,
			long looseBytes, long dedupedBytesSaved) {

	}

	/**
	 * All graphs.
	 *
	 * @param count how many there are
	 * @param nodes their nodes
	 * @param edges their edges
	 * @param edgeTypes the types of their edges
	 * @param payloadBytes what their edges carry
	 */
	public record Graphs(long count, long nodes, long edges, long edgeTypes, long payloadBytes) {

	}

	/**
	 * All key-values.
	 *
	 * @param entries how many there are
	 * @param logicalBytes the lengths of namespaces, keys and values
	 * @param allocatedBytes the pages that they take, empty if the driver can't say
	 */
	public record KeyValues(long entries, long logicalBytes, OptionalLong allocatedBytes) {

	}

	/**
	 * A collection of vectors.
	 *
	 * @param name its name
	 * @param dimensions how many elements its vectors have
	 * @param metric how they are compared
	 * @param elementType the type of an element
	 * @param vectors how many there are
	 * @param storedBytes the lengths of their values
	 */
	public record StoredCollection(String name, long dimensions, String metric, String elementType, long vectors,
			long storedBytes) {

	}

	/**
	 * An object.
	 *
	 * @param id its id in hexadecimal digits
	 * @param sizeBytes its size
	 * @param chunkCount of how many chunks it is made
	 * @param chunker how it was cut
	 */
	public record StoredObject(String id, long sizeBytes, long chunkCount, String chunker) {

	}

	/**
	 * A chunk.
	 *
	 * @param hash its hash in hexadecimal digits
	 * @param sizeBytes its size
	 * @param references how often it is used in objects
	 */
	public record Chunk(String hash, long sizeBytes, long references) {

	}

	/**
	 * A graph.
	 *
	 * @param name its name
	 * @param nodes how many nodes it has
	 * @param edges how many edges it has
	 */
	public record GraphSize(String name, long nodes, long edges) {

	}

}
