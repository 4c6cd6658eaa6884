package io.zova.boot;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.actuate.autoconfigure.info.ConditionalOnEnabledInfoContributor;
import org.springframework.boot.actuate.autoconfigure.info.InfoContributorFallback;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import io.zova.ZovaDatabase;
import io.zova.boot.actuate.CareMetrics;
import io.zova.boot.actuate.DeepCheck;
import io.zova.boot.actuate.DiskSpace;
import io.zova.boot.actuate.FileCheck;
import io.zova.boot.actuate.FileFacts;
import io.zova.boot.actuate.ZovaEndpoint;
import io.zova.boot.actuate.ZovaHealthIndicator;
import io.zova.boot.actuate.ZovaInfoContributor;
import io.zova.boot.actuate.ZovaMetrics;
import io.zova.boot.backup.Backups;
import io.zova.boot.event.NotificationEventPublisher;

/**
 * Shows the database in Actuator, where the application has it.
 */
@AutoConfiguration(after = { ZovaEventsAutoConfiguration.class, ZovaBackupAutoConfiguration.class })
@ConditionalOnClass(ZovaDatabase.class)
@ConditionalOnBean(ZovaDatabase.class)
@EnableConfigurationProperties(ZovaProperties.class)
public class ZovaActuatorAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean
	FileFacts zovaFileFacts(ZovaDatabase database) {
		return new FileFacts(database);
	}

	/**
	 * The health indicator {@code zova}.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(ConditionalOnEnabledHealthIndicator.class)
	static class HealthConfiguration {

		@Bean
		@ConditionalOnMissingBean
		@ConditionalOnEnabledHealthIndicator("zova")
		FileCheck zovaFileCheck(ZovaDatabase database, ZovaProperties properties) {
			return new FileCheck(database, properties.health().interval(), properties.health().timeout());
		}

		@Bean
		@ConditionalOnMissingBean(name = { "zovaHealthIndicator", "zovaHealthContributor" })
		@ConditionalOnEnabledHealthIndicator("zova")
		ZovaHealthIndicator zovaHealthIndicator(ZovaDatabase database, FileCheck check, ObjectProvider<Backups> backups,
				ZovaProperties properties) {
			return new ZovaHealthIndicator(check, backups.getIfAvailable(),
					new Status(properties.backup().failedStatus()),
					// What is only read needs no space.
					(properties.readOnly() || properties.immutable()) ? null
							: new DiskSpace(database, properties.health().minimumFreeSpace()));
		}

	}

	/**
	 * The endpoint {@code zova} and the info contributor of the same name.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(ConditionalOnAvailableEndpoint.class)
	static class EndpointConfiguration {

		@Bean
		@ConditionalOnMissingBean
		@ConditionalOnAvailableEndpoint(endpoint = ZovaEndpoint.class)
		DeepCheck zovaDeepCheck(ZovaDatabase database) {
			return new DeepCheck(database);
		}

		@Bean
		@ConditionalOnMissingBean
		@ConditionalOnAvailableEndpoint(endpoint = ZovaEndpoint.class)
		ZovaEndpoint zovaEndpoint(ZovaDatabase database, FileFacts facts, DeepCheck deepCheck,
				ObjectProvider<Backups> backups, ZovaProperties properties) {
			return new ZovaEndpoint(database, facts, deepCheck, backups.getIfAvailable(),
					properties.health().timeout());
		}

		@Bean
		@ConditionalOnMissingBean(name = "zovaInfoContributor")
		@ConditionalOnEnabledInfoContributor(value = "zova", fallback = InfoContributorFallback.USE_DEFAULTS_PROPERTY)
		ZovaInfoContributor zovaInfoContributor(FileFacts facts) {
			return new ZovaInfoContributor(facts);
		}

	}

	/**
	 * Meters for whatever registry there is.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass({ MeterRegistry.class, MeterBinder.class })
	static class MetricsConfiguration {

		@Bean
		@ConditionalOnMissingBean
		ZovaMetrics zovaMetrics(ZovaDatabase database, ObjectProvider<NotificationEventPublisher> events) {
			return new ZovaMetrics(database, events.getIfAvailable());
		}

		@Bean
		@ConditionalOnMissingBean
		CareMetrics zovaCareMetrics(ObjectProvider<FileCheck> check, ObjectProvider<DeepCheck> deepCheck,
				ObjectProvider<Backups> backups) {
			return new CareMetrics(check.getIfAvailable(), deepCheck.getIfAvailable(), backups.getIfAvailable());
		}

	}

}
