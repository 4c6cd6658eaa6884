package io.zova.sqlite;

import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.SQLInvalidAuthorizationSpecException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLNonTransientException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.Collections;
import java.util.concurrent.Executor;

import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteConnection;
import org.sqlite.SQLiteErrorCode;

import io.zova.sqlite.driver.DriverConnections;
import io.zova.sqlite.file.AttachedStores;
import io.zova.sqlite.driver.ControlStatements;
import io.zova.sqlite.driver.SqlErrors;
import io.zova.sqlite.extension.InternalKey;
import io.zova.sqlite.function.SqlFunctions;
import io.zova.sqlite.lock.ConnectionLocks;
import io.zova.sqlite.lock.Deadline;
import io.zova.sqlite.lock.OpenFile;
import io.zova.sqlite.statement.CachedStatement;
import io.zova.sqlite.statement.SavepointNames;
import io.zova.sqlite.statement.StatementAnalysis;
import io.zova.sqlite.statement.StatementCache;
import io.zova.transaction.TransactionListeners;

/**
 * A connection to a Zova file: standard JDBC on the outside, and inside the only place
 * where transactions begin and end.
 * <p>
 * The driver stays in its own auto-commit mode all the time; this class issues
 * {@code BEGIN IMMEDIATE}, {@code COMMIT} and savepoints as SQL, through
 * {@link ConnectionTransaction}. With auto-commit off a transaction begins with the first
 * statement that touches the file, or with the first that writes, if the options say so:
 * until then each statement reads as it would outside a transaction. The same statements
 * typed as SQL come the same way.
 */
public final class ZovaConnection extends StatementSource {

	/** What helps where a transaction cannot begin with the write that comes. */
	private static final String BEGIN_BEFORE = "let the transaction begin with a write, or give it the isolation "
			+ "SERIALIZABLE (zova.transaction.begin: immediate does so for all)";

	private final SQLiteConnection driver;

	private final InternalKey internalKey = InternalKey.draw();

	private final ConnectionSettings settings;

	private final DriverConnections access;

	/** The connection for features, which may have their tables in stores. */
	private final Connection effective = new EffectiveConnection(this);

	private AttachedStores stores = AttachedStores.NONE;

	private final long statementTimeoutNanos;

	private final ConnectionLocks locks;

	private final ConnectionListeners listeners = new ConnectionListeners();

	private final ConnectionTransaction transaction;

	private final ControlStatements control;

	private final TransactionChanges changes;

	private final StatementLocks statementLocks;

	private final ConnectionHistory history;

	private final StatementCache statements;

	private final OpenStatements openStatements = new OpenStatements();

	/** Who has it from the pool now; the thread that closes the pool looks. */
	private volatile @Nullable BorrowedConnection borrower;

	private boolean autoCommit = true;

	private boolean readOnly;

	private int isolation;

	/** Whether the open transaction has read without having begun. */
	private boolean hasReadUnbegun;

	private int savepointNumber;

	private boolean settingsChanged;

	private volatile boolean aborted;

	/** When the time of the open transaction is over, while a template works in it. */
	private @Nullable Deadline limit;

	ZovaConnection(SQLiteConnection driver, ConnectionSettings settings, DriverConnections access) {
		this.driver = driver;
		this.settings = settings;
		this.access = access;
		this.statementTimeoutNanos = settings.statementTimeout().toNanos();
		this.isolation = settings.isolation();
		this.control = new ControlStatements(driver);
		this.locks = new ConnectionLocks(settings.locks(), this.control);
		this.changes = new TransactionChanges(settings.locks(), driver, this.internalKey);
		TransactionEnd end = new TransactionEnd(this.changes, settings.counters(), this.listeners, this.locks);
		this.transaction = new ConnectionTransaction(this.control, this.locks, settings.readOnlyFile(), this.listeners,
				settings.counters(), this.changes, end);
		this.statementLocks = new StatementLocks(this.transaction, this.locks, settings.readOnlyFile(), this.changes,
				this.listeners, end);
		this.history = new ConnectionHistory(this, this.changes);
		this.statements = new StatementCache(driver, settings.statementCacheSize(),
				settings.locks().schemaGeneration());
	}

	@Override
	SQLiteConnection delegate() throws SQLException {
		if (this.aborted) {
			throw new SQLNonTransientConnectionException("The connection was aborted", "08003");
		}
		if (this.driver.isClosed()) {
			throw new SQLNonTransientConnectionException("The connection is closed", "08003");
		}
		return this.driver;
	}

	SQLiteConnection driver() {
		return this.driver;
	}

	InternalKey internalKey() {
		return this.internalKey;
	}

	ConnectionTransaction transaction() {
		return this.transaction;
	}

	StatementLocks statementLocks() {
		return this.statementLocks;
	}

	/**
	 * What this connection knows of the changes of its file.
	 * @return the history
	 */
	public ConnectionHistory history() {
		return this.history;
	}

	OpenStatements openStatements() {
		return this.openStatements;
	}

	void lendTo(@Nullable BorrowedConnection borrower) {
		this.borrower = borrower;
	}

	@Nullable BorrowedConnection borrower() {
		return this.borrower;
	}

	/**
	 * Whether a transaction has begun, by JDBC or by SQL, and not ended.
	 * @return {@code true} inside a transaction
	 */
	public boolean inTransaction() {
		return this.transaction.isActive();
	}

	/**
	 * Whether a transaction is open that may write, so that what it reads may be its own
	 * and may still be undone.
	 * @return {@code true} if so
	 */
	public boolean inWritingTransaction() {
		return this.transaction.isActive() && this.transaction.state() != ConnectionTransaction.State.READ;
	}

	/**
	 * The rowid that the last successful INSERT of this connection made.
	 * @return the rowid, 0 if there was none
	 * @throws SQLException if the connection is closed
	 */
	public long lastInsertRowId() throws SQLException {
		return queryLong("select last_insert_rowid()");
	}

	/**
	 * How many rows the last INSERT, UPDATE or DELETE of this connection changed, not
	 * counting those that triggers changed.
	 * @return the number of rows
	 * @throws SQLException if the connection is closed
	 */
	public long changedRows() throws SQLException {
		return delegate().getDatabase().changes();
	}

	/**
	 * How many rows this connection has changed since it was opened, triggers included.
	 * @return the number of rows
	 * @throws SQLException if the connection is closed
	 */
	public long totalChangedRows() throws SQLException {
		return delegate().getDatabase().total_changes();
	}

	// Stores

	/**
	 * The stores that are attached now.
	 * @return the stores, {@link AttachedStores#NONE} for a file that holds everything
	 */
	AttachedStores stores() {
		return this.stores;
	}

	/**
	 * Whether features have their tables in files of their own.
	 * @return {@code false} for a file that holds everything
	 */
	public boolean hasStores() {
		return !this.stores.isEmpty();
	}

	/**
	 * The connection for statements of features.
	 * @return this, or one on which they reach their tables in stores
	 * @throws SQLException if the stores of the file have changed and can't be attached
	 */
	Connection effective() throws SQLException {
		if (this.stores != this.settings.locks().stores()) {
			followStores();
		}
		return this.stores.isEmpty() ? this : this.effective;
	}

	/**
	 * The connection for the functions that statements call.
	 * @return always the same
	 */
	Connection forFunctions() {
		return this.effective;
	}

	/**
	 * Attaches the stores that the file has now in the place of those before, if nothing
	 * is open that has begun with those.
	 */
	private void followStores() throws SQLException {
		if (this.transaction.isActive() || this.statementLocks.inside() != null || hasOpenReads()
				|| this.driver.isClosed()) {
			return;
		}
		this.locks.enterRead(lockWaitDeadline());
		try {
			this.statements.clear();
			AttachedStores before = this.stores;
			this.stores = AttachedStores.NONE;
			before.detachFrom(this.driver);
			attach(this.settings.locks().stores());
		}
		catch (SQLException ex) {
			// Nobody knows what is attached now.
			this.settingsChanged = true;
			throw translate(ex);
		}
		finally {
			this.locks.leaveRead(true);
		}
	}

	/**
	 * Attaches stores to a connection that has none, while the files may be read.
	 * @param stores the stores
	 * @throws SQLException if one can't be attached
	 */
	void attach(AttachedStores stores) throws SQLException {
		boolean rollbackJournal = stores.attachTo(this.driver, this.access::uriOfStore);
		this.stores = stores;
		this.transaction.use(stores);
		this.settings.locks().storesHaveRollbackJournal(rollbackJournal);
	}

	// Statements

	@Override
	Statement newStatement() throws SQLException {
		delegate();
		return new ZovaStatement(this);
	}

	@Override
	PreparedStatement newStatement(String sql, boolean returnKeys) throws SQLException {
		delegate();
		return new ZovaPreparedStatement(this, take(sql), returnKeys);
	}

	/**
	 * A compiled statement, from the cache if it is there.
	 * @param sql one statement; comments and a final semicolon do no harm
	 * @return the statement
	 * @throws SQLException if it is empty, more than one, or does not compile
	 */
	CachedStatement take(String sql) throws SQLException {
		CachedStatement cached = this.statements.takeCached(sql);
		if (cached != null) {
			this.settings.counters().statementCached();
			return cached;
		}
		this.settings.counters().statementCompiled();
		if (this.stores != this.settings.locks().stores()) {
			followStores();
		}
		try {
			CachedStatement compiled = this.statementLocks.whileReading(lockWaitDeadline(),
					() -> this.statements.compile(sql));
			// Pragmas need not run to take effect.
			this.settingsChanged |= compiled.analysis().changesConnection();
			return compiled;
		}
		catch (SQLException ex) {
			this.settingsChanged |= StatementAnalysis.triesToSet(sql);
			throw ex;
		}
	}

	void giveBack(CachedStatement statement) throws SQLException {
		if (!this.driver.isClosed()) {
			this.statements.giveBack(statement);
		}
	}

	// Execution

	StatementLocks.Held lockFor(StatementAnalysis analysis, Deadline deadline) throws SQLException {
		delegate();
		requireMayRun(analysis);
		if (analysis.kind() == StatementAnalysis.Kind.WRITE && !isTransactional()) {
			aboutToWriteAlone();
		}
		if (analysis.kind() == StatementAnalysis.Kind.EXCLUSIVE) {
			// Leaving the log would delete the one of another file.
			this.locks.fileIdentity().requireInPlaceNow();
		}
		boolean alone = this.autoCommit;
		if (!alone && readsUnbegun()) {
			alone = !beginsTransaction(analysis);
			this.hasReadUnbegun |= alone;
			if (!alone) {
				leaveOpenReads();
				this.transaction.begin(false, deadline);
			}
		}
		else if (!this.readOnly && (analysis.writes() || !alone)) {
			renewOpenReads();
		}
		boolean mayLease = !this.settingsChanged && !this.changes.isBypassed();
		return this.statementLocks.take(analysis, alone, this.readOnly, mayLease, deadline);
	}

	/**
	 * Whether a transaction of JDBC is open that begins with its first write and has not
	 * yet: each statement reads as it would outside a transaction.
	 * @return {@code true} if so
	 */
	boolean readsUnbegun() {
		return this.settings.beginsAtFirstWrite() && !this.autoCommit && !this.readOnly
				&& this.isolation < TRANSACTION_REPEATABLE_READ && !this.settings.readOnlyFile()
				&& !this.transaction.isActive();
	}

	private boolean beginsTransaction(StatementAnalysis analysis) {
		if (analysis.kind() == StatementAnalysis.Kind.EXCLUSIVE) {
			return false;
		}
		return analysis.writes() || analysis.changes().elsewhere()
				|| !Collections.disjoint(analysis.functions(), this.settings.functionsThatMayWrite());
	}

	/**
	 * Lets go of the state that open results show, because SQLite would begin a
	 * transaction with that one and not with the newest. Their rows are read ahead.
	 * @throws SQLException if that cannot be done
	 */
	private void leaveOpenReads() throws SQLException {
		if (this.statementLocks.inside() != null) {
			throw new SQLFeatureNotSupportedException("The first write of a transaction cannot come from within a "
					+ "statement that reads, through a function that it calls: " + BEGIN_BEFORE, "0A000");
		}
		if (hasOpenReads() && !this.openStatements.readAhead()) {
			throw new SQLFeatureNotSupportedException(
					"The transaction cannot begin to write while a result is open " + "that has more than "
							+ RowsAhead.LIMIT + " left: read it into a list, close it, or " + BEGIN_BEFORE,
					"0A000");
		}
		if (hasOpenReads()) {
			throw new SQLFeatureNotSupportedException(
					"The transaction cannot begin to write while a result of DatabaseMetaData is open: close it before",
					"0A000");
		}
	}

	/**
	 * Lets go, as far as that can be done, of the state that open results show: with a
	 * write-ahead log SQLite refuses to write after an old one.
	 * @throws SQLException if a statement is closed
	 */
	private void renewOpenReads() throws SQLException {
		if (hasOpenReads() && this.statementLocks.inside() == null && !this.transaction.isActive()
				&& this.locks.exclusion() == OpenFile.Exclusion.NEVER) {
			this.openStatements.readAhead();
		}
	}

	/**
	 * Whether results are open that hold a state of the file.
	 * @return {@code true} if so
	 */
	boolean hasOpenReads() {
		return this.locks.isReading();
	}

	/**
	 * Whether a reading transaction is open that nobody asked for, to show one state to
	 * the statements of one call.
	 */
	private boolean inSnapshot() {
		return this.transaction.state() == ConnectionTransaction.State.READ && !this.readOnly
				&& !this.settings.readOnlyFile();
	}

	/**
	 * Refuses to write where only reading is allowed. Not by {@code PRAGMA query_only},
	 * which would make SQLite compile all statements of the connection anew each time it
	 * is switched.
	 */
	private void requireMayRun(StatementAnalysis analysis) throws SQLException {
		if (this.readOnly && analysis.writes()) {
			throw new SQLInvalidAuthorizationSpecException(
					"attempt to write a readonly database: the transaction or connection "
							+ "is read-only, but the statement writes",
					"25006", SQLiteErrorCode.SQLITE_READONLY.code);
		}
		if (analysis.writes() && inSnapshot()) {
			throw new SQLNonTransientException("attempt to write within an operation that only reads", "25006",
					SQLiteErrorCode.SQLITE_READONLY.code);
		}
	}

	/**
	 * Says that what is written next will be committed by itself, which a transaction of
	 * another manager may not have meant.
	 * @throws SQLException if the connection of the thread's transaction is closed
	 */
	public void aboutToWriteAlone() throws SQLException {
		this.settings.foreignTransactions().beforeWrite(this.borrower);
	}

	/**
	 * Makes the connection a reader of the file although no statement of ours runs.
	 * @return ends that
	 * @throws SQLException if the file could not be read in time
	 */
	Runnable enterRead() throws SQLException {
		if (this.transaction.isActive()) {
			return () -> {
			};
		}
		this.locks.enterRead(lockWaitDeadline());
		return () -> this.locks.leaveRead(true);
	}

	/**
	 * The statement that calls a function of ours at this moment.
	 * @return the object that {@link StatementListener#statementEnded} will get,
	 * {@code null} if none runs
	 */
	public @Nullable Object runningStatement() {
		return this.statementLocks.inside();
	}

	/**
	 * Does what a statement such as BEGIN or RELEASE asks for.
	 * @param analysis the statement
	 * @throws SQLException if the state of the transaction does not allow it
	 */
	void control(StatementAnalysis analysis) throws SQLException {
		delegate();
		String savepoint = (analysis.savepoint() != null) ? analysis.savepoint() : "";
		switch (analysis.kind()) {
			case BEGIN -> begin(false);
			case COMMIT, ROLLBACK -> {
				if (readsUnbegun()) {
					endUnbegun(analysis.kind() == StatementAnalysis.Kind.COMMIT);
				}
				else {
					end(analysis.kind() == StatementAnalysis.Kind.COMMIT);
				}
			}
			case SAVEPOINT -> savepoint(savepoint);
			case RELEASE -> release(savepoint);
			case ROLLBACK_TO -> this.transaction.rollbackTo(savepoint);
			default -> throw new IllegalArgumentException("Not a control statement: " + analysis);
		}
	}

	/**
	 * Notes what a statement that has run means for later ones.
	 * @param statement the statement
	 * @throws SQLException if the journal mode cannot be read
	 */
	void ran(CachedStatement statement) throws SQLException {
		StatementAnalysis analysis = statement.analysis();
		if (analysis.changesSchema()) {
			this.statements.schemaChanged();
		}
		if (analysis.changesConnection()) {
			this.settingsChanged = true;
		}
		if (analysis.kind() == StatementAnalysis.Kind.EXCLUSIVE) {
			this.settings.locks().journalMode(queryString("pragma journal_mode"));
			this.settings.locks().storesHaveRollbackJournal(this.stores.hasRollbackJournal(this.driver));
		}
	}

	SQLException translate(SQLException ex) {
		SQLException explained = SqlFunctions.explain(ex);
		SQLException translated = (explained != null) ? explained
				: this.locks.fileIdentity().explain(SqlErrors.translate(ex));
		if (translated != ex && this.aborted) {
			return new SQLNonTransientConnectionException("The connection was aborted", "08003", ex);
		}
		return translated;
	}

	Deadline lockWaitDeadline() {
		Deadline ownPatience = Deadline.after(this.settings.lockWaitTimeout());
		Deadline transactionsEnd = this.limit;
		return (transactionsEnd != null && transactionsEnd.remainingNanos() < this.settings.lockWaitTimeout().toNanos())
				? transactionsEnd : ownPatience;
	}

	/**
	 * Sets until when what runs next has to be done.
	 * @param limit the time limit of a transaction, {@code null} for none
	 * @return the limit before
	 */
	@Nullable Deadline limit(@Nullable Deadline limit) {
		Deadline before = this.limit;
		this.limit = limit;
		if (limit != null) {
			// Its clock runs from the first look.
			limit.remainingNanos();
		}
		return before;
	}

	/**
	 * How long any statement may run.
	 * @return the time in nanoseconds, 0 for as long as it takes
	 */
	long statementTimeoutNanos() {
		return this.statementTimeoutNanos;
	}

	/**
	 * How long a statement may take that must also end with the limit that is set.
	 * @param own the statement's own time limit in seconds, 0 for none
	 * @return the time limit for it in seconds, 0 for none
	 */
	int timeoutWithin(int own) {
		Deadline end = this.limit;
		if (end == null) {
			return own;
		}
		int left = (int) Math.max(1, Math.ceil(end.remainingNanos() / 1e9));
		return (own == 0) ? left : Math.min(own, left);
	}

	// Transactions

	@Override
	public void setAutoCommit(boolean autoCommit) throws SQLException {
		delegate();
		if (autoCommit && !this.autoCommit) {
			endIfOpen(true);
		}
		this.autoCommit = autoCommit;
	}

	@Override
	public boolean getAutoCommit() throws SQLException {
		delegate();
		return this.autoCommit;
	}

	@Override
	public void commit() throws SQLException {
		requireManualCommit("commit");
		endIfOpen(true);
	}

	@Override
	public void rollback() throws SQLException {
		requireManualCommit("roll back");
		endIfOpen(false);
	}

	private void endIfOpen(boolean commit) throws SQLException {
		if (this.transaction.isActive()) {
			end(commit);
		}
		else {
			endUnbegun(commit);
		}
	}

	/** As after a commit, no result stays open. */
	private void endUnbegun(boolean commit) throws SQLException {
		if (readsUnbegun()) {
			this.openStatements.closeResults();
		}
		this.transaction.endedUnbegun(commit, this.hasReadUnbegun);
		this.hasReadUnbegun = false;
	}

	@Override
	public Savepoint setSavepoint() throws SQLException {
		return setSavepoint(SavepointNames.numbered(++this.savepointNumber));
	}

	@Override
	public Savepoint setSavepoint(String name) throws SQLException {
		return setSavepoint(SavepointNames.named(name));
	}

	private Savepoint setSavepoint(SavepointNames.Named savepoint) throws SQLException {
		requireManualCommit("set a savepoint");
		savepoint(savepoint.name());
		return savepoint;
	}

	@Override
	public void releaseSavepoint(Savepoint savepoint) throws SQLException {
		requireManualCommit("release a savepoint");
		release(nameOf(savepoint));
	}

	@Override
	public void rollback(Savepoint savepoint) throws SQLException {
		requireManualCommit("roll back to a savepoint");
		this.transaction.rollbackTo(nameOf(savepoint));
	}

	private static String nameOf(Savepoint savepoint) throws SQLException {
		if (savepoint instanceof SavepointNames.Named named) {
			return named.name();
		}
		throw new SQLNonTransientException("Not a savepoint of this connection: " + savepoint, "3B001");
	}

	private void requireManualCommit(String call) throws SQLException {
		delegate();
		if (this.autoCommit) {
			throw new SQLNonTransientException("Cannot " + call + ": the connection is in auto-commit mode", "25000");
		}
	}

	/**
	 * Who hears what becomes of the transaction that is open, or that JDBC says begins
	 * with the next statement.
	 * @return the listeners
	 */
	public TransactionListeners listeners() {
		return this.listeners;
	}

	/**
	 * Says that something will be kept for the commit. Where JDBC says that a transaction
	 * is open but no statement has begun it yet, it begins now, so that what is kept is
	 * part of it.
	 * @throws SQLException if the transaction cannot begin or is lost
	 */
	public void aboutToKeepForCommit() throws SQLException {
		delegate();
		this.transaction.requireNotLost();
		if (!isTransactional()) {
			aboutToWriteAlone();
		}
		if (!this.autoCommit && inSnapshot()) {
			throw new SQLFeatureNotSupportedException("The transaction has not begun yet, and cannot begin from within "
					+ "an operation that reads: " + BEGIN_BEFORE, "0A000");
		}
		requireBegun();
	}

	/**
	 * Begins the transaction that JDBC says is open, if no statement has begun it yet.
	 * @throws SQLException if it cannot begin
	 */
	public void requireBegun() throws SQLException {
		delegate();
		if (!this.autoCommit && !this.transaction.isActive()) {
			begin(false);
		}
	}

	/**
	 * Whether statements belong to a transaction that somebody else ends.
	 * @return {@code true} if one is open, or begins with the first statement
	 */
	boolean isTransactional() {
		return this.transaction.isActive() || !this.autoCommit;
	}

	/**
	 * Whether the transaction is one of JDBC, which the caller ends by commit or
	 * rollback.
	 * @return {@code true} with auto-commit off
	 */
	boolean isJdbcTransaction() {
		return !this.autoCommit;
	}

	void begin(boolean reading) throws SQLException {
		delegate();
		if (!reading && readsUnbegun()) {
			leaveOpenReads();
		}
		else if (!reading && !this.readOnly) {
			renewOpenReads();
		}
		this.transaction.begin(reading || this.readOnly, lockWaitDeadline());
	}

	void end(boolean commit) throws SQLException {
		if (!inSnapshot()) {
			this.openStatements.closeResults();
			this.hasReadUnbegun = false;
		}
		if (commit) {
			this.transaction.commit(lockWaitDeadline());
		}
		else {
			this.transaction.rollback();
		}
	}

	void savepoint(String name) throws SQLException {
		delegate();
		if (readsUnbegun()) {
			leaveOpenReads();
		}
		else if (!this.readOnly) {
			renewOpenReads();
		}
		this.transaction.savepoint(name, this.readOnly, this.autoCommit, lockWaitDeadline());
	}

	void release(String name) throws SQLException {
		this.transaction.release(name, lockWaitDeadline());
	}

	// Properties

	@Override
	public DatabaseMetaData getMetaData() throws SQLException {
		return MetaData.of(this, delegate().getMetaData());
	}

	@Override
	public void setReadOnly(boolean readOnly) throws SQLException {
		delegate();
		if (readOnly != this.readOnly && this.transaction.isActive()) {
			throw new SQLNonTransientException("Cannot change read-only inside a transaction: end it first", "25001");
		}
		this.readOnly = readOnly;
	}

	@Override
	public boolean isReadOnly() throws SQLException {
		delegate();
		return this.readOnly || this.settings.readOnlyFile();
	}

	@Override
	public void setTransactionIsolation(int level) throws SQLException {
		delegate();
		switch (level) {
			// SQLite's transactions are serializable, which is all of these and more,
			// once
			// they have begun.
			case TRANSACTION_READ_UNCOMMITTED, TRANSACTION_READ_COMMITTED, TRANSACTION_REPEATABLE_READ,
					TRANSACTION_SERIALIZABLE ->
				this.isolation = level;
			default -> throw new SQLNonTransientException("Not an isolation level: " + level, "HY092");
		}
	}

	int defaultIsolation() {
		return this.settings.isolation();
	}

	@Override
	public int getTransactionIsolation() throws SQLException {
		delegate();
		return this.isolation;
	}

	@Override
	public void setHoldability(int holdability) throws SQLException {
		delegate();
	}

	@Override
	public boolean isValid(int timeout) throws SQLException {
		if (timeout < 0) {
			throw new SQLNonTransientException("The timeout must not be negative: " + timeout);
		}
		if (this.aborted || this.driver.isClosed()) {
			return false;
		}
		try {
			return queryLong("select 1") == 1;
		}
		catch (SQLException ex) {
			return false;
		}
	}

	private long queryLong(String sql) throws SQLException {
		try (PreparedStatement statement = prepareStatement(sql); ResultSet row = statement.executeQuery()) {
			row.next();
			return row.getLong(1);
		}
	}

	private String queryString(String sql) throws SQLException {
		try (PreparedStatement statement = this.driver.prepareStatement(sql);
				ResultSet row = statement.executeQuery()) {
			row.next();
			return row.getString(1);
		}
	}

	/**
	 * As in JDBC; who gets the driver's connection finds it inside the transaction that
	 * is open, and outside any transaction that it has not begun.
	 */
	@Override
	public <T> T unwrap(Class<T> type) throws SQLException {
		if (type == InternalKey.class) {
			return type.cast(this.internalKey);
		}
		if (!type.isInstance(this)) {
			if (readsUnbegun()) {
				begin(false);
			}
			this.changes.bypassed(true);
			this.statementLocks.endLease();
		}
		return super.unwrap(type);
	}

	// End

	/**
	 * Ends what a borrower of the pool may have left open.
	 * @return whether the connection is as good as new; if not, it must be replaced
	 * @throws SQLException if a transaction was left open and cannot be rolled back
	 */
	boolean endOfBorrow() throws SQLException {
		if (this.driver.isClosed()) {
			closed();
			return false;
		}
		if (this.aborted) {
			closeAborted();
			return false;
		}
		this.openStatements.closeAll();
		this.transaction.forgetListeners();
		if (this.transaction.isActive()) {
			try {
				this.transaction.rollback();
			}
			catch (SQLException ex) {
				// At once, so that its locks keep nobody out until the pool gets round to
				// it.
				closeQuietly();
				throw ex;
			}
		}
		if (this.locks.isReading()) {
			// Meta data was left open: only closing the connection ends that.
			close();
			return false;
		}
		this.hasReadUnbegun = false;
		this.changes.bypassed(false);
		return !this.settingsChanged;
	}

	@Override
	public void abort(Executor executor) throws SQLException {
		if (executor == null) {
			throw new SQLNonTransientException("An executor is needed to abort a connection");
		}
		this.aborted = true;
		try {
			this.driver.getDatabase().interrupt();
		}
		catch (SQLException ex) {
			// It was closed already, so nothing is running.
		}
		executor.execute(this::closeAborted);
	}

	/**
	 * Closes what another thread may be using: it finds that out at its next step, which
	 * must not come between the end of its transaction and that of the connection.
	 */
	private void closeAborted() {
		try {
			this.locks.connectionCloses();
			this.driver.close();
			closed();
		}
		catch (SQLException | RuntimeException ex) {
			// Whoever has borrowed it tries again.
			this.aborted = true;
		}
	}

	private void closeQuietly() {
		try {
			close();
		}
		catch (SQLException | RuntimeException ex) {
			// Nobody uses it any more, or whoever does meets the end at this moment.
			this.aborted = true;
		}
	}

	@Override
	public boolean isClosed() {
		return this.aborted || this.driver.getDatabase().isClosed();
	}

	@Override
	public void close() throws SQLException {
		if (this.driver.isClosed()) {
			// Somebody may have closed the driver's connection itself.
			closed();
			return;
		}
		try {
			this.openStatements.closeAll();
			if (this.transaction.isActive()) {
				this.transaction.rollback();
			}
			this.statements.clear();
		}
		finally {
			this.locks.connectionCloses();
			this.driver.close();
			closed();
		}
	}

	private synchronized void closed() {
		this.locks.connectionClosed();
		this.transaction.connectionClosed();
	}

	@Override
	public String toString() {
		return "ZovaConnection to " + this.settings.name();
	}

}
