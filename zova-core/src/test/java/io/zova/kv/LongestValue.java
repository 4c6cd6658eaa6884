package io.zova.kv;

import java.nio.file.Path;
import java.util.Arrays;

import io.zova.ZovaDatabase;
import io.zova.ZovaException;

/**
 * Puts a value as long as one may be, reads it back, and tries one byte more.
 */
final class LongestValue {

	/** A row has 1,000,000,000 bytes. Each column's length takes 1 to 5 of them. */
	static final int WITH_EMPTY_KEY = 1_000_000_000 - 1 - 1 - 1 - 5;

	static final int WITH_LONGER_KEY = 1_000_000_000 - 1 - (2 + 100) - (3 + 10_000) - 5;

	private LongestValue() {
	}

	public static void main(String[] arguments) {
		byte[] namespace = new byte[100];
		byte[] key = new byte[10_000];
		try (ZovaDatabase database = ZovaDatabase.open(Path.of(arguments[0]))) {
			KeyValueOperations keyValues = database.keyValues();
			byte[] value = new byte[WITH_LONGER_KEY];
			value[0] = 1;
			value[WITH_LONGER_KEY - 1] = 2;
			keyValues.namespace(namespace).put(key, value);
			byte[] stored = keyValues.namespace(namespace).find(key).orElseThrow();
			System.out.println(Arrays.equals(stored, value) ? "same" : "different");
			stored = new byte[0];
			value = new byte[WITH_LONGER_KEY + 1];
			try {
				keyValues.namespace(namespace).put(key, value);
			}
			catch (ZovaException ex) {
				System.out.println(ex.status());
			}
			System.out.println(keyValues.namespace(namespace).count());
		}
	}

}
