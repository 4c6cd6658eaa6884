package io.zova.kv;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;

import io.zova.ZovaDatabase;

/**
 * Puts numbered values into a buffer without end and says after each flush up to which
 * number they are in the file.
 */
final class KilledBuffer {

	static final int VALUE_BYTES = 200;

	private KilledBuffer() {
	}

	public static void main(String[] arguments) {
		int next = Integer.parseInt(arguments[1]);
		try (ZovaDatabase database = ZovaDatabase.open(Path.of(arguments[0]));
				WriteBehind buffer = database.keyValues()
					.namespace("n")
					.writeBehind(WriteBehindOptions.defaults().flushInterval(Duration.ofMillis(5)))) {
			while (true) {
				for (int end = next + 500; next < end; next++) {
					buffer.namespace().put(key(next), value(next));
				}
				buffer.flush();
				System.out.println(next - 1);
			}
		}
	}

	static byte[] key(int number) {
		return ByteBuffer.allocate(4).putInt(number).array();
	}

	static byte[] value(int number) {
		ByteBuffer value = ByteBuffer.allocate(VALUE_BYTES);
		while (value.hasRemaining()) {
			value.putInt(number);
		}
		return value.array();
	}

}
