package io.zova.boot.integration;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurationPackage;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.hibernate.autoconfigure.HibernateJpaAutoConfiguration;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcClientAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcTemplateAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.transaction.autoconfigure.TransactionAutoConfiguration;
import org.springframework.cache.CacheManager;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.orm.jpa.JpaTransactionManager;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.annotation.Transactional;

import io.zova.ZovaDatabase;
import io.zova.boot.ZovaAutoConfiguration;
import io.zova.boot.ZovaCacheAutoConfiguration;
import io.zova.boot.ZovaDataSourceAutoConfiguration;
import io.zova.boot.cache.ZovaCacheCustomizer;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The code of docs/spring.md is the code of these beans.
 */
class SpringPageTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(ZovaAutoConfiguration.class, JacksonAutoConfiguration.class))
		.withPropertyValues("zova.path=:memory:");

	@Test
	void aTimeOfItsOwnForEachEntry() {
		this.runner.withConfiguration(AutoConfigurations.of(ZovaCacheAutoConfiguration.class))
			.withUserConfiguration(Rates.class)
			.withPropertyValues("spring.cache.type=zova")
			.run((context) -> {
				CacheManager caches = context.getBean(CacheManager.class);
				caches.getCache("rates").put("EUR", 1.1);
				assertThat(caches.getCache("rates").get("EUR", Double.class)).isEqualTo(1.1);
			});
	}

	@Test
	void aPartOfATransactionIsUndoneAlone() {
		for (Class<?> transactions : List.of(DataSourceTransactionManagerAutoConfiguration.class,
				HibernateJpaAutoConfiguration.class)) {
			this.runner
				.withConfiguration(AutoConfigurations.of(ZovaDataSourceAutoConfiguration.class,
						DataSourceAutoConfiguration.class, JdbcTemplateAutoConfiguration.class,
						JdbcClientAutoConfiguration.class, TransactionAutoConfiguration.class, transactions))
				.withUserConfiguration(Books.class)
				.run((context) -> {
					boolean jpa = transactions == HibernateJpaAutoConfiguration.class;
					assertThat(context.getBean(PlatformTransactionManager.class) instanceof JpaTransactionManager)
						.isEqualTo(jpa);
					assertThat(context.getBean(Books.class).add(List.of("1", "2", "1", "3"))).containsExactly("1");
					assertThat(context.getBean(JdbcClient.class)
						.sql("select isbn from book order by isbn")
						.query(String.class)
						.list()).containsExactly("1", "2", "3");
				});
		}
	}

	@AutoConfigurationPackage
	static class Books {

		private final ZovaDatabase database;

		private final JdbcClient jdbc;

		Books(ZovaDatabase database, JdbcClient jdbc) {
			this.database = database;
			this.jdbc = jdbc;
			jdbc.sql("create table book(isbn text primary key)").update();
		}

		@Transactional
		public List<String> add(List<String> isbns) {
			List<String> refused = new ArrayList<>();
			for (String isbn : isbns) {
				try {
					this.database.savepoint("one_book",
							() -> this.jdbc.sql("insert into book values (?)").param(isbn).update());
				}
				catch (DuplicateKeyException ex) {
					refused.add(isbn);
				}
			}
			return refused;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Rates {

		@Bean
		ZovaCacheCustomizer rates() {
			return (builder) -> builder.timeToLive("rates",
					(currency, rate) -> currency.equals("EUR") ? Duration.ofHours(1) : Duration.ofMinutes(5));
		}

	}

}
