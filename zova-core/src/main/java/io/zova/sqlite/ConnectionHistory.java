package io.zova.sqlite;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;

import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteConnection;
import org.sqlite.jdbc4.JDBC4PreparedStatement;

import io.zova.sqlite.ConnectionTransaction.State;
import io.zova.sqlite.extension.NativeExtension;
import io.zova.sqlite.file.FileHistory;
import io.zova.sqlite.file.FileState;
import io.zova.sqlite.file.Topic;
import io.zova.sqlite.lock.OpenFile;
import io.zova.sqlite.statement.StatementAnalysis;

/**
 * One connection's part in the {@link FileHistory}: tells it of the connection's
 * transactions, and tells whoever remembers something whether that is still true for what
 * the connection sees.
 */
public final class ConnectionHistory {

	private static final String STATE_OF_FILE = "select file_state, written from zova_connection(?)";

	private static final String STATE_OF_LOG = "select log_state, written from zova_connection(?)";

	private static final String SCHEMA_VERSION = "select schema_version from pragma_schema_version";

	private final FileHistory file;

	private final AtomicLong schemaGeneration;

	private final ZovaConnection connection;

	private final String query;

	private final boolean log;

	private @Nullable JDBC4PreparedStatement compiled;

	/** Whether the platform has the native extension, which knows states. */
	private boolean available = true;

	/** The state that the open transaction sees, as far as it has not changed it. */
	private @Nullable FileState seen;

	/** How many pages the connection had written before the open transaction, or -1. */
	private long writtenBefore = -1;

	/** The topics that the open transaction takes note of in the work it is doing now. */
	private int noting;

	/** The statement whose function does that work, if one does. */
	private @Nullable Execution notingWithin;

	private int changedUnnoted;

	private boolean changedElsewhere;

	/** Whether somebody has the driver's connection, and changes what nobody sees. */
	private boolean bypassed;

	ConnectionHistory(OpenFile locks, ZovaConnection connection) {
		this.file = locks.history();
		this.schemaGeneration = locks.schemaGeneration();
		this.connection = connection;
		this.log = locks.exclusion() == OpenFile.Exclusion.NEVER;
		this.query = this.log ? STATE_OF_LOG : STATE_OF_FILE;
	}

	/**
	 * The version of the tables of a topic that this connection sees now.
	 * @param topic the topic
	 * @return a number above zero, the same for all connections of this process. It stays
	 * the same exactly as long as nothing has changed the tables but changes that their
	 * makers {@linkplain #noting took note of}. It is 0 if it cannot be told: the
	 * transaction itself has changed them without taking note, somebody else is changing
	 * them, the file has just been changed by another process, tables are in stores,
	 * whose states are not followed, or there is no native library for this platform.
	 * @throws SQLException if the file cannot be read
	 */
	public long version(Topic topic) throws SQLException {
		if (!this.available || this.bypassed || !this.connection.stores().isEmpty()
				|| (this.changedUnnoted & topic.bit()) != 0) {
			return 0;
		}
		this.file.follow();
		FileState state = state();
		long version = (state != null) ? this.file.version(topic, state, transaction() == State.WRITE) : 0;
		noticeSchema();
		return version;
	}

	/**
	 * The state of the file that the open transaction sees, as far as it has not changed
	 * it.
	 * @return the state, or nothing if it is not known or no transaction is open
	 */
	public @Nullable FileState moment() {
		return this.seen;
	}

	/**
	 * Whether this connection sees everything that could be seen at a moment. A version
	 * does not tell: changes of which somebody took note leave it as it is, and with a
	 * log a reading transaction may be older than they are.
	 * @param moment the state that a transaction saw
	 * @return {@code false} if the open transaction is older, or that is not known
	 */
	public boolean isNoOlderThan(FileState moment) {
		FileState state = this.seen;
		return !this.log || transaction() != State.READ || (state != null && state.isNoOlderThan(moment));
	}

	/**
	 * What stands for the file, to remember something by.
	 * @return the same object for all connections to the file, as long as one is open
	 */
	public Object file() {
		return this.file;
	}

	/**
	 * How many ended transactions of this process have changed a topic, noted or not, or
	 * may have been overtaken by others that did.
	 * @param topic the topic
	 * @return the number, -1 while somebody of this process is changing it
	 */
	public long changeCount(Topic topic) {
		return this.file.changeCount(topic);
	}

	/**
	 * Runs statements that change the tables of a topic, and whose effect the caller
	 * takes note of: they leave the version as it is. Changes that triggers make on the
	 * way are none of these, nor are those of functions that the statements call.
	 * @param topic the topic
	 * @param action the statements; that the tables are being changed is known to others
	 * before it begins
	 * @throws SQLException if a statement failed
	 * @throws IllegalStateException if no writing transaction is open
	 */
	public void noting(Topic topic, SqlAction action) throws SQLException {
		requireWriting();
		int before = this.noting;
		Execution within = this.notingWithin;
		this.notingWithin = this.connection.running();
		this.noting = (within == this.notingWithin) ? before | topic.bit() : topic.bit();
		this.file.changing(topic.bit(), true);
		try {
			action.run(this.connection.effective());
		}
		finally {
			this.noting = before;
			this.notingWithin = within;
		}
	}

	private void requireWriting() {
		if (transaction() != State.WRITE) {
			throw new IllegalStateException("A writing transaction is needed, this one is " + transaction());
		}
	}

	// What this connection sees

	private @Nullable FileState state() throws SQLException {
		if (transaction() == State.NONE && this.connection.isJdbcTransaction() && !this.connection.readsUnbegun()) {
			this.connection.begin(false);
		}
		switch (transaction()) {
			case NONE -> {
				return inAutoCommit();
			}
			case READ -> {
				// With a log, others commit while this transaction reads: too late to
				// ask.
				if (this.seen == null && !this.log) {
					this.seen = read().state();
				}
			}
			case WRITE -> {
				if (this.seen == null) {
					this.seen = read().state();
				}
			}
			case LOST -> {
				return null;
			}
		}
		return this.seen;
	}

	private @Nullable FileState inAutoCommit() throws SQLException {
		if (this.connection.running() != null || (this.log && this.connection.hasOpenReads())) {
			// A function asks, or a result is open: that statement sees an older state,
			// or has changed this one.
			return null;
		}
		try (PreparedStatement statement = this.connection.prepareStatement(this.query)) {
			this.connection.internalKey().bind(statement, 1);
			try (ResultSet row = statement.executeQuery()) {
				byte[] bytes = row.next() ? row.getBytes(1) : null;
				return (bytes != null) ? new FileState(bytes) : null;
			}
		}
		catch (SQLException ex) {
			notAvailable(ex);
			return null;
		}
	}

	/** A state, and how many pages the connection has written so far. */
	private record Reading(@Nullable FileState state, long written) {
	}

	/** Reads past all locks of this process; only where no writer can be in the way. */
	private Reading read() throws SQLException {
		try (ResultSet row = compiled().executeQuery()) {
			byte[] bytes = row.next() ? row.getBytes(1) : null;
			return new Reading((bytes != null) ? new FileState(bytes) : null, row.getLong(2));
		}
		catch (SQLException ex) {
			notAvailable(ex);
			return new Reading(null, -1);
		}
	}

	/** What has happened to the file is not undone because its state cannot be read. */
	private Reading readIfPossible() {
		try {
			return read();
		}
		catch (SQLException ex) {
			return new Reading(null, -1);
		}
	}

	private JDBC4PreparedStatement compiled() throws SQLException {
		JDBC4PreparedStatement statement = this.compiled;
		// The driver gives a statement up after most errors.
		if (statement == null || statement.pointer.isClosed()) {
			statement = (JDBC4PreparedStatement) this.connection.driver().prepareStatement(this.query);
			this.connection.internalKey().bind(statement, 1);
			this.compiled = statement;
		}
		return statement;
	}

	private void notAvailable(SQLException ex) throws SQLException {
		if (NativeExtension.instance().isLoaded()) {
			throw ex;
		}
		this.available = false;
	}

	private State transaction() {
		return this.connection.transaction().state();
	}

	// What this connection does

	/**
	 * A reading transaction is about to begin.
	 * @param fresh whether it sees the newest state: with a log, SQLite lets it go on
	 * with that of a result that is still open
	 */
	void readingBegins(boolean fresh) {
		this.seen = (this.log && fresh && follows()) ? readIfPossible().state() : null;
	}

	/**
	 * It has begun. If the file is in the same state before and after, that is the state
	 * it sees.
	 */
	void readingBegan() {
		FileState before = this.seen;
		if (before != null && !Objects.equals(before, readIfPossible().state())) {
			this.seen = null;
		}
	}

	/** A writing transaction has begun, or a statement that is one by itself will. */
	void writingBegan() {
		if (follows()) {
			Reading now = readIfPossible();
			this.seen = (transaction() == State.WRITE) ? now.state() : null;
			this.writtenBefore = now.written();
		}
	}

	void follow(StatementAnalysis.Changes changes) {
		boolean seen = !changes.byTriggers() && this.connection.running() == this.notingWithin;
		int noted = seen ? changes.topics() & this.noting : 0;
		int unnoted = changes.topics() & ~noted;
		if (changes.topics() != 0) {
			this.file.changing(noted, true);
			this.file.changing(unnoted, false);
			this.changedUnnoted |= unnoted;
		}
		this.changedElsewhere |= changes.elsewhere();
	}

	/**
	 * The driver's own connection was handed out, or given back.
	 * @param bypassed whether the file may now be changed without this object
	 */
	void bypassed(boolean bypassed) {
		this.bypassed = bypassed;
	}

	/**
	 * Whether somebody has the driver's connection.
	 * @return if so, what they do is not known
	 */
	boolean isBypassed() {
		return this.bypassed;
	}

	/**
	 * The transaction has ended; its locks are still held.
	 * @param writing whether it could write
	 * @param committed whether it may have changed the file
	 */
	void ended(boolean writing, boolean committed) {
		this.seen = null;
		if (!writing) {
			return;
		}
		if (committed) {
			tellCommit();
		}
		else {
			this.file.rolledBack();
		}
		this.changedUnnoted = 0;
		this.changedElsewhere = false;
		this.writtenBefore = -1;
	}

	/**
	 * Implementation note. A transaction that has changed nothing leaves no trace in the
	 * count of commits; taking it for one would hide a commit of another process. Whether
	 * it did is known from the pages written, if it had no other file to write to.
	 */
	private void tellCommit() {
		FileState after = null;
		int commits = 0;
		if (follows() && this.writtenBefore >= 0) {
			Reading now = readIfPossible();
			commits = (now.written() > this.writtenBefore) ? 1 : 0;
			boolean surprising = this.changedElsewhere || this.bypassed;
			after = (surprising && commits > 0) ? null : now.state();
		}
		this.file.committed(after, commits);
		try {
			noticeSchema();
		}
		catch (SQLException ex) {
			this.schemaGeneration.incrementAndGet();
		}
	}

	/**
	 * Lets all statements be looked at anew if another process has changed the schema: a
	 * new trigger changes what a statement does.
	 */
	private void noticeSchema() throws SQLException {
		if (this.file.isSchemaUnsure()) {
			try (PreparedStatement statement = this.connection.driver().prepareStatement(SCHEMA_VERSION);
					ResultSet row = statement.executeQuery()) {
				if (row.next() && this.file.schemaIs(row.getLong(1))) {
					this.schemaGeneration.incrementAndGet();
				}
			}
		}
	}

	private boolean follows() {
		return this.available && this.file.isFollowed() && this.connection.stores().isEmpty();
	}

}
