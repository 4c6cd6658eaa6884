package io.zova.object;

import java.lang.ref.SoftReference;
import java.lang.ref.WeakReference;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

import org.jspecify.annotations.Nullable;

import io.zova.sqlite.ZovaConnection;

/**
 * Remembers {@link ReferenceCounts} from one transaction to the next, for as long as it
 * is certain that they are those of the file.
 * <p>
 * Implementation note. They are certain on one condition: the same connection holds the
 * write lock again, SQLite's {@code data_version} says that no other connection, of this
 * or another process, has committed anything since, and the connection's own count of
 * changed rows, which also grows by what is rolled back later, stands where our last
 * transaction left it. Whatever else has happened, the counts are thrown away. They are
 * made at the second removal in a row, because the first cannot know that there will be
 * more. Every use holds the file's write lock, but that may be of another database of the
 * same name; hence the monitor.
 */
final class ReferenceKnowledge {

	private static final String DATA_VERSION = """
			pragma data_version
			""";

	private @Nullable Stamp stamp;

	private SoftReference<@Nullable ReferenceCounts> counts = new SoftReference<>(null);

	/**
	 * A moment in the life of a file as one connection sees it.
	 *
	 * @param connection the connection
	 * @param dataVersion changes when another connection commits
	 * @param totalChanges changes when this connection writes
	 */
	record Stamp(WeakReference<ZovaConnection> connection, long dataVersion, long totalChanges) {
	}

	/**
	 * Takes the counts out, for one transaction that holds the write lock and has not
	 * changed anything yet. If it succeeds it {@linkplain #leave leaves} them again.
	 * @param connection the connection
	 * @param worthwhile whether to count now if nothing is known
	 * @return the counts, or {@code null} if nothing is known
	 * @throws SQLException if the file cannot be read
	 */
	synchronized @Nullable ReferenceCounts take(ZovaConnection connection, boolean worthwhile) throws SQLException {
		Stamp last = this.stamp;
		ReferenceCounts known = this.counts.get();
		this.stamp = null;
		this.counts = new SoftReference<>(null);
		boolean unchanged = last != null && last.connection().get() == connection
				&& last.totalChanges() == connection.totalChanges() && last.dataVersion() == dataVersion(connection);
		if (unchanged && known != null) {
			return known;
		}
		return (worthwhile || unchanged) ? ReferenceCounts.of(connection) : null;
	}

	/**
	 * Whether there may be counts to keep up to date.
	 * @param connection the connection
	 * @return {@code false} if there are none of this connection
	 */
	synchronized boolean isAbout(ZovaConnection connection) {
		Stamp last = this.stamp;
		return last != null && last.connection().get() == connection && this.counts.get() != null;
	}

	/**
	 * Leaves the counts, after the transaction has been committed.
	 * @param left the counts, or {@code null} to remember only the moment
	 * @param moment when they were right
	 */
	synchronized void leave(@Nullable ReferenceCounts left, Stamp moment) {
		this.stamp = moment;
		this.counts = new SoftReference<>(left);
	}

	/**
	 * Notes the state of the file as this transaction leaves it.
	 * @param connection the connection, in a transaction that holds the write lock and
	 * changes nothing more
	 * @return the moment, which becomes true with the commit
	 * @throws SQLException if the connection is closed
	 */
	static Stamp now(ZovaConnection connection) throws SQLException {
		return new Stamp(new WeakReference<>(connection), dataVersion(connection), connection.totalChanges());
	}

	private static long dataVersion(Connection connection) throws SQLException {
		try (PreparedStatement statement = connection.prepareStatement(DATA_VERSION);
				ResultSet row = statement.executeQuery()) {
			return row.next() ? row.getLong(1) : 0;
		}
	}

}
