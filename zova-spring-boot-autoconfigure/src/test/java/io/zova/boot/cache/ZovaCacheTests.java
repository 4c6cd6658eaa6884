package io.zova.boot.cache;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Currency;
import java.util.Date;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.exc.InvalidTypeIdException;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.cache.Cache;
import org.springframework.cache.Cache.ValueRetrievalException;
import org.springframework.cache.interceptor.SimpleKey;
import org.springframework.transaction.support.TransactionTemplate;

import io.zova.ZovaDatabase;
import io.zova.kv.KeyRange;
import io.zova.kv.KeyValue;
import io.zova.kv.KeyValueNamespace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * What a cache in the file does, entry by entry.
 */
class ZovaCacheTests {

	private static final Instant START = Instant.parse("2026-11-30T12:00:00Z");

	@TempDir
	private Path directory;

	private ZovaDatabase database;

	private Instant now = START;

	@BeforeEach
	void open() {
		this.database = ZovaDatabase.openOrCreate(this.directory.resolve("app.zova"));
	}

	@AfterEach
	void close() {
		this.database.close();
	}

	private ZovaCacheManager.Builder settings() {
		return ZovaCacheManager.builder(this.database)
			.clock((InstantSource) () -> this.now)
			.codec(new JsonCacheCodec(new JsonMapper(), List.of("io.zova.boot")));
	}

	private static ZovaCache cache(ZovaCacheManager.Builder settings) {
		return (ZovaCache) settings.build().getCache("books");
	}

	private static Object value(Cache cache, Object key) {
		Cache.ValueWrapper wrapper = cache.get(key);
		return (wrapper != null) ? String.valueOf(wrapper.get()) : "nothing";
	}

	@Test
	void valuesOfEveryKindComeBackEqualAfterARestart() {
		List<Object> values = List.of("text", 1, 2L, 3.5, true, new Book("a", 2020, List.of("x")),
				List.of(new Book("b", 2021, List.of())), Map.of("one", new Book("c", 2022, List.of("y", "z"))), START,
				Duration.ofHours(1), Color.GREEN);
		Cache cache = cache(settings());
		for (int i = 0; i < values.size(); i++) {
			cache.put(i, values.get(i));
		}
		close();
		open();
		Cache again = cache(settings());
		for (int i = 0; i < values.size(); i++) {
			assertThat(again.get(i)).as("value %s", i).isNotNull();
			assertThat(again.get(i).get()).isEqualTo(values.get(i));
		}
	}

	@Test
	void keysThatAreNotEqualFindDifferentValues() {
		List<Object> keys = List.of(1, 1L, "1", '1', new SimpleKey("a,b", "c"), new SimpleKey("a", "b,c"),
				new SimpleKey("a", null), new SimpleKey("a", "null"), SimpleKey.EMPTY, List.of(), List.of("a", "b"),
				List.of("ab"), Color.RED, "RED", new Isbn("1"), new Isbn("2"), START, START.toString(), "\ud800",
				"\udc00", "\ufffd", "?", Locale.ROOT, Locale.forLanguageTag("und-Latn"), Locale.GERMAN,
				Locale.forLanguageTag("de-u-co-phonebk"), new Locale("", "", "not a variant"));
		Cache cache = cache(settings());
		keys.forEach((key) -> cache.put(key, "value of " + keys.indexOf(key)));
		keys.forEach((key) -> assertThat(value(cache, key)).isEqualTo("value of " + keys.indexOf(key)));
		assertThat(value(cache, new SimpleKey("a,b", "c"))).isNotEqualTo("nothing");
		assertThat(value(cache, List.of("a"))).isEqualTo("nothing");
	}

	@Test
	void aKeyWithoutBytesOfItsOwnIsRefused() {
		assertThatIllegalArgumentException().isThrownBy(() -> cache(settings()).put(new Object(), "x"))
			.withMessageContaining("java.lang.Object")
			.withMessageContaining("@Cacheable(key = ");
	}

	@Test
	void nullIsKeptOrRefused() {
		Cache cache = cache(settings());
		cache.put("a", null);
		assertThat(cache.get("a")).isNotNull();
		assertThat(cache.get("a").get()).isNull();
		assertThat(cache.putIfAbsent("a", "x").get()).isNull();
		Cache without = cache(settings().nullValues(false));
		assertThat(without.get("a")).isNull();
		assertThatIllegalArgumentException().isThrownBy(() -> without.put("b", null));
	}

	@Test
	void anEntryIsGoneWhenItsTimeIsOver() {
		Cache cache = cache(settings().timeToLive(Duration.ofMinutes(10))
			.timeToLive("books", (key, value) -> "short".equals(value) ? Duration.ofMinutes(1) : null)
			.timeToLive("others", Duration.ofMinutes(2)));
		cache.put("a", "short");
		cache.put("b", "long");
		this.now = START.plusSeconds(59);
		assertThat(value(cache, "a")).isEqualTo("short");
		this.now = START.plusSeconds(60);
		assertThat(value(cache, "a")).isEqualTo("nothing");
		this.now = START.plus(Duration.ofDays(1000));
		assertThat(value(cache, "b")).isEqualTo("long");
	}

	@Test
	void expiredEntriesLeaveTheFileWithLaterPuts() {
		ZovaCache cache = cache(settings().timeToLive(Duration.ofMinutes(1)));
		for (int i = 0; i < 25; i++) {
			cache.put(i, "old");
		}
		this.now = START.plusSeconds(60);
		for (int i = 100; i < 103; i++) {
			cache.put(i, "new");
		}
		assertThat(cache.size()).isEqualTo(3);
		assertThat(places()).isEqualTo(3);
		assertThat(cache.statistics().evictions()).isEqualTo(25);
	}

	@Test
	void anEntryThatWasPutAgainIsNotSweptAtItsFirstTime() {
		ZovaCache cache = cache(settings().timeToLive(Duration.ofMinutes(1)));
		cache.put("a", "old");
		this.now = START.plusSeconds(50);
		cache.put("a", "new");
		this.now = START.plusSeconds(70);
		cache.put("b", "x");
		assertThat(value(cache, "a")).isEqualTo("new");
		assertThat(places()).isEqualTo(2);
	}

	@Test
	void aClockThatGoesBackKeepsNothingLongerThanItsTime() {
		Cache cache = cache(settings().timeToLive(Duration.ofMinutes(5)));
		cache.put("a", "x");
		this.now = START.minusSeconds(30);
		assertThat(value(cache, "a")).isEqualTo("x");
		this.now = START.minus(Duration.ofHours(1));
		assertThat(value(cache, "a")).isEqualTo("nothing");
		cache.put("a", "y");
		assertThat(value(cache, "a")).isEqualTo("y");
		assertThat(places()).isEqualTo(1);
	}

	@Test
	void aFullCacheLosesWhatExpiresFirstAndThenTheOldest() {
		ZovaCache cache = cache(settings().maximumSize("books", 20)
			.timeToLive("books", (key, value) -> "soon".equals(value) ? Duration.ofHours(1) : null));
		for (int i = 0; i < 19; i++) {
			cache.put(i, "stays");
			this.now = this.now.plusMillis(1);
		}
		cache.put("soon", "soon");
		assertThat(cache.size()).isEqualTo(20);
		cache.put("one more", "stays");
		assertThat(cache.size()).isEqualTo(18);
		assertThat(List.of(value(cache, "soon"), value(cache, 0), value(cache, 1))).containsOnly("nothing");
		assertThat(List.of(value(cache, 2), value(cache, 18), value(cache, "one more"))).containsOnly("stays");
		for (int i = 100; i < 200; i++) {
			cache.put(i, "stays");
			assertThat(cache.size()).isLessThanOrEqualTo(20);
		}
		assertThat(cache.statistics().evictions()).isEqualTo(121 - cache.size());
	}

	@Test
	void aValueThatCannotBeReadAnyMoreIsAMissAndCounted() {
		ZovaCache cache = cache(settings());
		cache.put("a", new Book("a", 2020, List.of()));
		this.database.keyValues()
			.namespace("cache:books")
			.stream(KeyRange.all())
			.forEach((entry) -> this.database.keyValues()
				.namespace("cache:books")
				.put(entry.key(),
						new String(entry.value(), java.nio.charset.StandardCharsets.ISO_8859_1).replace("Book", "Gone")
							.getBytes(java.nio.charset.StandardCharsets.ISO_8859_1)));
		assertThat(cache.get("a")).isNull();
		assertThat(cache.<String>get("a", () -> "loaded")).isEqualTo("loaded");
		assertThat(value(cache, "a")).isEqualTo("loaded");
		assertThat(cache.statistics().undecodable()).isGreaterThanOrEqualTo(2);
		assertThat(cache.statistics().misses()).isEqualTo(2);
	}

	@Test
	void anEntryOfAClassThatHasChangedIsAMiss() {
		ZovaCache cache = cache(settings());
		cache.put("a", new Isbn("1"));
		replaceInEntries("\"value\"", "\"other\"");
		assertThat(cache.get("a")).isNull();
		assertThat(cache.statistics().undecodable()).isEqualTo(1);
	}

	@Test
	void whatAClassComputesForReadersOfItsJsonDoesNotMakeItAMiss() {
		Cache cache = cache(settings());
		cache.put("a", new Person("Ada", null));
		assertThat(cache.get("a").get()).isEqualTo(new Person("Ada", null));
		cache.put("b", new Bean("Ada"));
		assertThat(((Bean) cache.get("b").get()).getName()).isEqualTo("Ada");
	}

	private void replaceInEntries(String from, String to) {
		KeyValueNamespace entries = this.database.keyValues().namespace("cache:books");
		List<KeyValue> found = entries.stream(KeyRange.all()).toList();
		found.forEach((entry) -> entries.put(entry.key(),
				new String(entry.value(), StandardCharsets.ISO_8859_1).replace(from, to)
					.getBytes(StandardCharsets.ISO_8859_1)));
	}

	@ParameterizedTest
	@ValueSource(strings = { "[\"java.util.Timer\",{}]", "[\"java.lang.Thread\",{}]",
			"[\"java.util.ArrayList<java.util.Timer>\",[{}]]", "[\"[Ljava.util.Timer;\",[{}]]",
			"[\"java.util.HashMap<java.lang.String,java.util.ArrayList<java.util.Timer>>\",{\"a\":[\"java.util.ArrayList\",[{}]]}]",
			"[\"java.lang.Class\",\"java.util.Timer\"]" })
	void whatTheFileNamesOrHidesInACollectionIsNotMade(String json) {
		JsonCacheCodec codec = new JsonCacheCodec(new JsonMapper(), List.of("io.zova.boot"));
		assertThatExceptionOfType(InvalidTypeIdException.class)
			.isThrownBy(() -> codec.decode(json.getBytes(StandardCharsets.UTF_8)));
	}

	@Test
	void theJdksValuesComeBack() {
		JsonCacheCodec codec = new JsonCacheCodec(new JsonMapper(), List.of("io.zova.boot"));
		List<Object> values = List.of(new UUID(1, 2), Locale.GERMANY, OptionalInt.of(1), EnumSet.of(Color.RED),
				EnumSet.of(TimeUnit.DAYS), new EnumMap<>(Map.of(Color.RED, "a")), new Date(1),
				Currency.getInstance("EUR"), new TreeMap<>(Map.of("a", 1)), Set.of(1), Arrays.asList(1, 2),
				Collections.unmodifiableList(new ArrayList<>(List.of("a"))), Collections.emptyMap(),
				new BigDecimal("1.50"), BigInteger.TEN, (byte) 1, (short) 2, 3f, 'c',
				new LinkedHashMap<>(Map.of("b", 2)), TimeUnit.DAYS,
				List.of(List.of(Map.of("a", List.of(new Isbn("1"))))), Color.GREEN,
				new ArrayDeque<>(List.of(1)).peek());
		for (Object value : values) {
			assertThat(codec.decode(codec.encode(value))).as("%s", value.getClass()).isEqualTo(value);
		}
		assertThat((Object[]) codec.decode(codec.encode(new Isbn[] { new Isbn("1") }))).containsExactly(new Isbn("1"));
		assertThat((int[][]) codec.decode(codec.encode(new int[][] { { 1 } }))).isDeepEqualTo(new int[][] { { 1 } });
		assertThat((Object[]) codec.decode(codec.encode(new List<?>[] { List.of(1) }))).containsExactly(List.of(1));
		assertThat((Object[]) codec.decode(codec.encode(new Number[] { 1, 2L }))).containsExactly(1, 2L);
		assertThat((byte[]) codec.decode(codec.encode(new byte[] { 1 }))).containsExactly(1);
	}

	@Test
	void aTimeToLiveThatNoClockReachesIsForEver() {
		Cache cache = cache(settings().timeToLive("books", (key, value) -> ChronoUnit.FOREVER.getDuration()));
		cache.put("a", "x");
		this.now = START.plus(Duration.ofDays(100_000));
		assertThat(value(cache, "a")).isEqualTo("x");
	}

	@Test
	void aClassThatIsNotTrustedIsNeverMade() {
		ZovaCache trusting = cache(settings());
		trusting.put("a", new Book("a", 2020, List.of()));
		ZovaCache distrusting = cache(settings().codec(new JsonCacheCodec(new JsonMapper(), List.of("com.example"))));
		assertThat(distrusting.get("a")).isNull();
		assertThat(distrusting.statistics().undecodable()).isEqualTo(1);
	}

	@Test
	void aPutIsPartOfTheTransaction() {
		Cache cache = cache(settings());
		TransactionTemplate transaction = new TransactionTemplate(this.database.transactionManager());
		transaction.executeWithoutResult((status) -> {
			cache.put("a", "x");
			assertThat(value(cache, "a")).isEqualTo("x");
			status.setRollbackOnly();
		});
		assertThat(value(cache, "a")).isEqualTo("nothing");
		transaction.executeWithoutResult((status) -> cache.put("a", "x"));
		transaction.executeWithoutResult((status) -> {
			cache.evict("a");
			status.setRollbackOnly();
		});
		assertThat(value(cache, "a")).isEqualTo("x");
	}

	@Test
	void aTransactionThatOnlyReadsPutsWhenItHasEnded() {
		Cache cache = cache(settings());
		TransactionTemplate reading = new TransactionTemplate(this.database.transactionManager());
		reading.setReadOnly(true);
		String loaded = reading.execute((status) -> cache.get("a", () -> "loaded"));
		assertThat(loaded).isEqualTo("loaded");
		assertThat(value(cache, "a")).isEqualTo("loaded");
		reading.executeWithoutResult((status) -> cache.clear());
		assertThat(value(cache, "a")).isEqualTo("nothing");
	}

	@Test
	void aTransactionAwareCachePutsAfterTheCommit() {
		Cache cache = cache(settings().transactionAware(true));
		TransactionTemplate transaction = new TransactionTemplate(this.database.transactionManager());
		transaction.executeWithoutResult((status) -> {
			cache.put("a", "x");
			assertThat(value(cache, "a")).isEqualTo("nothing");
		});
		assertThat(value(cache, "a")).isEqualTo("x");
		transaction.executeWithoutResult((status) -> {
			cache.evict("a");
			assertThat(value(cache, "a")).isEqualTo("x");
			status.setRollbackOnly();
		});
		assertThat(value(cache, "a")).isEqualTo("x");
	}

	@Test
	void whatMustBeImmediateIs() {
		Cache cache = cache(settings());
		assertThat(cache.putIfAbsent("a", "x")).isNull();
		assertThat(cache.putIfAbsent("a", "y").get()).isEqualTo("x");
		assertThat(cache.evictIfPresent("a")).isTrue();
		assertThat(cache.evictIfPresent("a")).isFalse();
		assertThat(cache.invalidate()).isFalse();
		cache.put("a", "x");
		assertThat(cache.invalidate()).isTrue();
		assertThat(places()).isZero();
	}

	@Test
	void ofManyThreadsThatMissAValueOneLoadsIt() throws Exception {
		Cache cache = cache(settings());
		AtomicInteger calls = new AtomicInteger();
		CountDownLatch waiting = new CountDownLatch(7);
		ExecutorService threads = Executors.newFixedThreadPool(8);
		try {
			Callable<String> loader = () -> {
				calls.incrementAndGet();
				assertThat(waiting.await(60, TimeUnit.SECONDS)).isTrue();
				return "loaded";
			};
			List<Future<String>> results = java.util.stream.IntStream.range(0, 8).mapToObj((i) -> threads.submit(() -> {
				waiting.countDown();
				return cache.get("a", loader);
			})).toList();
			for (Future<String> result : results) {
				assertThat(result.get(60, TimeUnit.SECONDS)).isEqualTo("loaded");
			}
		}
		finally {
			threads.shutdownNow();
		}
		assertThat(calls).hasValue(1);
	}

	@Test
	void aThreadThatHoldsTheWriteLockDoesNotWaitForOneThatNeedsIt() throws Exception {
		Cache cache = cache(settings());
		CountDownLatch loading = new CountDownLatch(1);
		CountDownLatch held = new CountDownLatch(1);
		ExecutorService thread = Executors.newSingleThreadExecutor();
		try {
			Future<String> other = thread.submit(() -> cache.get("a", () -> {
				loading.countDown();
				held.await(60, TimeUnit.SECONDS);
				this.database.keyValues().namespace("n").put(new byte[1], new byte[1]);
				return "theirs";
			}));
			assertThat(loading.await(60, TimeUnit.SECONDS)).isTrue();
			String ours = new TransactionTemplate(this.database.transactionManager()).execute((status) -> {
				this.database.keyValues().namespace("n").put(new byte[1], new byte[0]);
				held.countDown();
				return cache.get("a", () -> "ours");
			});
			assertThat(ours).isEqualTo("ours");
			assertThat(other.get(60, TimeUnit.SECONDS)).isEqualTo("theirs");
		}
		finally {
			thread.shutdownNow();
		}
	}

	@Test
	void aLoaderThatThrowsLeavesNothingBehind() {
		Cache cache = cache(settings());
		assertThatExceptionOfType(ValueRetrievalException.class).isThrownBy(() -> cache.get("a", () -> {
			throw new java.io.IOException("no");
		})).withCauseInstanceOf(java.io.IOException.class);
		assertThat(value(cache, "a")).isEqualTo("nothing");
		assertThat(cache.<String>get("a", () -> "x")).isEqualTo("x");
	}

	@Test
	void twoApplicationsOnOneFileShareTheirCache() {
		try (ZovaDatabase other = ZovaDatabase.open(this.directory.resolve("app.zova"))) {
			ZovaCache ours = cache(settings().maximumSize(10));
			ZovaCache theirs = cache(ZovaCacheManager.builder(other)
				.clock((InstantSource) () -> this.now)
				.maximumSize(10)
				.codec(new JsonCacheCodec(new JsonMapper(), List.of())));
			for (int i = 0; i < 100; i++) {
				((i % 2 == 0) ? ours : theirs).put(i, "x");
				this.now = this.now.plusMillis(1);
			}
			assertThat(value(ours, 99)).isEqualTo("x");
			assertThat(value(theirs, 98)).isEqualTo("x");
			assertThat(ours.size()).isLessThanOrEqualTo(20).isEqualTo(places());
			theirs.evict(99);
			assertThat(value(ours, 99)).isEqualTo("nothing");
		}
	}

	@Test
	void cachesOfOtherNamesAreOthers() {
		ZovaCacheManager manager = settings().build();
		manager.getCache("a").put(1, "x");
		manager.getCache("b").put(1, "y");
		manager.getCache("a").clear();
		assertThat(value(manager.getCache("b"), 1)).isEqualTo("y");
		assertThat(manager.getCacheNames()).containsExactly("a", "b");
		assertThat(settings().cacheNames(List.of("only")).build().getCache("other")).isNull();
	}

	@Test
	void badSettingsAreRefused() {
		assertThatIllegalArgumentException().isThrownBy(() -> settings().maximumSize(0));
		assertThatIllegalArgumentException().isThrownBy(() -> settings().timeToLive(Duration.ofSeconds(-1)));
		assertThatIllegalStateException().isThrownBy(() -> ZovaCacheManager.builder(this.database).build())
			.withMessageContaining("codec");
	}

	private long places() {
		return this.database.keyValues().namespace("cache-places:books").count();
	}

	record Book(String title, int year, List<String> tags) {

	}

	record Isbn(String value) {

	}

	@JsonInclude(JsonInclude.Include.NON_NULL)
	record Person(String name, @Nullable String title) {

		public String getGreeting() {
			return "Dear " + this.name;
		}

		public boolean isShort() {
			return this.name.length() < 5;
		}

	}

	static class Bean {

		private final String name;

		Bean(@JsonProperty("name") String name) {
			this.name = name;
		}

		public String getName() {
			return this.name;
		}

		public String getGreeting() {
			return "Dear " + this.name;
		}

	}

	enum Color {

		RED, GREEN

	}

}
