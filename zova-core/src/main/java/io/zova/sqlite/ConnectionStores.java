package io.zova.sqlite;

import java.sql.SQLException;

import org.sqlite.SQLiteConnection;

import io.zova.sqlite.driver.ControlStatements;
import io.zova.sqlite.driver.DriverConnections;
import io.zova.sqlite.file.AttachedStores;
import io.zova.sqlite.lock.OpenFile;
import io.zova.sqlite.statement.StatementCache;

/**
 * The stores that one connection has attached.
 * <p>
 * Implementation note. Which ones the file has changes only while nobody of this process
 * is inside the file. So a connection looks each time when it comes in, and is right
 * until it leaves. A statement that was compiled for others before is refused, and
 * {@link SqlAccess} does its work once more. Another process asks nobody: each change of
 * a feature makes sure, in its transaction, that the main file still says the same
 * ({@link StoreEpochs}); who only reads looks a few times in a second.
 */
final class ConnectionStores {

	private final Session session;

	private final SQLiteConnection driver;

	private final DriverConnections access;

	private final ConnectionSettings settings;

	private final OpenFile file;

	private final StatementCache statements;

	private final StoreRecords records;

	private AttachedStores attached = AttachedStores.NONE;

	ConnectionStores(Session session, ConnectionSettings settings, DriverConnections access,
			StatementCache statements) {
		this.session = session;
		this.driver = session.driver().driver();
		this.access = access;
		this.settings = settings;
		this.file = settings.locks();
		this.statements = statements;
		this.records = new StoreRecords(new ControlStatements(this.driver));
		session.locks().onEntry(this::follow);
	}

	/**
	 * The stores that are attached now.
	 * @return the stores, {@link AttachedStores#NONE} for a file that holds everything
	 */
	AttachedStores attached() {
		return this.attached;
	}

	/**
	 * Attaches stores to a connection that has none, while the files may be read.
	 * @param stores the stores
	 * @throws SQLException if one can't be attached
	 */
	void attach(AttachedStores stores) throws SQLException {
		boolean rollbackJournal = stores.attachTo(this.driver, this.access::uriOfStore);
		this.attached = stores;
		this.session.transaction().use(stores);
		this.session.commitMode().use(stores);
		this.file.storesHaveRollbackJournal(rollbackJournal);
	}

	boolean haveRollbackJournal() throws SQLException {
		return this.attached.hasRollbackJournal(this.driver);
	}

	/**
	 * Attaches the stores that the file has now, unless something is open that has begun
	 * with those before.
	 * @throws SQLException if one can't be attached
	 */
	void catchUp() throws SQLException {
		if (this.attached != this.file.stores() && !isInTheMiddle() && !this.session.openReads().areThere()) {
			this.session.locks().enterRead(this.session.limits().lockWait());
			this.session.locks().leaveRead(true);
		}
	}

	/** The connection has just come into the file. */
	private void follow() throws SQLException {
		boolean look = this.file.isTimeToLookForStores();
		if ((!look && this.attached == this.file.stores()) || isInTheMiddle()) {
			return;
		}
		if (look) {
			look();
		}
		AttachedStores now = this.file.stores();
		if (this.attached != now) {
			replaceBy(now);
		}
	}

	private void replaceBy(AttachedStores now) throws SQLException {
		try {
			this.statements.clear();
			AttachedStores before = this.attached;
			this.attached = AttachedStores.NONE;
			before.detachFrom(this.driver);
			attach(now);
		}
		catch (SQLException ex) {
			// Nobody knows what is attached now.
			this.session.settingsChanged();
			throw this.session.driver().translate(ex);
		}
	}

	private boolean isInTheMiddle() {
		return this.session.transaction().isActive() || this.session.statementLocks().inside() != null
				|| this.driver.getDatabase().isClosed();
	}

	private void look() throws SQLException {
		this.file.looksForStores();
		boolean sure = false;
		try {
			if (!this.records.read().equals(this.file.stores().recorded())) {
				this.file.stores(this.settings.storesOfFile().find());
			}
			sure = true;
		}
		finally {
			if (!sure) {
				this.file.storesAreUnsure();
			}
		}
	}

	/**
	 * Makes sure that the main file names these stores at this moment, for a transaction
	 * that has changed something.
	 * @throws SQLException if another process has changed that
	 */
	void requireAsRecorded() throws SQLException {
		if (!this.records.read().equals(this.attached.recorded())) {
			throw moved();
		}
	}

	/**
	 * The main file names other stores.
	 * @return the error; all connections look from now on
	 */
	SQLException moved() {
		this.file.storesAreUnsure();
		return new StoresMovedException(this.settings.name());
	}

}
