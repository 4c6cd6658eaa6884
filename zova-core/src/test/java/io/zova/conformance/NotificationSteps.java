package io.zova.conformance;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.zova.notification.Notification;
import io.zova.notification.Subscription;
import tools.jackson.databind.JsonNode;

/**
 * Publishes inside and outside transactions and savepoints, and receives.
 */
final class NotificationSteps {

	private static final List<String> CHANNELS = List.of("a", "b", "orders.new");

	private final TwoEngines engines;

	private final Map<String, Subscription> ours = new LinkedHashMap<>();

	private final Map<String, Long> theirs = new LinkedHashMap<>();

	private int published;

	NotificationSteps(TwoEngines engines) {
		this.engines = engines;
		for (String channel : CHANNELS) {
			this.ours.put(channel, engines.database().notifications().subscribe(channel));
			this.theirs.put(channel, engines.peer().call("listen", "channel", channel).path("subscription").asLong());
		}
	}

	void step() {
		String channel = this.engines.chance(0.05) ? "Größe" : this.engines.oneOf(CHANNELS);
		if (this.engines.chance(0.7)) {
			String payload = "n" + ++this.published;
			this.engines.same("publish %s on %s".formatted(payload, channel), () -> {
				this.engines.database().notifications().publish(channel, payload);
				return null;
			}, () -> this.engines.peer().call("notify", "channel", channel, "payload", payload));
		}
		else {
			receiveAll();
		}
	}

	void receiveAll() {
		for (String channel : CHANNELS) {
			Subscription subscription = this.ours.get(channel);
			Long number = this.theirs.get(channel);
			this.engines.same("receive on " + channel, () -> {
				List<List<Object>> received = new ArrayList<>();
				for (Notification n = subscription.tryReceive().orElse(null); n != null; n = subscription.tryReceive()
					.orElse(null)) {
					received.add(List.of(n.channel(), n.payload(), n.sequence(), n.droppedBefore()));
				}
				return received;
			}, () -> {
				List<List<Object>> received = new ArrayList<>();
				for (JsonNode n = next(number); !n.isNull(); n = next(number)) {
					received.add(List.of(n.path("channel").asString(), n.path("payload").asString(),
							n.path("sequence").asLong(), n.path("dropped_before").asLong()));
				}
				return received;
			});
		}
	}

	private JsonNode next(Long number) {
		return this.engines.peer().call("try_receive", "subscription", number);
	}

}
