package io.zova.boot;

import org.springframework.beans.factory.BeanClassLoaderAware;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.modulith.events.core.EventPublicationRepository;
import org.springframework.modulith.events.core.EventSerializer;
import org.springframework.modulith.events.support.CompletionMode;

import io.zova.ZovaDatabase;
import io.zova.boot.modulith.ZovaEventPublicationRepository;

/**
 * Spring Modulith's event publications in the database, where it is the application's
 * only data source.
 */
@AutoConfiguration(after = ZovaDataSourceAutoConfiguration.class,
		beforeName = "org.springframework.modulith.events.config.EventPublicationAutoConfiguration",
		// After every other repository, so that one of them is seen here.
		afterName = { "org.springframework.modulith.events.jackson.JacksonEventSerializationConfiguration",
				"org.springframework.modulith.events.jpa.JpaEventPublicationAutoConfiguration",
				"org.springframework.modulith.events.mongodb.MongoDbEventPublicationAutoConfiguration",
				"org.springframework.modulith.events.neo4j.Neo4jEventPublicationAutoConfiguration" })
@ConditionalOnClass({ ZovaDatabase.class, EventPublicationRepository.class })
@ConditionalOnBean(value = { ZovaDatabase.class, EventSerializer.class }, name = "zovaDataSource")
// It is only there beside another data source.
@ConditionalOnMissingBean(name = "zovaTransactionManager")
public class ZovaModulithAutoConfiguration implements BeanClassLoaderAware {

	private ClassLoader classLoader = ZovaModulithAutoConfiguration.class.getClassLoader();

	@Override
	public void setBeanClassLoader(ClassLoader loader) {
		this.classLoader = loader;
	}

	@Bean
	@ConditionalOnMissingBean
	EventPublicationRepository zovaEventPublicationRepository(ZovaDatabase database, EventSerializer serializer,
			Environment environment) {
		return new ZovaEventPublicationRepository(JdbcClient.create(database.dataSource()), serializer,
				CompletionMode.from(environment), this.classLoader);
	}

}
