package io.zova.kv;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import io.zova.ZovaDatabase;
import io.zova.ZovaException;
import io.zova.ZovaOptions;
import io.zova.ZovaStatus;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What key-values offer beyond the native operations, and what they refuse.
 */
class KeyValueTests {

	private static final byte[] NS = bytes("ns");

	@TempDir
	Path directory;

	private ZovaDatabase database;

	private KeyValueTemplate kv;

	private JdbcTemplate jdbc;

	@BeforeEach
	void open() {
		ZovaOptions options = ZovaOptions.builder()
			.journalMode(ZovaOptions.JournalMode.WAL)
			.synchronous(ZovaOptions.Synchronous.NORMAL)
			.build();
		this.database = ZovaDatabase.create(this.directory.resolve("kv.zova"), options);
		this.kv = new KeyValueTemplate(this.database.sql());
		this.jdbc = new JdbcTemplate(this.database.dataSource());
	}

	@AfterEach
	void close() {
		this.database.close();
	}

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
		long seed = System.nanoTime();
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
		for (int i = 0; i < 1000; i++) {
			entries.add(new KeyValue(bytes(String.format("%04d", i)), NS));
		}
		this.kv.namespace(NS).putAll(entries);
		List<String> seen = this.kv.namespace(NS).stream(KeyRange.all()).map((entry) -> {
			String key = new String(entry.key(), StandardCharsets.UTF_8);
			this.kv.namespace(NS).put(bytes(key + "x"), NS);
			this.kv.namespace(NS).put(bytes("-" + key), NS);
			return key;
		}).filter((key) -> !key.endsWith("x")).limit(1000).toList();
		assertThat(seen).doesNotHaveDuplicates().hasSize(1000);
	}

	@Test
	void namespacesAreFoundWithoutReadingTheirKeys() {
		for (String namespace : List.of("b", "a", "", "a\u0000", "\u00e9")) {
			for (int i = 0; i < 3; i++) {
				this.kv.namespace(bytes(namespace)).put(bytes("k" + i), NS);
			}
		}
		this.jdbc.update("insert into _zova_kv values ('text', 'k', 'v')");
		assertThat(this.kv.namespaces().stream().map((bytes) -> new String(bytes, StandardCharsets.UTF_8)))
			.containsExactly("", "a", "a\u0000", "b", "\u00e9");
		assertThat(this.kv.namespace(bytes("a")).clear()).isEqualTo(3);
		assertThat(this.kv.namespaces()).hasSize(4);
	}

	@Test
	void valuesWrittenAsTextOrNumberAreTheirBytes() {
		this.jdbc.update("insert into _zova_kv values (?, ?, 'text')", NS, bytes("t"));
		this.jdbc.update("insert into _zova_kv values (?, ?, 5)", NS, bytes("i"));
		this.jdbc.update("insert into _zova_kv values (?, ?, 1.5)", NS, bytes("r"));
		this.jdbc.update("insert into _zova_kv values (?, 'k', 1.5)", NS);
		assertThat(this.kv.namespace(NS).findAll(List.of(bytes("t"), bytes("i"), bytes("r"), bytes("k"))))
			.satisfiesExactly((v) -> assertThat(v).hasValue(bytes("text")), (v) -> assertThat(v).hasValue(bytes("5")),
					(v) -> assertThat(v).hasValue(bytes("1.5")), (v) -> assertThat(v).isEmpty());
		assertThat(this.kv.namespace(NS).compareAndSet(bytes("i"), bytes("5"), bytes("6"))).isTrue();
	}

	@Test
	void aFailingBatchLeavesNothingAndKeepsTheTransaction() {
		this.jdbc.execute("create trigger bad before insert on _zova_kv when new.key = x'ff' "
				+ "begin select raise(abort, 'bad key'); end");
		new TransactionTemplate(this.database.transactionManager()).executeWithoutResult((status) -> {
			this.kv.namespace(NS).put(bytes("before"), NS);
			assertThatExceptionOfType(DataAccessException.class).isThrownBy(() -> this.kv.namespace(NS)
				.putAll(List.of(new KeyValue(bytes("good"), NS), new KeyValue(new byte[] { -1 }, NS))));
		});
		assertThat(this.kv.namespace(NS).keys(KeyRange.all())).containsExactly(bytes("before"));
	}

	@Test
	void aBatchEqualsSinglePutsWhateverTheSizes() {
		long seed = System.nanoTime();
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
		entries.forEach((entry) -> this.kv.namespace(other).put(entry.key(), entry.value()));
		assertThat(this.kv.namespace(NS).page(KeyRange.all())).as("seed %d", seed)
			.isEqualTo(this.kv.namespace(other).page(KeyRange.all()));
		assertThat(this.jdbc.queryForList("select distinct typeof(key) || typeof(value) from _zova_kv", String.class))
			.containsExactly("blobblob");
	}

	@Test
	void nullsAndTooManyBytesAreRefused() {
		assertStatus(ZovaStatus.INVALID_ARGUMENT, () -> this.kv.namespace((byte[]) null));
		assertStatus(ZovaStatus.INVALID_ARGUMENT, () -> this.kv.namespace(NS).find(null));
		assertStatus(ZovaStatus.INVALID_ARGUMENT, () -> this.kv.namespace(NS).put(NS, null));
		assertStatus(ZovaStatus.INVALID_ARGUMENT,
				() -> this.kv.namespace(NS).putAll(Arrays.asList(new KeyValue(NS, NS), null)));
		assertStatus(ZovaStatus.INVALID_ARGUMENT, () -> this.kv.namespace(NS).deleteAll(Arrays.asList(NS, null)));
		byte[] tooLong = new byte[LongestValue.WITH_EMPTY_KEY + 1];
		assertStatus(ZovaStatus.KV_TOO_LARGE, () -> this.kv.namespace(new byte[0]).put(new byte[0], tooLong));
		byte[] tooLongBesideItsKey = new byte[LongestValue.WITH_LONGER_KEY + 1];
		assertStatus(ZovaStatus.KV_TOO_LARGE,
				() -> this.kv.namespace(new byte[100]).put(new byte[10_000], tooLongBesideItsKey));
		assertStatus(ZovaStatus.KV_TOO_LARGE,
				() -> this.kv.namespace(NS).putAll(List.of(new KeyValue(NS, NS), new KeyValue(NS, tooLong))));
		assertStatus(ZovaStatus.KV_TOO_LARGE, () -> this.kv.namespace(NS).putIfAbsent(NS, tooLong));
		assertStatus(ZovaStatus.KV_TOO_LARGE, () -> this.kv.namespace(NS).replace(NS, tooLong));
		assertStatus(ZovaStatus.KV_TOO_LARGE, () -> this.kv.namespace(NS).compareAndSet(NS, NS, tooLong));
		assertThat(this.kv.namespace(NS).count()).isZero();
	}

	private static void assertStatus(ZovaStatus status, org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
		assertThatExceptionOfType(ZovaException.class).isThrownBy(call)
			.satisfies((ex) -> assertThat(ex.status()).isEqualTo(status));
	}

	@Test
	void aReadOnlyFileRefusesEvenEmptyBatches() {
		this.kv.namespace(NS).put(NS, NS);
		this.database.close();
		this.database = ZovaDatabase.open(this.directory.resolve("kv.zova"),
				ZovaOptions.builder().readOnly(true).build());
		KeyValueTemplate readOnly = new KeyValueTemplate(this.database.sql());
		assertThatExceptionOfType(ZovaException.class).isThrownBy(() -> readOnly.namespace(NS).putAll(List.of()));
		assertThatExceptionOfType(ZovaException.class).isThrownBy(() -> readOnly.namespace(NS).deleteAll(List.of()));
		assertThat(readOnly.namespace(NS).findAll(List.of())).isEmpty();
		assertThat(readOnly.namespace(NS).find(NS)).hasValue(NS);
		assertThatExceptionOfType(ZovaException.class)
			.isThrownBy(() -> readOnly.namespace(NS).delete(bytes("missing")));
		assertThatExceptionOfType(ZovaException.class).isThrownBy(() -> readOnly.namespace(bytes("missing")).clear());
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

	private static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

}
