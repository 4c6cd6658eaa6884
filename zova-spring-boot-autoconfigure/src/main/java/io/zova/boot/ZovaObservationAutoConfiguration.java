package io.zova.boot;

import io.micrometer.observation.ObservationRegistry;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Lazy;

import io.zova.ZovaDatabase;
import io.zova.boot.observe.ObservedWork;

/**
 * Observes the database's work, where the application observes anything.
 */
@AutoConfiguration(after = ZovaAutoConfiguration.class,
		afterName = "org.springframework.boot.micrometer.observation.autoconfigure.ObservationAutoConfiguration")
@ConditionalOnClass({ ZovaDatabase.class, ObservationRegistry.class })
@ConditionalOnBean({ ZovaDatabase.class, ObservationRegistry.class })
public class ZovaObservationAutoConfiguration {

	@Bean
	@Lazy(false)
	@ConditionalOnMissingBean
	ObservedWork zovaObservedWork(ZovaDatabase database, ObservationRegistry registry) {
		ObservedWork observed = new ObservedWork(registry);
		database.sql().observe(observed);
		return observed;
	}

}
