package io.zova.notification;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import io.zova.ZovaException;
import io.zova.ZovaOptions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Listeners are called in order, one at a time, and hurt nobody.
 */
@Timeout(20)
class NotificationListenerTests {

	private final NotificationHub hub = new NotificationHub(ZovaOptions.defaults());

	private final FollowedScope connection = new FollowedScope(this.hub);

	@AfterEach
	void close() {
		this.hub.close();
	}

	@Test
	void aListenerIsCalledOnAThreadOfTheDatabase() throws Exception {
		BlockingQueue<String> threads = new LinkedBlockingQueue<>();
		this.hub.subscribe("m", (n) -> threads.add(Thread.currentThread().getName()));
		this.connection.publish("m", "x", 1, null);
		assertThat(threads.poll(10, TimeUnit.SECONDS)).startsWith("zova-notifications-");
	}

	@Test
	void everyNotificationArrivesOnceInOrderAndNeverTwoAtOnce() throws Exception {
		int threads = 4;
		int each = 20_000;
		List<Long> sequences = Collections.synchronizedList(new ArrayList<>());
		AtomicInteger inside = new AtomicInteger();
		AtomicInteger overlaps = new AtomicInteger();
		AtomicInteger lost = new AtomicInteger();
		CountDownLatch all = new CountDownLatch(threads * each);
		this.hub.subscribe("m", (n) -> {
			if (inside.incrementAndGet() != 1) {
				overlaps.incrementAndGet();
			}
			sequences.add(n.sequence());
			lost.addAndGet((int) n.droppedBefore());
			inside.decrementAndGet();
			for (long i = 0; i <= n.droppedBefore(); i++) {
				all.countDown();
			}
		});
		List<Thread> publishers = new ArrayList<>();
		for (int t = 0; t < threads; t++) {
			FollowedScope scope = new FollowedScope(this.hub);
			Thread publisher = new Thread(() -> {
				for (int i = 0; i < each; i++) {
					scope.publish("m", "x", 1, null);
				}
			});
			publishers.add(publisher);
			publisher.start();
		}
		for (Thread publisher : publishers) {
			publisher.join();
		}
		assertThat(all.await(10, TimeUnit.SECONDS)).isTrue();
		assertThat(overlaps).hasValue(0);
		assertThat(sequences).isSorted().doesNotHaveDuplicates().hasSize(threads * each - lost.get());
		assertThat(this.hub.statistics().dropped()).isEqualTo(lost.get());
	}

	@Test
	void aListenerThatThrowsIsCountedAndGetsTheNextOne() throws Exception {
		BlockingQueue<String> received = new LinkedBlockingQueue<>();
		this.hub.subscribe("m", (n) -> {
			if (n.payload().equals("bad")) {
				throw new IllegalStateException("a listener that fails on purpose");
			}
			received.add(n.payload());
		});
		this.connection.publish("m", "bad", 1, null);
		this.connection.publish("m", "good", 1, null);
		assertThat(received.poll(10, TimeUnit.SECONDS)).isEqualTo("good");
		assertThat(this.hub.statistics().failed()).isEqualTo(1);
	}

	@Test
	void aListenerThatHangsDelaysNeitherThePublisherNorOtherListeners() throws Exception {
		CountDownLatch hang = new CountDownLatch(1);
		BlockingQueue<String> received = new LinkedBlockingQueue<>();
		this.hub.subscribe("m", (n) -> hang.await());
		this.hub.subscribe("m", (n) -> received.add(n.payload()));
		for (int i = 0; i < 10; i++) {
			this.connection.publish("m", "" + i, 1, null);
		}
		for (int i = 0; i < 10; i++) {
			assertThat(received.poll(10, TimeUnit.SECONDS)).isEqualTo("" + i);
		}
		hang.countDown();
	}

	@Test
	void aListenerMayPublishAndSubscribe() throws Exception {
		BlockingQueue<String> received = new LinkedBlockingQueue<>();
		FollowedScope own = new FollowedScope(this.hub);
		this.hub.subscribe("echo", (n) -> received.add(n.payload()));
		this.hub.subscribe("m", (n) -> {
			this.hub.subscribe("other", null).close();
			own.publish("echo", n.payload(), 1, null);
		});
		this.connection.publish("m", "x", 1, null);
		assertThat(received.poll(10, TimeUnit.SECONDS)).isEqualTo("x");
	}

	@Test
	void aClosedListenerIsNotCalledAgain() throws Exception {
		CountDownLatch called = new CountDownLatch(1);
		CountDownLatch goOn = new CountDownLatch(1);
		AtomicInteger calls = new AtomicInteger();
		Subscription subscription = this.hub.subscribe("m", (n) -> {
			calls.incrementAndGet();
			called.countDown();
			goOn.await();
		});
		this.connection.publish("m", "1", 1, null);
		this.connection.publish("m", "2", 1, null);
		assertThat(called.await(10, TimeUnit.SECONDS)).isTrue();
		subscription.close();
		goOn.countDown();
		// A later subscription's listener has run: the closed one had its chance before.
		CountDownLatch later = new CountDownLatch(1);
		this.hub.subscribe("m", (n) -> later.countDown());
		this.connection.publish("m", "3", 1, null);
		assertThat(later.await(10, TimeUnit.SECONDS)).isTrue();
		assertThat(calls).hasValue(1);
	}

	@Test
	void awaitEmptyWaitsUntilTheListenerHasReturnedFromItsLastCall() throws Exception {
		CountDownLatch inside = new CountDownLatch(1);
		CountDownLatch goOn = new CountDownLatch(1);
		AtomicInteger finished = new AtomicInteger();
		Subscription subscription = this.hub.subscribe("m", (n) -> {
			inside.countDown();
			goOn.await();
			finished.incrementAndGet();
		});
		assertThat(subscription.awaitEmpty(Duration.ZERO)).isTrue();
		this.connection.publish("m", "1", 1, null);
		this.connection.publish("m", "2", 1, null);
		assertThat(inside.await(10, TimeUnit.SECONDS)).isTrue();
		assertThat(subscription.awaitEmpty(Duration.ofMillis(20))).isFalse();
		goOn.countDown();
		assertThat(subscription.awaitEmpty(Duration.ofSeconds(10))).isTrue();
		assertThat(finished).hasValue(2);
	}

	@Test
	void whoHasAListenerCannotReceive() {
		Subscription subscription = this.hub.subscribe("m", (n) -> {
		});
		assertThatExceptionOfType(ZovaException.class).isThrownBy(subscription::tryReceive)
			.withMessageContaining("has a listener");
	}

}
