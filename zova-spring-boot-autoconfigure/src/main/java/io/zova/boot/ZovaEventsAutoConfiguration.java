package io.zova.boot;

import io.micrometer.observation.ObservationRegistry;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.support.AbstractApplicationContext;

import io.zova.boot.event.NotificationEventPublisher;
import io.zova.boot.event.PayloadReader;
import io.zova.boot.event.ZovaListenerRegistrar;
import io.zova.notification.NotificationOperations;

/**
 * Brings notifications to {@code @EventListener} and {@code @ZovaListener} methods.
 */
@AutoConfiguration(after = ZovaTemplatesAutoConfiguration.class,
		afterName = "org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration")
@ConditionalOnClass(NotificationOperations.class)
@ConditionalOnBean(NotificationOperations.class)
@EnableConfigurationProperties(ZovaProperties.class)
public class ZovaEventsAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean
	NotificationEventPublisher zovaNotificationEventPublisher(AbstractApplicationContext context,
			NotificationOperations notifications, ZovaProperties properties,
			ObjectProvider<ObservationRegistry> observations) {
		return new NotificationEventPublisher(context, notifications, properties.notifications().events(),
				observations.getIfAvailable(() -> ObservationRegistry.NOOP));
	}

	@Bean
	@ConditionalOnMissingBean
	static ZovaListenerRegistrar zovaListenerRegistrar(ConfigurableListableBeanFactory beanFactory,
			ObjectProvider<NotificationOperations> notifications, ObjectProvider<PayloadReader> reader,
			ObjectProvider<ObservationRegistry> observations) {
		return new ZovaListenerRegistrar(beanFactory, notifications, reader, observations);
	}

	/**
	 * Reads payloads with the application's own JSON settings.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(JsonMapper.class)
	static class Json {

		@Bean
		@ConditionalOnMissingBean
		@ConditionalOnSingleCandidate(JsonMapper.class)
		PayloadReader zovaPayloadReader(JsonMapper mapper) {
			return (payload, type) -> mapper.readValue(payload, mapper.constructType(type));
		}

	}

}
