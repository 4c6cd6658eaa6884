package io.zova.notification;

import java.util.ArrayList;
import java.util.List;

import io.zova.sqlite.TransactionListener;

/**
 * What one connection has published and not yet committed. It follows the connection's
 * transaction and savepoints, whoever opened them and however: through JDBC, through
 * Spring, by name or as SQL text.
 * <p>
 * Implementation note: one list of pending notifications and, for each open savepoint,
 * the length that the list had when the savepoint was set. Rolling back to a savepoint
 * cuts the list to that length; releasing forgets the length. Names are compared as
 * SQLite compares them, without regard to ASCII case, the innermost of several equal
 * names first.
 * <p>
 * Each method is called after SQLite has done what it says. Like its connection, a scope
 * is used by one thread at a time.
 */
public final class NotificationScope implements TransactionListener {

	private final NotificationHub hub;

	private final List<Notification> pending = new ArrayList<>();

	private final List<Mark> savepoints = new ArrayList<>();

	private int beforeStatement;

	private boolean begun;

	NotificationScope(NotificationHub hub) {
		this.hub = hub;
	}

	/**
	 * A transaction was begun: from now on publishing waits for its end.
	 */
	@Override
	public void began() {
		this.begun = true;
	}

	/**
	 * A savepoint was set. Outside a transaction it begins one.
	 * @param name its name
	 */
	@Override
	public void savepoint(String name) {
		this.savepoints.add(new Mark(name, this.pending.size()));
	}

	/**
	 * Everything since a savepoint was undone; the savepoint itself stays, those inside
	 * it are gone.
	 * @param name its name
	 */
	@Override
	public void rolledBackTo(String name) {
		int index = indexOf(name);
		if (index >= 0) {
			forgetFrom(index + 1);
			discardFrom(this.savepoints.get(index).pending());
		}
	}

	/**
	 * A savepoint and those inside it were given up and what they held belongs to what is
	 * around them. If that is nothing, this was a commit.
	 * @param name its name
	 */
	@Override
	public void released(String name) {
		int index = indexOf(name);
		if (index >= 0) {
			forgetFrom(index);
			if (index == 0 && !this.begun) {
				committed();
			}
		}
	}

	/**
	 * A statement inside the transaction is about to run.
	 */
	@Override
	public void statementBegan() {
		this.beforeStatement = this.pending.size();
	}

	/**
	 * That statement failed and SQLite has undone what it did: what its triggers and
	 * functions published is undone with it.
	 */
	@Override
	public void statementFailed() {
		discardFrom(Math.min(this.beforeStatement, this.pending.size()));
	}

	/**
	 * The transaction was committed and is durable: what it published goes out, in the
	 * order of publishing.
	 */
	@Override
	public void committed() {
		List<Notification> due = List.copyOf(this.pending);
		end();
		this.hub.deliver(due);
	}

	/**
	 * The transaction was rolled back, by whomever: what it published never goes out.
	 */
	@Override
	public void rolledBack() {
		discardFrom(0);
		end();
	}

	/**
	 * Publishes with the commit of the open transaction, or at once if there is none.
	 * @param channel a valid channel
	 * @param payload a valid payload
	 */
	void publish(String channel, String payload) {
		if (this.begun || !this.savepoints.isEmpty()) {
			this.pending.add(this.hub.number(channel, payload));
		}
		else {
			this.hub.deliverNow(channel, payload);
		}
	}

	private int indexOf(String name) {
		for (int i = this.savepoints.size() - 1; i >= 0; i--) {
			if (equalsAsSqlName(this.savepoints.get(i).name(), name)) {
				return i;
			}
		}
		return -1;
	}

	private void forgetFrom(int index) {
		this.savepoints.subList(index, this.savepoints.size()).clear();
	}

	private void discardFrom(int index) {
		List<Notification> undone = this.pending.subList(index, this.pending.size());
		this.hub.discard(undone.size());
		undone.clear();
	}

	private void end() {
		this.pending.clear();
		this.savepoints.clear();
		this.begun = false;
	}

	private static boolean equalsAsSqlName(String left, String right) {
		if (left.length() != right.length()) {
			return false;
		}
		for (int i = 0; i < left.length(); i++) {
			if (lower(left.charAt(i)) != lower(right.charAt(i))) {
				return false;
			}
		}
		return true;
	}

	private static char lower(char c) {
		return (c >= 'A' && c <= 'Z') ? (char) (c + 32) : c;
	}

	private record Mark(String name, int pending) {
	}

}
