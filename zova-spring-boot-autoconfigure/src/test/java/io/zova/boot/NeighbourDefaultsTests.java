package io.zova.boot;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

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

	private static ConfigurableApplicationContext run(String... properties) {
		return new SpringApplicationBuilder(Empty.class).web(WebApplicationType.NONE).properties(properties).run();
	}

	@Configuration(proxyBeanMethods = false)
	static class Empty {

	}

}
