package io.zova.notification;

import io.zova.Arguments;
import io.zova.ZovaOptions;
import io.zova.sqlite.Feature;
import io.zova.sqlite.SqlAccess;
import io.zova.sqlite.ZovaConnection;

/**
 * Notifications over the embedded database.
 * <p>
 * What is published follows the transaction of its connection to the letter, however that
 * transaction is run: by {@code @Transactional}, by JDBC, by a named savepoint or as SQL
 * text. The other Zova libraries keep their own count of what helper calls begin and end
 * and lose track where SQL text mixes with them. Here a notification is undone exactly
 * when SQLite undoes what was done beside it, so these cases differ:
 * <ul>
 * <li>Transactions and savepoints typed as SQL hold notifications back until they end,
 * whether published by call or by {@code zova_notify}; there, calls publish at once and
 * the function fails.</li>
 * <li>{@code COMMIT}, {@code ROLLBACK}, {@code RELEASE} and {@code ROLLBACK TO} typed as
 * SQL end or undo notifications as any other; there, they stay, and come out with a later
 * commit.</li>
 * <li>A transaction that SQLite itself rolls back, as {@code INSERT OR ROLLBACK} does,
 * takes its notifications along; there, they come out with a later commit. Until it is
 * rolled back, publishing fails; there, it goes on.</li>
 * <li>Releasing the savepoint that began a transaction delivers also what was published
 * in savepoints inside it; there, that waits for a later commit.</li>
 * <li>Savepoint names are compared without regard to ASCII case, as SQLite does.</li>
 * <li>What a statement outside a transaction publishes goes out when the statement has
 * succeeded and is committed, and a statement that fails takes what its triggers and
 * functions published along, even where it keeps some rows, as {@code INSERT OR FAIL}
 * does; there, it goes out at once and stays.</li>
 * <li>Closing the database closes its subscriptions; there, open subscriptions prevent
 * it.</li>
 * </ul>
 * One database has many connections. Commits deliver in their order, so sequence numbers,
 * which are given when publishing, ascend within a transaction and among what is
 * published outside transactions, but a long transaction delivers its smaller numbers
 * late.
 */
public final class NotificationTemplate implements NotificationOperations {

	private final SqlAccess sql;

	private final NotificationHub hub;

	NotificationTemplate(SqlAccess sql, NotificationHub hub) {
		this.sql = sql;
		this.hub = hub;
	}

	/**
	 * The notifications of a database that is not open yet, with the SQL function
	 * {@code zova_notify(channel, payload)}, which publishes as {@link #publish} does and
	 * returns 1. It may be used in triggers. Numbers are published as the text that
	 * SQLite makes of them.
	 * @param options how much may wait for subscribers and for commits
	 * @return the function, and what makes the template
	 */
	public static Feature<NotificationTemplate> feature(ZovaOptions options) {
		return new NotificationHub(Arguments.required("options", options));
	}

	@Override
	public void publish(String channel, String payload) {
		NotificationRules.checkChannel(channel);
		int bytes = NotificationRules.checkPayload(payload);
		this.sql.readWithoutResult("publish on channel " + channel, (connection) -> NotificationScope.publish(this.hub,
				connection.unwrap(ZovaConnection.class), channel, payload, bytes));
	}

	@Override
	public Subscription subscribe(String channel) {
		return this.hub.subscribe(NotificationRules.checkChannel(channel), null);
	}

	@Override
	public Subscription subscribe(String channel, NotificationListener listener) {
		NotificationRules.checkChannel(channel);
		Arguments.required("listener", listener);
		return this.hub.subscribe(channel, listener);
	}

	@Override
	public Subscription subscribeToAll() {
		return this.hub.subscribe(null, null);
	}

	@Override
	public Subscription subscribeToAll(NotificationListener listener) {
		Arguments.required("listener", listener);
		return this.hub.subscribe(null, listener);
	}

	@Override
	public NotificationStatistics statistics() {
		return this.hub.statistics();
	}

}
