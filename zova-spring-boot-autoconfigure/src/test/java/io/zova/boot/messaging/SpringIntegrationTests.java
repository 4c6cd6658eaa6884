package io.zova.boot.messaging;

import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;

import javax.sql.DataSource;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.io.ClassPathResource;
import org.springframework.integration.annotation.ServiceActivator;
import org.springframework.integration.channel.DirectChannel;
import org.springframework.integration.channel.QueueChannel;
import org.springframework.integration.config.EnableIntegration;
import org.springframework.integration.jdbc.lock.DefaultLockRepository;
import org.springframework.integration.jdbc.lock.JdbcLockRegistry;
import org.springframework.integration.jdbc.store.JdbcMessageStore;
import org.springframework.integration.metadata.ConcurrentMetadataStore;
import org.springframework.integration.support.MessageBuilder;
import org.springframework.jdbc.datasource.init.ResourceDatabasePopulator;
import org.springframework.messaging.Message;
import org.springframework.messaging.MessageChannel;
import org.springframework.messaging.MessageHandler;
import org.springframework.messaging.PollableChannel;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import io.zova.ZovaDatabase;
import io.zova.boot.ZovaAutoConfiguration;
import io.zova.boot.ZovaDataSourceAutoConfiguration;
import io.zova.boot.ZovaTemplatesAutoConfiguration;
import io.zova.kv.KeyValueOperations;
import io.zova.notification.NotificationOperations;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Spring Integration's stores, locks and adapters over the file.
 */
class SpringIntegrationTests {

	@TempDir
	private Path directory;

	private ApplicationContextRunner runner() {
		return new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(ZovaAutoConfiguration.class, ZovaDataSourceAutoConfiguration.class,
					ZovaTemplatesAutoConfiguration.class, DataSourceAutoConfiguration.class,
					DataSourceTransactionManagerAutoConfiguration.class))
			.withUserConfiguration(Flows.class)
			.withPropertyValues("zova.path=" + this.directory.resolve("app.zova"));
	}

	@Test
	void metadataSurvivesARestartAndFollowsTheTransaction() {
		runner().run((context) -> {
			ConcurrentMetadataStore store = context.getBean(ConcurrentMetadataStore.class);
			assertThat(store.get("a")).isNull();
			assertThat(store.putIfAbsent("a", "1")).isNull();
			assertThat(store.putIfAbsent("a", "2")).isEqualTo("1");
			assertThat(store.replace("a", "2", "3")).isFalse();
			assertThat(store.replace("a", "1", "3")).isTrue();
			store.put("b", "x");
			assertThat(store.remove("b")).isEqualTo("x");
			assertThat(store.remove("b")).isNull();
			new TransactionTemplate(context.getBean(PlatformTransactionManager.class))
				.executeWithoutResult((status) -> {
					store.put("a", "rolled back");
					status.setRollbackOnly();
				});
		});
		runner().run((context) -> assertThat(context.getBean(ConcurrentMetadataStore.class).get("a")).isEqualTo("3"));
	}

	@Test
	void notificationsBecomeMessages() {
		runner().run((context) -> {
			context.getBean(NotificationOperations.class).publish("orders", "1");
			Message<?> message = context.getBean("received", PollableChannel.class).receive(60_000);
			assertThat(message).isNotNull();
			assertThat(message.getPayload()).isEqualTo("1");
			assertThat(message.getHeaders()).containsEntry(NotificationInboundAdapter.CHANNEL, "orders")
				.containsEntry(NotificationInboundAdapter.SEQUENCE, 1L);
		});
	}

	@Test
	void messagesBecomeNotificationsAfterTheCommit() {
		runner().run((context) -> {
			MessageChannel toOrders = context.getBean("toOrders", MessageChannel.class);
			PollableChannel received = context.getBean("received", PollableChannel.class);
			TransactionTemplate transaction = new TransactionTemplate(
					context.getBean(PlatformTransactionManager.class));
			transaction.executeWithoutResult((status) -> {
				toOrders.send(MessageBuilder.withPayload("rolled back").build());
				status.setRollbackOnly();
			});
			transaction
				.executeWithoutResult((status) -> toOrders.send(MessageBuilder.withPayload("committed").build()));
			Message<?> message = received.receive(60_000);
			assertThat(message).isNotNull();
			assertThat(message.getPayload()).isEqualTo("committed");
		});
	}

	@Test
	void messageGroupsAndLocksOfTheJdbcModuleWorkAsTheyCome() {
		runner().run((context) -> {
			ZovaDatabase database = context.getBean(ZovaDatabase.class);
			DataSource dataSource = database.dataSource();
			ResourceDatabasePopulator schema = new ResourceDatabasePopulator(
					new ClassPathResource("org/springframework/integration/jdbc/schema-h2.sql"));
			schema.setContinueOnError(true);
			schema.execute(dataSource);
			JdbcMessageStore messages = new JdbcMessageStore(dataSource);
			messages.addMessagesToGroup("group", MessageBuilder.withPayload("one").build(),
					MessageBuilder.withPayload("two").build());
			assertThat(messages.messageGroupSize("group")).isEqualTo(2);
			assertThat(messages.pollMessageFromGroup("group").getPayload()).isEqualTo("one");
			DefaultLockRepository locks = new DefaultLockRepository(dataSource);
			locks.setTransactionManager(context.getBean(PlatformTransactionManager.class));
			locks.afterPropertiesSet();
			locks.afterSingletonsInstantiated();
			DefaultLockRepository others = new DefaultLockRepository(dataSource);
			others.setTransactionManager(context.getBean(PlatformTransactionManager.class));
			others.afterPropertiesSet();
			others.afterSingletonsInstantiated();
			Lock lock = new JdbcLockRegistry(locks).obtain("a");
			assertThat(lock.tryLock()).isTrue();
			assertThat(new JdbcLockRegistry(others).obtain("a").tryLock(10, TimeUnit.MILLISECONDS)).isFalse();
			lock.unlock();
			Lock theirs = new JdbcLockRegistry(others).obtain("a");
			assertThat(theirs.tryLock()).isTrue();
			theirs.unlock();
		});
	}

	@Configuration(proxyBeanMethods = false)
	@EnableIntegration
	static class Flows {

		@Bean
		ConcurrentMetadataStore metadataStore(KeyValueOperations keyValues) {
			return new ZovaMetadataStore(keyValues, "files");
		}

		@Bean
		QueueChannel received() {
			return new QueueChannel();
		}

		@Bean
		DirectChannel toOrders() {
			return new DirectChannel();
		}

		@Bean
		NotificationInboundAdapter orders(NotificationOperations notifications) {
			NotificationInboundAdapter adapter = new NotificationInboundAdapter(notifications, "orders");
			adapter.setOutputChannelName("received");
			return adapter;
		}

		@Bean
		@ServiceActivator(inputChannel = "toOrders")
		MessageHandler publishing(NotificationOperations notifications) {
			return new NotificationOutboundAdapter(notifications, "orders");
		}

	}

}
