package io.zova.notification;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import io.zova.OtherThreads;
import io.zova.OtherThreads;
import io.zova.ZovaException;
import io.zova.ZovaOptions;
import io.zova.ZovaStatus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * The queue of a subscription: order, waiting, overflow, closing.
 */
@Timeout(20)
class SubscriptionTests {

	private final NotificationHub hub = new NotificationHub(ZovaOptions.defaults());

	private final FollowedScope connection = new FollowedScope(this.hub);

	@AfterEach
	void close() {
		this.hub.close();
	}

	@Test
	void receivesOnlyItsChannelInOrder() {
		Subscription orders = this.hub.subscribe("orders", null);
		Subscription all = this.hub.subscribe(null, null);
		publish("orders", "1");
		publish("Orders", "2");
		publish("orders", "3");
		assertThat(payloads(orders)).containsExactly("1", "3");
		assertThat(payloads(all)).containsExactly("1", "2", "3");
		assertThat(orders.tryReceive()).isEmpty();
	}

	@Test
	void eachSubscriptionToAChannelGetsItsOwnCopy() {
		List<Subscription> subscriptions = new ArrayList<>();
		for (int i = 0; i < 5_000; i++) {
			subscriptions.add(this.hub.subscribe("m", null));
		}
		publish("m", "x");
		for (Subscription subscription : subscriptions) {
			assertThat(subscription.tryReceive()).contains(new Notification("m", "x", 1, 0));
		}
		assertThat(this.hub.statistics().delivered()).isEqualTo(5_000);
		subscriptions.forEach(Subscription::close);
		assertThat(this.hub.statistics().subscriptions()).isZero();
	}

	@Test
	void sixTooManyLoseTheOldestSix() {
		Subscription subscription = this.hub.subscribe("m", null);
		for (int i = 0; i < 1030; i++) {
			publish("m", "" + i);
		}
		List<Notification> received = drain(subscription);
		assertThat(received).hasSize(1024);
		assertThat(received.get(0)).isEqualTo(new Notification("m", "6", 7, 6));
		assertThat(received.subList(1, 1024)).allMatch((n) -> n.droppedBefore() == 0);
		assertThat(subscription.dropped()).isEqualTo(6);
		assertThat(this.hub.statistics().dropped()).isEqualTo(6);
	}

	@Test
	void exactlyTheCapacityLosesNothing() {
		Subscription subscription = this.hub.subscribe("m", null);
		for (int i = 0; i < 1024; i++) {
			publish("m", "" + i);
		}
		assertThat(subscription.waiting()).isEqualTo(1024);
		assertThat(drain(subscription)).hasSize(1024).allMatch((n) -> n.droppedBefore() == 0);
	}

	@Test
	void whatWasLostIsReportedOnceByTheNextOneReceived() {
		Subscription subscription = this.hub.subscribe("m", null);
		for (int i = 0; i < 1024; i++) {
			publish("m", "" + i);
		}
		assertThat(subscription.tryReceive()).contains(new Notification("m", "0", 1, 0));
		publish("m", "a");
		publish("m", "b");
		publish("m", "c");
		assertThat(subscription.tryReceive()).contains(new Notification("m", "3", 4, 2));
		assertThat(subscription.tryReceive()).contains(new Notification("m", "4", 5, 0));
	}

	@Test
	void aTransactionLargerThanTheQueueLosesItsBeginning() {
		Subscription subscription = this.hub.subscribe("m", null);
		this.connection.began();
		for (int i = 0; i < 3000; i++) {
			publish("m", "" + i);
		}
		assertThat(subscription.waiting()).isZero();
		this.connection.committed();
		List<Notification> received = drain(subscription);
		assertThat(received).hasSize(1024);
		assertThat(received.get(0)).isEqualTo(new Notification("m", "1976", 1977, 1976));
	}

	@Test
	void receiveReturnsWhatWaitsAtOnceAndEmptyAfterItsTimeout() throws Exception {
		Subscription subscription = this.hub.subscribe("m", null);
		publish("m", "x");
		assertThat(subscription.receive(Duration.ZERO)).map(Notification::payload).contains("x");
		assertThat(subscription.receive(Duration.ZERO)).isEmpty();
		assertThat(subscription.receive(Duration.ofMillis(-5))).isEmpty();
		long start = System.nanoTime();
		assertThat(subscription.receive(Duration.ofMillis(30))).isEmpty();
		assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(TimeUnit.MILLISECONDS.toNanos(30));
	}

	@Test
	void aWaitingReceiverIsWokenByADelivery() throws Exception {
		Subscription subscription = this.hub.subscribe("m", null);
		AtomicReference<Thread> receiver = new AtomicReference<>();
		CompletableFuture<Optional<Notification>> received = receiveAsync(subscription, receiver);
		OtherThreads.awaitParked(receiver.get());
		publish("m", "wake up");
		assertThat(received.get(10, TimeUnit.SECONDS)).map(Notification::payload).contains("wake up");
	}

	@Test
	void aWaitingReceiverIsWokenByClose() throws Exception {
		Subscription subscription = this.hub.subscribe("m", null);
		AtomicReference<Thread> receiver = new AtomicReference<>();
		CompletableFuture<Optional<Notification>> received = receiveAsync(subscription, receiver);
		OtherThreads.awaitParked(receiver.get());
		subscription.close();
		assertThat(received).failsWithin(Duration.ofSeconds(10))
			.withThrowableThat()
			.havingRootCause()
			.isInstanceOf(ZovaException.class)
			.withMessage("The subscription to channel 'm' is closed");
	}

	@Test
	void anInterruptedReceiverLosesNothing() throws Exception {
		Subscription subscription = this.hub.subscribe("m", null);
		Thread.currentThread().interrupt();
		assertThatExceptionOfType(InterruptedException.class)
			.isThrownBy(() -> subscription.receive(Duration.ofSeconds(10)));
		publish("m", "kept");
		assertThat(subscription.receive(Duration.ofSeconds(10))).map(Notification::payload).contains("kept");
	}

	@Test
	void aClosedSubscriptionReceivesNothingAndSaysSo() {
		Subscription subscription = this.hub.subscribe("m", null);
		publish("m", "x");
		subscription.close();
		subscription.close();
		publish("m", "y");
		assertThat(subscription.isClosed()).isTrue();
		assertThat(subscription.waiting()).isZero();
		assertThatExceptionOfType(ZovaException.class).isThrownBy(subscription::tryReceive)
			.satisfies((ex) -> assertThat(ex.status()).isEqualTo(ZovaStatus.MISUSE));
		assertThat(this.hub.statistics().subscriptions()).isZero();
	}

	@Test
	void oneOpenedInATransactionReceivesWhatThatTransactionPublishedBefore() {
		this.connection.began();
		publish("m", "before");
		Subscription subscription = this.hub.subscribe("m", null);
		Subscription closed = this.hub.subscribe("m", null);
		publish("m", "after");
		closed.close();
		this.connection.committed();
		assertThat(payloads(subscription)).containsExactly("before", "after");
	}

	@Test
	void closingTheHubClosesEverySubscription() {
		Subscription subscription = this.hub.subscribe("m", null);
		Subscription all = this.hub.subscribe(null, null);
		this.hub.close();
		assertThat(subscription.isClosed()).isTrue();
		assertThat(all.isClosed()).isTrue();
		publish("m", "nobody is there");
		assertThatExceptionOfType(ZovaException.class).isThrownBy(() -> this.hub.subscribe("m", null))
			.satisfies((ex) -> assertThat(ex.status()).isEqualTo(ZovaStatus.MISUSE));
	}

	@Test
	void whatManyThreadsPublishAtOnceArrivesCompleteAndInAscendingOrder() throws Exception {
		Subscription subscription = this.hub.subscribe("m", null);
		CountDownLatch start = new CountDownLatch(1);
		List<CompletableFuture<Void>> publishers = new ArrayList<>();
		for (int t = 0; t < 4; t++) {
			FollowedScope scope = new FollowedScope(this.hub);
			publishers.add(CompletableFuture.runAsync(() -> {
				OtherThreads.await(start);
				for (int i = 0; i < 200; i++) {
					scope.publish("m", "x", 1, null);
				}
			}));
		}
		start.countDown();
		CompletableFuture.allOf(publishers.toArray(new CompletableFuture<?>[0])).get(10, TimeUnit.SECONDS);
		List<Notification> received = drain(subscription);
		assertThat(received).hasSize(800);
		for (int i = 0; i < 800; i++) {
			assertThat(received.get(i).sequence()).isEqualTo(i + 1);
		}
	}

	@Test
	void aQueueOfOtherCapacityKeepsThatMany() {
		try (NotificationHub small = new NotificationHub(2, new PendingLimits(10, 1000))) {
			Subscription subscription = small.subscribe("m", null);
			FollowedScope scope = new FollowedScope(small);
			scope.publish("m", "1", 1, null);
			scope.publish("m", "2", 1, null);
			scope.publish("m", "3", 1, null);
			assertThat(payloads(subscription)).containsExactly("2", "3");
		}
		assertThatExceptionOfType(ZovaException.class)
			.isThrownBy(() -> new NotificationHub(0, new PendingLimits(10, 1000)));
	}

	private void publish(String channel, String payload) {
		this.connection.publish(channel, payload, 1, null);
	}

	private static CompletableFuture<Optional<Notification>> receiveAsync(Subscription subscription,
			AtomicReference<Thread> receiver) {
		CompletableFuture<Optional<Notification>> received = new CompletableFuture<>();
		Thread thread = new Thread(() -> {
			try {
				received.complete(subscription.receive(Duration.ofSeconds(15)));
			}
			catch (Throwable ex) {
				received.completeExceptionally(ex);
			}
		});
		receiver.set(thread);
		thread.start();
		return received;
	}

	private static List<String> payloads(Subscription subscription) {
		return drain(subscription).stream().map(Notification::payload).toList();
	}

	private static List<Notification> drain(Subscription subscription) {
		List<Notification> received = new ArrayList<>();
		for (Optional<Notification> next = subscription.tryReceive(); next
			.isPresent(); next = subscription.tryReceive()) {
			received.add(next.get());
		}
		return received;
	}

}
