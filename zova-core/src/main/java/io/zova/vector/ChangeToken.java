package io.zova.vector;

import java.nio.ByteBuffer;

import org.jspecify.annotations.Nullable;

/**
 * Sixteen random bytes that name one state of one collection, or one life of it. They are
 * drawn anew for every change, so that equal tokens mean equal contents even across
 * rollbacks, copies and restored files.
 *
 * @param high the first eight bytes
 * @param low the last eight bytes
 */
record ChangeToken(long high, long low) {

	static @Nullable ChangeToken of(byte @Nullable [] bytes) {
		if (bytes == null || bytes.length != 16) {
			return null;
		}
		ByteBuffer buffer = ByteBuffer.wrap(bytes);
		return new ChangeToken(buffer.getLong(), buffer.getLong());
	}

}
