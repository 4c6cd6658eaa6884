package io.zova.contract;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import io.zova.TestSeed;
import io.zova.ZovaStatus;
import io.zova.kv.KeyRange;
import io.zova.kv.KeyValue;
import io.zova.kv.KeyValueNamespace;
import io.zova.kv.KeyValueOperations;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What is put under a key is found there, in order, by the byte.
 */
class KeyValueContractTests extends Contract {

	private KeyValueOperations kv;

	@BeforeEach
	void open() {
		this.kv = this.database.keyValues();
	}

	private static final byte[] NS = bytes("ns");

	@Test
	void emptyBytesAreBytes() {
		byte[] empty = {};
		this.kv.namespace(empty).put(empty, empty);
		assertThat(this.kv.namespace(empty).find(empty)).hasValue(empty);
		assertThat(this.kv.namespace(empty).exists(empty)).isTrue();
		assertThat(this.kv.namespace(empty).compareAndSet(empty, empty, bytes("x"))).isTrue();
		assertThat(this.kv.namespace(empty).compareAndSet(empty, empty, bytes("y"))).isFalse();
		assertThat(this.kv.namespace(empty).page(KeyRange.all())).containsExactly(new KeyValue(empty, bytes("x")));
		assertThat(this.kv.namespaces()).containsExactly(empty);
	}

	@Test
	void conditionalWritesHappenOnlyOnTheirCondition() {
		byte[] key = bytes("k");
		assertThat(this.kv.namespace(NS).replace(key, bytes("1"))).isFalse();
		assertThat(this.kv.namespace(NS).exists(key)).isFalse();
		assertThat(this.kv.namespace(NS).putIfAbsent(key, bytes("2"))).isTrue();
		assertThat(this.kv.namespace(NS).putIfAbsent(key, bytes("3"))).isFalse();
		assertThat(this.kv.namespace(NS).find(key)).hasValue(bytes("2"));
		assertThat(this.kv.namespace(NS).replace(key, bytes("4"))).isTrue();
		assertThat(this.kv.namespace(NS).compareAndSet(key, bytes("2"), bytes("5"))).isFalse();
		assertThat(this.kv.namespace(NS).compareAndSet(key, bytes("4"), bytes("5"))).isTrue();
		assertThat(this.kv.namespace(NS).getAndPut(key, bytes("6"))).hasValue(bytes("5"));
		assertThat(this.kv.namespace(NS).compareAndDelete(key, bytes("5"))).isFalse();
		assertThat(this.kv.namespace(NS).compareAndDelete(key, bytes("6"))).isTrue();
		assertThat(this.kv.namespace(NS).getAndDelete(key)).isEmpty();
		assertThat(this.kv.namespace(NS).getAndPut(key, bytes("7"))).isEmpty();
		assertThat(this.kv.namespace(NS).getAndDelete(key)).hasValue(bytes("7"));
		assertThat(this.kv.namespace(NS).delete(key)).isFalse();
	}

	@Test
	void rangesEqualThoseOfASortedSet() {
		long seed = TestSeed.value();
		Random random = new Random(seed);
		TreeSet<byte[]> expected = new TreeSet<>(Arrays::compareUnsigned);
		List<KeyValue> entries = new ArrayList<>();
		for (int i = 0; i < 700; i++) {
			byte[] key = key(random);
			expected.add(key);
			entries.add(new KeyValue(key, key));
		}
		this.kv.namespace(NS).putAll(entries);
		this.kv.namespace(bytes("nr")).put(bytes("other"), NS);
		this.kv.namespace(bytes("nt")).put(bytes("other"), NS);
		assertSame(seed, KeyRange.all(), expected);
		assertSame(seed, KeyRange.all().reversed(), expected.descendingSet());
		for (int i = 0; i < 200; i++) {
			byte[] from = key(random);
			byte[] to = key(random);
			boolean fromIncluded = random.nextBoolean();
			boolean toIncluded = random.nextBoolean();
			if (Arrays.compareUnsigned(from, to) > 0) {
				continue;
			}
			KeyRange range = KeyRange.all().from(from, fromIncluded).to(to, toIncluded);
			TreeSet<byte[]> part = new TreeSet<>(Arrays::compareUnsigned);
			expected.stream().filter(range::contains).forEach(part::add);
			if (Arrays.compareUnsigned(from, to) < 0) {
				assertThat(part).isEqualTo(expected.subSet(from, fromIncluded, to, toIncluded));
			}
			assertSame(seed, range, part);
			assertSame(seed, range.reversed(), part.descendingSet());
		}
	}

	private void assertSame(long seed, KeyRange range, Iterable<byte[]> expected) {
		assertThat(this.kv.namespace(NS).keys(range)).as("seed " + seed).containsExactlyElementsOf(expected);
		assertThat(this.kv.namespace(NS).stream(range).map(KeyValue::value)).containsExactlyElementsOf(expected);
		assertThat(this.kv.namespace(NS).stream(range.limit(150)).map(KeyValue::key))
			.containsExactlyElementsOf(this.kv.namespace(NS).keys(range.limit(150)));
		assertThat(this.kv.namespace(NS).count(range)).isEqualTo(this.kv.namespace(NS).keys(range).size());
	}

	/** Short keys of few different bytes, among them the highest and lowest. */
	private static byte[] key(Random random) {
		byte[] key = new byte[random.nextInt(5)];
		for (int i = 0; i < key.length; i++) {
			key[i] = new byte[] { 0, 1, 'a', 127, -128, -1 }[random.nextInt(6)];
		}
		return key;
	}

	@Test
	void aPrefixEndsWhereItsLastBytesCannotBeRaised() {
		byte[][] keys = { {}, { 'B' }, { 'a' }, { 'a', 'b' }, { 'a', -1 }, { 'a', -1, 1 }, { 'a', -1, 'z' }, { 'b' },
				{ -1 }, { -1, -1, 0 } };
		for (byte[] key : keys) {
			this.kv.namespace(NS).put(key, key);
		}
		assertThat(this.kv.namespace(NS).keys(KeyRange.all())).containsExactly(keys);
		assertThat(this.kv.namespace(NS).keys(KeyRange.prefix(keys[4]))).containsExactly(keys[4], keys[5], keys[6]);
		assertThat(this.kv.namespace(NS).keys(KeyRange.prefix(keys[8]))).containsExactly(keys[8], keys[9]);
		assertThat(this.kv.namespace(NS).keys(KeyRange.prefix(keys[0]))).hasSize(10);
		assertThat(this.kv.namespace(NS).keys(KeyRange.prefix(new byte[] { -1, -1 }))).containsExactly(keys[9]);
	}

	@Test
	void aStreamSeesNoKeyTwiceWhileOthersWrite() {
		List<KeyValue> entries = new ArrayList<>();
		for (int i = 0; i < 300; i++) {
			entries.add(new KeyValue(bytes(String.format("%04d", i)), NS));
		}
		this.kv.namespace(NS).putAll(entries);
		List<String> seen = this.kv.namespace(NS).stream(KeyRange.all()).map((entry) -> {
			String key = new String(entry.key(), StandardCharsets.UTF_8);
			this.kv.namespace(NS).put(bytes(key + "x"), NS);
			this.kv.namespace(NS).put(bytes("-" + key), NS);
			return key;
		}).filter((key) -> !key.endsWith("x")).limit(300).toList();
		assertThat(seen).doesNotHaveDuplicates().hasSize(300);
	}

	@Test
	void namespacesAreListedInTheOrderOfTheirBytesWhileTheyHaveKeys() {
		for (String namespace : List.of("b", "a", "", "a\u0000", "\u00e9")) {
			for (int i = 0; i < 3; i++) {
				this.kv.namespace(bytes(namespace)).put(bytes("k" + i), NS);
			}
		}
		assertThat(this.kv.namespaces().stream().map((bytes) -> new String(bytes, StandardCharsets.UTF_8)))
			.containsExactly("", "a", "a\u0000", "b", "\u00e9");
		assertThat(this.kv.namespace(bytes("a")).clear()).isEqualTo(3);
		assertThat(this.kv.namespaces()).hasSize(4);
	}

	@Test
	void aBatchEqualsSinglePutsWhateverTheSizes() {
		long seed = TestSeed.value();
		Random random = new Random(seed);
		byte[] other = bytes("other");
		List<KeyValue> entries = new ArrayList<>();
		for (int i = 0; i < 3000; i++) {
			byte[] key = new byte[random.nextInt(3)];
			byte[] value = new byte[(random.nextInt(100) == 0) ? 30_000 + random.nextInt(10_000) : random.nextInt(50)];
			random.nextBytes(key);
			random.nextBytes(value);
			entries.add(new KeyValue(key, value));
		}
		this.kv.namespace(NS).putAll(entries);
		this.transaction.executeWithoutResult(
				(status) -> entries.forEach((entry) -> this.kv.namespace(other).put(entry.key(), entry.value())));
		assertThat(this.kv.namespace(NS).page(KeyRange.all())).as("seed %d", seed)
			.isEqualTo(this.kv.namespace(other).page(KeyRange.all()));
	}

	@Test
	void manyThreadsCountOneByOneWithCompareAndSet() throws Exception {
		this.kv.namespace(NS).put(NS, bytes("0"));
		int threads = 4;
		int rounds = 25;
		ExecutorService executor = Executors.newFixedThreadPool(threads);
		try {
			List<Future<?>> futures = new ArrayList<>();
			for (int t = 0; t < threads; t++) {
				futures.add(executor.submit(() -> {
					for (int i = 0; i < rounds; i++) {
						increment();
					}
				}));
			}
			for (Future<?> future : futures) {
				future.get(60, TimeUnit.SECONDS);
			}
		}
		finally {
			executor.shutdownNow();
		}
		assertThat(this.kv.namespace(NS).find(NS)).hasValue(bytes(String.valueOf(threads * rounds)));
	}

	private void increment() {
		while (true) {
			byte[] old = this.kv.namespace(NS).find(NS).orElseThrow();
			byte[] next = bytes(String.valueOf(Integer.parseInt(new String(old, StandardCharsets.UTF_8)) + 1));
			if (this.kv.namespace(NS).compareAndSet(NS, old, next)) {
				return;
			}
		}
	}

	@Test
	void manyAtOnceIsAllOrNothingAndTheTransactionGoesOn() {
		KeyValueNamespace values = this.kv.namespace(NS);
		this.transaction.executeWithoutResult((status) -> {
			values.put(bytes("before"), NS);
			assertStatus(ZovaStatus.INVALID_ARGUMENT,
					() -> values.putAll(Arrays.asList(new KeyValue(bytes("good"), NS), null)));
			assertStatus(ZovaStatus.INVALID_ARGUMENT, () -> values.deleteAll(Arrays.asList(bytes("before"), null)));
			nested().executeWithoutResult((inner) -> {
				values.put(bytes("undone"), NS);
				inner.setRollbackOnly();
			});
			values.put(bytes("after"), NS);
		});
		assertThat(values.keys(KeyRange.all())).containsExactly(bytes("after"), bytes("before"));
		assertThat(values.findAll(List.of(bytes("after"), bytes("good"), bytes("after"))))
			.extracting((value) -> value.isPresent())
			.containsExactly(true, false, true);
		assertThat(values.deleteAll(List.of(bytes("after"), bytes("good"), bytes("after")))).isEqualTo(1);
		this.transaction.executeWithoutResult((status) -> {
			values.clear();
			status.setRollbackOnly();
		});
		assertThat(values.count()).isEqualTo(1);
	}

	private static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

}
