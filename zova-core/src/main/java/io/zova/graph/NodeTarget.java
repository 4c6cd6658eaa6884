package io.zova.graph;

import org.jspecify.annotations.Nullable;

/**
 * What a node stands for outside its graph. Nothing checks that it exists, neither when
 * the node is put, unless you ask for it by {@link GraphOperations#checkingTargets()},
 * nor later: {@link Graph#dangling()} lists those that do not.
 *
 * @param type the kind of thing
 * @param namespace where it is: a table, a vector collection, or whatever the application
 * wants; empty text and {@code null} are different values
 * @param ref which one it is: a primary key, an object's id in hex, a vector's id, or
 * whatever the application wants
 */
public record NodeTarget(TargetType type, @Nullable String namespace, @Nullable String ref) {

	/** The target of a node that stands for nothing else. */
	public static final NodeTarget NONE = new NodeTarget(TargetType.NONE, null, null);

	/**
	 * A row of a table.
	 * @param table the table
	 * @param key the row's primary key, as text
	 * @return the target
	 */
	public static NodeTarget record(String table, String key) {
		return new NodeTarget(TargetType.RECORD, table, key);
	}

	/**
	 * A stored object.
	 * @param id the object's id, 64 hex digits
	 * @return the target
	 */
	public static NodeTarget object(String id) {
		return new NodeTarget(TargetType.OBJECT, null, id);
	}

	/**
	 * A chunk of stored objects.
	 * @param hash the chunk's hash, 64 hex digits
	 * @return the target
	 */
	public static NodeTarget objectChunk(String hash) {
		return new NodeTarget(TargetType.OBJECT_CHUNK, null, hash);
	}

	/**
	 * A vector.
	 * @param collection the vector's collection
	 * @param id the vector's id
	 * @return the target
	 */
	public static NodeTarget vector(String collection, String id) {
		return new NodeTarget(TargetType.VECTOR, collection, id);
	}

	/**
	 * Something kept elsewhere.
	 * @param namespace where it is kept
	 * @param ref which one it is
	 * @return the target
	 */
	public static NodeTarget external(@Nullable String namespace, @Nullable String ref) {
		return new NodeTarget(TargetType.EXTERNAL, namespace, ref);
	}

}
