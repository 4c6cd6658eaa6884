package io.zova.boot;

import javax.sql.DataSource;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;
import org.springframework.boot.session.jdbc.autoconfigure.JdbcSessionProperties;
import org.springframework.boot.sql.init.DatabaseInitializationMode;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What an application finds set for Spring's neighbours.
 */
class NeighbourDefaultsTests {

	private static final String SESSION = "spring.session.jdbc.initialize-schema";

	private static final String LOCKS = "spring.quartz.properties.org.quartz.jobStore.lockHandler.class";

	@Test
	void withZovaAsTheOnlyDataSourceTablesAreMade() {
		try (ConfigurableApplicationContext context = run("zova.path=:memory:")) {
			Environment environment = context.getEnvironment();
			assertThat(environment.getProperty(SESSION)).isEqualTo("always");
			assertThat(environment.getProperty("spring.batch.jdbc.initialize-schema")).isEqualTo("always");
			assertThat(environment.containsProperty(LOCKS)).isFalse();
		}
	}

	@Test
	void quartzIsToldWhereItsStoreIsJdbc() {
		try (ConfigurableApplicationContext context = run("zova.path=:memory:", "spring.quartz.job-store-type=jdbc")) {
			assertThat(context.getEnvironment().getProperty(LOCKS)).contains("UpdateLockRowSemaphore");
			assertThat(context.getEnvironment().getProperty("spring.quartz.jdbc.platform")).isEqualTo("derby");
		}
	}

	@Test
	void whatTheApplicationSaysWins() {
		try (ConfigurableApplicationContext context = run("zova.path=:memory:", SESSION + "=never")) {
			assertThat(context.getEnvironment().getProperty(SESSION)).isEqualTo("never");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "x=y", "spring.datasource.url=jdbc:h2:mem:a", "spring.datasource.jndi-name=java:comp/a",
			"spring.datasource.type=com.zaxxer.hikari.HikariDataSource" })
	void withoutZovaOrWithAnotherDataSourceNothingIsSaid(String property) {
		String path = property.equals("x=y") ? "x=z" : "zova.path=:memory:";
		try (ConfigurableApplicationContext context = run(path, property)) {
			assertThat(context.getEnvironment().containsProperty(SESSION)).isFalse();
		}
	}

	@Test
	void withADataSourceAsABeanItsTablesAreLeftAlone() {
		try (ConfigurableApplicationContext context = run(OwnDataSource.class, "zova.path=:memory:")) {
			assertThat(context.getBean(JdbcSessionProperties.class).getInitializeSchema())
				.isEqualTo(DatabaseInitializationMode.EMBEDDED);
			assertThat(context.getEnvironment().containsProperty("spring.batch.jdbc.initialize-schema")).isFalse();
		}
	}

	@Test
	void withConnectionDetailsAsABeanNothingIsSaid() {
		try (ConfigurableApplicationContext context = run(OwnDetails.class, "zova.path=:memory:")) {
			assertThat(context.getEnvironment().containsProperty(SESSION)).isFalse();
		}
	}

	@Test
	void theSettingsReachTheBeansThatMakeTheTables() {
		try (ConfigurableApplicationContext context = run("zova.path=:memory:")) {
			assertThat(context.getBean(JdbcSessionProperties.class).getInitializeSchema())
				.isEqualTo(DatabaseInitializationMode.ALWAYS);
		}
		try (ConfigurableApplicationContext context = run("zova.path=:memory:",
				"spring.session.jdbc.initializeSchema=never")) {
			assertThat(context.getBean(JdbcSessionProperties.class).getInitializeSchema())
				.isEqualTo(DatabaseInitializationMode.NEVER);
		}
	}

	private static ConfigurableApplicationContext run(String... properties) {
		return run(Empty.class, properties);
	}

	private static ConfigurableApplicationContext run(Class<?> application, String... properties) {
		return new SpringApplicationBuilder(application).web(WebApplicationType.NONE).properties(properties).run();
	}

	@Configuration(proxyBeanMethods = false)
	@EnableConfigurationProperties(JdbcSessionProperties.class)
	@ImportAutoConfiguration({ ZovaAutoConfiguration.class, ZovaDataSourceAutoConfiguration.class })
	static class Empty {

	}

	@Configuration(proxyBeanMethods = false)
	static class OwnDataSource extends Empty {

		@Bean
		DataSource theirs() {
			return new DriverManagerDataSource("jdbc:h2:mem:theirs");
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OwnDetails extends Empty {

		@Bean
		JdbcConnectionDetails theirs() {
			return new JdbcConnectionDetails() {
				@Override
				public String getUsername() {
					return "u";
				}

				@Override
				public String getPassword() {
					return "p";
				}

				@Override
				public String getJdbcUrl() {
					return "jdbc:h2:mem:theirs";
				}
			};
		}

	}

}
