package io.zova.boot.event;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.event.EventListener;
import org.springframework.core.annotation.Order;
import org.springframework.scheduling.annotation.Async;
import org.springframework.scheduling.annotation.EnableAsync;
import org.springframework.transaction.support.TransactionTemplate;

import io.zova.ZovaDatabase;
import io.zova.boot.ZovaAutoConfiguration;
import io.zova.boot.ZovaEventsAutoConfiguration;
import io.zova.boot.ZovaTemplatesAutoConfiguration;
import io.zova.notification.NotificationOperations;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Notifications reach the methods of an application.
 */
@Timeout(30)
@ExtendWith(OutputCaptureExtension.class)
class NotificationEventsTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(ZovaAutoConfiguration.class, ZovaTemplatesAutoConfiguration.class,
				ZovaEventsAutoConfiguration.class))
		.withPropertyValues("zova.path=:memory:", "orders.channel=orders");

	@Test
	void anEventListenerHearsOfCommittedTransactionsOnly() {
		this.runner.withUserConfiguration(Listeners.class).run((context) -> {
			NotificationOperations notifications = context.getBean(NotificationOperations.class);
			TransactionTemplate transaction = new TransactionTemplate(
					context.getBean(ZovaDatabase.class).transactionManager());
			Listeners listeners = context.getBean(Listeners.class);
			transaction.executeWithoutResult((status) -> {
				notifications.publish("orders", "lost");
				status.setRollbackOnly();
			});
			transaction.executeWithoutResult((status) -> {
				notifications.publish("orders", "1");
				notifications.publish("audit", "2");
				assertThat(listeners.all).isEmpty();
			});
			assertThat(next(listeners.all)).isEqualTo("1");
			assertThat(next(listeners.all)).isEqualTo("2");
			assertThat(next(listeners.orders)).isEqualTo("1");
			notifications.publish("orders", "3");
			assertThat(next(listeners.orders)).isEqualTo("3");
		});
	}

	@Test
	void aListenerThatThrowsHurtsNobody(CapturedOutput output) {
		this.runner.withUserConfiguration(Thrower.class, Listeners.class).run((context) -> {
			NotificationOperations notifications = context.getBean(NotificationOperations.class);
			notifications.publish("orders", "1");
			notifications.publish("orders", "2");
			Listeners listeners = context.getBean(Listeners.class);
			assertThat(next(listeners.all)).isEqualTo("1");
			assertThat(next(listeners.all)).isEqualTo("2");
			assertThat(context.getBean(NotificationEventPublisher.class).failures()).isGreaterThanOrEqualTo(1);
			assertThat(output).contains("A listener of ZovaNotification events failed",
					"a listener that fails on purpose");
		});
	}

	@Test
	void onlyTheChannelsOfThePropertyBecomeEvents() {
		for (String events : new String[] { "orders,audit", "ord*,aud*", "*d*" }) {
			this.runner.withPropertyValues("zova.notifications.events=" + events)
				.withUserConfiguration(Listeners.class)
				.run((context) -> {
					NotificationOperations notifications = context.getBean(NotificationOperations.class);
					notifications.publish("other", "x");
					notifications.publish("orders", "y");
					assertThat(next(context.getBean(Listeners.class).all)).isEqualTo("y");
				});
		}
		this.runner.withPropertyValues("zova.notifications.events=")
			.run((context) -> assertThat(context.getBean(NotificationOperations.class).statistics().subscriptions())
				.isZero());
	}

	@Test
	void eventsOfAChannelKeepTheirOrder() {
		this.runner.withUserConfiguration(Listeners.class).run((context) -> {
			NotificationOperations notifications = context.getBean(NotificationOperations.class);
			List<String> expected = new ArrayList<>();
			List<String> heard = new ArrayList<>();
			for (int i = 0; i < 500; i++) {
				expected.add("" + i);
				notifications.publish("orders", "" + i);
			}
			for (int i = 0; i < 500; i++) {
				heard.add(next(context.getBean(Listeners.class).orders));
			}
			assertThat(heard).isEqualTo(expected);
		});
	}

	@Test
	void anAsyncListenerRunsElsewhere() {
		this.runner.withUserConfiguration(AsyncListener.class).run((context) -> {
			context.getBean(NotificationOperations.class).publish("orders", "1");
			assertThat(next(context.getBean(AsyncListener.class).threads())).doesNotStartWith("zova-notifications");
		});
	}

	@Test
	void aTypedListenerReadsJsonTextOrTheNotificationItself() {
		this.runner.withConfiguration(AutoConfigurations.of(JacksonAutoConfiguration.class))
			.withUserConfiguration(TypedListeners.class)
			.run((context) -> {
				NotificationOperations notifications = context.getBean(NotificationOperations.class);
				notifications.publish("orders", "not json");
				notifications.publish("orders", "{\"id\":7,\"lines\":[\"a\",\"b\"]}");
				TypedListeners listeners = context.getBean(TypedListeners.class);
				assertThat(listeners.orders.poll(10, TimeUnit.SECONDS))
					.isEqualTo(new OrderPlaced(7, List.of("a", "b")));
				assertThat(next(listeners.texts)).isEqualTo("not json");
				assertThat(listeners.notifications.poll(10, TimeUnit.SECONDS))
					.isEqualTo(new ZovaNotification("orders", "not json", 1, 0));
				assertThat(notifications.statistics().failed()).isEqualTo(1);
			});
	}

	@Test
	void aTypedListenerHearsAChannelInOrderAndNothingOfOthers() {
		this.runner.withConfiguration(AutoConfigurations.of(JacksonAutoConfiguration.class))
			.withUserConfiguration(TypedListeners.class)
			.run((context) -> {
				NotificationOperations notifications = context.getBean(NotificationOperations.class);
				TransactionTemplate transaction = new TransactionTemplate(
						context.getBean(ZovaDatabase.class).transactionManager());
				for (int i = 0; i < 100; i++) {
					int first = 3 * i;
					notifications.publish("orders", "{\"id\":" + first + "}");
					notifications.publish("audit", "{\"id\":-1}");
					transaction.executeWithoutResult((status) -> {
						notifications.publish("orders", "{\"id\":" + (first + 1) + "}");
						notifications.publish("orders", "{\"id\":" + (first + 2) + "}");
					});
				}
				TypedListeners listeners = context.getBean(TypedListeners.class);
				for (int i = 0; i < 300; i++) {
					OrderPlaced order = listeners.orders.poll(10, TimeUnit.SECONDS);
					assertThat(order).isNotNull();
					assertThat(order.id()).isEqualTo(i);
				}
			});
	}

	@Test
	void aTypedListenerThatThrowsIsLoggedAndCountedAndHearsTheNextOne(CapturedOutput output) {
		BlockingQueue<String> heard = new LinkedBlockingQueue<>();
		this.runner.withBean(ThrowingOnce.class, () -> new ThrowingOnce(heard)).run((context) -> {
			NotificationOperations notifications = context.getBean(NotificationOperations.class);
			notifications.publish("orders", "bad");
			notifications.publish("orders", "good");
			assertThat(next(heard)).isEqualTo("good");
			assertThat(notifications.statistics().failed()).isEqualTo(1);
			assertThat(output).contains("'orders' failed at notification 1", "bad on purpose");
		});
	}

	@Test
	void aTypedListenerMayBeAsync() {
		this.runner.withUserConfiguration(AsyncTypedListener.class).run((context) -> {
			context.getBean(NotificationOperations.class).publish("orders", "1");
			assertThat(next(context.getBean(AsyncTypedListener.class).threads()))
				.doesNotStartWith("zova-notifications");
		});
	}

	@Test
	void aListenerIsHeardOfOnlyWhatWasCommitted() {
		BlockingQueue<String> heard = new LinkedBlockingQueue<>();
		this.runner.withBean(ThrowingOnce.class, () -> new ThrowingOnce(heard)).run((context) -> {
			NotificationOperations notifications = context.getBean(NotificationOperations.class);
			TransactionTemplate transaction = new TransactionTemplate(
					context.getBean(ZovaDatabase.class).transactionManager());
			transaction.executeWithoutResult((status) -> {
				notifications.publish("orders", "lost");
				status.setRollbackOnly();
			});
			transaction.executeWithoutResult((status) -> notifications.publish("orders", "kept"));
			assertThat(next(heard)).isEqualTo("kept");
		});
	}

	@Test
	void aListenerWithTwoParametersSaysWhatItMayHave() {
		this.runner.withUserConfiguration(TwoParameters.class)
			.run((context) -> assertThat(context).getFailure()
				.hasMessageContaining("TwoParameters.on")
				.hasMessageContaining("must have one parameter"));
	}

	@Test
	void aListenerOfAChannelThatCannotBeSaysSo() {
		this.runner.withUserConfiguration(BadChannel.class)
			.run((context) -> assertThat(context).getFailure().rootCause().hasMessageContaining("not allowed"));
	}

	@Test
	void withoutJsonATypedListenerSaysWhatIsMissing() {
		this.runner.withUserConfiguration(TypedListeners.class)
			.run((context) -> assertThat(context).getFailure().hasMessageContaining("spring-boot-starter-jackson"));
	}

	@Test
	void stoppingWaitsForWhatWasPublished(CapturedOutput output) {
		CountDownLatch goOn = new CountDownLatch(1);
		BlockingQueue<String> heard = new LinkedBlockingQueue<>();
		this.runner.withBean(Slow.class, () -> new Slow(goOn, heard)).run((context) -> {
			context.getBean(NotificationOperations.class).publish("orders", "1");
			context.getBean(NotificationOperations.class).publish("orders", "2");
			Thread closer = new Thread(context::close);
			closer.start();
			closer.join(Duration.ofMillis(50).toMillis());
			goOn.countDown();
			closer.join();
			assertThat(heard).containsExactly("1", "2");
			assertThat(output).doesNotContain("not heard before the application stopped");
		});
	}

	private static String next(BlockingQueue<String> queue) throws InterruptedException {
		String next = queue.poll(10, TimeUnit.SECONDS);
		assertThat(next).isNotNull();
		return next;
	}

	record OrderPlaced(long id, List<String> lines) {

	}

	static class Listeners {

		private final BlockingQueue<String> all = new LinkedBlockingQueue<>();

		private final BlockingQueue<String> orders = new LinkedBlockingQueue<>();

		@EventListener
		void on(ZovaNotification n) {
			this.all.add(n.payload());
		}

		@EventListener(condition = "#n.channel == 'orders'")
		void onOrder(ZovaNotification n) {
			this.orders.add(n.payload());
		}

	}

	static class Thrower {

		@EventListener
		@Order(0)
		void on(ZovaNotification n) {
			throw new IllegalStateException("a listener that fails on purpose");
		}

	}

	record Slow(CountDownLatch goOn, BlockingQueue<String> heard) {

		@EventListener
		void on(ZovaNotification n) throws InterruptedException {
			this.goOn.await();
			this.heard.add(n.payload());
		}

	}

	@EnableAsync
	static class AsyncListener {

		private final BlockingQueue<String> threads = new LinkedBlockingQueue<>();

		BlockingQueue<String> threads() {
			return this.threads;
		}

		@Async
		@EventListener
		public void on(ZovaNotification n) {
			this.threads.add(Thread.currentThread().getName());
		}

	}

	static class TypedListeners {

		private final BlockingQueue<OrderPlaced> orders = new LinkedBlockingQueue<>();

		private final BlockingQueue<String> texts = new LinkedBlockingQueue<>();

		private final BlockingQueue<ZovaNotification> notifications = new LinkedBlockingQueue<>();

		@ZovaListener(channel = "orders")
		void onOrder(OrderPlaced order) {
			this.orders.add(order);
		}

		@ZovaListener(channel = "${orders.channel}")
		void onText(String text) {
			this.texts.add(text);
		}

		@ZovaListener(channel = "orders")
		private void onNotification(ZovaNotification notification) {
			this.notifications.add(notification);
		}

	}

	record ThrowingOnce(BlockingQueue<String> heard) {

		@ZovaListener(channel = "orders")
		void on(String payload) {
			if (payload.equals("bad")) {
				throw new IllegalStateException("bad on purpose");
			}
			this.heard.add(payload);
		}

	}

	@EnableAsync
	static class AsyncTypedListener {

		private final BlockingQueue<String> threads = new LinkedBlockingQueue<>();

		BlockingQueue<String> threads() {
			return this.threads;
		}

		@Async
		@ZovaListener(channel = "orders")
		public void on(String payload) {
			this.threads.add(Thread.currentThread().getName());
		}

	}

	static class TwoParameters {

		@ZovaListener(channel = "orders")
		void on(String one, String two) {
		}

	}

	static class BadChannel {

		@ZovaListener(channel = "not allowed")
		void on(String payload) {
		}

	}

}
