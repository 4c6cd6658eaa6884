package io.zova.notification;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

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
 * What a statement publishes through its functions and triggers belongs to the statement
 * until that has ended: only then it is known whether it counts. A statement that a
 * function runs hands what it published on to the statement that called the function.
 * Several may be open at a time, so each has a list of its own, beside the common one.
 * <p>
 * Each method is called after SQLite has done what it says. Like its connection, a scope
 * is used by one thread at a time.
 */
public final class NotificationScope implements TransactionListener {

	private final NotificationHub hub;

	private final List<Pending> pending = new ArrayList<>();

	private final Map<Object, List<Pending>> ofStatements = new IdentityHashMap<>();

	private final List<Mark> savepoints = new ArrayList<>();

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
	 * A statement has ended. If it failed, what it published is undone with it. If not,
	 * that now belongs to the statement it was a part of, else to the transaction, else
	 * it goes out.
	 * @param statement the statement
	 * @param caller the statement that it was a part of
	 * @param success whether it did its work
	 */
	@Override
	public void statementEnded(Object statement, @Nullable Object caller, boolean success) {
		if (this.ofStatements.isEmpty()) {
			return;
		}
		List<Pending> own = this.ofStatements.remove(statement);
		if (own == null) {
			return;
		}
		if (success && caller != null) {
			this.ofStatements.computeIfAbsent(caller, (absent) -> new ArrayList<>()).addAll(own);
		}
		else if (!success) {
			this.hub.discard(take(own).size());
			forgetWhatIsGone();
		}
		else if (!inTransaction()) {
			// A part that ended late has handed on what is older than its caller's own.
			own.sort(Comparator.comparingLong((each) -> each.notification.sequence()));
			List<Notification> due = take(own);
			forgetWhatIsGone();
			this.hub.deliver(due);
		}
	}

	/**
	 * The transaction was committed and is durable: what it published goes out, in the
	 * order of publishing.
	 */
	@Override
	public void committed() {
		List<Notification> due = take(this.pending);
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
	 * @param statement the statement that does it through a function, if one does
	 */
	void publish(String channel, String payload, @Nullable Object statement) {
		if (statement == null && !inTransaction()) {
			this.hub.deliverNow(channel, payload);
			return;
		}
		Pending published = new Pending(this.hub.number(channel, payload));
		this.pending.add(published);
		if (statement != null) {
			this.ofStatements.computeIfAbsent(statement, (absent) -> new ArrayList<>()).add(published);
		}
	}

	private boolean inTransaction() {
		return this.begun || !this.savepoints.isEmpty();
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
		List<Pending> undone = this.pending.subList(index, this.pending.size());
		this.hub.discard(take(undone).size());
		undone.clear();
	}

	/** What is still there of a list, which is gone from all lists with this. */
	private static List<Notification> take(List<Pending> list) {
		List<Notification> taken = new ArrayList<>(list.size());
		for (Pending each : list) {
			if (!each.gone) {
				each.gone = true;
				taken.add(each.notification);
			}
		}
		return taken;
	}

	/** Inside a transaction savepoints count on the places in the list. */
	private void forgetWhatIsGone() {
		if (!inTransaction() && this.ofStatements.isEmpty()) {
			this.pending.clear();
		}
	}

	private void end() {
		this.pending.clear();
		this.ofStatements.clear();
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

	/**
	 * A notification that waits.
	 */
	private static final class Pending {

		private final Notification notification;

		/** Whether it went out or was undone. */
		private boolean gone;

		Pending(Notification notification) {
			this.notification = notification;
		}

	}

}
