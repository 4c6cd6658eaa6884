package io.zova.boot;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

import javax.sql.DataSource;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.Banner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.hibernate.autoconfigure.HibernateJpaAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.persistence.autoconfigure.EntityScan;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import io.zova.ZovaDatabase;
import io.zova.graph.GraphOperations;
import io.zova.object.ObjectTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * What a user reads who has forgotten {@code zova.path} or a dependency.
 */
@Timeout(120)
@ExtendWith(OutputCaptureExtension.class)
class ForgottenSettingsTests {

	private static final String PATH_IS_MISSING = "zova.path is not set, so there is no Zova database";

	@ParameterizedTest
	@ValueSource(classes = { NeedsOperations.class, NeedsTemplate.class, NeedsDatabase.class })
	void thePathWhereABeanOfZovaIsInjected(Class<?> application, CapturedOutput output) {
		fail(application);
		assertThat(output).contains("APPLICATION FAILED TO START", "a bean of the type io.zova.", PATH_IS_MISSING,
				"Set zova.path to the file");
	}

	@ParameterizedTest
	@ValueSource(classes = { NeedsDataSource.class, Jpa.class })
	void thePathWhereADataSourceIsNeeded(Class<?> application, CapturedOutput output) {
		fail(application, "--spring.datasource.embedded-database-connection=none");
		assertThat(output).contains("APPLICATION FAILED TO START", "The application needs a data source",
				PATH_IS_MISSING, "Set zova.path to the file");
	}

	@Test
	void somethingElseThatIsMissingIsNotOurBusiness(CapturedOutput output) {
		fail(NeedsSomethingElse.class);
		assertThat(output).contains("APPLICATION FAILED TO START", "java.lang.Thread").doesNotContain("zova.path");
	}

	@Test
	void aBeanThatIsMissingAlthoughThereIsAPathIsNotExplainedByThePath(CapturedOutput output) {
		fail(NeedsTemplateWithoutItsConfiguration.class, "--zova.path=:memory:");
		assertThat(output).contains("APPLICATION FAILED TO START").doesNotContain(PATH_IS_MISSING);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "--spring.jpa.database-platform=org.hibernate.community.dialect.SQLiteDialect" })
	void theDialectOfHibernate(String argument) throws Exception {
		String classPath = Arrays.stream(System.getProperty("java.class.path").split(java.io.File.pathSeparator))
			.filter((entry) -> !entry.contains("hibernate-community-dialects"))
			.collect(Collectors.joining(java.io.File.pathSeparator));
		List<String> command = new ArrayList<>(
				List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp", classPath,
						Jpa.class.getName(), "--zova.path=:memory:"));
		if (!argument.isEmpty()) {
			command.add(argument);
		}
		Process child = new ProcessBuilder(command).redirectErrorStream(true).start();
		String text = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
		assertThat(child.waitFor(30, TimeUnit.SECONDS)).isTrue();
		assertThat(text).contains("APPLICATION FAILED TO START", "Hibernate has no dialect of its own for SQLite",
				"Add the dependency org.hibernate.orm:hibernate-community-dialects");
	}

	private static void fail(Class<?> application, String... arguments) {
		assertThat(catchThrowable(() -> start(application, arguments))).isNotNull();
	}

	private static void start(Class<?> source, String... arguments) {
		SpringApplication application = new SpringApplication(source);
		application.setWebApplicationType(WebApplicationType.NONE);
		application.setBannerMode(Banner.Mode.OFF);
		application.run(arguments).close();
	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ ZovaAutoConfiguration.class, ZovaTemplatesAutoConfiguration.class })
	static class NeedsOperations {

		@Bean
		String user(GraphOperations graphs) {
			return graphs.toString();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ ZovaAutoConfiguration.class, ZovaTemplatesAutoConfiguration.class })
	static class NeedsTemplate {

		@Bean
		String user(ObjectTemplate objects) {
			return objects.toString();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration(ZovaAutoConfiguration.class)
	static class NeedsTemplateWithoutItsConfiguration {

		@Bean
		String user(ObjectTemplate objects) {
			return objects.toString();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration(ZovaAutoConfiguration.class)
	static class NeedsDatabase {

		@Bean
		String user(ZovaDatabase database) {
			return database.toString();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration(ZovaAutoConfiguration.class)
	static class NeedsSomethingElse {

		@Bean
		String user(Thread thread) {
			return thread.toString();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ ZovaAutoConfiguration.class, ZovaDataSourceAutoConfiguration.class,
			DataSourceAutoConfiguration.class })
	static class NeedsDataSource {

		@Bean
		String user(DataSource dataSource) {
			return dataSource.toString();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ ZovaAutoConfiguration.class, ZovaDataSourceAutoConfiguration.class,
			DataSourceAutoConfiguration.class, HibernateJpaAutoConfiguration.class })
	@EntityScan("io.zova.boot.integration")
	static class Jpa {

		public static void main(String[] arguments) {
			start(Jpa.class, arguments);
		}

	}

}
