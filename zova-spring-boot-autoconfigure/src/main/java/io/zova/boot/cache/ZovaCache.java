package io.zova.boot.cache;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.cache.support.AbstractValueAdaptingCache;
import org.springframework.cache.support.NullValue;
import org.springframework.cache.support.SimpleValueWrapper;

import io.zova.ZovaDatabase;
import io.zova.kv.Codec;
import io.zova.kv.KeyValueNamespace;

/**
 * A cache whose entries are key-values of the database: they survive a restart, and a put
 * inside a transaction is undone with it. Of several threads that miss the same value in
 * {@code get(key, loader)}, one loads it and the others wait.
 */
public final class ZovaCache extends AbstractValueAdaptingCache {

	private static final Logger logger = LoggerFactory.getLogger(ZovaCache.class);

	private static final byte[] EMPTY = {};

	private final String name;

	private final KeyValueNamespace nativeCache;

	private final CacheFile file;

	private final CacheTransactions transactions;

	private final Codec<Object> codec;

	private final TimeToLive timeToLive;

	private final InstantSource clock;

	private final ConcurrentMap<Object, Load> loads = new ConcurrentHashMap<>();

	private final LongAdder hits = new LongAdder();

	private final LongAdder misses = new LongAdder();

	private final LongAdder puts = new LongAdder();

	private final LongAdder evictions = new LongAdder();

	private final LongAdder undecodable = new LongAdder();

	private final AtomicBoolean undecodableLogged = new AtomicBoolean();

	ZovaCache(String name, ZovaDatabase database, ZovaCacheManager.Builder settings) {
		super(settings.nullValues);
		this.name = name;
		this.nativeCache = database.keyValues().namespace("cache:" + name);
		this.file = new CacheFile(database.keyValues(), name,
				settings.maximumSizes.getOrDefault(name, settings.maximumSize));
		this.transactions = new CacheTransactions(database, settings.transactionAware);
		this.codec = settings.requiredCodec();
		this.timeToLive = settings.timesToLive.getOrDefault(name, settings.timeToLive);
		this.clock = settings.clock;
	}

	@Override
	public String getName() {
		return this.name;
	}

	@Override
	public KeyValueNamespace getNativeCache() {
		return this.nativeCache;
	}

	@Override
	protected @Nullable Object lookup(Object key) {
		Optional<Object> found = find(CacheKeys.bytes(key));
		(found.isPresent() ? this.hits : this.misses).increment();
		return found.orElse(null);
	}

	private Optional<Object> find(byte[] key) {
		Optional<byte[]> bytes = this.file.find(key);
		if (bytes.isEmpty()) {
			return Optional.empty();
		}
		Optional<CacheEntry> entry = CacheEntry.of(bytes.get());
		if (entry.isEmpty()) {
			countUndecodable(null);
			return Optional.empty();
		}
		return entry.filter((one) -> !one.isExpired(this.clock.millis())).flatMap(this::decode);
	}

	private Optional<Object> decode(CacheEntry entry) {
		if (entry.isNull()) {
			return isAllowNullValues() ? Optional.of(NullValue.INSTANCE) : Optional.empty();
		}
		try {
			return Optional.of(this.codec.decode(entry.value()));
		}
		catch (RuntimeException ex) {
			countUndecodable(ex);
			return Optional.empty();
		}
	}

	private void countUndecodable(@Nullable RuntimeException cause) {
		this.undecodable.increment();
		if (this.undecodableLogged.compareAndSet(false, true)) {
			logger.warn("The cache '{}' holds a value that cannot be read any more; it counts as not there. "
					+ "Further ones are only counted (zova.cache.undecodable)", this.name, cause);
		}
	}

	@Override
	public void put(Object key, @Nullable Object value) {
		byte[] bytes = CacheKeys.bytes(key);
		CacheEntry entry = entry(key, toStoreValue(value));
		this.transactions.write(() -> store(bytes, entry));
	}

	private CacheEntry entry(Object key, Object stored) {
		long now = this.clock.millis();
		boolean isNull = stored == NullValue.INSTANCE;
		Duration time = this.timeToLive.of(key, isNull ? null : stored);
		Duration countable = Duration.ofMillis(CacheEntry.NEVER - Math.max(0, now));
		long expires = (time == null || time.isZero() || time.compareTo(countable) > 0) ? CacheEntry.NEVER
				: now + time.toMillis();
		return new CacheEntry(expires, now, isNull, isNull ? EMPTY : this.codec.encode(stored));
	}

	private boolean store(byte[] key, CacheEntry entry) {
		this.evictions.add(this.file.put(key, entry, entry.written()));
		this.puts.increment();
		return true;
	}

	@Override
	public @Nullable ValueWrapper putIfAbsent(Object key, @Nullable Object value) {
		byte[] bytes = CacheKeys.bytes(key);
		CacheEntry entry = entry(key, toStoreValue(value));
		return this.transactions.now(() -> {
			Optional<Object> found = find(bytes);
			if (found.isEmpty()) {
				store(bytes, entry);
			}
			return found.map(this::toValueWrapper);
		}).orElse(null);
	}

	@Override
	public void evict(Object key) {
		byte[] bytes = CacheKeys.bytes(key);
		this.transactions.write(() -> this.file.delete(bytes));
	}

	@Override
	public boolean evictIfPresent(Object key) {
		byte[] bytes = CacheKeys.bytes(key);
		return this.transactions.now(() -> this.file.delete(bytes));
	}

	@Override
	public void clear() {
		this.transactions.write(this.file::clear);
	}

	@Override
	public boolean invalidate() {
		return this.transactions.now(this.file::clear);
	}

	@Override
	@SuppressWarnings({ "unchecked", "NullAway" })
	public <T> @Nullable T get(Object key, Callable<T> loader) {
		Object found = lookup(key);
		if (found != null) {
			return (T) fromStoreValue(found);
		}
		Load load = new Load(Thread.currentThread(), new CompletableFuture<>());
		Load other = this.transactions.mayHoldTheWriteLock() ? null : this.loads.putIfAbsent(key, load);
		if (other != null && other.thread() != load.thread()) {
			return (T) await(key, other, loader);
		}
		try {
			// Another thread may have put it since the first look.
			found = find(CacheKeys.bytes(key)).orElse(null);
			if (found != null) {
				load.result().complete(fromStoreValue(found));
				return (T) fromStoreValue(found);
			}
			T value = load(key, loader, load);
			put(key, value);
			return value;
		}
		finally {
			load.result().cancel(false);
			this.loads.remove(key, load);
		}
	}

	/** Who waits for the value gets it before it is put, which may have to wait. */
	private static <T> T load(Object key, Callable<T> loader, Load load) {
		try {
			T value = loader.call();
			load.result().complete(value);
			return value;
		}
		catch (Exception ex) {
			load.result().completeExceptionally(ex);
			throw new ValueRetrievalException(key, loader, ex);
		}
	}

	private static @Nullable Object await(Object key, Load other, Callable<?> loader) {
		try {
			return other.result().join();
		}
		catch (CompletionException ex) {
			throw new ValueRetrievalException(key, loader, (ex.getCause() != null) ? ex.getCause() : ex);
		}
		catch (CancellationException ex) {
			throw new ValueRetrievalException(key, loader, ex);
		}
	}

	@Override
	public @Nullable CompletableFuture<?> retrieve(Object key) {
		Object found = lookup(key);
		return (found != null) ? CompletableFuture.completedFuture(new SimpleValueWrapper(fromStoreValue(found)))
				: null;
	}

	@Override
	@SuppressWarnings("unchecked")
	public <T> CompletableFuture<T> retrieve(Object key, Supplier<CompletableFuture<T>> loader) {
		Object found = lookup(key);
		if (found != null) {
			return (CompletableFuture<T>) CompletableFuture.completedFuture(fromStoreValue(found));
		}
		Load load = new Load(null, new CompletableFuture<>());
		Load other = this.loads.putIfAbsent(key, load);
		if (other != null) {
			return (CompletableFuture<T>) other.result().copy();
		}
		CompletableFuture<T> loading;
		try {
			loading = loader.get();
		}
		catch (RuntimeException ex) {
			loading = CompletableFuture.failedFuture(ex);
		}
		return loading.whenComplete((value, failure) -> {
			this.loads.remove(key, load);
			if (failure == null) {
				load.result().complete(value);
				put(key, value);
			}
			else {
				load.result().completeExceptionally(failure);
			}
		});
	}

	/**
	 * What has been done with the cache since the start, by this application.
	 * @return the counts
	 */
	public Statistics statistics() {
		return new Statistics(this.hits.sum(), this.misses.sum(), this.puts.sum(), this.evictions.sum(),
				this.undecodable.sum());
	}

	/**
	 * Counts the entries, also those that have expired and were not removed yet. This
	 * takes time in a large cache.
	 * @return how many there are
	 */
	public long size() {
		return this.file.size();
	}

	/**
	 * What has been done with a cache.
	 *
	 * @param hits values found
	 * @param misses values not found
	 * @param puts values put
	 * @param evictions entries removed because their time was over or the cache was full
	 * @param undecodable values found that could not be read any more, for example
	 * because their class has changed; they also count as misses
	 */
	public record Statistics(long hits, long misses, long puts, long evictions, long undecodable) {

	}

	/**
	 * A value that is being loaded.
	 *
	 * @param thread who loads it, or nobody in particular
	 * @param result what comes out
	 */
	private record Load(@Nullable Thread thread, CompletableFuture<@Nullable Object> result) {

	}

}
