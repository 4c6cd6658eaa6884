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
 * The compiled statements of one connection.
 */
final class ConnectionStatements {

	private final Session session;

	private final SQLiteConnection driver;

	private final OpenFile file;

	private final ConnectionCounters counters;

	private final StatementCache cache;

	private final ConnectionStores stores;

	ConnectionStatements(Session session, ConnectionSettings settings, DriverConnections access) {
		this.session = session;
		this.driver = session.driver().driver();
		this.file = settings.locks();
		this.counters = settings.counters();
		this.cache = new StatementCache(this.driver, settings.statementCacheSize(), this.file.schemaGeneration());
		this.stores = new ConnectionStores(session, settings, access, this.cache);
	}

	ConnectionStores stores() {
		return this.stores;
	}

	/**
	 * A compiled statement of a feature, whose tables may be in stores.
	 * @param sql its text for a file that holds everything
	 * @return the statement, for the stores that are attached now
	 * @throws SQLException if it does not compile
	 */
	CachedStatement takeEffective(String sql) throws SQLException {
		while (true) {
			AttachedStores now = this.stores.attached();
			try {
				CachedStatement statement = take(now.effective(sql));
				statement.isFor(now);
				if (now == this.stores.attached()) {
					return statement;
				}
				giveBack(statement);
			}
			catch (SQLException ex) {
				if (now == this.stores.attached()) {
					throw ex;
				}
			}
		}
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
			this.file.storesHaveRollbackJournal(this.stores.haveRollbackJournal());
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

}
