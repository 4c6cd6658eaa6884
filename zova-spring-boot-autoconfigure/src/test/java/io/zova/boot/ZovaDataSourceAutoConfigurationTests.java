package io.zova.boot;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

import javax.sql.DataSource;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceInitializationAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcClientAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcTemplateAutoConfiguration;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.transaction.autoconfigure.TransactionAutoConfiguration;
import org.springframework.boot.transaction.autoconfigure.TransactionManagerCustomizationAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionManager;
import org.springframework.transaction.annotation.Transactional;

import io.zova.ZovaDatabase;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Zova's DataSource, alone or beside another one.
 */
class ZovaDataSourceAutoConfigurationTests {

	@TempDir
	private Path directory;

	private final ApplicationContextRunner runner = new ApplicationContextRunner().withConfiguration(AutoConfigurations
		.of(ZovaAutoConfiguration.class, ZovaDataSourceAutoConfiguration.class, DataSourceAutoConfiguration.class,
				DataSourceInitializationAutoConfiguration.class, DataSourceTransactionManagerAutoConfiguration.class,
				JdbcTemplateAutoConfiguration.class, JdbcClientAutoConfiguration.class,
				TransactionAutoConfiguration.class, TransactionManagerCustomizationAutoConfiguration.class));

	@Test
	void aloneItIsTheDataSourceOfEverything() {
		this.runner.withPropertyValues(path()).run((context) -> {
			DataSource dataSource = context.getBean(ZovaDatabase.class).dataSource();
			assertThat(context).hasSingleBean(DataSource.class);
			assertThat(context.getBean(DataSource.class)).isSameAs(dataSource);
			assertThat(context).hasSingleBean(TransactionManager.class);
			assertThat(context.getBean(JdbcTransactionManager.class).getDataSource()).isSameAs(dataSource);
			assertThat(context.getBean(JdbcTemplate.class).getDataSource()).isSameAs(dataSource);
			assertThat(context).hasSingleBean(JdbcClient.class);
		});
	}

	@Test
	void withoutADatabaseNothingHappens() {
		this.runner.run((context) -> assertThat(context).doesNotHaveBean("zovaDataSource")
			.doesNotHaveBean("zovaTransactionManager"));
	}

	@Test
	void besideADataSourceOfTheUserNothingOfTheirsChanges() {
		ApplicationContextRunner theirs = this.runner.withUserConfiguration(OwnDataSource.class);
		theirs.run((without) -> theirs.withPropertyValues(path())
			.run((with) -> assertBeside(without, with, with.getBean("ownDataSource", DataSource.class))));
	}

	@Test
	void besideADataSourceOfPropertiesNothingOfTheirsChanges() {
		ApplicationContextRunner theirs = this.runner.withPropertyValues("spring.datasource.url=jdbc:h2:mem:theirs");
		theirs.run((without) -> theirs.withPropertyValues(path())
			.run((with) -> assertBeside(without, with, with.getBean("dataSource", DataSource.class))));
	}

	@Test
	void besideAnotherOneItHasItsOwnTransactions() {
		this.runner.withUserConfiguration(OwnDataSource.class, Service.class)
			.withPropertyValues(path())
			.run((context) -> {
				Service service = context.getBean(Service.class);
				service.jdbc().sql("create table t (v text)").update();
				assertThat(org.assertj.core.api.Assertions.catchThrowable(service::fail))
					.isInstanceOf(IllegalStateException.class);
				assertThat(service.jdbc().sql("select count(*) from t").query(Integer.class).single()).isZero();
			});
	}

	@Test
	void schemaSqlRunsOnIt() {
		this.runner
			.withPropertyValues(path(), "spring.sql.init.mode=always",
					"spring.sql.init.schema-locations=classpath:io/zova/boot/schema.sql")
			.run((context) -> assertThat(
					context.getBean(JdbcClient.class).sql("select v from init").query(String.class).list())
				.containsExactly("a", "b"));
	}

	private void assertBeside(AssertableApplicationContext without, AssertableApplicationContext with,
			DataSource theirs) {
		assertThat(without).hasNotFailed();
		assertThat(with).hasNotFailed();
		List<String> added = Arrays.stream(with.getBeanDefinitionNames())
			.filter((name) -> !without.containsBeanDefinition(name))
			.toList();
		assertThat(added).allMatch((name) -> name.contains("zova") || name.startsWith("io.zova."));
		assertThat(Arrays.asList(with.getBeanDefinitionNames())).contains(without.getBeanDefinitionNames());
		assertThat(with.getBean(DataSource.class)).isSameAs(theirs);
		assertThat(with.getBean(JdbcTemplate.class).getDataSource()).isSameAs(theirs);
		assertThat(((JdbcTransactionManager) with.getBean(PlatformTransactionManager.class)).getDataSource())
			.isSameAs(theirs);
		DataSource zova = with.getBean("zovaDataSource", DataSource.class);
		assertThat(zova).isSameAs(with.getBean(ZovaDatabase.class).dataSource()).isNotSameAs(theirs);
		assertThat(with.getBean("zovaTransactionManager", JdbcTransactionManager.class).getDataSource()).isSameAs(zova);
	}

	private String path() {
		return "zova.path=" + this.directory.resolve("app.zova");
	}

	@Configuration(proxyBeanMethods = false)
	static class OwnDataSource {

		@Bean
		DataSource ownDataSource() {
			return new DriverManagerDataSource("jdbc:h2:mem:own");
		}

	}

	static class Service {

		private final JdbcClient jdbc;

		Service(@Qualifier("zova") DataSource dataSource) {
			this.jdbc = JdbcClient.create(dataSource);
		}

		JdbcClient jdbc() {
			return this.jdbc;
		}

		@Transactional("zova")
		public void fail() {
			this.jdbc.sql("insert into t values ('x')").update();
			throw new IllegalStateException("on purpose");
		}

	}

}
