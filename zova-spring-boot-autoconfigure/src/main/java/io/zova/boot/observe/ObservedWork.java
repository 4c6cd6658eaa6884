package io.zova.boot.observe;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import org.jspecify.annotations.Nullable;

import io.zova.sqlite.lock.WorkObserver;

/**
 * Observes searches, reads and writes of objects, and waits for the write lock: a timer
 * each, and a span where the application traces. Names and tags are few, and hold nothing
 * that users have stored.
 */
public final class ObservedWork implements WorkObserver {

	private static final Map<String, String> NAMES = new HashMap<>();

	static {
		names("zova.writer.wait", WAIT_TO_WRITE);
		names("zova.vector.search", "Search vectors");
		names("zova.object.read", "read an object", "read a range of an object");
		names("zova.object.write", "store an object", "store a stream", "store chunks", "finish an object");
	}

	private final ObservationRegistry registry;

	/**
	 * Observes work.
	 * @param registry where observations go
	 */
	public ObservedWork(ObservationRegistry registry) {
		this.registry = registry;
	}

	private static void names(String name, String... tasks) {
		List.of(tasks).forEach((task) -> NAMES.put(task, name));
	}

	@Override
	public @Nullable Work begin(String task) {
		String name = NAMES.get(task);
		if (name == null || this.registry.isNoop() || isPartOf(name)) {
			return null;
		}
		Observation observation = Observation.createNotStarted(name, this.registry)
			.contextualName(task)
			.lowCardinalityKeyValue("zova.task", task)
			.start();
		Observation.Scope scope = observation.openScope();
		return (failure) -> {
			scope.close();
			if (failure != null) {
				observation.error(failure);
			}
			observation.stop();
		};
	}

	/** The parts of a long write are no writes of their own. */
	private boolean isPartOf(String name) {
		Observation current = this.registry.getCurrentObservation();
		return current != null && name.equals(current.getContextView().getName());
	}

}
