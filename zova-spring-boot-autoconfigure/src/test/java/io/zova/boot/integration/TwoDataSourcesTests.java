package io.zova.boot.integration;

import java.nio.charset.StandardCharsets;
import java.util.List;

import javax.sql.DataSource;

import jakarta.persistence.EntityManager;
import jakarta.persistence.EntityManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.boot.autoconfigure.AutoConfigurationPackages;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.hibernate.autoconfigure.HibernateJpaAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcClientAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcTemplateAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.transaction.autoconfigure.TransactionAutoConfiguration;
import org.springframework.boot.transaction.autoconfigure.TransactionManagerCustomizationAutoConfiguration;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.orm.jpa.JpaTransactionManager;
import org.springframework.orm.jpa.SharedEntityManagerCreator;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionManager;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.event.TransactionalEventListener;

import io.zova.ZovaDatabase;
import io.zova.ZovaException;
import io.zova.boot.ZovaAutoConfiguration;
import io.zova.boot.ZovaDataSourceAutoConfiguration;
import io.zova.boot.ZovaTemplatesAutoConfiguration;
import io.zova.object.ObjectOperations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Zova beside another database: whose transaction is meant, and what is said about it.
 * docs/two-data-sources.md shows the arrangement.
 */
@ExtendWith(OutputCaptureExtension.class)
class TwoDataSourcesTests {

	private static final String H2 = "spring.datasource.url=jdbc:h2:mem:shop;DB_CLOSE_DELAY=0";

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(ZovaAutoConfiguration.class, ZovaDataSourceAutoConfiguration.class,
				ZovaTemplatesAutoConfiguration.class, DataSourceAutoConfiguration.class,
				DataSourceTransactionManagerAutoConfiguration.class, JdbcTemplateAutoConfiguration.class,
				JdbcClientAutoConfiguration.class, TransactionAutoConfiguration.class,
				TransactionManagerCustomizationAutoConfiguration.class))
		.withPropertyValues("zova.path=:memory:")
		.withBean(Shop.class, Shop::new);

	@Test
	void aBareAnnotationMeansTheOtherAndIsWarnedOf(CapturedOutput output) {
		this.runner.withPropertyValues(H2).run((context) -> {
			assertThat(output)
				.contains("@Transactional without a name means 'transactionManager', which is not Zova's. "
						+ "What shall be one transaction in Zova needs @Transactional(\"zovaTransactionManager\").");
			assertThatExceptionOfType(OnPurpose.class).isThrownBy(() -> context.getBean(Shop.class).bare());
			assertThat(context.getBean(ObjectOperations.class).page(null, 10)).hasSize(1);
			assertThat(output)
				.contains("The transaction io.zova.boot.integration.TwoDataSourcesTests$Shop.bare belongs to another");
		});
	}

	@Test
	void aBareAnnotationCanBeMadeToFail() {
		this.runner.withPropertyValues(H2, "zova.transaction.foreign=fail").run((context) -> {
			assertThatExceptionOfType(ZovaException.class).isThrownBy(() -> context.getBean(Shop.class).bare())
				.withMessageContaining("Shop.bare");
			assertThat(context.getBean(ObjectOperations.class).page(null, 10)).isEmpty();
		});
	}

	@Test
	void theNameOfTheManagerGivesOneTransactionInZova(CapturedOutput output) {
		this.runner.withPropertyValues(H2, "zova.transaction.foreign=fail").run((context) -> {
			Shop shop = context.getBean(Shop.class);
			assertThatExceptionOfType(OnPurpose.class).isThrownBy(shop::byName);
			assertThatExceptionOfType(OnPurpose.class).isThrownBy(shop::byQualifier);
			assertThat(context.getBean(ObjectOperations.class).page(null, 10)).isEmpty();
			assertThat(output).doesNotContain("belongs to another");
		});
	}

	@Test
	void theArrangementOfTheDocumentation() {
		this.runner.withPropertyValues(H2, "zova.transaction.foreign=fail")
			.withBean(OrderListener.class)
			.run((context) -> {
				JdbcClient h2 = context.getBean(JdbcClient.class);
				h2.sql("create table orders(id varchar(10) primary key)").update();
				context.getBean(Shop.class).order("1", false);
				assertThatExceptionOfType(OnPurpose.class)
					.isThrownBy(() -> context.getBean(Shop.class).order("2", true));
				assertThat(h2.sql("select id from orders").query(String.class).list()).containsExactly("1");
				assertThat(context.getBean(ObjectOperations.class).page(null, 10)).hasSize(1);
			});
	}

	@Test
	void aManagerOfTheUserOverOurDataSourceIsOurs(CapturedOutput output) {
		this.runner.withPropertyValues("zova.transaction.foreign=fail")
			.withUserConfiguration(OwnManager.class)
			.run((context) -> {
				assertThatExceptionOfType(OnPurpose.class).isThrownBy(() -> context.getBean(Shop.class).bare());
				assertThat(context.getBean(ObjectOperations.class).page(null, 10)).isEmpty();
				assertThat(output).doesNotContain("@Transactional");
			});
	}

	@Test
	void theManagerOfJpaOverOurDataSourceIsOurs(CapturedOutput output) {
		this.runner.withConfiguration(AutoConfigurations.of(HibernateJpaAutoConfiguration.class))
			.withInitializer((context) -> AutoConfigurationPackages
				.register((BeanDefinitionRegistry) context.getBeanFactory(), "io.zova.boot.integration"))
			.withPropertyValues("zova.transaction.foreign=fail", "spring.jpa.hibernate.ddl-auto=create")
			.withBean(JpaShop.class)
			.run((context) -> {
				assertThat(context).getBean(TransactionManager.class).isInstanceOf(JpaTransactionManager.class);
				assertThatExceptionOfType(OnPurpose.class).isThrownBy(() -> context.getBean(JpaShop.class).save());
				assertThat(context.getBean(ObjectOperations.class).page(null, 10)).isEmpty();
				assertThat(context.getBean(JdbcClient.class)
					.sql("select count(*) from book")
					.query(Integer.class)
					.single()).isZero();
				assertThat(output).doesNotContain("@Transactional").doesNotContain("belongs to another");
			});
	}

	@Test
	void severalManagersWithoutAPrimaryOneAreSaidToNeedNames(CapturedOutput output) {
		this.runner.withUserConfiguration(OwnManager.class)
			.withBean("other", PlatformTransactionManager.class,
					() -> new JdbcTransactionManager(new DriverManagerDataSource("jdbc:h2:mem:other")))
			.run((context) -> assertThat(output).contains("@Transactional needs a name here",
					"@Transactional(\"ownManager\")"));
	}

	@Test
	void aloneNothingIsSaid(CapturedOutput output) {
		this.runner.run((context) -> {
			assertThat(context).hasNotFailed();
			assertThat(output).doesNotContain("@Transactional");
		});
	}

	static class Shop {

		@Autowired
		private ObjectOperations objects;

		@Autowired
		private JdbcClient jdbc;

		@Autowired
		private ApplicationEventPublisher events;

		@Transactional
		public void bare() {
			putAndFail();
		}

		@Transactional("zovaTransactionManager")
		public void byName() {
			putAndFail();
		}

		@Transactional("zova")
		public void byQualifier() {
			putAndFail();
		}

		@Transactional
		public void order(String id, boolean fail) {
			this.jdbc.sql("insert into orders values (?)").param(id).update();
			this.events.publishEvent(new Ordered(id));
			if (fail) {
				throw new OnPurpose();
			}
		}

		private void putAndFail() {
			this.objects.put("a".getBytes(StandardCharsets.UTF_8));
			throw new OnPurpose();
		}

	}

	/** What is to follow the other database's commit, in a transaction of Zova's own. */
	static class OrderListener {

		private final ObjectOperations objects;

		OrderListener(ObjectOperations objects) {
			this.objects = objects;
		}

		@TransactionalEventListener
		@Transactional(transactionManager = "zova", propagation = Propagation.REQUIRES_NEW)
		public void on(Ordered order) {
			this.objects.put(order.id().getBytes(StandardCharsets.UTF_8));
		}

	}

	record Ordered(String id) {

	}

	static class JpaShop {

		private final EntityManager entities;

		private final ObjectOperations objects;

		JpaShop(EntityManagerFactory factory, ObjectOperations objects) {
			this.entities = SharedEntityManagerCreator.createSharedEntityManager(factory);
			this.objects = objects;
		}

		@Transactional
		public void save() {
			this.objects.put("before".getBytes(StandardCharsets.UTF_8));
			this.entities.persist(new Book("A book"));
			this.entities.flush();
			this.objects.put("after".getBytes(StandardCharsets.UTF_8));
			throw new OnPurpose();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OwnManager {

		@Bean
		JdbcTransactionManager ownManager(DataSource dataSource) {
			return new JdbcTransactionManager(dataSource);
		}

	}

	static class OnPurpose extends RuntimeException {

		private static final long serialVersionUID = 1L;

	}

}
