package io.zova.boot.actuate;

import java.util.function.ToDoubleFunction;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.BaseUnits;
import io.micrometer.core.instrument.binder.MeterBinder;

import io.zova.notification.NotificationCounts;
import io.zova.notification.NotificationOperations;
import io.zova.vector.ResidentIndex;

/**
 * Meters of a Zova database.
 */
public class ZovaMetrics implements MeterBinder {

	private final ResidentIndex vectors;

	private final NotificationOperations notifications;

	/**
	 * The meters of a database.
	 * @param vectors the vectors that it keeps in memory
	 * @param notifications its notifications
	 */
	public ZovaMetrics(ResidentIndex vectors, NotificationOperations notifications) {
		this.vectors = vectors;
		this.notifications = notifications;
	}

	@Override
	public void bindTo(MeterRegistry registry) {
		count(registry, "published", "Notifications that went out", NotificationCounts::published);
		count(registry, "discarded", "Notifications that were rolled back", NotificationCounts::discarded);
		count(registry, "delivered", "Notifications put into the queue of a subscription",
				NotificationCounts::delivered);
		count(registry, "dropped", "Notifications removed unread from a full queue", NotificationCounts::dropped);
		count(registry, "failed", "Notifications whose listener threw an exception", NotificationCounts::failed);
		Gauge.builder("zova.vectors.resident.size", this.vectors, ResidentIndex::bytes)
			.description("Memory of the vectors that are kept ready for search")
			.baseUnit(BaseUnits.BYTES)
			.register(registry);
		Gauge.builder("zova.vectors.resident.collections", this.vectors, ResidentIndex::size)
			.description("Collections that are kept ready for search")
			.register(registry);
		FunctionCounter.builder("zova.vectors.scans", this.vectors, ResidentIndex::scans)
			.description("Searches that read the file because memory did not hold the collection")
			.register(registry);
		Gauge
			.builder("zova.notifications.subscriptions", this.notifications,
					(source) -> source.counts().subscriptions())
			.description("Open subscriptions")
			.register(registry);
	}

	private void count(MeterRegistry registry, String what, String description,
			ToDoubleFunction<NotificationCounts> value) {
		FunctionCounter
			.builder("zova.notifications." + what, this.notifications, (source) -> value.applyAsDouble(source.counts()))
			.description(description)
			.baseUnit("notifications")
			.register(registry);
	}

}
