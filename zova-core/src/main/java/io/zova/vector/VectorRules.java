package io.zova.vector;

import org.jspecify.annotations.Nullable;

import io.zova.Arguments;
import io.zova.ZovaException;
import io.zova.ZovaStatus;

/**
 * The rule for names of collections and ids of vectors: 1 to 255 bytes of UTF-8, no NUL,
 * and not the beginning that Zova keeps for itself.
 */
final class VectorRules {

	private static final int MAX_BYTES = 255;

	private VectorRules() {
	}

	static void requireCollection(@Nullable String name) {
		require("Collection name", Arguments.required("name of the collection", name));
	}

	static void requireId(@Nullable String id) {
		require("Vector id", Arguments.required("id of the vector", id));
	}

	/**
	 * Whether a name follows the rule.
	 * @param name the name
	 * @return {@code true} if it does
	 */
	static boolean isValid(@Nullable String name) {
		return name != null && brokenRule(name).isEmpty();
	}

	private static void require(String what, String name) {
		String rule = brokenRule(name);
		if (!rule.isEmpty()) {
			throw new ZovaException(ZovaStatus.VECTOR_INVALID, what + " " + quoted(name) + " " + rule);
		}
	}

	private static String brokenRule(String name) {
		if (name.isEmpty()) {
			return "is empty";
		}
		if (Arguments.isReserved(name)) {
			return "begins with " + Arguments.RESERVED + ", which is reserved";
		}
		if (name.indexOf('\0') >= 0) {
			return "contains a NUL character";
		}
		long bytes = Arguments.utf8Length(name);
		if (bytes < 0) {
			return "has half of a surrogate pair, which has no UTF-8 form";
		}
		return (bytes > MAX_BYTES) ? "has " + bytes + " bytes of UTF-8; at most " + MAX_BYTES + " are allowed" : "";
	}

	private static String quoted(String name) {
		return (name.length() <= 80) ? "'" + name + "'" : "'" + name.substring(0, 77) + "...'";
	}

}
