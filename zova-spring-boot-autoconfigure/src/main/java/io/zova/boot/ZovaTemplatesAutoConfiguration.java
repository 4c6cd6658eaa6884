package io.zova.boot;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;

import io.zova.ZovaDatabase;
import io.zova.graph.GraphOperations;
import io.zova.graph.GraphTemplate;
import io.zova.kv.KeyValueOperations;
import io.zova.kv.KeyValueTemplate;
import io.zova.notification.NotificationOperations;
import io.zova.notification.NotificationTemplate;
import io.zova.object.ObjectOperations;
import io.zova.object.ObjectProtocolResolver;
import io.zova.object.ObjectTemplate;
import io.zova.vector.VectorOperations;
import io.zova.vector.VectorTemplate;

/**
 * Offers each part of the database as a bean.
 */
@AutoConfiguration(after = ZovaAutoConfiguration.class)
@ConditionalOnClass(ZovaDatabase.class)
@ConditionalOnBean(ZovaDatabase.class)
public class ZovaTemplatesAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean(ObjectOperations.class)
	ObjectTemplate zovaObjectTemplate(ZovaDatabase database) {
		return database.objects();
	}

	/** Lets the application find {@code zova:object/} locations from here on. */
	@Bean
	@ConditionalOnMissingBean
	ObjectProtocolResolver zovaObjectProtocolResolver(ObjectProvider<ObjectOperations> objects,
			ConfigurableApplicationContext context) {
		ObjectProtocolResolver resolver = new ObjectProtocolResolver(objects::getObject);
		context.addProtocolResolver(resolver);
		return resolver;
	}

	@Bean(destroyMethod = "")
	@ConditionalOnMissingBean(VectorOperations.class)
	VectorTemplate zovaVectorTemplate(ZovaDatabase database) {
		return database.vectors();
	}

	@Bean
	@ConditionalOnMissingBean(GraphOperations.class)
	GraphTemplate zovaGraphTemplate(ZovaDatabase database) {
		return database.graphs();
	}

	@Bean
	@ConditionalOnMissingBean(KeyValueOperations.class)
	KeyValueTemplate zovaKeyValueTemplate(ZovaDatabase database) {
		return database.keyValues();
	}

	@Bean
	@ConditionalOnMissingBean(NotificationOperations.class)
	NotificationTemplate zovaNotificationTemplate(ZovaDatabase database) {
		return database.notifications();
	}

}
