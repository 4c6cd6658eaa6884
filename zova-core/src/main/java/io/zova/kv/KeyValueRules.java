package io.zova.kv;

import java.util.Collection;

import io.zova.Arguments;
import io.zova.ZovaException;
import io.zova.ZovaStatus;
import org.jspecify.annotations.Nullable;

/**
 * The rules for everything that a caller hands to key-values.
 */
final class KeyValueRules {

	/** What a row may have, for us and for every Zova library. */
	private static final long MAX_ROW_BYTES = 1_000_000_000;

	private static final byte[] EMPTY = {};

	private KeyValueRules() {
	}

	static void check(byte[] namespace) {
		check(namespace, EMPTY);
	}

	static void check(byte[] namespace, KeyRange range) {
		check(namespace, EMPTY);
		required("range", range);
	}

	static void check(byte[] namespace, Collection<KeyValue> entries) {
		required("namespace", namespace);
		for (KeyValue entry : required("collection of entries", entries)) {
			required("entry", entry);
			check(namespace, entry.key(), entry.value());
		}
	}

	static void check(byte[] namespace, byte[] key) {
		check(namespace, key, EMPTY);
	}

	static void check(byte[] namespace, byte[] key, byte[] value) {
		long bytes = (long) required("namespace", namespace).length + required("key", key).length
				+ required("value", value).length;
		long most = MAX_ROW_BYTES - 1 - lengthBytes(namespace) - lengthBytes(key) - lengthBytes(value);
		if (bytes > most) {
			throw new ZovaException(ZovaStatus.KV_TOO_LARGE, "Namespace, key and value have " + bytes
					+ " bytes together: at most " + most + " fit into a row; put large values as objects");
		}
	}

	/**
	 * How many bytes a row needs to say how long a column is: a number of twice the
	 * length and 12, seven bits in each.
	 */
	private static int lengthBytes(byte[] column) {
		long number = 2L * column.length + 12;
		return (Long.SIZE - Long.numberOfLeadingZeros(number) + 6) / 7;
	}

	static <T> T required(String what, @Nullable T value) {
		return Arguments.required(what, value);
	}

}
