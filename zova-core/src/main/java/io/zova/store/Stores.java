package io.zova.store;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
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
import io.zova.sqlite.driver.DriverConnections;

/**
 * The stores of a main file: files of their own for its objects, its vectors or its
 * graphs.
 * <p>
 * Another process that has the main file open notices a change before it writes next, and
 * within a second when it only reads.
 */
public final class Stores {

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
		BoundStore bound = change(task, (change) -> new Binding(change, role).bind(store, options));
		return info(bound);
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
		change(task, (change) -> {
			new Binding(change, role).unbind();
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
		return report(change(task, (change) -> new Move(change, role).split(store, options)));
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
		return report(change(task, (change) -> new Move(change, role).join()));
	}

	private MoveReport report(Move.Moved moved) {
		return new MoveReport(info(moved.store()), moved.rows());
	}

	private <T> T change(String task, Work<T> work) {
		return this.main.change(task,
				(connection, others) -> work.run(new StoreChange(this.main, connection, others, task)));
	}

	/**
	 * A change of the stores.
	 *
	 * @param <T> what comes out of it
	 */
	@FunctionalInterface
	private interface Work<T> {

		T run(StoreChange change) throws SQLException;

	}

}
