package io.zova.object;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What the real engine made of 27 inputs: ids and chunk lists for both profiles.
 */
final class GoldenObjects {

	private static final long MULTIPLIER = 6364136223846793005L;

	private static final long INCREMENT = 1442695040888963407L;

	private GoldenObjects() {
	}

	record Chunk(long offset, int size, String hash) {
	}

	record Vector(String name, byte[] content, String objectId, List<Chunk> fastCdc, List<Chunk> fixed) {

		List<Chunk> chunks(StorageProfile profile) {
			return (profile == StorageProfile.DEDUPLICATION) ? this.fastCdc : this.fixed;
		}

		@Override
		public String toString() {
			return this.name;
		}

	}

	static List<Vector> vectors() {
		try (InputStream in = Objects
			.requireNonNull(GoldenObjects.class.getResourceAsStream("/golden/objects-golden.json"))) {
			JsonNode root = JsonMapper.shared().readTree(in);
			List<String> words = new ArrayList<>();
			root.at("/generators/text_words").forEach((word) -> words.add(word.stringValue()));
			List<Vector> vectors = new ArrayList<>();
			for (JsonNode vector : root.get("vectors")) {
				byte[] content = content(vector.get("kind").stringValue(), vector.get("size").intValue(),
						Long.parseUnsignedLong(vector.get("seed").stringValue().substring(2), 16), words);
				vectors.add(new Vector(vector.get("name").stringValue(), content, vector.get("object_id").stringValue(),
						chunks(vector.get("fastcdc-v1")), chunks(vector.get("fixed-1m-v1"))));
			}
			return vectors;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static List<Chunk> chunks(JsonNode rows) {
		List<Chunk> chunks = new ArrayList<>();
		for (JsonNode row : rows) {
			chunks.add(new Chunk(row.get(0).longValue(), row.get(1).intValue(), row.get(2).stringValue()));
		}
		return chunks;
	}

	/** Bytes that look random and are the same on every run. */
	static byte[] random(int size, long seed) {
		return content("lcg", size, seed, List.of());
	}

	private static byte[] content(String kind, int size, long seed, List<String> words) {
		byte[] bytes = new byte[size];
		if (kind.equals("text")) {
			StringBuilder text = new StringBuilder();
			long state = seed;
			for (int word = 1; text.length() < size; word++) {
				state = state * MULTIPLIER + INCREMENT;
				text.append(words.get((int) (state >>> 60))).append((word % 12 == 0) ? '\n' : ' ');
			}
			for (int i = 0; i < size; i++) {
				bytes[i] = (byte) text.charAt(i);
			}
			return bytes;
		}
		long state = seed;
		for (int i = 0; i < size; i++) {
			state = state * MULTIPLIER + INCREMENT;
			bytes[i] = (byte) switch (kind) {
				case "zero", "m2050" -> 0;
				case "ff" -> 255;
				case "lcg" -> (int) (state >>> 56);
				case "bit" -> 48 + (int) (state >>> 63);
				case "mod251" -> i % 251;
				case "ramp3" -> 3 * i + i / 6 + 6;
				case "mixed" -> ((i / 200_000) % 2 == 0) ? (int) (state >>> 56) : i % 251;
				default -> throw new IllegalArgumentException(kind);
			};
		}
		if (kind.equals("m2050")) {
			bytes[2048] = 77;
			bytes[2049] = 47;
		}
		return bytes;
	}

}
