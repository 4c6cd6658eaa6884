package io.zova.boot;

import java.util.List;
import java.util.stream.Stream;

import javax.sql.DataSource;

import io.micrometer.core.instrument.MeterRegistry;
import org.flywaydb.core.Flyway;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JacksonModule;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

import io.zova.ZovaDatabase;
import io.zova.boot.actuate.FileCheck;
import io.zova.boot.actuate.ZovaEndpoint;
import io.zova.boot.actuate.ZovaInfoContributor;
import io.zova.boot.actuate.ZovaMetrics;
import io.zova.boot.event.NotificationEventPublisher;
import io.zova.boot.event.PayloadReader;
import io.zova.boot.event.ZovaListenerRegistrar;
import io.zova.notification.NotificationOperations;
import io.zova.object.ObjectId;
import io.zova.object.ObjectOperations;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Every condition of the auto-configurations, when it does not hold.
 */
class ConditionsTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(ZovaAutoConfiguration.class, ZovaDataSourceAutoConfiguration.class,
				ZovaTemplatesAutoConfiguration.class, ZovaEventsAutoConfiguration.class,
				ZovaFlywayAutoConfiguration.class, ZovaActuatorAutoConfiguration.class))
		.withPropertyValues("management.endpoints.web.exposure.include=zova");

	private final ApplicationContextRunner withDatabase = this.runner.withPropertyValues("zova.path=:memory:");

	@Test
	void withoutAPathNothingOfZovaIsThere() {
		this.runner.run((context) -> assertNothing(Stream.of(context.getBeanDefinitionNames())));
	}

	@Test
	void withoutTheCoreNothingOfZovaIsThere() {
		this.withDatabase.withClassLoader(new FilteredClassLoader(ZovaDatabase.class))
			.run((context) -> assertNothing(Stream.of(context.getBeanDefinitionNames())));
	}

	@Test
	void withoutSpringBootsJdbcThereIsNoDataSourceBean() {
		this.withDatabase.withClassLoader(new FilteredClassLoader("org.springframework.boot.jdbc"))
			.run((context) -> assertThat(context).hasNotFailed()
				.hasSingleBean(ZovaDatabase.class)
				.hasSingleBean(ObjectOperations.class)
				.doesNotHaveBean(DataSource.class));
	}

	@ParameterizedTest
	@ValueSource(strings = { "spring.datasource.url=jdbc:h2:mem:theirs", "spring.datasource.jndi-name=java:comp/theirs",
			"spring.datasource.type=com.zaxxer.hikari.HikariDataSource" })
	void besideADataSourceByPropertiesOursIsFoundByItsQualifierOnly(String property) {
		this.withDatabase.withUserConfiguration(Injected.class)
			.withPropertyValues(property)
			.run((context) -> assertBeside(context, null));
	}

	@Test
	void besideConnectionDetailsOursIsFoundByItsQualifierOnly() {
		this.withDatabase.withUserConfiguration(Injected.class)
			.withBean(JdbcConnectionDetails.class, Details::new)
			.run((context) -> assertBeside(context, null));
	}

	@Test
	void besideADataSourceBeanOursIsFoundByItsQualifierOnly() {
		DataSource theirs = new DriverManagerDataSource("jdbc:h2:mem:theirs");
		this.withDatabase.withUserConfiguration(Injected.class)
			.withBean("theirs", DataSource.class, () -> theirs)
			.run((context) -> assertBeside(context, theirs));
	}

	private static void assertBeside(AssertableApplicationContext context, @Nullable DataSource theirs) {
		assertThat(context).hasNotFailed().hasBean("zovaTransactionManager");
		Injected injected = context.getBean(Injected.class);
		assertThat(injected.unqualified()).isSameAs(theirs);
		assertThat(injected.qualified()).isSameAs(context.getBean(ZovaDatabase.class).dataSource());
	}

	@Test
	void aloneOursNeedsNoTransactionManagerOfItsOwn() {
		this.withDatabase.run((context) -> assertThat(context).hasSingleBean(DataSource.class)
			.doesNotHaveBean("zovaTransactionManager"));
	}

	@Test
	void withoutJacksonNobodyReadsPayloads() {
		this.withDatabase.withConfiguration(AutoConfigurations.of(JacksonAutoConfiguration.class))
			.withClassLoader(new FilteredClassLoader(JsonMapper.class))
			.run((context) -> assertThat(context).hasNotFailed()
				.hasSingleBean(ZovaListenerRegistrar.class)
				.doesNotHaveBean(PayloadReader.class));
	}

	@Test
	void withoutJacksonIdsHaveNoJson() {
		ApplicationContextRunner json = new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(ZovaJacksonAutoConfiguration.class));
		json.run((context) -> assertThat(context).hasBean("zovaJacksonModule"));
		for (Class<?> missing : List.of(JacksonModule.class, ObjectId.class)) {
			json.withClassLoader(new FilteredClassLoader(missing))
				.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean("zovaJacksonModule"));
		}
	}

	@Test
	void withSeveralJsonMappersNobodyGuessesWhichReadsPayloads() {
		this.withDatabase.withBean("one", JsonMapper.class, JsonMapper::new)
			.withBean("two", JsonMapper.class, JsonMapper::new)
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(PayloadReader.class));
	}

	@Test
	void withoutNotificationsThereAreNoEvents() {
		new ApplicationContextRunner().withConfiguration(AutoConfigurations.of(ZovaEventsAutoConfiguration.class))
			.run((context) -> assertThat(context).hasNotFailed()
				.doesNotHaveBean(NotificationEventPublisher.class)
				.doesNotHaveBean(ZovaListenerRegistrar.class));
		this.withDatabase.withClassLoader(new FilteredClassLoader(NotificationOperations.class))
			.run((context) -> assertThat(context).doesNotHaveBean("zovaNotificationEventPublisher"));
	}

	@Test
	void withoutFlywayThereIsNoCustomizer() {
		for (FilteredClassLoader without : new FilteredClassLoader[] {
				new FilteredClassLoader(Flyway.class.getPackageName()),
				new FilteredClassLoader("org.springframework.boot.flyway") }) {
			this.withDatabase.withClassLoader(without)
				.run((context) -> assertThat(context).hasNotFailed()
					.hasSingleBean(ZovaDatabase.class)
					.doesNotHaveBean("zovaFlywayCustomizer"));
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "management.health.zova.enabled=false", "management.health.defaults.enabled=false" })
	void healthCanBeSwitchedOff(String property) {
		this.withDatabase.withPropertyValues(property)
			.run((context) -> assertThat(context).hasNotFailed()
				.doesNotHaveBean(FileCheck.class)
				.doesNotHaveBean("zovaHealthIndicator"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "management.info.zova.enabled=false", "management.info.defaults.enabled=false" })
	void infoCanBeSwitchedOff(String property) {
		this.withDatabase.withPropertyValues(property)
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(ZovaInfoContributor.class));
	}

	@ParameterizedTest
	@ValueSource(strings = { "management.endpoint.zova.access=NONE", "management.endpoints.access.default=NONE",
			"management.endpoints.web.exposure.exclude=zova" })
	void theEndpointCanBeSwitchedOff(String property) {
		this.withDatabase.run((context) -> assertThat(context).hasSingleBean(ZovaEndpoint.class));
		this.withDatabase.withPropertyValues(property)
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(ZovaEndpoint.class));
	}

	@Test
	void withoutHealthThereIsNoIndicator() {
		this.withDatabase
			.withClassLoader(new FilteredClassLoader(ConditionalOnEnabledHealthIndicator.class.getPackageName()))
			.run((context) -> assertThat(context).hasNotFailed()
				.hasSingleBean(ZovaInfoContributor.class)
				.doesNotHaveBean("zovaFileCheck")
				.doesNotHaveBean("zovaHealthIndicator"));
	}

	@Test
	void withoutActuatorThereIsNoEndpointAndNoInfo() {
		this.withDatabase
			.withClassLoader(new FilteredClassLoader(ConditionalOnAvailableEndpoint.class.getPackageName()))
			.run((context) -> assertThat(context).hasNotFailed()
				.hasBean("zovaHealthIndicator")
				.doesNotHaveBean("zovaEndpoint")
				.doesNotHaveBean("zovaInfoContributor"));
	}

	@Test
	void withoutMicrometerThereAreNoMeters() {
		this.withDatabase.run((context) -> assertThat(context).hasSingleBean(ZovaMetrics.class));
		this.withDatabase.withClassLoader(new FilteredClassLoader(MeterRegistry.class.getPackageName()))
			.run((context) -> assertThat(context).hasNotFailed()
				.hasSingleBean(ZovaDatabase.class)
				.doesNotHaveBean("zovaMetrics"));
	}

	@Test
	void ourDataSourceIsThereBeforeSpringBootLooksForOne() {
		this.withDatabase.withConfiguration(AutoConfigurations.of(DataSourceAutoConfiguration.class))
			.run((context) -> assertThat(context).hasNotFailed()
				.hasSingleBean(DataSource.class)
				.hasBean("zovaDataSource"));
	}

	private static void assertNothing(Stream<String> beans) {
		assertThat(beans).noneMatch((name) -> name.startsWith("zova") && !name.startsWith("zova-"));
	}

	/**
	 * What a component of the application is given.
	 */
	static class Injected {

		private final @Nullable DataSource unqualified;

		private final DataSource qualified;

		Injected(ObjectProvider<DataSource> unqualified, @Qualifier("zova") DataSource qualified) {
			this.unqualified = unqualified.getIfAvailable();
			this.qualified = qualified;
		}

		@Nullable DataSource unqualified() {
			return this.unqualified;
		}

		DataSource qualified() {
			return this.qualified;
		}

	}

	static class Details implements JdbcConnectionDetails {

		@Override
		public String getUsername() {
			return "sa";
		}

		@Override
		public String getPassword() {
			return "";
		}

		@Override
		public String getJdbcUrl() {
			return "jdbc:h2:mem:theirs";
		}

	}

}
