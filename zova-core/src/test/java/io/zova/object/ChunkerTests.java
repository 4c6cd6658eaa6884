package io.zova.object;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Random;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import io.zova.TestSeed;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Objects are cut exactly where the real engine cuts them, however their bytes arrive.
 */
class ChunkerTests {

	static List<GoldenObjects.Vector> vectors() {
		return GoldenObjects.vectors();
	}

	@Test
	void thereAreTwentySevenGoldenObjects() {
		assertThat(vectors()).hasSize(27);
	}

	@Test
	void gearWordsAreThoseOfTheFormat() throws IOException {
		try (BufferedReader lines = new BufferedReader(new InputStreamReader(
				Objects.requireNonNull(getClass().getResourceAsStream("/golden/fastcdc-gear.txt"))))) {
			assertThat(Arrays.stream(FastCdcChunker.gear()).mapToObj(HexFormat.of()::toHexDigits))
				.containsExactlyElementsOf(lines.lines().toList());
		}
	}

	@ParameterizedTest
	@MethodSource("vectors")
	void idIsTheHashOfTheContent(GoldenObjects.Vector vector) {
		assertThat(ObjectId.ofContent(vector.content())).hasToString(vector.objectId());
	}

	@ParameterizedTest
	@MethodSource("vectors")
	void wholeInputIsCutWhereTheRealEngineCuts(GoldenObjects.Vector vector) {
		for (StorageProfile profile : StorageProfile.values()) {
			assertThat(cutWhole(profile, vector.content())).as(profile.name())
				.containsExactlyElementsOf(vector.chunks(profile));
		}
	}

	@ParameterizedTest
	@MethodSource("vectors")
	void howTheBytesArriveDoesNotMoveAnyCut(GoldenObjects.Vector vector) {
		long seed = TestSeed.value();
		Random random = new Random(seed);
		for (StorageProfile profile : StorageProfile.values()) {
			for (int slice : new int[] { 1, 7, 333, 2048, 2049, 4096, 65_536, 70_001, 1_048_576, 3_000_000 }) {
				if (slice > 7 || vector.content().length <= 20_000) {
					assertThat(cutArriving(profile, vector.content(), slice, null)).as("%s by %d", profile, slice)
						.containsExactlyElementsOf(vector.chunks(profile));
				}
			}
			assertThat(cutArriving(profile, vector.content(), 9_000, random)).as("%s, seed %d", profile, seed)
				.containsExactlyElementsOf(vector.chunks(profile));
		}
	}

	private List<GoldenObjects.Chunk> cutWhole(StorageProfile profile, byte[] content) {
		List<GoldenObjects.Chunk> chunks = new ArrayList<>();
		Chunker chunker = profile.newChunker();
		int from = 0;
		while (from < content.length) {
			int length = chunker.cut(content, from, content.length - from, true);
			chunks.add(chunk(content, from, length));
			from += length;
		}
		return chunks;
	}

	private List<GoldenObjects.Chunk> cutArriving(StorageProfile profile, byte[] content, int slice,
			@org.jspecify.annotations.Nullable Random random) {
		List<GoldenObjects.Chunk> chunks = new ArrayList<>();
		Chunker chunker = profile.newChunker();
		int from = 0;
		int arrived = 0;
		while (from < content.length) {
			arrived = Math.min(content.length, arrived + ((random != null) ? random.nextInt(slice) : slice));
			int length = chunker.cut(content, from, arrived - from, arrived == content.length);
			while (length > 0) {
				chunks.add(chunk(content, from, length));
				from += length;
				length = chunker.cut(content, from, arrived - from, arrived == content.length);
			}
		}
		return chunks;
	}

	private GoldenObjects.Chunk chunk(byte[] content, int from, int length) {
		byte[] bytes = Arrays.copyOfRange(content, from, from + length);
		return new GoldenObjects.Chunk(from, length, ChunkId.ofContent(bytes).toString());
	}

}
