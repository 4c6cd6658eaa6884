package io.zova.boot.event;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;

import io.micrometer.observation.ObservationRegistry;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationListener;
import org.springframework.context.PayloadApplicationEvent;
import org.springframework.context.event.SimpleApplicationEventMulticaster;
import org.springframework.context.support.AbstractApplicationContext;
import org.springframework.core.ResolvableType;
import org.springframework.util.PatternMatchUtils;

import io.zova.notification.Notification;
import io.zova.notification.NotificationListener;
import io.zova.notification.NotificationOperations;
import io.zova.notification.Subscription;

/**
 * Publishes notifications as {@link ZovaNotification} events.
 * <p>
 * Spring's own multicaster passes the first listener's exception on and so keeps the
 * event from the listeners after it. Notifications therefore have a multicaster of their
 * own, with the same listeners, that logs and counts exceptions.
 */
public class NotificationEventPublisher extends SubscribingLifecycle {

	private static final Logger log = LoggerFactory.getLogger(NotificationEventPublisher.class);

	private static final ResolvableType EVENT_TYPE = ResolvableType.forClassWithGenerics(PayloadApplicationEvent.class,
			ZovaNotification.class);

	private final AbstractApplicationContext context;

	private final NotificationOperations notifications;

	private final List<String> channels;

	private final ObservationRegistry observations;

	private final LongAdder failures = new LongAdder();

	private SimpleApplicationEventMulticaster multicaster = new SimpleApplicationEventMulticaster();

	private int listeners = -1;

	/**
	 * A publisher of the notifications of some channels.
	 * @param context where to publish
	 * @param notifications where they come from
	 * @param channels the channels, where {@code *} stands for any characters
	 * @param observations where calls of listeners are observed
	 */
	public NotificationEventPublisher(AbstractApplicationContext context, NotificationOperations notifications,
			Collection<String> channels, ObservationRegistry observations) {
		this.observations = observations;
		this.context = context;
		this.notifications = notifications;
		this.channels = List.copyOf(channels);
	}

	/**
	 * How often a listener of {@link ZovaNotification} has thrown an exception.
	 * @return the number since the start
	 */
	public long failures() {
		return this.failures.sum();
	}

	@Override
	protected List<Subscription> subscribe() {
		NotificationListener publishing = new ListenerObservation(this::publish, "events", this.observations);
		if (this.channels.stream().anyMatch((channel) -> channel.indexOf('*') >= 0)) {
			String[] patterns = this.channels.toArray(new String[0]);
			return List.of(this.notifications.subscribeToAll((notification) -> {
				if (PatternMatchUtils.simpleMatch(patterns, notification.channel())) {
					publishing.onNotification(notification);
				}
			}));
		}
		List<Subscription> subscriptions = new ArrayList<>();
		for (String channel : this.channels) {
			subscriptions.add(this.notifications.subscribe(channel, publishing));
		}
		return subscriptions;
	}

	private void publish(Notification notification) {
		if (notification.droppedBefore() > 0) {
			log.warn("Listeners were too slow for channel '{}': {} notifications were dropped before number {}",
					notification.channel(), notification.droppedBefore(), notification.sequence());
		}
		PayloadApplicationEvent<ZovaNotification> event = new PayloadApplicationEvent<>(this.context,
				ZovaNotification.of(notification));
		multicaster().multicastEvent(event, EVENT_TYPE);
		ApplicationContext parent = this.context.getParent();
		if (parent != null) {
			parent.publishEvent(event);
		}
	}

	/**
	 * The multicaster with the context's listeners; a context may get more of them while
	 * it runs.
	 */
	private synchronized SimpleApplicationEventMulticaster multicaster() {
		Collection<ApplicationListener<?>> current = this.context.getApplicationListeners();
		if (current.size() != this.listeners) {
			SimpleApplicationEventMulticaster fresh = new SimpleApplicationEventMulticaster(
					this.context.getBeanFactory());
			fresh.setErrorHandler(this::failed);
			current.forEach(fresh::addApplicationListener);
			this.multicaster = fresh;
			this.listeners = current.size();
		}
		return this.multicaster;
	}

	private void failed(Throwable ex) {
		this.failures.increment();
		log.error("A listener of ZovaNotification events failed; the others and the next notification follow", ex);
	}

}
