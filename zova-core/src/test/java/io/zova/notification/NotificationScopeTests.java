package io.zova.notification;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Random;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import io.zova.TestSeed;
import io.zova.ZovaOptions;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The scope follows transactions and savepoints.
 */
class NotificationScopeTests {

	private final NotificationHub hub = new NotificationHub(ZovaOptions.defaults());

	private final Subscription subscription = this.hub.subscribe("m", null);

	private final FollowedScope scope = new FollowedScope(this.hub);

	@AfterEach
	void close() {
		this.hub.close();
	}

	@Test
	void commitDeliversAndRollbackDiscards() {
		this.scope.began();
		publish("1");
		this.scope.committed();
		this.scope.began();
		publish("2");
		this.scope.rolledBack();
		publish("3");
		assertThat(received()).containsExactly("1", "3");
		assertThat(this.hub.statistics().published()).isEqualTo(2);
		assertThat(this.hub.statistics().discarded()).isEqualTo(1);
	}

	@Test
	void savepointsAreUndoneOneByOne() {
		this.scope.began();
		publish("1");
		this.scope.savepoint("a");
		publish("2");
		this.scope.savepoint("b");
		publish("3");
		this.scope.rolledBackTo("b");
		publish("4");
		this.scope.released("b");
		publish("5");
		this.scope.rolledBackTo("a");
		publish("6");
		this.scope.released("a");
		publish("7");
		this.scope.committed();
		assertThat(received()).containsExactly("1", "6", "7");
	}

	@Test
	void releasingTheSavepointThatBeganTheTransactionIsACommit() {
		this.scope.savepoint("a");
		publish("1");
		this.scope.savepoint("b");
		publish("2");
		this.scope.released("A");
		assertThat(received()).containsExactly("1", "2");
		publish("3");
		assertThat(received()).containsExactly("3");
	}

	@Test
	void scopesOfSeveralConnectionsAreIndependent() {
		FollowedScope other = new FollowedScope(this.hub);
		this.scope.began();
		publish("1");
		other.publish("m", "2", 1, null);
		other.began();
		other.publish("m", "3", 1, null);
		this.scope.committed();
		other.rolledBack();
		assertThat(received()).containsExactly("2", "1");
	}

	@Test
	void behavesAsAStackOfListsForRandomSequencesOfCalls() {
		long seed = TestSeed.value();
		Random random = new Random(seed);
		Model model = new Model();
		List<String> expected = new ArrayList<>();
		List<String> calls = new ArrayList<>();
		for (int i = 0; i < 200_000; i++) {
			String name = "abcAB".substring(random.nextInt(5)).substring(0, 1);
			switch (random.nextInt(12)) {
				case 0 -> {
					if (model.levels.isEmpty()) {
						calls.add("begin");
						model.levels.push(new Level(null, new ArrayList<>()));
						this.scope.began();
					}
				}
				case 1, 2, 3 -> {
					calls.add("savepoint " + name);
					model.levels.push(new Level(name, new ArrayList<>()));
					this.scope.savepoint(name);
				}
				case 4, 5 -> {
					calls.add("rollback to " + name);
					model.rollbackTo(name);
					this.scope.rolledBackTo(name);
				}
				case 6 -> {
					calls.add("release " + name);
					expected.addAll(model.release(name));
					this.scope.released(name);
				}
				case 7 -> {
					calls.add("commit");
					expected.addAll(model.commit());
					this.scope.committed();
				}
				case 8 -> {
					if (random.nextInt(4) == 0) {
						calls.add("rollback");
						model.levels.clear();
						this.scope.rolledBack();
					}
				}
				default -> {
					calls.add("publish " + i);
					if (model.levels.isEmpty()) {
						expected.add("" + i);
					}
					else {
						model.levels.peek().pending().add("" + i);
					}
					publish("" + i);
				}
			}
			if (!received().equals(expected)) {
				throw new AssertionError(
						"seed " + seed + ": " + calls.subList(Math.max(0, calls.size() - 40), calls.size()));
			}
			expected.clear();
		}
	}

	private void publish(String payload) {
		this.scope.publish("m", payload, 1, null);
	}

	private List<String> received() {
		List<String> received = new ArrayList<>();
		for (Optional<Notification> next = this.subscription.tryReceive(); next
			.isPresent(); next = this.subscription.tryReceive()) {
			received.add(next.get().payload());
		}
		return received;
	}

	private record Level(String name, List<String> pending) {
	}

	/**
	 * One list for each open level, the innermost first.
	 */
	private static final class Model {

		private final Deque<Level> levels = new ArrayDeque<>();

		boolean has(String name) {
			return this.levels.stream().anyMatch((level) -> name.equalsIgnoreCase(level.name()));
		}

		void rollbackTo(String name) {
			if (has(name)) {
				while (!name.equalsIgnoreCase(this.levels.peek().name())) {
					this.levels.pop();
				}
				this.levels.peek().pending().clear();
			}
		}

		List<String> release(String name) {
			if (!has(name)) {
				return List.of();
			}
			List<String> kept = new ArrayList<>();
			Level level;
			do {
				level = this.levels.pop();
				kept.addAll(0, level.pending());
			}
			while (!name.equalsIgnoreCase(level.name()));
			if (this.levels.isEmpty()) {
				return kept;
			}
			this.levels.peek().pending().addAll(kept);
			return List.of();
		}

		List<String> commit() {
			List<String> all = new ArrayList<>();
			while (!this.levels.isEmpty()) {
				all.addAll(0, this.levels.pop().pending());
			}
			return all;
		}

	}

}
