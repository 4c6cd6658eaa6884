package io.zova.object;

import java.lang.ref.SoftReference;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collections;
import java.util.Map;
import java.util.WeakHashMap;

import org.jspecify.annotations.Nullable;

import io.zova.sqlite.ConnectionHistory;
import io.zova.sqlite.file.Topic;
import io.zova.sqlite.ZovaConnection;
import io.zova.transaction.TransactionListener;
import io.zova.transaction.TransactionListeners;

/**
 * Remembers the {@link ReferenceCounts} of a file for all its connections, for as long as
 * it is certain that they are right.
 * <p>
 * Implementation note. The operations of this package take note of the manifest rows that
 * they add and remove: the counts follow at once. Should the transaction not be committed
 * as it is, the counts are forgotten. Whatever else changes manifest rows, in this or
 * another process, changes the version of {@link Topic#OBJECT_CHUNKS}, and the counts are
 * forgotten as well. They are made at the second removal in a row, because the first
 * cannot know that there will be more: of many deletions one by one, each takes 1.8 to
 * 3.5 times as long without, in a file of 40,000 chunks (benchmark
 * {@code object-deletion}). Every use holds the file's write lock, so nobody else uses
 * them meanwhile; the monitor is for their visibility.
 * <p>
 * A connection can be cut off by another thread, and its transaction be over before its
 * own thread notices. So what it notes counts only while it is known as the transaction
 * that changes the counts, and if it is still known as that when another one holds the
 * lock, nobody has told how it ended, and the counts are forgotten.
 */
final class ReferenceKnowledge {

	private static final Map<Object, ReferenceKnowledge> OF_FILES = Collections.synchronizedMap(new WeakHashMap<>());

	/** The version of the manifest rows that the counts are about, 0 if nobody asked. */
	private long version;

	private SoftReference<@Nullable ReferenceCounts> counts = new SoftReference<>(null);

	/** The transaction that has changed the counts, until it tells how it has ended. */
	private @Nullable Changing changing;

	private ReferenceKnowledge() {
	}

	/**
	 * What is known of the file of a connection.
	 * @param connection the connection
	 * @return the same for all connections to the file
	 */
	static ReferenceKnowledge of(ZovaConnection connection) {
		return OF_FILES.computeIfAbsent(connection.history().file(), (file) -> new ReferenceKnowledge());
	}

	/**
	 * How often chunks are named, for a transaction that holds the write lock.
	 * @param connection the connection that the feature works with
	 * @param worthwhile whether to count now if nothing is known
	 * @return the counts, or {@code null} if nothing is known
	 * @throws SQLException if the file cannot be read
	 */
	synchronized @Nullable ReferenceCounts at(Connection connection, boolean worthwhile) throws SQLException {
		ZovaConnection zova = connection.unwrap(ZovaConnection.class);
		if (!zova.inWritingTransaction()) {
			return null;
		}
		TransactionListeners listeners = zova.listeners();
		Changing followed = this.changing;
		if (followed != null && followed != listeners.find(this)) {
			ended(followed, false);
		}
		ConnectionHistory history = zova.history();
		long current = (this.changing != null && this.changing.isPartlyUndone) ? 0
				: history.version(Topic.OBJECT_CHUNKS);
		boolean undisturbed = current != 0 && current == this.version;
		if (!undisturbed) {
			forget();
			this.version = current;
		}
		ReferenceCounts known = this.counts.get();
		if (known == null && current != 0 && (undisturbed || worthwhile)) {
			known = ReferenceCounts.of(connection);
			this.counts = new SoftReference<>(known);
			// What was counted may be undone, too.
			follow(listeners);
		}
		return known;
	}

	/** Lets the counts go, and with them the need to take note of anything. */
	synchronized void forget() {
		this.version = 0;
		this.counts = new SoftReference<>(null);
	}

	/**
	 * Runs statements that change manifest rows, and notes which.
	 * @param connection the connection, in a writing transaction
	 * @param work changes the rows, and tells which
	 * @throws SQLException if they cannot be changed
	 */
	static void noting(Connection connection, Statements work) throws SQLException {
		ZovaConnection zova = connection.unwrap(ZovaConnection.class);
		ReferenceKnowledge knowledge = of(zova);
		if (!knowledge.isWanted() || !zova.inWritingTransaction()) {
			work.run((hash, more) -> {
			});
			return;
		}
		Changing transaction = knowledge.follow(zova.listeners());
		zova.history().noting(Topic.OBJECT_CHUNKS, (own) -> work.run(transaction::add));
	}

	private synchronized boolean isWanted() {
		return this.version != 0;
	}

	/**
	 * Follows a transaction that holds the write lock.
	 * @param listeners the transaction's listeners
	 * @return what stands for the transaction
	 */
	synchronized Changing follow(TransactionListeners listeners) {
		Changing transaction = listeners.get(this, Changing::new);
		if (this.changing != transaction) {
			if (this.changing != null || transaction.isOver) {
				forget();
			}
			this.changing = transaction.isOver ? null : transaction;
		}
		return transaction;
	}

	private synchronized void add(Changing transaction, byte[] hash, int more) {
		ReferenceCounts known = this.counts.get();
		if (known != null && this.changing == transaction) {
			known.add(hash, more);
		}
	}

	private synchronized void ended(Changing transaction, boolean kept) {
		transaction.isOver = true;
		if (this.changing == transaction) {
			this.changing = null;
			if (!kept) {
				forget();
			}
		}
	}

	/**
	 * A transaction that has changed the counts.
	 */
	final class Changing implements TransactionListener {

		private boolean isPartlyUndone;

		private boolean isOver;

		private void add(byte[] hash, int more) {
			ReferenceKnowledge.this.add(this, hash, more);
		}

		@Override
		public void rolledBackTo(int depth) {
			this.isPartlyUndone = true;
		}

		@Override
		public void committed() {
			ended(this, !this.isPartlyUndone);
		}

		@Override
		public void rolledBack() {
			ended(this, false);
		}

	}

	/**
	 * Statements that change manifest rows.
	 */
	@FunctionalInterface
	interface Statements {

		void run(Notes notes) throws SQLException;

	}

	/**
	 * Who wants to know of changed rows.
	 */
	@FunctionalInterface
	interface Notes {

		/**
		 * Notes rows that name a chunk.
		 * @param hash the chunk
		 * @param more how many more there are, less than 0 if there are fewer
		 */
		void add(byte[] hash, int more);

	}

}
