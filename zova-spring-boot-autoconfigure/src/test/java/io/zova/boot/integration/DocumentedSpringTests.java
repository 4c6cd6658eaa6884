package io.zova.boot.integration;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

import javax.sql.DataSource;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcClientAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcTemplateAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.transaction.autoconfigure.TransactionAutoConfiguration;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.event.TransactionalEventListener;

import io.zova.boot.ZovaAutoConfiguration;
import io.zova.boot.ZovaDataSourceAutoConfiguration;
import io.zova.boot.ZovaTemplatesAutoConfiguration;
import io.zova.notification.NotificationOperations;
import io.zova.object.ObjectId;
import io.zova.object.ObjectOperations;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The Spring code of the pages below docs is the code of these beans.
 */
class DocumentedSpringTests {

	private final ApplicationContextRunner beside = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(ZovaAutoConfiguration.class, ZovaDataSourceAutoConfiguration.class,
				ZovaTemplatesAutoConfiguration.class, DataSourceAutoConfiguration.class,
				DataSourceTransactionManagerAutoConfiguration.class, JdbcTemplateAutoConfiguration.class,
				JdbcClientAutoConfiguration.class, TransactionAutoConfiguration.class))
		.withPropertyValues("zova.path=:memory:", "zova.transaction.foreign=fail",
				"spring.datasource.url=jdbc:h2:mem:orders;DB_CLOSE_DELAY=0");

	/** The table "With plain SQLite" of docs/compatibility.md. */
	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			foreign_keys | 1    |                                |
			journal_mode | wal  | zova.sqlite.journal-mode=delete | delete
			busy_timeout | 5000 | zova.sqlite.busy-timeout=0s     | 0
			synchronous  | 2    | zova.sqlite.synchronous=normal  | 1
			page_size    | 4096 | zova.sqlite.page-size=8KB       | 8192
			cache_size   | -2000 | zova.sqlite.cache-size=8MB     | -8192
			trusted_schema  | 1 | zova.foreign-file=true          | 0
			cell_size_check | 0 | zova.foreign-file=true          | 1
			""")
	void whatTheStarterSetsAndHowToUndoIt(String pragma, String value, String property, String undone,
			@TempDir Path directory) {
		ApplicationContextRunner alone = new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(ZovaAutoConfiguration.class, ZovaDataSourceAutoConfiguration.class,
					DataSourceAutoConfiguration.class, JdbcTemplateAutoConfiguration.class,
					JdbcClientAutoConfiguration.class))
			.withPropertyValues("zova.path=" + directory.resolve("app.zova"));
		alone.run((context) -> assertThat(pragma(context.getBean(JdbcClient.class), pragma)).isEqualTo(value));
		if (property != null) {
			alone.withPropertyValues(property, "zova.path=" + directory.resolve("undone.zova"))
				.run((context) -> assertThat(pragma(context.getBean(JdbcClient.class), pragma)).isEqualTo(undone));
		}
	}

	private static String pragma(JdbcClient jdbc, String name) {
		return jdbc.sql("pragma " + name).query(String.class).single();
	}

	@Test
	void theDataSourceByName() {
		this.beside.withBean(Articles.class)
			.run((context) -> assertThat(
					context.getBean(Articles.class).jdbc.sql("select sqlite_version()").query(String.class).single())
				.startsWith("3."));
	}

	@Test
	void theManagerByName() {
		this.beside.withBean(Publisher.class).run((context) -> {
			context.getBean(Publisher.class).publish(new byte[] { 1 });
			assertThat(context.getBean(ObjectOperations.class).page(null, 10)).hasSize(1);
		});
	}

	@Test
	void aWriteThatFollowsTheOtherCommit() {
		this.beside.withBean(Orders.class).withBean(OrderedListener.class).run((context) -> {
			context.getBean(JdbcClient.class).sql("create table orders(id varchar(10))").update();
			context.getBean(Orders.class).order("1");
			assertThat(context.getBean(ObjectOperations.class).page(null, 10)).hasSize(1);
		});
	}

	static class Articles {

		private final JdbcClient jdbc;

		Articles(@Qualifier("zova") DataSource dataSource) {
			this.jdbc = JdbcClient.create(dataSource);
		}

	}

	static class Publisher {

		private final ObjectOperations objects;

		private final NotificationOperations notifications;

		Publisher(ObjectOperations objects, NotificationOperations notifications) {
			this.objects = objects;
			this.notifications = notifications;
		}

		@Transactional("zova")
		public void publish(byte[] pdf) {
			ObjectId id = this.objects.put(pdf);
			this.notifications.publish("articles", id.toString());
		}

	}

	static class Orders {

		private final JdbcClient jdbc;

		private final ApplicationEventPublisher events;

		Orders(JdbcClient jdbc, ApplicationEventPublisher events) {
			this.jdbc = jdbc;
			this.events = events;
		}

		@Transactional
		public void order(String id) {
			this.jdbc.sql("insert into orders values (?)").param(id).update();
			this.events.publishEvent(new Ordered(id));
		}

	}

	static class OrderedListener {

		private final ObjectOperations objects;

		OrderedListener(ObjectOperations objects) {
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

}
