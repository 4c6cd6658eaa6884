package io.zova.boot;

import java.util.ArrayList;
import java.util.List;

import io.micrometer.core.instrument.binder.MeterBinder;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigurationPackages;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.boot.cache.metrics.CacheMeterBinderProvider;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.cache.CacheManager;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

import io.zova.ZovaDatabase;
import io.zova.boot.cache.JsonCacheCodec;
import io.zova.boot.cache.ZovaCache;
import io.zova.boot.cache.ZovaCacheCustomizer;
import io.zova.boot.cache.ZovaCacheManager;
import io.zova.boot.cache.ZovaCacheMetrics;

/**
 * Spring's cache in the database, where {@code spring.cache.type} is {@code zova}.
 */
@AutoConfiguration(after = ZovaAutoConfiguration.class,
		afterName = "org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration",
		beforeName = "org.springframework.boot.cache.autoconfigure.CacheAutoConfiguration")
@ConditionalOnClass({ ZovaDatabase.class, CacheManager.class })
@ConditionalOnBean(ZovaDatabase.class)
@ConditionalOnProperty(name = "spring.cache.type", havingValue = "zova")
@EnableConfigurationProperties(ZovaProperties.class)
public class ZovaCacheAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean(CacheManager.class)
	ZovaCacheManager cacheManager(ZovaDatabase database, ZovaProperties properties, Environment environment,
			ObjectProvider<ZovaCacheCustomizer> customizers) {
		ZovaProperties.Cache cache = properties.cache();
		ZovaCacheManager.Builder builder = ZovaCacheManager.builder(database)
			.cacheNames(Binder.get(environment)
				.bind("spring.cache.cache-names", Bindable.listOf(String.class))
				.orElse(List.of()))
			.timeToLive(cache.timeToLive())
			.nullValues(cache.nullValues())
			.transactionAware(cache.transactionAware());
		if (cache.maximumSize() != null) {
			builder.maximumSize(cache.maximumSize());
		}
		cache.timesToLive().forEach(builder::timeToLive);
		cache.maximumSizes().forEach(builder::maximumSize);
		customizers.orderedStream().forEach((customizer) -> customizer.customize(builder));
		return builder.build();
	}

	/**
	 * Values as JSON, with the application's own settings.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(JsonMapper.class)
	static class Json {

		/** First, so that another codec replaces it. */
		@Bean
		@org.springframework.core.annotation.Order(org.springframework.core.Ordered.HIGHEST_PRECEDENCE)
		@ConditionalOnSingleCandidate(JsonMapper.class)
		ZovaCacheCustomizer zovaCacheJson(JsonMapper mapper, ZovaProperties properties, BeanFactory beans) {
			List<String> trusted = new ArrayList<>(properties.cache().trustedPackages());
			if (AutoConfigurationPackages.has(beans)) {
				trusted.addAll(AutoConfigurationPackages.get(beans));
			}
			return (builder) -> builder.codec(new JsonCacheCodec(mapper, trusted));
		}

	}

	/**
	 * Meters of the caches.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass({ MeterBinder.class, CacheMeterBinderProvider.class })
	static class Metrics {

		@Bean
		CacheMeterBinderProvider<ZovaCache> zovaCacheMeterBinderProvider() {
			return ZovaCacheMetrics::new;
		}

	}

}
