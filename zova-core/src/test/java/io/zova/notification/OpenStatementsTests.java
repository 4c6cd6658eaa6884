package io.zova.notification;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import io.zova.TestSeed;
import io.zova.ZovaOptions;

/**
 * The scope keeps apart what belongs to which of several open statements, whatever
 * becomes of their transaction meanwhile.
 */
class OpenStatementsTests {

	private static final int CALLS = 200_000;

	@Test
	void behavesAsAListOfMarkedNotificationsForRandomSequencesOfCalls() {
		long seed = TestSeed.value();
		Random random = new Random(seed);
		try (NotificationHub hub = new NotificationHub(ZovaOptions.defaults())) {
			Subscription subscription = hub.subscribe("m", null);
			FollowedScope scope = new FollowedScope(hub);
			Model model = new Model();
			List<String> calls = new ArrayList<>();
			for (int i = 0; i < CALLS; i++) {
				List<String> expected = new ArrayList<>();
				calls.add(call(random, i, scope, model, expected));
				if (!received(subscription).equals(expected)) {
					throw new AssertionError("seed " + seed + ", expected " + expected + " after "
							+ calls.subList(Math.max(0, calls.size() - 40), calls.size()));
				}
			}
		}
	}

	private static String call(Random random, int i, FollowedScope scope, Model model, List<String> expected) {
		String name = "abc".substring(random.nextInt(3)).substring(0, 1);
		Object statement = any(random, model);
		switch (random.nextInt(16)) {
			case 0 -> {
				if (!model.inTransaction()) {
					model.begun = true;
					scope.began();
				}
				return "begin";
			}
			case 1 -> {
				model.savepoints.add(new Savepoint(name, model.published));
				scope.savepoint(name);
				return "savepoint " + name;
			}
			case 2 -> {
				model.rollbackTo(name);
				scope.rolledBackTo(name);
				return "rollback to " + name;
			}
			case 3 -> {
				expected.addAll(model.release(name));
				scope.released(name);
				return "release " + name;
			}
			case 4 -> {
				expected.addAll(model.end(true));
				scope.committed();
				return "commit";
			}
			case 5 -> {
				if (random.nextInt(3) == 0) {
					model.end(false);
					scope.rolledBack();
				}
				return "rollback perhaps";
			}
			case 6, 7, 8 -> {
				if (model.open.size() < 4) {
					model.open.put(new Object(), (statement != null) ? Optional.of(statement) : Optional.empty());
				}
				return "start within " + statement;
			}
			case 9, 10, 11 -> {
				if (statement != null) {
					boolean success = random.nextInt(3) > 0;
					Object caller = model.openCaller(statement);
					expected.addAll(model.endStatement(statement, caller, success));
					scope.statementEnded(statement, caller, success);
				}
				return "end " + statement;
			}
			default -> {
				if (statement == null && !model.inTransaction()) {
					expected.add("" + i);
				}
				else {
					model.entries.add(new Entry("" + i, model.published++, statement));
				}
				scope.publish("m", "" + i, 1, statement);
				return "publish " + i + " by " + statement;
			}
		}
	}

	private static @Nullable Object any(Random random, Model model) {
		int chosen = random.nextInt(model.open.size() + 1);
		return model.open.keySet().stream().skip(chosen).findFirst().orElse(null);
	}

	private static List<String> received(Subscription subscription) {
		List<String> received = new ArrayList<>();
		for (Optional<Notification> next = subscription.tryReceive(); next
			.isPresent(); next = subscription.tryReceive()) {
			received.add(next.get().payload());
		}
		return received;
	}

	private record Savepoint(String name, long published) {
	}

	private record Entry(String payload, long number, @Nullable Object statement) {
	}

	/**
	 * All that waits in one list, each entry with the statement that it belongs to.
	 */
	private static final class Model {

		private final Map<Object, Optional<Object>> open = new LinkedHashMap<>();

		private final List<Savepoint> savepoints = new ArrayList<>();

		private List<Entry> entries = new ArrayList<>();

		private long published;

		private boolean begun;

		boolean inTransaction() {
			return this.begun || !this.savepoints.isEmpty();
		}

		@Nullable Object openCaller(Object statement) {
			return this.open.get(statement).filter(this.open::containsKey).orElse(null);
		}

		void rollbackTo(String name) {
			int index = last(name);
			if (index >= 0) {
				this.savepoints.subList(index + 1, this.savepoints.size()).clear();
				long mark = this.savepoints.get(index).published();
				this.entries.removeIf((entry) -> entry.number() >= mark);
			}
		}

		List<String> release(String name) {
			int index = last(name);
			if (index < 0) {
				return List.of();
			}
			this.savepoints.subList(index, this.savepoints.size()).clear();
			return inTransaction() ? List.of() : end(true);
		}

		List<String> end(boolean commit) {
			List<String> due = commit ? this.entries.stream().map(Entry::payload).toList() : List.of();
			this.entries.clear();
			this.savepoints.clear();
			this.begun = false;
			return due;
		}

		List<String> endStatement(Object statement, @Nullable Object caller, boolean success) {
			this.open.remove(statement);
			List<String> due = new ArrayList<>();
			List<Entry> kept = new ArrayList<>();
			for (Entry entry : this.entries) {
				if (entry.statement() != statement) {
					kept.add(entry);
				}
				else if (success && (caller != null || inTransaction())) {
					kept.add(new Entry(entry.payload(), entry.number(), caller));
				}
				else if (success) {
					due.add(entry.payload());
				}
			}
			this.entries = kept;
			return due;
		}

		private int last(String name) {
			for (int i = this.savepoints.size() - 1; i >= 0; i--) {
				if (this.savepoints.get(i).name().equals(name)) {
					return i;
				}
			}
			return -1;
		}

	}

}
