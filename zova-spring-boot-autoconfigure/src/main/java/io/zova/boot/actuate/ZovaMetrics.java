package io.zova.boot.actuate;

import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.BaseUnits;
import io.micrometer.core.instrument.binder.MeterBinder;
import org.jspecify.annotations.Nullable;

import io.zova.ZovaDatabase;
import io.zova.ZovaStatistics;
import io.zova.boot.event.NotificationEventPublisher;

/**
 * Meters of a Zova database. All of them are read from counters that the database keeps
 * anyway.
 */
public class ZovaMetrics implements MeterBinder {

	private final ZovaDatabase database;

	private final @Nullable NotificationEventPublisher events;

	/**
	 * The meters of a database.
	 * @param database the database
	 * @param events publishes its notifications as events, if anybody does
	 */
	public ZovaMetrics(ZovaDatabase database, @Nullable NotificationEventPublisher events) {
		this.database = database;
		this.events = events;
	}

	@Override
	public void bindTo(MeterRegistry registry) {
		bindConnections(registry);
		bindContent(registry);
		bindGraphs(registry);
		bindNotifications(registry);
	}

	private void bindConnections(MeterRegistry registry) {
		transactions(registry, "write", "committed", (statistics) -> statistics.connections().commits());
		transactions(registry, "write", "rolled-back", (statistics) -> statistics.connections().rollbacks());
		transactions(registry, "read", "ended", (statistics) -> statistics.connections().readTransactions());
		FunctionTimer
			.builder("zova.writer.waits", this.database, (source) -> source.statistics().connections().writeWaits(),
					(source) -> source.statistics().connections().writeWaitTime().toNanos(), TimeUnit.NANOSECONDS)
			.description("Waits of threads that wanted to write while another one wrote")
			.register(registry);
		gauge("zova.writer.waiting", "Threads that wait to write",
				(statistics) -> statistics.connections().writersWaiting())
			.baseUnit(BaseUnits.THREADS)
			.register(registry);
		count("zova.writer.unused", "Transactions that made others wait for the write lock and wrote nothing",
				(statistics) -> statistics.connections().unusedWriteLocks())
			.baseUnit("transactions")
			.register(registry);
		FunctionTimer
			.builder("zova.syncs", this.database, (source) -> source.statistics().connections().sharedSyncs(),
					(source) -> source.statistics().connections().sharedSyncTime().toNanos(), TimeUnit.NANOSECONDS)
			.description("Fsyncs of the write-ahead log that commits have shared")
			.register(registry);
		FunctionTimer
			.builder("zova.syncs.waits", this.database, (source) -> source.statistics().connections().groupedCommits(),
					(source) -> source.statistics().connections().durabilityWaitTime().toNanos(), TimeUnit.NANOSECONDS)
			.description("Waits of commits for an fsync that they share")
			.register(registry);
		count("zova.statements", "Statements, by whether the cache had them compiled",
				(statistics) -> statistics.connections().statementsCached())
			.tag("result", "hit")
			.register(registry);
		count("zova.statements", "Statements, by whether the cache had them compiled",
				(statistics) -> statistics.connections().statementsCompiled())
			.tag("result", "miss")
			.register(registry);
	}

	private void transactions(MeterRegistry registry, String mode, String outcome,
			ToLongFunction<ZovaStatistics> value) {
		count("zova.transactions", "Transactions that have ended", value).tag("mode", mode)
			.tag("outcome", outcome)
			.baseUnit("transactions")
			.register(registry);
	}

	private void bindContent(MeterRegistry registry) {
		count("zova.objects.written", "Bytes put into objects", (statistics) -> statistics.objects().bytesWritten())
			.baseUnit(BaseUnits.BYTES)
			.register(registry);
		count("zova.objects.read", "Bytes read from objects", (statistics) -> statistics.objects().bytesRead())
			.baseUnit(BaseUnits.BYTES)
			.register(registry);
		gauge("zova.vectors.resident.size", "Memory of the vectors that are kept ready for search",
				(statistics) -> statistics.vectors().residentBytes())
			.baseUnit(BaseUnits.BYTES)
			.register(registry);
		gauge("zova.vectors.resident.collections", "Collections that are kept ready for search",
				(statistics) -> statistics.vectors().residentCollections())
			.register(registry);
		count("zova.vectors.searches", "Searches, by where the vectors came from",
				(statistics) -> statistics.vectors().residentSearches())
			.tag("source", "memory")
			.register(registry);
		count("zova.vectors.searches", "Searches, by where the vectors came from",
				(statistics) -> statistics.vectors().scans())
			.tag("source", "file")
			.register(registry);
	}

	private void bindGraphs(MeterRegistry registry) {
		gauge("zova.graphs.resident.size", "Memory of the graphs that are kept ready for neighbors and walks",
				(statistics) -> statistics.graphs().residentBytes())
			.baseUnit(BaseUnits.BYTES)
			.register(registry);
		gauge("zova.graphs.resident.graphs", "Graphs that are kept ready for neighbors and walks",
				(statistics) -> statistics.graphs().residentGraphs())
			.register(registry);
		count("zova.graphs.reads", "Reads of edges, by where they came from",
				(statistics) -> statistics.graphs().residentReads())
			.tag("source", "memory")
			.register(registry);
		count("zova.graphs.reads", "Reads of edges, by where they came from",
				(statistics) -> statistics.graphs().fileReads())
			.tag("source", "file")
			.register(registry);
	}

	private void bindNotifications(MeterRegistry registry) {
		notifications(registry, "published", "Notifications that went out",
				(statistics) -> statistics.notifications().published());
		notifications(registry, "discarded", "Notifications that were rolled back",
				(statistics) -> statistics.notifications().discarded());
		notifications(registry, "delivered", "Notifications put into the queue of a subscription",
				(statistics) -> statistics.notifications().delivered());
		notifications(registry, "dropped", "Notifications removed unread from a full queue",
				(statistics) -> statistics.notifications().dropped());
		notifications(registry, "failed", "Notifications whose listener threw an exception",
				(statistics) -> statistics.notifications().failed());
		gauge("zova.notifications.subscriptions", "Open subscriptions",
				(statistics) -> statistics.notifications().subscriptions())
			.register(registry);
		if (this.events != null) {
			FunctionCounter.builder("zova.events.failed", this.events, NotificationEventPublisher::failures)
				.description("Calls of event listeners that threw an exception at a notification")
				.register(registry);
		}
	}

	private void notifications(MeterRegistry registry, String what, String description,
			ToLongFunction<ZovaStatistics> value) {
		count("zova.notifications." + what, description, value).baseUnit("notifications").register(registry);
	}

	private FunctionCounter.Builder<ZovaDatabase> count(String name, String description,
			ToLongFunction<ZovaStatistics> value) {
		return FunctionCounter.builder(name, this.database, (source) -> value.applyAsLong(source.statistics()))
			.description(description);
	}

	private Gauge.Builder<ZovaDatabase> gauge(String name, String description, ToDoubleFunction<ZovaStatistics> value) {
		return Gauge.builder(name, this.database, (source) -> value.applyAsDouble(source.statistics()))
			.description(description);
	}

}
