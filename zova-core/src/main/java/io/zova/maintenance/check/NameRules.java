package io.zova.maintenance.check;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import io.zova.Arguments;

/**
 * The rules that stored names and ids follow, for bytes that may be anything.
 */
public final class NameRules {

	private static final int LONGEST_GRAPH_NAME = 128;

	private static final int LONGEST_NODE_ID = 512;

	private static final int LONGEST_VECTOR_NAME = 255;

	private static final Set<String> TARGET_TYPES = Set.of("none", "record", "object", "object_chunk", "vector",
			"entity", "fact", "concept", "external");

	private NameRules() {
	}

	/**
	 * Whether bytes are a name of a graph, a kind of nodes or a type of edges.
	 * @param name the bytes, or {@code null}
	 * @return {@code true} if they are
	 */
	public static boolean isGraphName(byte @Nullable [] name) {
		if (name == null || name.length < 1 || name.length > LONGEST_GRAPH_NAME || isReserved(name)) {
			return false;
		}
		for (byte b : name) {
			if (!Arguments.isNameCharacter((char) b)) {
				return false;
			}
		}
		return true;
	}

	/**
	 * Whether bytes are an id of a node.
	 * @param id the bytes, or {@code null}
	 * @return {@code true} if they are
	 */
	public static boolean isNodeId(byte @Nullable [] id) {
		return id != null && id.length >= 1 && id.length <= LONGEST_NODE_ID && !isReserved(id) && isText(id);
	}

	/**
	 * Whether bytes are a name of a vector collection or an id of a vector.
	 * @param name the bytes, or {@code null}
	 * @return {@code true} if they are
	 */
	public static boolean isVectorName(byte @Nullable [] name) {
		return name != null && name.length >= 1 && name.length <= LONGEST_VECTOR_NAME && !isReserved(name)
				&& isText(name);
	}

	/**
	 * Whether a word says what a node stands for.
	 * @param type the word, or {@code null}
	 * @return {@code true} if it is one of the nine
	 */
	public static boolean isTargetType(@Nullable String type) {
		return type != null && TARGET_TYPES.contains(type);
	}

	/**
	 * Whether bytes are UTF-8 without NUL.
	 * @param text the bytes
	 * @return {@code true} if they are
	 */
	public static boolean isText(byte[] text) {
		boolean ascii = true;
		for (byte b : text) {
			if (b == 0) {
				return false;
			}
			ascii &= b > 0;
		}
		if (ascii) {
			return true;
		}
		try {
			StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(text));
			return true;
		}
		catch (CharacterCodingException ex) {
			return false;
		}
	}

	static boolean isHash(byte @Nullable [] ref) {
		if (ref == null || ref.length != 64) {
			return false;
		}
		for (byte b : ref) {
			if (Character.digit(b, 16) < 0) {
				return false;
			}
		}
		return true;
	}

	private static boolean isReserved(byte[] name) {
		int length = Math.min(name.length, Arguments.RESERVED.length());
		return Arguments.isReserved(new String(name, 0, length, StandardCharsets.ISO_8859_1));
	}

	/**
	 * Bytes as the text of a locator.
	 * @param text the bytes, or {@code null}
	 * @return the text; what is not UTF-8 becomes U+FFFD
	 */
	static String shown(byte @Nullable [] text) {
		return (text != null) ? new String(text, StandardCharsets.UTF_8) : "";
	}

}
