package io.zova.kv;

import java.nio.file.Path;
import java.util.Arrays;

import io.zova.ZovaDatabase;
import io.zova.ZovaException;

/**
 * Puts a value as long as one may be, reads it back, and tries one byte more.
 */
final class LongestValue {

	static final int MOST_BYTES = 1_000_000_000;

	private LongestValue() {
	}

	public static void main(String[] arguments) {
		byte[] namespace = {};
		byte[] key = {};
		try (ZovaDatabase database = ZovaDatabase.open(Path.of(arguments[0]))) {
			byte[] value = new byte[MOST_BYTES];
			value[0] = 1;
			value[MOST_BYTES - 1] = 2;
			database.keyValues().put(namespace, key, value);
			byte[] stored = database.keyValues().get(namespace, key).orElseThrow();
			System.out.println(Arrays.equals(stored, value) ? "same" : "different");
			stored = new byte[0];
			try {
				database.keyValues().put(namespace, new byte[1], value);
			}
			catch (ZovaException ex) {
				System.out.println(ex.status());
			}
			System.out.println(database.keyValues().count(namespace));
		}
	}

}
