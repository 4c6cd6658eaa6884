package io.zova.boot;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

import io.zova.ZovaDatabase;
import io.zova.notification.NotificationOperations;
import io.zova.notification.NotificationTemplate;

/**
 * Offers each part of the database as a bean.
 */
@AutoConfiguration(after = ZovaAutoConfiguration.class)
@ConditionalOnClass(ZovaDatabase.class)
@ConditionalOnBean(ZovaDatabase.class)
public class ZovaTemplatesAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean(NotificationOperations.class)
	NotificationTemplate zovaNotificationTemplate(ZovaDatabase database) {
		return database.notifications();
	}

}
