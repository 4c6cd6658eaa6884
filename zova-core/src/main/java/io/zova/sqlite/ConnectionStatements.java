package io.zova.sqlite;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

import org.sqlite.SQLiteConnection;

import io.zova.sqlite.driver.DriverConnections;
import io.zova.sqlite.file.AttachedStores;
import io.zova.sqlite.lock.OpenFile;
import io.zova.sqlite.statement.CachedStatement;
import io.zova.sqlite.statement.StatementAnalysis;
import io.zova.sqlite.statement.StatementCache;

/**
 * The compiled statements of one connection, and the stores attached to it, whose tables
 * they name.
 */
final class ConnectionStatements {

	private final Session session;

	private final SQLiteConnection driver;

	private final DriverConnections access;

	private final OpenFile file;

	private final ConnectionCounters counters;

	private final StatementCache cache;

	private AttachedStores stores = AttachedStores.NONE;

	ConnectionStatements(Session session, ConnectionSettings settings, DriverConnections access) {
		this.session = session;
		this.driver = session.driver().driver();
		this.access = access;
		this.file = settings.locks();
		this.counters = settings.counters();
		this.cache = new StatementCache(this.driver, settings.statementCacheSize(), this.file.schemaGeneration());
	}

	/**
	 * A compiled statement, from the cache if it is there.
	 * @param sql one statement; comments and a final semicolon do no harm
	 * @return the statement
	 * @throws SQLException if it is empty, more than one, or does not compile
	 */
	CachedStatement take(String sql) throws SQLException {
		CachedStatement cached = this.cache.takeCached(sql);
		if (cached != null) {
			this.counters.statementCached();
			return cached;
		}
		this.counters.statementCompiled();
		followStores();
		try {
			CachedStatement compiled = this.session.statementLocks()
				.whileReading(this.session.limits().lockWait(), () -> this.cache.compile(sql));
			// Pragmas need not run to take effect.
			if (compiled.analysis().changesConnection()) {
				this.session.settingsChanged();
			}
			return compiled;
		}
		catch (SQLException ex) {
			if (StatementAnalysis.triesToSet(sql)) {
				this.session.settingsChanged();
			}
			throw ex;
		}
	}

	void giveBack(CachedStatement statement) throws SQLException {
		if (!this.driver.isClosed()) {
			this.cache.giveBack(statement);
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
			this.cache.schemaChanged();
		}
		if (analysis.changesConnection()) {
			this.session.settingsChanged();
		}
		if (analysis.kind() == StatementAnalysis.Kind.EXCLUSIVE) {
			this.file.journalMode(journalMode());
			this.file.storesHaveRollbackJournal(this.stores.hasRollbackJournal(this.driver));
		}
	}

	private String journalMode() throws SQLException {
		try (PreparedStatement statement = this.driver.prepareStatement("pragma journal_mode");
				ResultSet row = statement.executeQuery()) {
			row.next();
			return row.getString(1);
		}
	}

	void clear() throws SQLException {
		this.cache.clear();
	}

	/**
	 * The stores that are attached now.
	 * @return the stores, {@link AttachedStores#NONE} for a file that holds everything
	 */
	AttachedStores stores() {
		return this.stores;
	}

	/**
	 * Attaches stores to a connection that has none, while the files may be read.
	 * @param stores the stores
	 * @throws SQLException if one can't be attached
	 */
	void attach(AttachedStores stores) throws SQLException {
		boolean rollbackJournal = stores.attachTo(this.driver, this.access::uriOfStore);
		this.stores = stores;
		this.session.transaction().use(stores);
		this.session.commitMode().use(stores);
		this.file.storesHaveRollbackJournal(rollbackJournal);
	}

	/**
	 * Attaches the stores that the file has now in the place of those before, if nothing
	 * is open that has begun with those.
	 * @throws SQLException if one can't be attached
	 */
	void followStores() throws SQLException {
		if (this.stores == this.file.stores() || isInTheMiddle()) {
			return;
		}
		this.session.locks().enterRead(this.session.limits().lockWait());
		try {
			this.cache.clear();
			AttachedStores before = this.stores;
			this.stores = AttachedStores.NONE;
			before.detachFrom(this.driver);
			attach(this.file.stores());
		}
		catch (SQLException ex) {
			// Nobody knows what is attached now.
			this.session.settingsChanged();
			throw this.session.driver().translate(ex);
		}
		finally {
			this.session.locks().leaveRead(true);
		}
	}

	private boolean isInTheMiddle() throws SQLException {
		return this.session.transaction().isActive() || this.session.statementLocks().inside() != null
				|| this.session.openReads().areThere() || this.driver.isClosed();
	}

}
