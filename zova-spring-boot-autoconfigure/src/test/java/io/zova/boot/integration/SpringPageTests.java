package io.zova.boot.integration;

import java.time.Duration;

import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.cache.CacheManager;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import io.zova.boot.ZovaAutoConfiguration;
import io.zova.boot.ZovaCacheAutoConfiguration;
import io.zova.boot.cache.ZovaCacheCustomizer;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The code of docs/spring.md is the code of these beans.
 */
class SpringPageTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(ZovaAutoConfiguration.class, JacksonAutoConfiguration.class))
		.withPropertyValues("zova.path=:memory:");

	@Test
	void aTimeOfItsOwnForEachEntry() {
		this.runner.withConfiguration(AutoConfigurations.of(ZovaCacheAutoConfiguration.class))
			.withUserConfiguration(Rates.class)
			.withPropertyValues("spring.cache.type=zova")
			.run((context) -> {
				CacheManager caches = context.getBean(CacheManager.class);
				caches.getCache("rates").put("EUR", 1.1);
				assertThat(caches.getCache("rates").get("EUR", Double.class)).isEqualTo(1.1);
			});
	}

	@Configuration(proxyBeanMethods = false)
	static class Rates {

		@Bean
		ZovaCacheCustomizer rates() {
			return (builder) -> builder.timeToLive("rates",
					(currency, rate) -> currency.equals("EUR") ? Duration.ofHours(1) : Duration.ofMinutes(5));
		}

	}

}
