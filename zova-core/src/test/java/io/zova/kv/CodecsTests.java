package io.zova.kv;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

import io.zova.TestSeed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class CodecsTests {

	private final long seed = TestSeed.value();

	private final Random random = new Random(this.seed);

	@Test
	void orderedCodecsKeepTheirOrderInBytes() {
		assertOrdered(Codecs.int32(), Random::nextInt, List.of(Integer.MIN_VALUE, -1, 0, 1, Integer.MAX_VALUE));
		assertOrdered(Codecs.int64(), Random::nextLong, List.of(Long.MIN_VALUE, -1L, 0L, 1L, Long.MAX_VALUE));
		assertOrdered(Codecs.float64(), (random) -> Double.longBitsToDouble(random.nextLong()),
				List.of(Double.NEGATIVE_INFINITY, -1.0, -Double.MIN_VALUE, -0.0, 0.0, 1.5, Double.POSITIVE_INFINITY,
						Double.NaN));
		assertOrdered(Codecs.uuid(), (random) -> new UUID(random.nextLong(), random.nextLong()),
				List.of(new UUID(0, 0), new UUID(-1, -1)));
		assertOrdered(Codecs.instant(),
				(random) -> Instant.ofEpochSecond(random.nextInt() * 50L, random.nextInt(1_000_000_000)),
				List.of(Instant.MIN, Instant.EPOCH, Instant.EPOCH.minusNanos(1), Instant.MAX));
		assertOrdered(Codecs.utf8(), CodecsTests::text,
				List.of("", "a", "a\u0000", "\uffff", "\ud83d\ude00", "\ue000"));
	}

	private static String text(Random random) {
		StringBuilder text = new StringBuilder();
		for (int i = random.nextInt(4); i > 0; i--) {
			text.appendCodePoint(
					new int[] { 'a', 'b', 0x7ff, 0xd7ff, 0xe000, 0xffff, 0x10000, 0x10ffff }[random.nextInt(8)]);
		}
		return text.toString();
	}

	private <T> void assertOrdered(OrderedCodec<T> codec, Function<Random, T> maker, List<T> special) {
		List<T> values = new ArrayList<>(special);
		for (int i = 0; i < 100; i++) {
			values.add(maker.apply(this.random));
		}
		for (T one : values) {
			assertThat(codec.decode(codec.encode(one))).isEqualTo(one);
			for (T other : values) {
				int order = Integer.signum(codec.order().compare(one, other));
				assertThat(Integer.signum(Arrays.compareUnsigned(codec.encode(one), codec.encode(other))))
					.as("%s and %s, seed %d", one, other, this.seed)
					.isEqualTo(order);
			}
		}
	}

	@Test
	void theBytesAreThoseThatAreDocumented() {
		assertThat(hex(Codecs.int64(), -1L)).isEqualTo("7fffffffffffffff");
		assertThat(hex(Codecs.int64(), 1L)).isEqualTo("8000000000000001");
		assertThat(hex(Codecs.float64(), -1.0)).isEqualTo("400fffffffffffff");
		assertThat(hex(Codecs.float64(), 0.0)).isEqualTo("8000000000000000");
		assertThat(hex(Codecs.float64(), 1.5)).isEqualTo("bff8000000000000");
		assertThat(hex(Codecs.enumName(TimeUnit.class), TimeUnit.DAYS)).isEqualTo("44415953");
		assertThat(hex(Codecs.bool(), true)).isEqualTo("01");
	}

	private static <T> String hex(Codec<T> codec, T value) {
		return HexFormat.of().formatHex(codec.encode(value));
	}

	@Test
	void valuesThatCannotBeStoredOrReadAreRefused() {
		assertThatIllegalArgumentException().isThrownBy(() -> Codecs.utf8().encode("a\ud800"))
			.withMessageContaining("surrogate");
		assertThatIllegalArgumentException().isThrownBy(() -> Codecs.utf8().decode(new byte[] { -1 }))
			.withMessageContaining("not text in UTF-8");
		assertThatIllegalArgumentException().isThrownBy(() -> Codecs.int64().decode(new byte[7]))
			.withMessageContaining("7 bytes are stored where a number of 64 bits has 8");
	}

	@Test
	void jsonNeedsTwoMethodReferences() {
		JsonMapper mapper = JsonMapper.shared();
		Codec<Article> codec = Codecs.json(Article.class, mapper::writeValueAsBytes, mapper::readValue);
		Article article = new Article("Trees", List.of("a", "b"));
		assertThat(codec.decode(codec.encode(article))).isEqualTo(article);
	}

	record Article(String title, List<String> tags) {
	}

}
