package io.zova.sqlite;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;

import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteConnection;
import org.sqlite.jdbc4.JDBC4PreparedStatement;

import io.zova.sqlite.extension.InternalKey;
import io.zova.sqlite.extension.NativeExtension;
import io.zova.sqlite.file.FileHistory;
import io.zova.sqlite.file.FileState;
import io.zova.sqlite.file.Topic;
import io.zova.sqlite.lock.OpenFile;
import io.zova.sqlite.statement.StatementAnalysis;

/**
 * What the transactions of one connection see and change, as they tell it to the
 * {@link FileHistory}. Whoever remembers something asks the {@link ConnectionHistory}.
 */
final class TransactionChanges {

	private static final String STATE_OF_FILE = "select file_state, written from zova_connection(?)";

	private static final String STATE_OF_LOG = "select log_state, written from zova_connection(?)";

	private static final String SCHEMA_VERSION = "select schema_version from pragma_schema_version";

	private final FileHistory file;

	private final AtomicLong schemaGeneration;

	private final SQLiteConnection driver;

	private final InternalKey key;

	private final String query;

	private final boolean log;

	private @Nullable JDBC4PreparedStatement compiled;

	/** Whether the platform has the native extension, which knows states. */
	private boolean available = true;

	private boolean hasStores;

	/** The state that the open transaction sees, as far as it has not changed it. */
	private @Nullable FileState seen;

	/** How many pages the connection had written before the open transaction, or -1. */
	private long writtenBefore = -1;

	/** The topics that the open transaction takes note of in the work it is doing now. */
	private int noting;

	/** The statement whose function does that work, if one does. */
	private @Nullable Object notingWithin;

	private int changedUnnoted;

	private boolean changedElsewhere;

	/** Whether somebody has the driver's connection, and changes what nobody sees. */
	private boolean bypassed;

	TransactionChanges(OpenFile file, SQLiteConnection driver, InternalKey key) {
		this.file = file.history();
		this.schemaGeneration = file.schemaGeneration();
		this.driver = driver;
		this.key = key;
		this.log = file.hasLog();
		this.query = this.log ? STATE_OF_LOG : STATE_OF_FILE;
	}

	FileHistory file() {
		return this.file;
	}

	/**
	 * Whether the file has a write-ahead log, with which transactions see older states.
	 * @return {@code true} if so
	 */
	boolean isLog() {
		return this.log;
	}

	/**
	 * What asks SQLite for the state.
	 * @return the query, whose parameter is the connection's key
	 */
	String query() {
		return this.query;
	}

	/**
	 * Notes whether tables are in stores.
	 * @param hasStores whether stores are attached
	 */
	void hasStores(boolean hasStores) {
		this.hasStores = hasStores;
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
	 * Whether a version of a topic can be told: states are known here, and of whatever
	 * has changed the topic somebody has taken note.
	 * @param topic the topic
	 * @return {@code false} if not
	 */
	boolean canTell(Topic topic) {
		return this.available && !this.bypassed && (this.changedUnnoted & topic.bit()) == 0;
	}

	// What a transaction sees

	/**
	 * The state that the open transaction sees, as far as that is known already.
	 * @return the state, or {@code null}
	 */
	@Nullable FileState seen() {
		return this.seen;
	}

	/**
	 * The state that the open transaction sees. It is read past all locks of this
	 * process, so only where no writer can be in the way.
	 * @return the state, or {@code null} if it cannot be told
	 * @throws SQLException if the file cannot be read
	 */
	@Nullable FileState see() throws SQLException {
		if (this.seen == null) {
			this.seen = read().state();
		}
		return this.seen;
	}

	/** A state, and how many pages the connection has written so far. */
	private record Reading(@Nullable FileState state, long written) {
	}

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
			statement = (JDBC4PreparedStatement) this.driver.prepareStatement(this.query);
			this.key.bind(statement, 1);
			this.compiled = statement;
		}
		return statement;
	}

	/**
	 * The state could not be read. That is as it should be where the native extension is
	 * missing.
	 * @param ex why not
	 * @throws SQLException if the extension is there
	 */
	void notAvailable(SQLException ex) throws SQLException {
		if (NativeExtension.instance().isLoaded()) {
			throw ex;
		}
		this.available = false;
	}

	private boolean follows() {
		return this.available && this.file.isFollowed();
	}

	// What a transaction does

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

	/**
	 * Something that writes is about to change the file.
	 * @param transaction whether it is a transaction, and not one statement
	 */
	void writingBegan(boolean transaction) {
		if (follows()) {
			Reading now = readIfPossible();
			this.seen = transaction ? now.state() : null;
			this.writtenBefore = now.written();
		}
	}

	/**
	 * A statement will change something.
	 * @param changes what
	 * @param within the statement whose function runs it, {@code null} for none
	 */
	void follow(StatementAnalysis.Changes changes, @Nullable Object within) {
		boolean seen = !changes.byTriggers() && within == this.notingWithin;
		int noted = seen ? changes.topics() & this.noting : 0;
		int unnoted = changes.topics() & ~noted;
		if (unnoted != 0) {
			this.file.changing(unnoted);
			this.changedUnnoted |= unnoted;
		}
		this.changedElsewhere |= changes.elsewhere();
	}

	/**
	 * Runs statements whose changes of a topic somebody takes note of.
	 * @param topic the topic
	 * @param within the statement whose function runs them, {@code null} for none
	 * @param action the statements
	 * @param connection where to run them
	 * @throws SQLException if one failed
	 */
	void noting(Topic topic, @Nullable Object within, SqlAction action, Connection connection) throws SQLException {
		int before = this.noting;
		Object withinBefore = this.notingWithin;
		this.noting = (within == withinBefore) ? before | topic.bit() : topic.bit();
		this.notingWithin = within;
		try {
			action.run(connection);
		}
		finally {
			this.noting = before;
			this.notingWithin = withinBefore;
		}
	}

	/**
	 * The transaction has ended; its locks are still held.
	 * @param writing whether it could write
	 * @param committed whether it may have changed the file
	 */
	void ended(boolean writing, boolean committed) {
		FileState before = this.seen;
		this.seen = null;
		if (!writing) {
			return;
		}
		if (committed) {
			tellCommit(before);
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
	 * it did is known from the pages written, if it had no other file to write to. Where
	 * there are stores, it is known from the state that the transaction began with. Each
	 * change of a store is counted in the main file, so that its states tell of both.
	 */
	private void tellCommit(@Nullable FileState before) {
		FileState after = null;
		int commits = 0;
		if (follows() && this.writtenBefore >= 0) {
			Reading now = readIfPossible();
			boolean wrote = now.written() > this.writtenBefore;
			boolean mainUnchanged = this.hasStores && before != null && Objects.equals(before, now.state());
			commits = (wrote && !mainUnchanged) ? 1 : 0;
			after = (wrote && isSurprising(before, mainUnchanged)) ? null : now.state();
		}
		this.file.committed(after, commits);
		try {
			noticeSchema();
		}
		catch (SQLException ex) {
			this.schemaGeneration.incrementAndGet();
		}
	}

	/** Only who bypasses the features changes a store and not the main file. */
	private boolean isSurprising(@Nullable FileState before, boolean mainUnchanged) {
		if (this.bypassed) {
			return true;
		}
		return this.hasStores ? before == null || (mainUnchanged && this.changedUnnoted != 0) : this.changedElsewhere;
	}

	/**
	 * Lets all statements be looked at anew if another process has changed the schema: a
	 * new trigger changes what a statement does.
	 * @throws SQLException if the file cannot be read
	 */
	void noticeSchema() throws SQLException {
		if (this.file.isSchemaUnsure()) {
			try (PreparedStatement statement = this.driver.prepareStatement(SCHEMA_VERSION);
					ResultSet row = statement.executeQuery()) {
				if (row.next() && this.file.schemaIs(row.getLong(1))) {
					this.schemaGeneration.incrementAndGet();
				}
			}
		}
	}

}
