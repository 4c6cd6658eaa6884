package io.zova.notification;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

import io.zova.ZovaException;
import io.zova.ZovaStatus;
import io.zova.sqlite.StatementListener;
import io.zova.sqlite.ZovaConnection;

/**
 * What one transaction has published and not yet committed. It follows the transaction
 * and its savepoints, whoever opened them and however: through JDBC, through Spring, by
 * name or as SQL text.
 * <p>
 * Implementation note: one list of pending notifications and, for each open savepoint,
 * the length that the list had when the savepoint was set. Rolling back to a savepoint
 * cuts the list to that length; releasing forgets the length.
 * <p>
 * What a statement publishes through its functions and triggers belongs to the statement
 * until that has ended: only then it is known whether it counts. A statement that a
 * function runs hands what it published on to the statement that called the function.
 * Several may be open at a time, so each has a list of its own, beside the common one.
 * <p>
 * What waits is bounded by {@link PendingLimits}. Beyond them a publish is refused and
 * nothing changes, unless nobody subscribes to its channel: then it is only counted, so
 * that work without listeners is never refused.
 * <p>
 * Each method is called after SQLite has done what it says. Like its connection, a scope
 * is used by one thread at a time.
 */
final class NotificationScope implements StatementListener {

	private final NotificationHub hub;

	/** Lets things happen when the commit is durable. */
	private final Consumer<Consumer<Boolean>> announcer;

	private final List<Pending> pending = new ArrayList<>();

	private final Map<Object, Part> ofStatements = new IdentityHashMap<>();

	private final List<Mark> savepoints = new ArrayList<>();

	/** Those in {@link #pending} that are not gone. */
	private int waiting;

	private long waitingBytes;

	/** What was only counted, without that of the statements that still run. */
	private long unheard;

	/** How many subscriptions had been opened when the first one was only counted. */
	private long openedBefore;

	NotificationScope(NotificationHub hub, Consumer<Consumer<Boolean>> announcer) {
		this.hub = hub;
		this.announcer = announcer;
	}

	/**
	 * Publishes on a connection, with the commit of its transaction or at once.
	 * @param hub where the subscribers are
	 * @param connection the connection
	 * @param channel a valid channel
	 * @param payload a valid payload
	 * @param payloadBytes its length in UTF-8
	 * @throws SQLException if the transaction that is open cannot begin, or is lost
	 */
	static void publish(NotificationHub hub, ZovaConnection connection, String channel, String payload,
			int payloadBytes) throws SQLException {
		connection.aboutToKeepForCommit();
		Object statement = connection.runningStatement();
		if (statement == null && !connection.inTransaction()) {
			hub.deliverNow(channel, payload);
		}
		else {
			connection.listeners()
				.get(hub, () -> hub.newScope(connection::announce))
				.publish(channel, payload, payloadBytes, statement);
		}
	}

	@Override
	public void savepoint(int depth) {
		this.savepoints.add(new Mark(this.pending.size(), this.unheard));
	}

	@Override
	public void rolledBackTo(int depth) {
		released(depth + 1);
		Mark mark = this.savepoints.get(depth);
		discardFrom(mark.pending());
		this.hub.discard(this.unheard - mark.unheard());
		this.unheard = mark.unheard();
	}

	@Override
	public void released(int depth) {
		this.savepoints.subList(depth, this.savepoints.size()).clear();
	}

	/**
	 * A statement has ended. If it failed, what it published is undone with it. If not,
	 * that now belongs to the statement it was a part of, else to the transaction, else
	 * it goes out.
	 * @param statement the statement
	 * @param caller the statement that it was a part of
	 * @param success whether it did its work
	 * @param inTransaction whether a transaction is open
	 */
	@Override
	public void statementEnded(Object statement, @Nullable Object caller, boolean success, boolean inTransaction) {
		if (this.ofStatements.isEmpty()) {
			return;
		}
		Part own = this.ofStatements.remove(statement);
		if (own == null) {
			return;
		}
		if (success && caller != null) {
			partOf(caller).add(own);
		}
		else if (!success) {
			this.hub.discard(take(own.published).size() + own.unheard);
			forgetWhatIsGone();
		}
		else if (inTransaction) {
			this.unheard += own.unheard;
		}
		else {
			// A part that ended late has handed on what is older than its caller's own.
			own.published.sort(Comparator.comparingLong((each) -> each.notification.sequence()));
			List<Notification> due = take(own.published);
			forgetWhatIsGone();
			deliver(due, own.unheard);
		}
	}

	/**
	 * The transaction was committed: what it published goes out as soon as it is durable,
	 * in the order of publishing.
	 */
	@Override
	public void committed() {
		List<Notification> due = take(this.pending);
		long onlyCounted = allUnheard();
		end();
		deliver(due, onlyCounted);
	}

	/**
	 * Nobody hears of a commit of which it is not known whether it stays.
	 */
	private void deliver(List<Notification> due, long onlyCounted) {
		if (due.isEmpty() && onlyCounted == 0) {
			return;
		}
		long openedThen = this.openedBefore;
		this.announcer.accept((durable) -> {
			if (durable) {
				this.hub.deliver(due);
				this.hub.deliverUnheard(onlyCounted, openedThen);
			}
			else {
				this.hub.discard(due.size() + onlyCounted);
			}
		});
	}

	/**
	 * The transaction was rolled back, by whomever: what it published never goes out.
	 */
	@Override
	public void rolledBack() {
		discardFrom(0);
		this.hub.discard(allUnheard());
		end();
	}

	/**
	 * Publishes with the commit of the open transaction, or outside one with the end of a
	 * statement.
	 * @param channel a valid channel
	 * @param payload a valid payload
	 * @param payloadBytes its length in UTF-8
	 * @param statement the statement that does it through a function, if one does
	 * @throws ZovaException if somebody would hear it and too much waits already; nothing
	 * is published then, and what waits stays
	 */
	void publish(String channel, String payload, int payloadBytes, @Nullable Object statement) {
		int bytes = channel.length() + payloadBytes;
		if (!this.hub.pendingLimits().allow(this.waiting + 1, this.waitingBytes + bytes)) {
			beyondTheLimits(channel, statement);
			return;
		}
		Pending published = new Pending(this.hub.number(channel, payload), bytes);
		this.pending.add(published);
		this.waiting++;
		this.waitingBytes += bytes;
		if (statement != null) {
			partOf(statement).published.add(published);
		}
	}

	private void beyondTheLimits(String channel, @Nullable Object statement) {
		if (this.hub.isHeard(channel)) {
			throw new ZovaException(ZovaStatus.MISUSE, this.hub.pendingLimits().refusal(channel, this.waiting));
		}
		this.hub.skipNumber();
		if (allUnheard() == 0) {
			this.openedBefore = this.hub.opened();
		}
		if (statement != null) {
			partOf(statement).unheard++;
		}
		else {
			this.unheard++;
		}
	}

	private Part partOf(Object statement) {
		return this.ofStatements.computeIfAbsent(statement, (absent) -> new Part());
	}

	private long allUnheard() {
		long all = this.unheard;
		for (Part part : this.ofStatements.values()) {
			all += part.unheard;
		}
		return all;
	}

	private void discardFrom(int index) {
		List<Pending> undone = this.pending.subList(index, this.pending.size());
		this.hub.discard(take(undone).size());
		undone.clear();
	}

	/** What is still there of a list, which is gone from all lists with this. */
	private List<Notification> take(List<Pending> list) {
		List<Notification> taken = new ArrayList<>(list.size());
		for (Pending each : list) {
			if (!each.gone) {
				each.gone = true;
				this.waiting--;
				this.waitingBytes -= each.bytes;
				taken.add(each.notification);
			}
		}
		return taken;
	}

	/**
	 * Savepoints count on the places in the list, so only what is behind the last one's
	 * can be cut off.
	 */
	private void forgetWhatIsGone() {
		int kept = this.savepoints.isEmpty() ? 0 : this.savepoints.get(this.savepoints.size() - 1).pending();
		int size = this.pending.size();
		while (size > kept && this.pending.get(size - 1).gone) {
			size--;
		}
		this.pending.subList(size, this.pending.size()).clear();
	}

	private void end() {
		this.pending.clear();
		this.ofStatements.clear();
		this.savepoints.clear();
		this.unheard = 0;
	}

	private record Mark(int pending, long unheard) {
	}

	/**
	 * What a statement that still runs has published.
	 */
	private static final class Part {

		private final List<Pending> published = new ArrayList<>();

		private long unheard;

		void add(Part other) {
			this.published.addAll(other.published);
			this.unheard += other.unheard;
		}

	}

	/**
	 * A notification that waits.
	 */
	private static final class Pending {

		private final Notification notification;

		private final int bytes;

		/** Whether it went out or was undone. */
		private boolean gone;

		Pending(Notification notification, int bytes) {
			this.notification = notification;
			this.bytes = bytes;
		}

	}

}
