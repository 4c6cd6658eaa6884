package io.zova.boot.event;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;

import io.zova.notification.Notification;
import io.zova.notification.NotificationListener;

/**
 * Observes what listeners do with notifications: a timer, and a span where the
 * application traces. As with Spring's own listeners of messages, an exception is part of
 * the observation.
 */
final class ListenerObservation implements NotificationListener {

	static final String NAME = "zova.notification.process";

	private final NotificationListener listener;

	private final String listenerName;

	private final ObservationRegistry registry;

	/**
	 * A listener that is observed.
	 * @param listener the listener
	 * @param listenerName one of few names, for the meters
	 * @param registry where observations go
	 */
	ListenerObservation(NotificationListener listener, String listenerName, ObservationRegistry registry) {
		this.listener = listener;
		this.listenerName = listenerName;
		this.registry = registry;
	}

	@Override
	public void onNotification(Notification notification) throws Exception {
		Observation observation = Observation.createNotStarted(NAME, this.registry)
			.contextualName(notification.channel() + " process")
			.lowCardinalityKeyValue("zova.listener", this.listenerName)
			.highCardinalityKeyValue("zova.channel", notification.channel())
			.highCardinalityKeyValue("zova.sequence", String.valueOf(notification.sequence()));
		observation.observeChecked(() -> this.listener.onNotification(notification));
	}

}
