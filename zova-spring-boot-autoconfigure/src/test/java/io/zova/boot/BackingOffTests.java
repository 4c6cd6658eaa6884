package io.zova.boot;

import java.nio.charset.StandardCharsets;
import java.util.List;

import javax.sql.DataSource;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.observation.ObservationRegistry;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JacksonModule;
import tools.jackson.databind.module.SimpleModule;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.actuate.info.InfoContributor;
import org.springframework.boot.autoconfigure.AutoConfigurationPackage;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.flyway.autoconfigure.FlywayConfigurationCustomizer;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.support.AbstractApplicationContext;
import org.springframework.core.io.Resource;
import org.springframework.data.jdbc.core.dialect.JdbcDialect;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionManager;

import io.zova.ZovaDatabase;
import io.zova.boot.actuate.DeepCheck;
import io.zova.boot.actuate.FileCheck;
import io.zova.boot.actuate.FileFacts;
import io.zova.boot.actuate.ZovaEndpoint;
import io.zova.boot.actuate.ZovaHealthIndicator;
import io.zova.boot.actuate.ZovaInfoContributor;
import io.zova.boot.actuate.ZovaMetrics;
import io.zova.boot.event.NotificationEventPublisher;
import io.zova.boot.event.PayloadReader;
import io.zova.boot.event.ZovaListenerRegistrar;
import io.zova.boot.test.TestZovaAutoConfiguration;
import io.zova.graph.GraphOperations;
import io.zova.graph.GraphTemplate;
import io.zova.kv.KeyValueOperations;
import io.zova.kv.KeyValueTemplate;
import io.zova.notification.NotificationOperations;
import io.zova.notification.NotificationTemplate;
import io.zova.object.ObjectId;
import io.zova.object.ObjectOperations;
import io.zova.object.ObjectProtocolResolver;
import io.zova.object.ObjectTemplate;
import io.zova.vector.VectorOperations;
import io.zova.vector.VectorTemplate;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Each bean stays away where the application has its own, and everything else is still
 * there.
 */
class BackingOffTests {

	private static final String OWN = "own";

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(ZovaAutoConfiguration.class, ZovaDataSourceAutoConfiguration.class,
				ZovaTemplatesAutoConfiguration.class, ZovaEventsAutoConfiguration.class,
				ZovaFlywayAutoConfiguration.class, ZovaActuatorAutoConfiguration.class, JacksonAutoConfiguration.class,
				org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration.class,
				org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration.class))
		.withPropertyValues("zova.path=:memory:", "management.endpoints.web.exposure.include=zova");

	@Test
	void withoutBeansOfTheUserEachIsThere() {
		this.runner.run((context) -> {
			assertThat(context).hasNotFailed();
			for (Class<?> type : List.of(ZovaDatabase.class, DataSource.class, TransactionManager.class,
					ObjectOperations.class, VectorOperations.class, GraphOperations.class, KeyValueOperations.class,
					NotificationOperations.class, NotificationEventPublisher.class, ZovaListenerRegistrar.class,
					PayloadReader.class, FlywayConfigurationCustomizer.class, FileCheck.class, FileFacts.class,
					ZovaHealthIndicator.class, ZovaEndpoint.class, ZovaInfoContributor.class, ZovaMetrics.class)) {
				assertThat(context).hasSingleBean(type);
			}
		});
	}

	@Test
	void theDatabaseBacksOff() {
		this.runner.withBean(OWN, ZovaDatabase.class, () -> ZovaDatabase.inMemory())
			.run((context) -> assertOwn(context, ZovaDatabase.class));
	}

	@Test
	void theDataSourceOfTheSameName() {
		this.runner.withBean("zovaDataSource", DataSource.class, () -> new DriverManagerDataSource("jdbc:h2:mem:own"))
			.run((context) -> assertThat(context).hasNotFailed()
				.hasSingleBean(DataSource.class)
				.getBean(DataSource.class)
				.isInstanceOf(DriverManagerDataSource.class));
	}

	@Test
	void theDataSourceOfTheSameNameThatIsNoCandidate() {
		this.runner.withUserConfiguration(DataSourceByQualifier.class)
			.run((context) -> assertThat(context).hasNotFailed()
				.getBean("zovaDataSource")
				.isInstanceOf(DriverManagerDataSource.class));
	}

	@Test
	void theTransactionManagerOfTheOnlyDataSource() {
		this.runner
			.withBean(OWN, PlatformTransactionManager.class,
					() -> new JdbcTransactionManager(new DriverManagerDataSource("jdbc:h2:mem:own")))
			.run((context) -> assertOwn(context, PlatformTransactionManager.class));
	}

	@Test
	void theTransactionManagerBesideAnotherDataSource() {
		DataSource theirs = new DriverManagerDataSource("jdbc:h2:mem:own");
		this.runner.withBean(OWN, DataSource.class, () -> theirs)
			.withBean("zovaTransactionManager", PlatformTransactionManager.class,
					() -> new JdbcTransactionManager(theirs))
			.run((context) -> assertThat(context).hasNotFailed()
				.getBean("zovaTransactionManager", JdbcTransactionManager.class)
				.extracting(JdbcTransactionManager::getDataSource)
				.isSameAs(theirs));
	}

	@Test
	void theWayToObjectsByTheirLocation() {
		this.runner.run((context) -> {
			ObjectId id = context.getBean(ObjectOperations.class).put("found".getBytes(StandardCharsets.US_ASCII));
			Resource resource = context.getResource("zova:object/" + id);
			assertThat(resource.getContentAsString(StandardCharsets.US_ASCII)).isEqualTo("found");
			assertThat(context.getResource("classpath:logback-test.xml")).isNotInstanceOf(resource.getClass());
		});
		this.runner
			.withBean(OWN, ObjectProtocolResolver.class, () -> new ObjectProtocolResolver(() -> other().objects()))
			.run((context) -> assertOwn(context, ObjectProtocolResolver.class));
	}

	@Test
	void theObjectsBackOff() {
		this.runner.withBean(OWN, ObjectOperations.class, () -> other().objects())
			.run((context) -> assertOwn(context, ObjectOperations.class).doesNotHaveBean("zovaObjectTemplate"));
		this.runner.withBean(OWN, ObjectTemplate.class, () -> other().objects())
			.run((context) -> assertOwn(context, ObjectTemplate.class));
	}

	@Test
	void theVectorsBackOff() {
		this.runner.withBean(OWN, VectorOperations.class, () -> other().vectors())
			.run((context) -> assertOwn(context, VectorOperations.class).doesNotHaveBean("zovaVectorTemplate"));
		this.runner.withBean(OWN, VectorTemplate.class, () -> other().vectors())
			.run((context) -> assertOwn(context, VectorTemplate.class));
	}

	@Test
	void theGraphsBackOff() {
		this.runner.withBean(OWN, GraphOperations.class, () -> other().graphs())
			.run((context) -> assertOwn(context, GraphOperations.class).doesNotHaveBean("zovaGraphTemplate"));
		this.runner.withBean(OWN, GraphTemplate.class, () -> other().graphs())
			.run((context) -> assertOwn(context, GraphTemplate.class));
	}

	@Test
	void theKeyValues() {
		this.runner.withBean(OWN, KeyValueOperations.class, () -> other().keyValues())
			.run((context) -> assertOwn(context, KeyValueOperations.class).doesNotHaveBean("zovaKeyValueTemplate"));
		this.runner.withBean(OWN, KeyValueTemplate.class, () -> other().keyValues())
			.run((context) -> assertOwn(context, KeyValueTemplate.class));
	}

	@Test
	void theNotificationsBackOff() {
		this.runner.withBean(OWN, NotificationOperations.class, () -> other().notifications())
			.run((context) -> assertOwn(context, NotificationOperations.class)
				.doesNotHaveBean("zovaNotificationTemplate"));
		this.runner.withBean(OWN, NotificationTemplate.class, () -> other().notifications())
			.run((context) -> assertOwn(context, NotificationTemplate.class));
	}

	@Test
	void theEventPublisher() {
		this.runner.withUserConfiguration(Publisher.class)
			.run((context) -> assertOwn(context, NotificationEventPublisher.class)
				.doesNotHaveBean("zovaNotificationEventPublisher"));
	}

	@Test
	void theListenerRegistrar() {
		this.runner.withUserConfiguration(Registrar.class)
			.run((context) -> assertOwn(context, ZovaListenerRegistrar.class).doesNotHaveBean("zovaListenerRegistrar"));
	}

	@Test
	void thePayloadReader() {
		this.runner.withBean(OWN, PayloadReader.class, () -> (payload, type) -> payload)
			.run((context) -> assertOwn(context, PayloadReader.class));
	}

	@Test
	void theJsonOfIds() {
		JacksonModule own = new SimpleModule("own");
		this.runner.withConfiguration(AutoConfigurations.of(ZovaJacksonAutoConfiguration.class))
			.withBean("zovaJacksonModule", JacksonModule.class, () -> own)
			.run((context) -> assertThat(context).hasNotFailed().getBean("zovaJacksonModule").isSameAs(own));
	}

	@Test
	void theFlywayCustomizer() {
		FlywayConfigurationCustomizer own = (configuration) -> {
		};
		this.runner.withBean("zovaFlywayCustomizer", FlywayConfigurationCustomizer.class, () -> own)
			.run((context) -> assertThat(context).hasNotFailed()
				.getBean(FlywayConfigurationCustomizer.class)
				.isSameAs(own));
	}

	@Test
	void theHealthIndicatorUnderEitherName() {
		HealthIndicator own = () -> Health.up().build();
		for (String name : List.of("zovaHealthIndicator", "zovaHealthContributor")) {
			this.runner.withBean(name, HealthIndicator.class, () -> own)
				.run((context) -> assertThat(context).hasNotFailed()
					.doesNotHaveBean(ZovaHealthIndicator.class)
					.getBean(name)
					.isSameAs(own));
		}
	}

	@Test
	void theCheckOfTheFile() {
		this.runner.withUserConfiguration(Check.class).run((context) -> assertOwn(context, FileCheck.class));
	}

	@Test
	void theFactsOfTheFile() {
		this.runner.withUserConfiguration(Facts.class).run((context) -> assertOwn(context, FileFacts.class));
	}

	@Test
	void theEndpointBacksOff() {
		this.runner.withUserConfiguration(OwnEndpoint.class).run((context) -> assertOwn(context, ZovaEndpoint.class));
	}

	@Test
	void theInfoContributor() {
		InfoContributor own = (builder) -> {
		};
		this.runner.withBean("zovaInfoContributor", InfoContributor.class, () -> own)
			.run((context) -> assertThat(context).hasNotFailed()
				.doesNotHaveBean(ZovaInfoContributor.class)
				.getBean("zovaInfoContributor")
				.isSameAs(own));
	}

	@Test
	void theMetersBackOff() {
		this.runner.withUserConfiguration(Meters.class)
			.withBean(MeterRegistry.class, SimpleMeterRegistry::new)
			.run((context) -> assertOwn(context, ZovaMetrics.class));
	}

	@Test
	void theTemporaryFileOfATest() {
		this.runner.withConfiguration(AutoConfigurations.of(TestZovaAutoConfiguration.class))
			.withBean(OWN, ZovaDatabase.class, () -> ZovaDatabase.inMemory())
			.run((context) -> assertOwn(context, ZovaDatabase.class).doesNotHaveBean("zovaTemporaryFile"));
	}

	@Test
	void theDialectOfSpringData() {
		JdbcDialect own = org.springframework.data.jdbc.core.dialect.JdbcH2Dialect.INSTANCE;
		this.runner
			.withConfiguration(AutoConfigurations.of(
					org.springframework.boot.jdbc.autoconfigure.JdbcTemplateAutoConfiguration.class,
					org.springframework.boot.data.jdbc.autoconfigure.DataJdbcRepositoriesAutoConfiguration.class))
			.withUserConfiguration(Packages.class)
			.withBean(OWN, JdbcDialect.class, () -> own)
			.run((context) -> assertOwn(context, JdbcDialect.class));
	}

	private static ZovaDatabase other() {
		return ZovaDatabase.inMemory();
	}

	private static org.springframework.boot.test.context.assertj.ApplicationContextAssert<?> assertOwn(
			AssertableApplicationContext context, Class<?> type) {
		assertThat(context).hasNotFailed();
		assertThat(context.getBeanNamesForType(type)).containsExactly(OWN);
		assertThat(context).hasSingleBean(ZovaDatabase.class);
		return assertThat(context);
	}

	@AutoConfigurationPackage(basePackages = "no.repositories.here")
	static class Packages {

	}

	@Configuration(proxyBeanMethods = false)
	static class DataSourceByQualifier {

		@Bean(defaultCandidate = false)
		@Qualifier("zova")
		DataSource zovaDataSource() {
			return new DriverManagerDataSource("jdbc:h2:mem:own");
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Publisher {

		@Bean
		NotificationEventPublisher own(AbstractApplicationContext context, NotificationOperations notifications) {
			return new NotificationEventPublisher(context, notifications, List.of(), ObservationRegistry.NOOP);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Registrar {

		@Bean
		static ZovaListenerRegistrar own(ConfigurableListableBeanFactory beanFactory,
				ObjectProvider<NotificationOperations> notifications, ObjectProvider<PayloadReader> readers,
				ObjectProvider<ObservationRegistry> observations) {
			return new ZovaListenerRegistrar(beanFactory, notifications, readers, observations);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Check {

		@Bean
		FileCheck own(ZovaDatabase database) {
			return new FileCheck(database, java.time.Duration.ofHours(1), java.time.Duration.ofSeconds(1));
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Facts {

		@Bean
		FileFacts own(ZovaDatabase database) {
			return new FileFacts(database);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OwnEndpoint {

		@Bean
		ZovaEndpoint own(ZovaDatabase database, FileFacts facts) {
			return new ZovaEndpoint(database, facts, new DeepCheck(database), null, java.time.Duration.ofSeconds(10));
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Meters {

		@Bean
		ZovaMetrics own(ZovaDatabase database) {
			return new ZovaMetrics(database, null);
		}

	}

}
