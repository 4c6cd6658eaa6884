package io.zova.sqlite;

import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLNonTransientException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteConnection;

import io.zova.sqlite.driver.DriverConnections;
import io.zova.sqlite.extension.InternalKey;
import io.zova.sqlite.file.AttachedStores;
import io.zova.sqlite.statement.SavepointNames;
import io.zova.transaction.TransactionListeners;

/**
 * A connection to a Zova file: standard JDBC on the outside, and inside the only place
 * where transactions begin and end.
 * <p>
 * The driver stays in its own auto-commit mode all the time; the {@link Session} below
 * issues {@code BEGIN IMMEDIATE}, {@code COMMIT} and savepoints as SQL, through
 * {@link ConnectionTransaction}. The same statements typed as SQL come the same way.
 */
public final class ZovaConnection extends StatementSource {

	private final OpenDriver driver;

	private final InternalKey internalKey = InternalKey.draw();

	private final ConnectionSettings settings;

	private final Session session;

	private final ConnectionStatements statements;

	private final ConnectionEnd end;

	private final ConnectionHistory history;

	/** The connection for features, which may have their tables in stores. */
	private final Connection effective = new EffectiveConnection(this);

	/** Who has it from the pool now; the thread that closes the pool looks. */
	private volatile @Nullable BorrowedConnection borrower;

	private int savepointNumber;

	ZovaConnection(SQLiteConnection driver, ConnectionSettings settings, DriverConnections access) {
		this.driver = new OpenDriver(driver, settings.locks().identity());
		this.settings = settings;
		this.session = new Session(this.driver, settings, this.internalKey);
		this.statements = new ConnectionStatements(this.session, settings, access);
		this.end = new ConnectionEnd(this.session, this.statements);
		this.history = new ConnectionHistory(this, this.session);
	}

	@Override
	SQLiteConnection delegate() throws SQLException {
		return this.driver.requireOpen();
	}

	SQLiteConnection driver() {
		return this.driver.driver();
	}

	InternalKey internalKey() {
		return this.internalKey;
	}

	Session session() {
		return this.session;
	}

	ConnectionStatements statements() {
		return this.statements;
	}

	ConnectionEnd end() {
		return this.end;
	}

	void lendTo(@Nullable BorrowedConnection borrower) {
		this.borrower = borrower;
		this.session.lentBy((borrower != null) ? borrower.pool() : null);
	}

	@Nullable BorrowedConnection borrower() {
		return this.borrower;
	}

	// What features ask

	/**
	 * What this connection knows of the changes of its file.
	 * @return the history
	 */
	public ConnectionHistory history() {
		return this.history;
	}

	/**
	 * Who hears what becomes of the transaction that is open, or that JDBC says begins
	 * with the next statement.
	 * @return the listeners
	 */
	public TransactionListeners listeners() {
		return this.session.listeners();
	}

	/**
	 * Announces something to the world: when the commit is durable whose listeners are
	 * being told at this moment, else now.
	 * @param announcement what to do, told whether the commit is on disk; if not, nobody
	 * knows. Any thread may do it, in the order of the commits
	 */
	public void announce(Consumer<Boolean> announcement) {
		this.session.end().announce(announcement);
	}

	/**
	 * Whether a transaction has begun, by JDBC or by SQL, and not ended.
	 * @return {@code true} inside a transaction
	 */
	public boolean inTransaction() {
		return this.session.transaction().isActive();
	}

	/**
	 * Whether a transaction is open that may write, so that what it reads may be its own
	 * and may still be undone.
	 * @return {@code true} if so
	 */
	public boolean inWritingTransaction() {
		return this.session.transaction().isActive()
				&& this.session.transaction().state() != ConnectionTransaction.State.READ;
	}

	/**
	 * Begins the transaction that JDBC says is open, if no statement has begun it yet.
	 * @throws SQLException if it cannot begin
	 */
	public void requireBegun() throws SQLException {
		this.session.jdbc().requireBegun();
	}

	/**
	 * Says that something will be kept for the commit. Where JDBC says that a transaction
	 * is open but no statement has begun it yet, it begins now, so that what is kept is
	 * part of it.
	 * @throws SQLException if the transaction cannot begin or is lost
	 */
	public void aboutToKeepForCommit() throws SQLException {
		this.session.aboutToKeepForCommit();
	}

	/**
	 * Says that what is written next will be committed by itself, which a transaction of
	 * another manager may not have meant.
	 * @throws SQLException if the connection of the thread's transaction is closed
	 */
	public void aboutToWriteAlone() throws SQLException {
		this.session.aboutToWriteAlone();
	}

	/**
	 * The statement that calls a function of ours at this moment.
	 * @return the object that {@link StatementListener#statementEnded} will get,
	 * {@code null} if none runs
	 */
	public @Nullable Object runningStatement() {
		return this.session.statementLocks().inside();
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

	/**
	 * Whether features have their tables in files of their own.
	 * @return {@code false} for a file that holds everything
	 */
	public boolean hasStores() {
		return !stores().isEmpty();
	}

	AttachedStores stores() {
		return this.statements.stores().attached();
	}

	/**
	 * The connection for statements of features.
	 * @return one on which they reach their tables, also those in stores
	 * @throws SQLException if the stores of the file have changed and can't be attached
	 */
	Connection effective() throws SQLException {
		this.statements.stores().catchUp();
		return this.effective;
	}

	/**
	 * The connection for the functions that statements call.
	 * @return always the same
	 */
	Connection forFunctions() {
		return this.effective;
	}

	// Statements

	@Override
	Statement newStatement() throws SQLException {
		delegate();
		return new ZovaStatement(this, false);
	}

	@Override
	PreparedStatement newStatement(String sql, boolean returnKeys) throws SQLException {
		delegate();
		return new ZovaPreparedStatement(this, this.statements.take(sql), returnKeys);
	}

	// Transactions

	@Override
	public void setAutoCommit(boolean autoCommit) throws SQLException {
		this.session.jdbc().setAutoCommit(autoCommit);
	}

	@Override
	public boolean getAutoCommit() throws SQLException {
		delegate();
		return this.session.jdbc().isAutoCommit();
	}

	@Override
	public void commit() throws SQLException {
		manual("commit").endIfOpen(true);
	}

	@Override
	public void rollback() throws SQLException {
		manual("roll back").endIfOpen(false);
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
		manual("set a savepoint").savepoint(savepoint.name());
		return savepoint;
	}

	@Override
	public void releaseSavepoint(Savepoint savepoint) throws SQLException {
		manual("release a savepoint").release(nameOf(savepoint));
	}

	@Override
	public void rollback(Savepoint savepoint) throws SQLException {
		manual("roll back to a savepoint").rollbackTo(nameOf(savepoint));
	}

	private static String nameOf(Savepoint savepoint) throws SQLException {
		if (savepoint instanceof SavepointNames.Named named) {
			return named.name();
		}
		throw new SQLNonTransientException("Not a savepoint of this connection: " + savepoint, "3B001");
	}

	/** The transaction, if it is the caller who ends it. */
	private JdbcTransaction manual(String call) throws SQLException {
		delegate();
		if (this.session.jdbc().isAutoCommit()) {
			throw new SQLNonTransientException("Cannot " + call + ": the connection is in auto-commit mode", "25000");
		}
		return this.session.jdbc();
	}

	// Properties

	@Override
	public DatabaseMetaData getMetaData() throws SQLException {
		return MetaData.of(this, delegate().getMetaData());
	}

	@Override
	public void setReadOnly(boolean readOnly) throws SQLException {
		this.session.jdbc().setReadOnly(readOnly);
	}

	@Override
	public boolean isReadOnly() throws SQLException {
		delegate();
		return this.session.jdbc().isReadOnly() || this.settings.readOnlyFile();
	}

	@Override
	public void setTransactionIsolation(int level) throws SQLException {
		this.session.jdbc().setIsolation(level);
	}

	@Override
	public int getTransactionIsolation() throws SQLException {
		delegate();
		return this.session.jdbc().isolation();
	}

	int defaultIsolation() {
		return this.settings.isolation();
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
		if (isClosed()) {
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
			this.session.driverGiven();
		}
		return super.unwrap(type);
	}

	// End

	@Override
	public void abort(Executor executor) throws SQLException {
		this.end.abort(executor);
	}

	@Override
	public boolean isClosed() {
		return this.driver.isAborted() || this.driver.isClosed();
	}

	@Override
	public void close() throws SQLException {
		this.end.close();
	}

	@Override
	public String toString() {
		return "ZovaConnection to " + this.settings.name();
	}

}
