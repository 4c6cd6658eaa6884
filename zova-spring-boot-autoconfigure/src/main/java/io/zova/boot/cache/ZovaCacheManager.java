package io.zova.boot.cache;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

import org.jspecify.annotations.Nullable;

import org.springframework.cache.Cache;
import org.springframework.cache.CacheManager;

import io.zova.ZovaDatabase;
import io.zova.kv.Codec;

/**
 * Caches in a Zova database, each in namespaces of its own.
 */
public final class ZovaCacheManager implements CacheManager {

	private final ZovaDatabase database;

	private final Builder settings;

	private final Map<String, ZovaCache> caches = new ConcurrentHashMap<>();

	private ZovaCacheManager(ZovaDatabase database, Builder settings) {
		this.database = database;
		this.settings = settings;
		settings.requiredCodec();
		settings.names.forEach(this::make);
	}

	/**
	 * Begins the settings of a cache manager.
	 * @param database where the caches are
	 * @return the settings: entries never expire, nothing limits a cache, and it has no
	 * codec yet
	 */
	public static Builder builder(ZovaDatabase database) {
		return new Builder(database);
	}

	/**
	 * Gives a cache. It is made when it is first asked for, unless the settings name the
	 * caches that there are.
	 * @param name its name
	 * @return the cache, or {@code null} if the settings name others only
	 */
	@Override
	public @Nullable Cache getCache(String name) {
		ZovaCache cache = this.caches.get(name);
		return (cache != null || !this.settings.names.isEmpty()) ? cache : make(name);
	}

	private ZovaCache make(String name) {
		return this.caches.computeIfAbsent(name, (absent) -> new ZovaCache(absent, this.database, this.settings));
	}

	@Override
	public Collection<String> getCacheNames() {
		return Collections.unmodifiableSet(new TreeSet<>(this.caches.keySet()));
	}

	/**
	 * Settings of a cache manager.
	 */
	public static final class Builder {

		private final ZovaDatabase database;

		final Set<String> names = new LinkedHashSet<>();

		final Map<String, TimeToLive> timesToLive = new HashMap<>();

		final Map<String, Long> maximumSizes = new HashMap<>();

		TimeToLive timeToLive = (key, value) -> null;

		long maximumSize = Long.MAX_VALUE;

		boolean nullValues = true;

		boolean transactionAware;

		InstantSource clock = InstantSource.system();

		private @Nullable Codec<Object> codec;

		private Builder(ZovaDatabase database) {
			this.database = database;
		}

		/**
		 * Names the only caches that there shall be.
		 * @param cacheNames their names; with none of them, any cache can be asked for
		 * @return this
		 */
		public Builder cacheNames(Collection<String> cacheNames) {
			this.names.clear();
			this.names.addAll(cacheNames);
			return this;
		}

		/**
		 * How values become bytes. A codec that reads any class from the file, as Java
		 * serialization does, lets whoever wrote the file run code: don't use such one.
		 * @param valueCodec the codec
		 * @return this
		 */
		public Builder codec(Codec<Object> valueCodec) {
			this.codec = valueCodec;
			return this;
		}

		/**
		 * How long entries live, in caches about which nothing else is said.
		 * @param time how long; zero for ever
		 * @return this
		 */
		public Builder timeToLive(Duration time) {
			requireNotNegative(time);
			return timeToLive((key, value) -> time);
		}

		/**
		 * How long each entry lives, in caches about which nothing else is said.
		 * @param time decides
		 * @return this
		 */
		public Builder timeToLive(TimeToLive time) {
			this.timeToLive = time;
			return this;
		}

		/**
		 * How long entries of a cache live.
		 * @param cacheName the cache
		 * @param time how long; zero for ever
		 * @return this
		 */
		public Builder timeToLive(String cacheName, Duration time) {
			requireNotNegative(time);
			return timeToLive(cacheName, (key, value) -> time);
		}

		/**
		 * How long each entry of a cache lives.
		 * @param cacheName the cache
		 * @param time decides
		 * @return this
		 */
		public Builder timeToLive(String cacheName, TimeToLive time) {
			this.timesToLive.put(cacheName, time);
			return this;
		}

		/**
		 * How many entries a cache may have about which nothing else is said. When it is
		 * full, a tenth of them leaves: those that expire first, and then the oldest.
		 * @param size how many, at least 1
		 * @return this
		 */
		public Builder maximumSize(long size) {
			this.maximumSize = requirePositive(size);
			return this;
		}

		/**
		 * How many entries a cache may have.
		 * @param cacheName the cache
		 * @param size how many, at least 1
		 * @return this
		 */
		public Builder maximumSize(String cacheName, long size) {
			this.maximumSizes.put(cacheName, requirePositive(size));
			return this;
		}

		/**
		 * Whether {@code null} is kept, so that it is not asked for again.
		 * @param kept whether it is; else a put of {@code null} is refused
		 * @return this
		 */
		public Builder nullValues(boolean kept) {
			this.nullValues = kept;
			return this;
		}

		/**
		 * Whether puts and evictions wait until the open transaction has committed,
		 * instead of being part of it. Until then the transaction does not see them.
		 * @param waits whether they wait
		 * @return this
		 */
		public Builder transactionAware(boolean waits) {
			this.transactionAware = waits;
			return this;
		}

		/**
		 * What tells the time.
		 * @param source the clock
		 * @return this
		 */
		public Builder clock(InstantSource source) {
			this.clock = source;
			return this;
		}

		/**
		 * Makes the cache manager.
		 * @return the cache manager
		 * @throws IllegalStateException without a codec
		 */
		public ZovaCacheManager build() {
			return new ZovaCacheManager(this.database, this);
		}

		Codec<Object> requiredCodec() {
			if (this.codec == null) {
				throw new IllegalStateException("The cache has no codec for its values: add Jackson "
						+ "(spring-boot-starter-jackson), or set one by a ZovaCacheCustomizer bean");
			}
			return this.codec;
		}

		private static void requireNotNegative(Duration time) {
			if (time.isNegative()) {
				throw new IllegalArgumentException("The time to live is " + time + ": it must be 0, for ever, or more");
			}
		}

		private static long requirePositive(long size) {
			if (size < 1) {
				throw new IllegalArgumentException("The maximum size of a cache is " + size + ": it must be 1 or more");
			}
			return size;
		}

	}

}
