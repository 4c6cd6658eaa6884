package io.zova.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;

import org.sqlite.SQLiteConnection;

import io.zova.ZovaException;
import io.zova.ZovaStatus;
import io.zova.format.BoundStore;
import io.zova.format.DatabasePath;
import io.zova.format.NewDatabase;
import io.zova.format.NewFile;
import io.zova.format.StoreFile;
import io.zova.format.StoreRole;
import io.zova.format.ZovaSchema;
import io.zova.maintenance.Verification;
import io.zova.sqlite.driver.DriverConnections;

/**
 * Moves all rows of a role from the main file to a new store, or back.
 * <p>
 * Implementation note. A split first makes the store complete in a file without a name,
 * while nobody can write to the main file, then gives it its name, and then changes the
 * main file in one transaction. A join changes only the main file. So neither can be torn
 * by a crash in any journal mode: what is recorded in the main file decides where the
 * rows are, and there they are complete.
 */
final class Move {

	private static final String SOURCE = "zova_source";

	private static final int SQLITE_IOERR = 10;

	private final StoreChange change;

	private final MainFile main;

	private final Connection connection;

	private final StoreRole role;

	private final StoreContent content;

	Move(StoreChange change, StoreRole role) {
		this.change = change;
		this.main = change.main();
		this.connection = change.connection();
		this.role = role;
		this.content = new StoreContent(role, change.connection());
	}

	/**
	 * What has been moved, and the store that it was moved to or from.
	 */
	record Moved(BoundStore store, Map<String, Long> rows) {
	}

	Moved split(Path store, StoreOptions options) throws SQLException {
		this.change.requireRollbackJournal("main", this.main.path(), options);
		requireUnbound();
		BoundStore.requirePlainPath(store.toString());
		DatabasePath.requireFree(store);
		this.main.policy().requireAllowed(store, this.main.path());
		this.content.requireNotReferred(this.main.path().toString());
		this.change.execute("pragma foreign_keys=off");
		this.change.execute("begin immediate");
		boolean published = false;
		boolean committed = false;
		boolean unsure = false;
		try (NewFile file = NewFile.at(store)) {
			// Another process may have been faster.
			requireUnbound();
			BoundStore now = fill(file.path(), store, options);
			file.publish();
			published = true;
			this.change.others().wait(this.change.task());
			Map<String, Long> moved = this.content.count("main");
			this.content.clear("main");
			BoundStore.record(this.connection, now);
			this.change.quickCheck();
			List<BoundStore> stores = BoundStore.of(this.connection);
			try {
				this.change.execute("commit");
			}
			catch (SQLException ex) {
				unsure = isInputOutput(ex);
				throw unsure ? keeping(store, ex) : ex;
			}
			committed = true;
			this.change.others().use(stores);
			return new Moved(now, moved);
		}
		finally {
			if (!committed) {
				this.change.rollback();
				if (published && !unsure) {
					delete(store);
				}
			}
		}
	}

	/**
	 * What was written before the error may still be taken for a commit after a crash.
	 */
	private static boolean isInputOutput(SQLException ex) {
		return (ex.getErrorCode() & 0xff) == SQLITE_IOERR;
	}

	private SQLException keeping(Path store, SQLException ex) {
		return new SQLException(
				ex.getMessage() + ". Whether the disk has the commit is not known, so " + store
						+ " was kept: it holds the rows, too. Look at the disk, open " + this.main.path()
						+ " anew, and delete that file only if its stores() don't name it then",
				ex.getSQLState(), ex.getErrorCode(), ex);
	}

	private void requireUnbound() throws SQLException {
		BoundStore bound = this.change.bound(this.role).orElse(null);
		if (bound != null) {
			throw new ZovaException(ZovaStatus.BOUND_STORE_EXISTS,
					this.main.path() + " has its " + this.role.words() + " in " + bound.path()
							+ " already. To move it, copy that file while nothing has it open and bind the copy");
		}
	}

	/** Fills a new store from the main file, as far as that is committed. */
	private BoundStore fill(Path file, Path store, StoreOptions options) throws SQLException {
		int pageSize = this.change.pageSize();
		try (SQLiteConnection own = DriverConnections.readWrite(file, 0).open()) {
			NewDatabase.createIn(own, pageSize);
			StoreChange.execute(own, "pragma foreign_keys=off");
			BoundStore.attachFile(own, SOURCE, DriverConnections.uri(this.main.path()) + "?mode=ro", this.main.path());
			StoreChange.execute(own, "begin");
			new StoreContent(this.role, own).copy(SOURCE, "main");
			StoreChange.execute(own, "commit");
			StoreChange.execute(own, "detach " + SOURCE);
			Verification.ofRole(own, this.role, "The " + this.role.words() + " to be split from " + this.main.path());
			StoreFile written = new StoreFile(own, "main", this.role, store.toString());
			String set = ZovaSchema.randomId();
			written.becomeStore();
			written.bindTo(set);
			return new BoundStore(this.role, options.recorded(store), written.storeId(), set, 0);
		}
	}

	private static void delete(Path store) {
		try {
			Files.deleteIfExists(store);
		}
		catch (IOException ex) {
			throw new ZovaException(ZovaStatus.CANT_OPEN, store + " is of no use and could not be deleted: " + ex, ex);
		}
	}

	Moved join() throws SQLException {
		BoundStore bound = this.change.require(this.role);
		Path real = bound.locate(this.main.path(), this.main.policy());
		BoundStore.attachFile(this.connection, this.role.storeName(), DriverConnections.uri(real) + "?mode=ro", real);
		boolean committed = false;
		try {
			this.change.others().wait(this.change.task());
			this.change.execute("pragma foreign_keys=off");
			this.change.execute("begin immediate");
			if (!this.change.require(this.role).equals(bound)) {
				throw new ZovaException(ZovaStatus.BUSY,
						this.main.path() + " was given another " + this.role.words() + " just now. Try again");
			}
			bound.requireSame(this.connection, real);
			this.content.clear("main");
			this.content.copy(this.role.storeName(), "main");
			Verification.ofRole(this.connection, this.role, "The " + this.role.words() + " of " + this.main.path());
			bound.remove(this.connection);
			Map<String, Long> moved = this.content.count("main");
			List<BoundStore> stores = BoundStore.of(this.connection);
			this.change.execute("commit");
			committed = true;
			this.change.others().use(stores);
			return new Moved(bound, moved);
		}
		finally {
			if (!committed) {
				this.change.rollback();
			}
			bound.detach(this.connection);
		}
	}

}
