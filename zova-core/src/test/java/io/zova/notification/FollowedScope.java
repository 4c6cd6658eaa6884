package io.zova.notification;

import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * A scope and what its connection would tell it: savepoints have names here.
 */
final class FollowedScope {

	private final NotificationHub hub;

	private NotificationScope scope;

	private final List<String> savepoints = new ArrayList<>();

	private boolean begun;

	FollowedScope(NotificationHub hub) {
		this.hub = hub;
		this.scope = hub.newScope((announcement) -> announcement.accept(true));
	}

	void began() {
		this.begun = true;
	}

	void savepoint(String name) {
		this.scope.savepoint(this.savepoints.size());
		this.savepoints.add(name);
	}

	void rolledBackTo(String name) {
		int depth = innermost(name);
		if (depth >= 0) {
			this.savepoints.subList(depth + 1, this.savepoints.size()).clear();
			this.scope.rolledBackTo(depth);
		}
	}

	void released(String name) {
		int depth = innermost(name);
		if (depth == 0 && !this.begun) {
			committed();
		}
		else if (depth >= 0) {
			this.savepoints.subList(depth, this.savepoints.size()).clear();
			this.scope.released(depth);
		}
	}

	private int innermost(String name) {
		int depth = this.savepoints.size() - 1;
		while (depth >= 0 && !this.savepoints.get(depth).equalsIgnoreCase(name)) {
			depth--;
		}
		return depth;
	}

	void committed() {
		this.scope.committed();
		end();
	}

	void rolledBack() {
		this.scope.rolledBack();
		end();
	}

	private void end() {
		this.begun = false;
		this.savepoints.clear();
		this.scope = this.hub.newScope((announcement) -> announcement.accept(true));
	}

	void statementEnded(Object statement, @Nullable Object caller, boolean success) {
		this.scope.statementEnded(statement, caller, success, inTransaction());
	}

	void publish(String channel, String payload, int bytes, @Nullable Object statement) {
		if (statement == null && !inTransaction()) {
			this.hub.deliverNow(channel, payload);
		}
		else {
			this.scope.publish(channel, payload, bytes, statement);
		}
	}

	private boolean inTransaction() {
		return this.begun || !this.savepoints.isEmpty();
	}

}
