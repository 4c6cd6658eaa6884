package io.zova.graph;

import java.util.Arrays;

import io.zova.Arguments;

/**
 * The bytes that an edge carries. Copied on the way in and out.
 *
 * @param edgeKey the edge's key
 * @param bytes the bytes
 */
public record EdgePayload(long edgeKey, byte[] bytes) {

	public EdgePayload {
		bytes = Arguments.required("bytes", bytes).clone();
	}

	@Override
	public byte[] bytes() {
		return this.bytes.clone();
	}

	@Override
	public boolean equals(Object other) {
		return other instanceof EdgePayload that && this.edgeKey == that.edgeKey
				&& Arrays.equals(this.bytes, that.bytes);
	}

	@Override
	public int hashCode() {
		return 31 * Long.hashCode(this.edgeKey) + Arrays.hashCode(this.bytes);
	}

	@Override
	public String toString() {
		return "EdgePayload[edgeKey=" + this.edgeKey + ", " + this.bytes.length + " bytes]";
	}

}
