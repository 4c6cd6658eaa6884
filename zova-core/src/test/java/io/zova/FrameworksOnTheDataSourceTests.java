package io.zova;

import java.nio.file.Path;
import java.sql.Connection;
import java.util.List;
import java.util.Properties;

import io.zova.ZovaOptions.JournalMode;
import io.zova.ZovaOptions.TransactionBegin;
import jakarta.persistence.Entity;
import jakarta.persistence.EntityManager;
import jakarta.persistence.EntityManagerFactory;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.ManyToOne;
import liquibase.Liquibase;
import liquibase.database.DatabaseFactory;
import liquibase.database.jvm.JdbcConnection;
import liquibase.resource.ClassLoaderResourceAccessor;
import org.flywaydb.core.Flyway;
import org.hibernate.community.dialect.SQLiteDialect;
import org.hibernate.jpa.HibernatePersistenceProvider;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.orm.jpa.JpaTransactionManager;
import org.springframework.orm.jpa.LocalContainerEntityManagerFactoryBean;
import org.springframework.orm.jpa.SharedEntityManagerCreator;
import org.springframework.orm.jpa.vendor.HibernateJpaDialect;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Flyway, Liquibase and JPA find a plain DataSource, in WAL and in rollback mode.
 */
class FrameworksOnTheDataSourceTests {

	private static final java.util.logging.Logger LIQUIBASE = java.util.logging.Logger.getLogger("liquibase");

	static {
		LIQUIBASE.setLevel(java.util.logging.Level.WARNING);
	}

	@TempDir
	private Path directory;

	@ParameterizedTest
	@CsvSource({ "WAL, IMMEDIATE", "DELETE, IMMEDIATE", "WAL, FIRST_WRITE", "DELETE, FIRST_WRITE" })
	void flyway(JournalMode mode, TransactionBegin begin) {
		try (ZovaDatabase database = create(mode, begin)) {
			Flyway flyway = Flyway.configure()
				.dataSource(database.dataSource())
				.locations("classpath:frameworks/flyway")
				.baselineOnMigrate(true)
				.baselineVersion("0")
				.load();
			assertThat(flyway.migrate().migrationsExecuted).isEqualTo(2);
			assertThat(flyway.migrate().migrationsExecuted).isZero();
			flyway.validate();
			assertThat(JdbcClient.create(database.dataSource())
				.sql("select noted from author_log")
				.query(String.class)
				.list()).containsExactly("added; by trigger");
		}
		ZovaDatabase.open(file()).close();
	}

	@ParameterizedTest
	@CsvSource({ "WAL, IMMEDIATE", "DELETE, IMMEDIATE", "WAL, FIRST_WRITE", "DELETE, FIRST_WRITE" })
	void liquibase(JournalMode mode, TransactionBegin begin) throws Exception {
		try (ZovaDatabase database = create(mode, begin)) {
			for (int i = 0; i < 2; i++) {
				try (Connection connection = database.dataSource().getConnection();
						Liquibase liquibase = new Liquibase("frameworks/liquibase/changes.sql",
								new ClassLoaderResourceAccessor(), DatabaseFactory.getInstance()
									.findCorrectDatabaseImplementation(new JdbcConnection(connection)))) {
					liquibase.update("");
				}
			}
			assertThat(JdbcClient.create(database.dataSource())
				.sql("select name from author order by name")
				.query(String.class)
				.list()).containsExactly("Le Guin", "Lem");
		}
		ZovaDatabase.open(file()).close();
	}

	@ParameterizedTest
	@CsvSource({ "WAL, IMMEDIATE", "DELETE, IMMEDIATE", "WAL, FIRST_WRITE", "DELETE, FIRST_WRITE" })
	void jpaSharesItsTransactionsWithTheTemplates(JournalMode mode, TransactionBegin begin) {
		try (ZovaDatabase database = create(mode, begin)) {
			LocalContainerEntityManagerFactoryBean factory = entityManagerFactory(database);
			EntityManagerFactory entities = factory.getObject();
			assertThat(entities).isNotNull();
			JpaTransactionManager transactions = new JpaTransactionManager(entities);
			transactions.setDataSource(database.dataSource());
			EntityManager manager = SharedEntityManagerCreator.createSharedEntityManager(entities);
			TransactionTemplate transaction = new TransactionTemplate(transactions);
			transaction.executeWithoutResult((status) -> {
				Author author = new Author("Le Guin");
				manager.persist(author);
				manager.persist(new Book("The Dispossessed", author));
				manager.flush();
				assertThat(titles(database)).as("the template sees what JPA has not committed").hasSize(1);
			});
			assertThatExceptionOfType(RuntimeException.class)
				.isThrownBy(() -> transaction.executeWithoutResult((status) -> {
					manager.persist(new Book("Undone", null));
					manager.flush();
					database.sql().write("insert", (connection) -> {
						try (var statement = connection.createStatement()) {
							return statement.executeUpdate("insert into Book(title) values ('Undone, too')");
						}
					});
					throw new IllegalStateException();
				}));
			assertThat(titles(database)).containsExactly("The Dispossessed");
			List<String> names = transaction.execute(
					(status) -> manager.createQuery("select b.author.name from Book b", String.class).getResultList());
			assertThat(names).containsExactly("Le Guin");
			factory.destroy();
		}
	}

	private static LocalContainerEntityManagerFactoryBean entityManagerFactory(ZovaDatabase database) {
		LocalContainerEntityManagerFactoryBean factory = new LocalContainerEntityManagerFactoryBean();
		factory.setDataSource(database.dataSource());
		factory.setPersistenceProvider(new HibernatePersistenceProvider());
		factory.setJpaDialect(new HibernateJpaDialect());
		factory.setManagedTypes(org.springframework.orm.jpa.persistenceunit.PersistenceManagedTypes
			.of(Author.class.getName(), Book.class.getName()));
		Properties properties = new Properties();
		properties.setProperty("hibernate.dialect", SQLiteDialect.class.getName());
		properties.setProperty("hibernate.hbm2ddl.auto", "create");
		factory.setJpaProperties(properties);
		factory.afterPropertiesSet();
		return factory;
	}

	private static List<String> titles(ZovaDatabase database) {
		return JdbcClient.create(database.dataSource()).sql("select title from Book").query(String.class).list();
	}

	private ZovaDatabase create(JournalMode mode, TransactionBegin begin) {
		return ZovaDatabase.create(file(), ZovaOptions.builder().journalMode(mode).transactionBegin(begin).build());
	}

	private Path file() {
		return this.directory.resolve("test.zova");
	}

	@Entity(name = "Author")
	static class Author {

		@Id
		@GeneratedValue(strategy = GenerationType.IDENTITY)
		private Long id;

		private String name;

		protected Author() {
		}

		Author(String name) {
			this.name = name;
		}

	}

	@Entity(name = "Book")
	static class Book {

		@Id
		@GeneratedValue(strategy = GenerationType.IDENTITY)
		private Long id;

		private String title;

		@ManyToOne
		private Author author;

		protected Book() {
		}

		Book(String title, Author author) {
			this.title = title;
			this.author = author;
		}

	}

}
