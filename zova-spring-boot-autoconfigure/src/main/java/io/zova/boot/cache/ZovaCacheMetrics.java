package io.zova.boot.cache;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.binder.cache.CacheMeterBinder;
import org.jspecify.annotations.Nullable;

/**
 * The meters that Micrometer has for caches, and one of Zova's.
 */
public final class ZovaCacheMetrics extends CacheMeterBinder<ZovaCache> {

	/**
	 * The meters of a cache.
	 * @param cache the cache
	 * @param tags what its meters are tagged with besides its name
	 */
	public ZovaCacheMetrics(ZovaCache cache, Iterable<Tag> tags) {
		super(cache, cache.getName(), tags);
	}

	/** Not known without counting. */
	@Override
	protected @Nullable Long size() {
		return null;
	}

	@Override
	protected long hitCount() {
		return cache().statistics().hits();
	}

	@Override
	protected Long missCount() {
		return cache().statistics().misses();
	}

	@Override
	protected Long evictionCount() {
		return cache().statistics().evictions();
	}

	@Override
	protected long putCount() {
		return cache().statistics().puts();
	}

	@Override
	protected void bindImplementationSpecificMetrics(MeterRegistry registry) {
		FunctionCounter.builder("zova.cache.undecodable", cache(), (cache) -> cache.statistics().undecodable())
			.tags(getTagsWithCacheName())
			.description("Values found in a cache that could not be read any more")
			.register(registry);
	}

	private ZovaCache cache() {
		return java.util.Objects.requireNonNull(getCache());
	}

}
