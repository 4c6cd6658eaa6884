package io.zova.object;

import java.lang.ref.SoftReference;
import java.lang.ref.WeakReference;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicLong;

import org.jspecify.annotations.Nullable;

import io.zova.sqlite.ZovaConnection;

/**
 * Remembers {@link ReferenceCounts} from one transaction to the next, for as long as it
 * is certain that they are those of the file.
 * <p>
 * Implementation note. What a connection itself has changed since the count is in its
 * {@link ReferenceLog}. What others have changed is not known; but SQLite's
 * {@code data_version} says whether any other connection, of this or another process, has
 * committed anything. If so, the counts are thrown away. They are made at the second
 * removal in a row, because the first cannot know that there will be more. Every use
 * holds the file's write lock, but that may be of another database of the same name;
 * hence the monitor.
 */
final class ReferenceKnowledge {

	private static final String DATA_VERSION = """
			pragma data_version
			""";

	/** A longer log is added to the counts. */
	private static final long LONG_LOG = 50_000;

	/** Numbers the logs of all databases, so that none is taken for another. */
	private static final AtomicLong LOGS = new AtomicLong();

	private @Nullable Moment last;

	private SoftReference<@Nullable ReferenceCounts> counts = new SoftReference<>(null);

	/**
	 * The file as one connection saw it.
	 *
	 * @param connection the connection
	 * @param dataVersion changes when another connection commits
	 * @param log the log that began with the count, 0 if nothing was counted
	 */
	private record Moment(WeakReference<ZovaConnection> connection, long dataVersion, long log) {
	}

	/**
	 * How often chunks are named, as the connection sees it now.
	 */
	interface References {

		/**
		 * Counts the manifest rows that name a chunk.
		 * @param hash the chunk
		 * @return how many there are; never fewer, in very rare cases more
		 * @throws SQLException if the file cannot be read
		 */
		long count(byte[] hash) throws SQLException;

	}

	/**
	 * What is known, for a transaction that holds the write lock.
	 * @param connection the connection
	 * @param worthwhile whether to count now if nothing is known
	 * @return the counts, right until the transaction ends, or {@code null} if nothing is
	 * known
	 * @throws SQLException if the file cannot be read
	 */
	synchronized @Nullable References at(ZovaConnection connection, boolean worthwhile) throws SQLException {
		Moment before = this.last;
		long version = dataVersion(connection);
		boolean undisturbed = before != null && before.connection().get() == connection
				&& before.dataVersion() == version;
		if (!undisturbed && !worthwhile) {
			remember(connection, version, 0, null);
			return null;
		}
		ReferenceCounts known = this.counts.get();
		if (!undisturbed || known == null || before == null || before.log() != ReferenceLog.number(connection)) {
			known = ReferenceCounts.of(connection);
			beginLog(connection, version, known);
		}
		else if (ReferenceLog.length(connection) > LONG_LOG) {
			remember(connection, version, 0, null);
			ReferenceLog.addTo(connection, known);
			beginLog(connection, version, known);
		}
		ReferenceCounts base = known;
		return (hash) -> base.count(hash) + ReferenceLog.change(connection, hash);
	}

	/** Should the transaction be rolled back, the connection keeps another log. */
	private void beginLog(ZovaConnection connection, long version, ReferenceCounts known) throws SQLException {
		remember(connection, version, 0, null);
		long log = LOGS.incrementAndGet();
		ReferenceLog.begin(connection, log);
		remember(connection, version, log, known);
	}

	private void remember(ZovaConnection connection, long version, long log, @Nullable ReferenceCounts known) {
		this.last = new Moment(new WeakReference<>(connection), version, log);
		this.counts = new SoftReference<>(known);
	}

	private static long dataVersion(Connection connection) throws SQLException {
		try (PreparedStatement statement = connection.prepareStatement(DATA_VERSION);
				ResultSet row = statement.executeQuery()) {
			return row.next() ? row.getLong(1) : 0;
		}
	}

}
