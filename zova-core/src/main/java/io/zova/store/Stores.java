package io.zova.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.sqlite.SQLiteConnection;

import io.zova.Arguments;
import io.zova.ZovaException;
import io.zova.ZovaStatus;
import io.zova.format.BoundStore;
import io.zova.format.DatabasePath;
import io.zova.format.NewDatabase;
import io.zova.format.NewFile;
import io.zova.format.SqliteFailure;
import io.zova.format.StoreFile;
import io.zova.format.StoreRole;
import io.zova.format.ZovaSchema;
import io.zova.maintenance.Verification;
import io.zova.sqlite.driver.DriverConnections;

/**
 * The stores of a main file: files of their own for its objects, its vectors or its
 * graphs.
 * <p>
 * No other process may have the main file open while its stores change: it would go on
 * with the ones before.
 * <p>
 * Implementation note. A split first makes the store complete in a file without a name,
 * while nobody can write to the main file, then gives it its name, and then changes the
 * main file in one transaction. A join changes only the main file. So neither can be torn
 * by a crash in any journal mode: what is recorded in the main file decides where the
 * rows are, and there they are complete.
 */
public final class Stores {

	private static final String CANDIDATE = "zova_candidate";

	private static final String SOURCE = "zova_source";

	private static final String QUICK_CHECK = "pragma main.quick_check";

	private final MainFile main;

	/**
	 * The stores of a main file that somebody has open.
	 * @param main the main file
	 */
	public Stores(MainFile main) {
		this.main = main;
	}

	/**
	 * The stores of a main file that is not open in this process. The stores need not be
	 * there, so this helps where a file does not open.
	 * @param mainFile the main file
	 * @return its stores
	 */
	public static Stores of(Path mainFile) {
		Arguments.required("mainFile", mainFile);
		return new Stores(new ClosedFile(mainFile));
	}

	/**
	 * Creates a store that is not bound yet.
	 * @param role what it is for
	 * @param store the new file; its name must end in {@code .zova} and not be taken
	 * @throws ZovaException with {@link ZovaStatus#NOT_ZOVA_PATH},
	 * {@link ZovaStatus#DESTINATION_EXISTS} or {@link ZovaStatus#CANT_OPEN}; nothing is
	 * left then
	 */
	public static void create(StoreRole role, Path store) {
		Arguments.required("role", role);
		Arguments.required("store", store);
		try (NewFile file = NewFile.at(store)) {
			try (SQLiteConnection connection = DriverConnections.readWrite(file.path(), 0).open()) {
				NewDatabase.createIn(connection, 0);
				new StoreFile(connection, "main", role, store.toString()).becomeStore();
			}
			file.publish();
		}
		catch (SQLException ex) {
			throw SqliteFailure.of(store + " could not be created", ex);
		}
	}

	/**
	 * The id of a store, bound or not.
	 * @param role what it is for
	 * @param store the file
	 * @return its id, the same for ever
	 * @throws ZovaException with {@link ZovaStatus#NOT_ZOVA_DATABASE} and others if there
	 * is no store for that role
	 */
	public static String id(StoreRole role, Path store) {
		Arguments.required("role", role);
		DatabasePath.requireFile(store);
		try (SQLiteConnection connection = DriverConnections.readOnly(store, 0).open()) {
			StoreFile file = new StoreFile(connection, "main", role, store.toString());
			file.require();
			return file.storeId();
		}
		catch (SQLException ex) {
			throw SqliteFailure.of(store + " could not be read", ex);
		}
	}

	/**
	 * Whether the main file holds anything that belongs to a role itself.
	 * @param role the role
	 * @return {@code false} if a store can be bound without a split
	 */
	public boolean hasContentInMain(StoreRole role) {
		Arguments.required("role", role);
		return this.main.read("The content of " + this.main.path() + " could not be read",
				(connection) -> new StoreFile(connection, "main", role, this.main.path().toString()).hasRows());
	}

	/**
	 * The stores that are bound now.
	 * @return one for each role that has one
	 */
	public List<StoreInfo> info() {
		return this.main.read("The stores of " + this.main.path() + " could not be read",
				(connection) -> BoundStore.of(connection).stream().map(this::info).toList());
	}

	/**
	 * The store of a role.
	 * @param role the role
	 * @return the store, empty if the main file keeps that itself
	 */
	public Optional<StoreInfo> info(StoreRole role) {
		Arguments.required("role", role);
		return info().stream().filter((store) -> store.role() == role).findFirst();
	}

	private StoreInfo info(BoundStore store) {
		boolean reachable;
		try {
			reachable = Files.isRegularFile(store.resolve(this.main.path()));
		}
		catch (ZovaException ex) {
			reachable = false;
		}
		return new StoreInfo(store.role(), store.path(), store.storeId(), store.boundSetId(), store.epoch(), reachable);
	}

	/**
	 * Binds a store with the default options.
	 * @param role what it is for
	 * @param store the store
	 * @return what is bound now
	 * @see #bind(StoreRole, Path, StoreOptions)
	 */
	public StoreInfo bind(StoreRole role, Path store) {
		return bind(role, store, StoreOptions.defaults());
	}

	/**
	 * Binds a store. In the place of one that is bound already, its content is not copied
	 * over. Binding the same one again repairs a set: after the store was moved, or when
	 * both have seen different changes and the content shall be taken as it is.
	 * @param role what it is for
	 * @param store the store
	 * @param options what is allowed
	 * @return what is bound now
	 * @throws ZovaException with {@link ZovaStatus#BOUND_STORE_EXISTS} if the main file
	 * holds anything of that role itself ({@link #split} moves it), or if the store
	 * belongs to another main file; {@link ZovaStatus#OBJECT_TRANSACTION_ACTIVE} inside a
	 * transaction; {@link ZovaStatus#BOUND_STORE_INVALID} and others if it is no store of
	 * that role. Nothing was changed then
	 */
	public StoreInfo bind(StoreRole role, Path store, StoreOptions options) {
		Arguments.required("role", role);
		Arguments.required("store", store);
		Arguments.required("options", options);
		String task = "The " + role.words() + " " + store + " could not be bound to " + this.main.path();
		return this.main.change(task, (connection, others) -> {
			requireRollbackJournal(connection, "main", this.main.path(), options);
			Optional<BoundStore> bound = bound(connection, role);
			if (bound.isEmpty()) {
				requireNothingInMain(connection, role, store);
			}
			BoundStore.requirePlainPath(store.toString());
			Path real = BoundStore.locate(store, this.main.path(), this.main.policy());
			BoundStore.attachFile(connection, CANDIDATE, DriverConnections.uri(real), store);
			try {
				StoreFile file = new StoreFile(connection, CANDIDATE, role, store.toString());
				file.require();
				requireRollbackJournal(connection, CANDIDATE, store, options);
				requireFree(file, bound, options);
				BoundStore now = new BoundStore(role, recorded(store, options), file.storeId(), ZovaSchema.randomId(),
						0);
				commit(connection, task, others, () -> {
					file.bindTo(now.boundSetId());
					BoundStore.record(connection, now);
				});
				others.use(BoundStore.of(connection));
				return info(now);
			}
			finally {
				execute(connection, "detach " + CANDIDATE);
			}
		});
	}

	private void requireNothingInMain(Connection connection, StoreRole role, Path store) throws SQLException {
		if (new StoreFile(connection, "main", role, this.main.path().toString()).hasRows()) {
			throw new ZovaException(ZovaStatus.BOUND_STORE_EXISTS,
					this.main.path() + " holds what belongs to its " + role.words()
							+ " itself, and with a store it would be out of sight. Move it: "
							+ "Stores.split(StoreRole." + role.name() + ", path), with a path where nothing is yet, "
							+ "in the place of bind to " + store);
		}
	}

	/** Another main file would not open any more, which nobody should find out later. */
	private static void requireFree(StoreFile store, Optional<BoundStore> bound, StoreOptions options)
			throws SQLException {
		String set = store.boundSetId().orElse("");
		boolean ours = bound.isPresent() && (bound.get().boundSetId().equals(set));
		if (!options.takesOver() && !set.isEmpty() && !ours && store.hasRows()) {
			throw new ZovaException(ZovaStatus.BOUND_STORE_EXISTS, store.name()
					+ " holds content and was bound to another main file, which would not open any more, "
					+ "or to a copy of this one. If that is meant, say so: StoreOptions.defaults().takingOver()");
		}
	}

	private static String recorded(Path store, StoreOptions options) {
		return (options.keepsRelativePath() ? store : store.toAbsolutePath().normalize()).toString();
	}

	/**
	 * Lets the main file hold a role itself again, without anything that is in the store.
	 * The store stays as it is; {@link #join} brings its content back.
	 * @param role the role
	 * @throws ZovaException with {@link ZovaStatus#BOUND_STORE_NOT_FOUND} if none is
	 * bound, {@link ZovaStatus#OBJECT_TRANSACTION_ACTIVE} inside a transaction
	 */
	public void unbind(StoreRole role) {
		Arguments.required("role", role);
		String task = "The " + role.words() + " of " + this.main.path() + " could not be unbound";
		this.main.change(task, (connection, others) -> {
			BoundStore bound = require(connection, role);
			commit(connection, task, others, () -> bound.remove(connection));
			others.use(BoundStore.of(connection));
			return true;
		});
	}

	/**
	 * Splits with the default options.
	 * @param role what to move
	 * @param store the new file
	 * @return what was moved
	 * @see #split(StoreRole, Path, StoreOptions)
	 */
	public MoveReport split(StoreRole role, Path store) {
		return split(role, store, StoreOptions.defaults());
	}

	/**
	 * Moves everything of a role out of the main file into a new store, verifies it and
	 * binds it. The main file keeps its size; its free pages are used again, or returned
	 * by {@code vacuum}.
	 * @param role what to move
	 * @param store the new file; its name must end in {@code .zova} and not be taken
	 * @param options what is allowed
	 * @return what was moved
	 * @throws ZovaException with {@link ZovaStatus#BOUND_STORE_EXISTS} if a store is
	 * bound, {@link ZovaStatus#DESTINATION_EXISTS} if the name is taken,
	 * {@link ZovaStatus#OBJECT_TRANSACTION_ACTIVE} inside a transaction, or the status of
	 * damaged content. The main file is as it was then, and no store is left
	 */
	public MoveReport split(StoreRole role, Path store, StoreOptions options) {
		Arguments.required("role", role);
		Arguments.required("store", store);
		Arguments.required("options", options);
		String task = "The " + role.words() + " " + store + " could not be split from " + this.main.path();
		return this.main.change(task, (connection, others) -> {
			requireRollbackJournal(connection, "main", this.main.path(), options);
			if (bound(connection, role).isPresent()) {
				throw new ZovaException(ZovaStatus.BOUND_STORE_EXISTS,
						this.main.path() + " has its " + role.words() + " in " + bound(connection, role).get().path()
								+ " already. To move it, copy that file while nothing has it open and bind the copy");
			}
			BoundStore.requirePlainPath(store.toString());
			DatabasePath.requireFree(store);
			this.main.policy().requireAllowed(store, this.main.path());
			StoreContent content = new StoreContent(role, connection);
			content.requireNotReferred(this.main.path().toString());
			execute(connection, "pragma foreign_keys=off");
			execute(connection, "begin immediate");
			boolean published = false;
			boolean committed = false;
			try (NewFile file = NewFile.at(store)) {
				BoundStore now = fill(file.path(), role, store, options, pageSize(connection));
				file.publish();
				published = true;
				others.wait(task);
				Map<String, Long> moved = content.count("main");
				content.clear("main");
				BoundStore.record(connection, now);
				quickCheck(connection);
				List<BoundStore> stores = BoundStore.of(connection);
				execute(connection, "commit");
				committed = true;
				others.use(stores);
				return new MoveReport(info(now), moved);
			}
			finally {
				if (!committed) {
					rollback(connection);
					if (published) {
						delete(store);
					}
				}
			}
		});
	}

	/** Fills a new store from the main file, as far as that is committed. */
	private BoundStore fill(Path file, StoreRole role, Path store, StoreOptions options, int pageSize)
			throws SQLException {
		try (SQLiteConnection connection = DriverConnections.readWrite(file, 0).open()) {
			NewDatabase.createIn(connection, pageSize);
			execute(connection, "pragma foreign_keys=off");
			BoundStore.attachFile(connection, SOURCE, DriverConnections.uri(this.main.path()) + "?mode=ro",
					this.main.path());
			execute(connection, "begin");
			new StoreContent(role, connection).copy(SOURCE, "main");
			execute(connection, "commit");
			execute(connection, "detach " + SOURCE);
			Verification.ofRole(connection, role, "The " + role.words() + " to be split from " + this.main.path());
			StoreFile written = new StoreFile(connection, "main", role, store.toString());
			String set = ZovaSchema.randomId();
			written.becomeStore();
			written.bindTo(set);
			return new BoundStore(role, recorded(store, options), written.storeId(), set, 0);
		}
	}

	/**
	 * Brings everything that is in a store back into the main file, verifies it and
	 * unbinds the store. The store stays as it is, complete; delete it when you have a
	 * backup of the main file.
	 * @param role the role
	 * @return what was moved
	 * @throws ZovaException with {@link ZovaStatus#BOUND_STORE_NOT_FOUND} if none is
	 * bound, {@link ZovaStatus#OBJECT_TRANSACTION_ACTIVE} inside a transaction, or the
	 * status of a store that is missing, another one or damaged. Nothing was changed then
	 */
	public MoveReport join(StoreRole role) {
		Arguments.required("role", role);
		String task = "The " + role.words() + " of " + this.main.path() + " could not be joined";
		return this.main.change(task, (connection, others) -> {
			BoundStore bound = require(connection, role);
			Path real = bound.locate(this.main.path(), this.main.policy());
			BoundStore.attachFile(connection, role.storeName(), DriverConnections.uri(real) + "?mode=ro", real);
			boolean committed = false;
			try {
				others.wait(task);
				execute(connection, "pragma foreign_keys=off");
				execute(connection, "begin immediate");
				bound.requireSame(connection, real);
				StoreContent content = new StoreContent(role, connection);
				content.clear("main");
				content.copy(role.storeName(), "main");
				Verification.ofRole(connection, role, "The " + role.words() + " of " + this.main.path());
				bound.remove(connection);
				MoveReport report = new MoveReport(info(bound), content.count("main"));
				List<BoundStore> stores = BoundStore.of(connection);
				execute(connection, "commit");
				committed = true;
				others.use(stores);
				return report;
			}
			finally {
				if (!committed) {
					rollback(connection);
				}
				bound.detach(connection);
			}
		});
	}

	private BoundStore require(Connection connection, StoreRole role) throws SQLException {
		return bound(connection, role).orElseThrow(() -> new ZovaException(ZovaStatus.BOUND_STORE_NOT_FOUND,
				this.main.path() + " has no " + role.words() + ": it keeps that itself"));
	}

	private static Optional<BoundStore> bound(Connection connection, StoreRole role) throws SQLException {
		return BoundStore.of(connection).stream().filter((store) -> store.role() == role).findFirst();
	}

	private static void requireRollbackJournal(Connection connection, String schema, Path file, StoreOptions options)
			throws SQLException {
		if (!options.allowsWal() && "wal".equals(query(connection, "pragma " + schema + ".journal_mode"))) {
			throw new ZovaException(ZovaStatus.INVALID_ARGUMENT, file
					+ " is in WAL mode, where a crash can tear a commit over several files, so that the set does not "
					+ "open any more. Change it to a rollback journal (pragma journal_mode=delete), or say that it is "
					+ "meant: StoreOptions.defaults().allowingWal(), zova.stores.allow-wal");
		}
	}

	private static int pageSize(Connection connection) throws SQLException {
		return Integer.parseInt(query(connection, "pragma main.page_size"));
	}

	private void quickCheck(Connection connection) throws SQLException {
		String answer = query(connection, QUICK_CHECK);
		if (!answer.equals("ok")) {
			throw new ZovaException(ZovaStatus.CORRUPT, this.main.path() + " is damaged: SQLite's quick_check says '"
					+ answer + "'. Restore an older backup");
		}
	}

	private static void commit(Connection connection, String task, MainFile.Others others, Work work)
			throws SQLException {
		others.wait(task);
		execute(connection, "begin immediate");
		boolean committed = false;
		try {
			work.run();
			execute(connection, "commit");
			committed = true;
		}
		finally {
			if (!committed) {
				rollback(connection);
			}
		}
	}

	/** SQLite has rolled back already after some errors, such as a full disk. */
	private static void rollback(Connection connection) {
		try {
			execute(connection, "rollback");
		}
		catch (SQLException ex) {
			// Nothing is open any more, or closing the connection ends it.
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

	private static String query(Connection connection, String sql) throws SQLException {
		try (Statement statement = connection.createStatement(); ResultSet row = statement.executeQuery(sql)) {
			return row.next() ? row.getString(1) : "";
		}
	}

	private static void execute(Connection connection, String sql) throws SQLException {
		try (Statement statement = connection.createStatement()) {
			statement.execute(sql);
		}
	}

	/**
	 * Statements of a transaction.
	 */
	@FunctionalInterface
	private interface Work {

		void run() throws SQLException;

	}

}
