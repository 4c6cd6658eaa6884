package io.zova.boot.integration;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

import jakarta.persistence.EntityManager;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.AutoConfigurationPackage;
import org.springframework.boot.data.jdbc.autoconfigure.DataJdbcRepositoriesAutoConfiguration;
import org.springframework.boot.data.jpa.autoconfigure.DataJpaRepositoriesAutoConfiguration;
import org.springframework.boot.flyway.autoconfigure.FlywayAutoConfiguration;
import org.springframework.boot.hibernate.autoconfigure.HibernateJpaAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceInitializationAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcClientAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcTemplateAutoConfiguration;
import org.springframework.boot.liquibase.autoconfigure.LiquibaseAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.transaction.autoconfigure.TransactionAutoConfiguration;
import org.springframework.boot.transaction.autoconfigure.TransactionManagerCustomizationAutoConfiguration;
import org.springframework.data.jpa.repository.config.EnableJpaRepositories;
import org.springframework.data.jdbc.repository.config.EnableJdbcRepositories;
import org.springframework.data.repository.CrudRepository;
import org.springframework.data.repository.PagingAndSortingRepository;
import org.springframework.data.domain.PageRequest;
import org.springframework.data.domain.Sort;
import org.springframework.context.annotation.ComponentScan;
import org.springframework.context.annotation.FilterType;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.orm.jpa.JpaTransactionManager;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import io.zova.boot.ZovaAutoConfiguration;
import io.zova.boot.ZovaFlywayAutoConfiguration;
import io.zova.boot.ZovaDataSourceAutoConfiguration;
import io.zova.boot.ZovaTemplatesAutoConfiguration;
import io.zova.notification.Notification;
import io.zova.notification.NotificationOperations;
import io.zova.notification.Subscription;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * What works with JDBC works on Zova's DataSource, with no further set-up, and in the
 * same transaction as everything else.
 */
class EverythingOnJdbcTests {

	@TempDir
	private Path directory;

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(ZovaAutoConfiguration.class, ZovaDataSourceAutoConfiguration.class,
				ZovaTemplatesAutoConfiguration.class, DataSourceAutoConfiguration.class,
				DataSourceInitializationAutoConfiguration.class, DataSourceTransactionManagerAutoConfiguration.class,
				JdbcTemplateAutoConfiguration.class, JdbcClientAutoConfiguration.class,
				TransactionAutoConfiguration.class, TransactionManagerCustomizationAutoConfiguration.class));

	@Test
	void flywayMigratesTheFileAndFindsItMigratedTheNextTime() {
		ApplicationContextRunner flyway = this.runner
			.withConfiguration(AutoConfigurations.of(ZovaFlywayAutoConfiguration.class, FlywayAutoConfiguration.class))
			.withPropertyValues(path());
		for (int i = 0; i < 2; i++) {
			flyway.run((context) -> assertThat(context.getBean(JdbcClient.class)
				.sql("select version from flyway_schema_history order by installed_rank")
				.query(String.class)
				.list()).containsExactly("0", "1", "2"));
		}
	}

	@Test
	void liquibaseMigratesTheFileAndFindsItMigratedTheNextTime() {
		ApplicationContextRunner liquibase = this.runner
			.withConfiguration(AutoConfigurations.of(LiquibaseAutoConfiguration.class))
			.withPropertyValues(path());
		for (int i = 0; i < 2; i++) {
			liquibase.run((context) -> assertThat(context.getBean(JdbcClient.class)
				.sql("select id from databasechangelog order by orderexecuted")
				.query(String.class)
				.list()).containsExactly("1", "2"));
		}
	}

	@Test
	void springDataJdbcStoresAndFinds() {
		this.runner
			.withConfiguration(AutoConfigurations.of(ZovaFlywayAutoConfiguration.class, FlywayAutoConfiguration.class,
					DataJdbcRepositoriesAutoConfiguration.class))
			.withUserConfiguration(JdbcRepositories.class)
			.withPropertyValues(path())
			.run((context) -> {
				JdbcBooks books = context.getBean(JdbcBooks.class);
				Book saved = books.save(new Book("Rust in Action"));
				assertThat(saved.getId()).isEqualTo(1);
				saved.setYear(2021);
				books.save(saved);
				assertThat(books.findById(1L)).map(Book::getYear).contains(2021);
				assertThat(books.findByTitle("Rust in Action")).hasSize(1);
				for (int i = 0; i < 10; i++) {
					books.save(new Book("Volume " + i));
				}
				assertThat(books.findAll(PageRequest.of(1, 3, Sort.by("title"))).map(Book::getTitle))
					.containsExactly("Volume 2", "Volume 3", "Volume 4");
				assertThat(books.findFirstByTitleStartingWithOrderByTitleDesc("Vol")).map(Book::getTitle)
					.contains("Volume 9");
			});
	}

	@Test
	void jpaStoresAndFindsInOneTransactionWithTheRest() {
		this.runner
			.withConfiguration(AutoConfigurations.of(ZovaFlywayAutoConfiguration.class, FlywayAutoConfiguration.class,
					HibernateJpaAutoConfiguration.class, DataJpaRepositoriesAutoConfiguration.class))
			.withUserConfiguration(JpaRepositories.class)
			.withPropertyValues(path())
			.run((context) -> {
				PlatformTransactionManager transactions = context.getBean(PlatformTransactionManager.class);
				assertThat(transactions).isInstanceOf(JpaTransactionManager.class);
				JpaBooks books = context.getBean(JpaBooks.class);
				EntityManager entities = context.getBean(EntityManager.class);
				JdbcClient jdbc = context.getBean(JdbcClient.class);
				NotificationOperations notifications = context.getBean(NotificationOperations.class);
				Subscription subscription = notifications.subscribe("books");
				TransactionTemplate transaction = new TransactionTemplate(transactions);
				transaction.executeWithoutResult((status) -> {
					Book book = books.save(new Book("Effective Java"));
					entities.flush();
					notifications.publish("books", "" + book.getId());
					assertThat(jdbc.sql("select title from book").query(String.class).list())
						.containsExactly("Effective Java");
				});
				assertThat(subscription.tryReceive()).map(Notification::payload).contains("1");
				assertThat(catchThrowable(() -> transaction.executeWithoutResult((status) -> {
					books.saveAndFlush(new Book("Lost"));
					jdbc.sql("insert into book (title) values ('lost too')").update();
					notifications.publish("books", "lost");
					throw new IllegalStateException("on purpose");
				}))).isInstanceOf(IllegalStateException.class);
				assertThat(jdbc.sql("select count(*) from book").query(Integer.class).single()).isEqualTo(1);
				assertThat(subscription.tryReceive()).isEmpty();
				assertThat(books.findByTitle("Effective Java")).hasSize(1);
			});
	}

	private String path() {
		return "zova.path=" + this.directory.resolve("app.zova");
	}

	interface JdbcBooks extends CrudRepository<Book, Long>, PagingAndSortingRepository<Book, Long> {

		Optional<Book> findFirstByTitleStartingWithOrderByTitleDesc(String start);

		List<Book> findByTitle(String title);

	}

	interface JpaBooks extends org.springframework.data.jpa.repository.JpaRepository<Book, Long> {

		List<Book> findByTitle(String title);

		@Override
		Optional<Book> findById(Long id);

	}

	@AutoConfigurationPackage
	@EnableJdbcRepositories(considerNestedRepositories = true,
			includeFilters = @ComponentScan.Filter(type = FilterType.ASSIGNABLE_TYPE, classes = JdbcBooks.class),
			excludeFilters = @ComponentScan.Filter(type = FilterType.ASSIGNABLE_TYPE, classes = JpaBooks.class))
	static class JdbcRepositories {

	}

	@AutoConfigurationPackage
	@EnableJpaRepositories(considerNestedRepositories = true,
			excludeFilters = @ComponentScan.Filter(type = FilterType.ASSIGNABLE_TYPE, classes = JdbcBooks.class))
	static class JpaRepositories {

	}

}
