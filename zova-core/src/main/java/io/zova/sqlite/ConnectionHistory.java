package io.zova.sqlite;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

import org.jspecify.annotations.Nullable;

import io.zova.sqlite.ConnectionTransaction.State;
import io.zova.sqlite.file.FileState;
import io.zova.sqlite.file.Topic;

/**
 * What one connection knows of the changes of its file: tells whoever remembers something
 * whether that is still true for what the connection sees.
 */
public final class ConnectionHistory {

	private final ZovaConnection connection;

	private final Session session;

	private final TransactionChanges changes;

	ConnectionHistory(ZovaConnection connection, Session session) {
		this.connection = connection;
		this.session = session;
		this.changes = session.changes();
	}

	/**
	 * The version of the tables of a topic that this connection sees now.
	 * @param topic the topic
	 * @return a number above zero, the same for all connections of this process. It stays
	 * the same exactly as long as nothing has changed the tables but changes that their
	 * makers {@linkplain #noting took note of}. It is 0 if it cannot be told: the
	 * transaction itself has changed them without taking note, somebody else is changing
	 * them, the file has just been changed by another process, or there is no native
	 * library for this platform.
	 * @throws SQLException if the file cannot be read
	 */
	public long version(Topic topic) throws SQLException {
		if (!this.changes.canTell(topic)) {
			return 0;
		}
		this.changes.file().follow();
		FileState state = state();
		long version = (state != null) ? this.changes.file().version(topic, state, transaction() == State.WRITE) : 0;
		this.changes.noticeSchema();
		return version;
	}

	/**
	 * The state of the file that the open transaction sees, as far as it has not changed
	 * it.
	 * @return the state, or nothing if it is not known or no transaction is open
	 */
	public @Nullable FileState moment() {
		return this.changes.seen();
	}

	/**
	 * Whether this connection sees everything that could be seen at a moment. A version
	 * does not tell: changes of which somebody took note leave it as it is, and with a
	 * log a reading transaction may be older than they are.
	 * @param moment the state that a transaction saw
	 * @return {@code false} if the open transaction is older, or that is not known
	 */
	public boolean isNoOlderThan(FileState moment) {
		FileState state = this.changes.seen();
		return !this.changes.isLog() || transaction() != State.READ || (state != null && state.isNoOlderThan(moment));
	}

	/**
	 * What stands for the file, to remember something by.
	 * @return the same object for all connections to the file, as long as one is open
	 */
	public Object file() {
		return this.changes.file();
	}

	/**
	 * Runs statements that change the tables of a topic, and whose effect the caller
	 * takes note of: they leave the version as it is. Changes that triggers make on the
	 * way are none of these, nor are those of functions that the statements call.
	 * @param topic the topic
	 * @param action the statements
	 * @throws SQLException if a statement failed
	 * @throws IllegalStateException if no writing transaction is open
	 */
	public void noting(Topic topic, SqlAction action) throws SQLException {
		if (transaction() != State.WRITE) {
			throw new IllegalStateException("A writing transaction is needed, this one is " + transaction());
		}
		this.changes.noting(topic, this.session.statementLocks().inside(), action, this.connection.effective());
	}

	private @Nullable FileState state() throws SQLException {
		JdbcTransaction jdbc = this.session.jdbc();
		if (!jdbc.isAutoCommit() && transaction() == State.NONE && !jdbc.readsUnbegun()) {
			jdbc.begin(false);
		}
		return switch (transaction()) {
			case NONE -> inAutoCommit();
			// With a log, others commit while this transaction reads: too late to ask.
			case READ -> this.changes.isLog() ? this.changes.seen() : this.changes.see();
			case WRITE -> this.changes.see();
			case LOST -> null;
		};
	}

	private @Nullable FileState inAutoCommit() throws SQLException {
		if (this.session.statementLocks().inside() != null
				|| (this.changes.isLog() && this.session.openReads().areThere())) {
			// A function asks, or a result is open: that statement sees an older state,
			// or has changed this one.
			return null;
		}
		try (PreparedStatement statement = this.connection.prepareStatement(this.changes.query())) {
			this.connection.internalKey().bind(statement, 1);
			try (ResultSet row = statement.executeQuery()) {
				byte[] bytes = row.next() ? row.getBytes(1) : null;
				return (bytes != null) ? new FileState(bytes) : null;
			}
		}
		catch (SQLException ex) {
			this.changes.notAvailable(ex);
			return null;
		}
	}

	private State transaction() {
		return this.session.transaction().state();
	}

}
