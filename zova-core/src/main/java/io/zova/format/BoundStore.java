package io.zova.format;

import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;

import io.zova.ZovaException;
import io.zova.ZovaStatus;
import io.zova.sqlite.driver.DriverConnections;
import io.zova.sqlite.file.AttachedStores;

/**
 * A file in which another one, the main file, keeps all its objects, vectors or graphs,
 * as the main file describes it.
 *
 * @param role what is kept there
 * @param path where it is, as it was given when it was bound
 * @param storeId the file's own id
 * @param boundSetId the id that both files got when they were bound
 * @param epoch the number of changes that both have seen
 */
public record BoundStore(StoreRole role, String path, String storeId, String boundSetId, long epoch) {

	private static final String ROWS = """
			select path, store_id, bound_set_id, coalesce(EPOCH, 0)
			from main._zova_bound_stores
			where role = ? and name = 'default'""";

	private static final String RECORD = """
			insert into main._zova_bound_stores(role, name, path, store_id, bound_set_id, EPOCH, created_at_unix)
			values (?1, 'default', ?2, ?3, ?4, 0, ?5)
			on conflict(role, name) do update set path = excluded.path, store_id = excluded.store_id,
				bound_set_id = excluded.bound_set_id, object_epoch = excluded.object_epoch,
				vector_epoch = excluded.vector_epoch, graph_epoch = excluded.graph_epoch""";

	private static final String ATTACH = "attach ? as SCHEMA";

	private static final int COMMIT_TRIES = 20;

	private static final long BETWEEN_COMMITS_NANOS = 500_000;

	private static final String URI_PREFIX = "file:";

	private static final int SQLITE_NOTADB = 26;

	private static final Pattern NUMBER = Pattern.compile("[0-9]{1,19}");

	/**
	 * Reads which stores a main file has.
	 * @param connection a connection to the main file, which has passed its checks
	 * @return the stores, in the order in which they are attached
	 * @throws SQLException if they can't be read
	 */
	public static List<BoundStore> of(Connection connection) throws SQLException {
		List<BoundStore> stores = new ArrayList<>();
		if (!StoredSchema.read(connection, "main", "").has(ZovaSchema.BOUND_STORES)) {
			return stores;
		}
		for (StoreRole role : StoreRole.values()) {
			try (PreparedStatement query = connection.prepareStatement(ROWS.replace("EPOCH", role.epochName()))) {
				query.setString(1, role.storeName());
				try (ResultSet row = query.executeQuery()) {
					if (row.next()) {
						stores.add(new BoundStore(role, row.getString(1), row.getString(2), row.getString(3),
								row.getLong(4)));
					}
				}
			}
		}
		return stores;
	}

	/**
	 * Records a store in its main file, in the place of the one it had for that role.
	 * @param connection a connection to the main file, in a transaction
	 * @param store the store; its epoch is 0
	 * @throws SQLException if it can't be written
	 */
	public static void record(Connection connection, BoundStore store) throws SQLException {
		try (Statement statement = connection.createStatement()) {
			if (!StoredSchema.read(connection, "main", "").has(ZovaSchema.BOUND_STORES)) {
				statement.execute(ZovaSchema.BOUND_STORES.sql());
			}
		}
		try (PreparedStatement insert = connection.prepareStatement(RECORD.replace("EPOCH", store.role.epochName()))) {
			insert.setString(1, store.role.storeName());
			insert.setString(2, store.path);
			insert.setString(3, store.storeId);
			insert.setString(4, store.boundSetId);
			insert.setLong(5, Instant.now().getEpochSecond());
			insert.executeUpdate();
		}
	}

	/**
	 * Removes the record of this store from its main file.
	 * @param connection a connection to the main file, in a transaction
	 * @throws SQLException if it can't be written
	 */
	public void remove(Connection connection) throws SQLException {
		try (Statement statement = connection.createStatement()) {
			statement.execute("delete from main._zova_bound_stores where role = '" + this.role.storeName()
					+ "' and name = 'default'");
		}
	}

	/**
	 * Finds the store's file.
	 * @param mainFile the main file
	 * @param policy which files are allowed
	 * @return where it really is
	 * @throws ZovaException with {@link ZovaStatus#NOT_ZOVA_PATH},
	 * {@link ZovaStatus#NOT_ZOVA_DATABASE}, {@link ZovaStatus#CANT_OPEN} or
	 * {@link ZovaStatus#BOUND_STORE_INVALID} for the first rule that it breaks
	 */
	public Path locate(Path mainFile, StorePolicy policy) {
		if (!StoreFile.isId(this.storeId) || !StoreFile.isId(this.boundSetId) || this.epoch < 0) {
			throw new ZovaException(ZovaStatus.BOUND_STORE_INVALID,
					mainFile + " does not say properly which " + this.role.words()
							+ " it has: the ids must have 64 hexadecimal digits and the count of changes "
							+ "must not be negative. Restore it from a backup, or bind the store again");
		}
		requirePlainPath(this.path);
		return locate(resolve(mainFile), mainFile, policy);
	}

	/**
	 * Finds a file that is to be a store.
	 * @param store its path
	 * @param mainFile the main file
	 * @param policy which files are allowed
	 * @return where it really is
	 */
	public static Path locate(Path store, Path mainFile, StorePolicy policy) {
		DatabasePath.requireName(store);
		if (policy == StorePolicy.DENY) {
			policy.requireAllowed(store, mainFile);
		}
		DatabasePath.requireFile(store);
		return policy.requireAllowed(store, mainFile);
	}

	/**
	 * Refuses what SQLite, a terminal or a log could take for something else than a path.
	 * @param path the text of a path
	 * @throws ZovaException with {@link ZovaStatus#NOT_ZOVA_PATH}
	 */
	public static void requirePlainPath(String path) {
		if (path.chars().anyMatch(Character::isISOControl)
				|| path.regionMatches(true, 0, URI_PREFIX, 0, URI_PREFIX.length())) {
			throw new ZovaException(ZovaStatus.NOT_ZOVA_PATH,
					"The path of a bound store must not begin with file: or "
							+ "contain control characters, but it is '" + path.replaceAll("\\p{Cntrl}", "?")
							+ "'. Bind the store again by an ordinary path");
		}
	}

	/**
	 * Attaches the store's file for reading, under the name of its role, and checks that
	 * it is the one that the main file means, in the state that the main file has seen.
	 * @param connection a connection to the main file or to a copy of it
	 * @param mainFile the main file
	 * @throws SQLException if the store can't be read
	 * @throws ZovaException with {@link ZovaStatus#NOT_ZOVA_PATH},
	 * {@link ZovaStatus#NOT_ZOVA_DATABASE}, {@link ZovaStatus#CANT_OPEN},
	 * {@link ZovaStatus#UNSUPPORTED_ZOVA_VERSION} or
	 * {@link ZovaStatus#BOUND_STORE_INVALID} for the first rule that it breaks
	 */
	public void attach(Connection connection, Path mainFile) throws SQLException {
		Path file = locate(mainFile, StorePolicy.ANY);
		attachFile(connection, this.role.storeName(), DriverConnections.uri(file) + "?mode=ro", file);
		requireSame(connection, file);
	}

	/**
	 * Attaches all stores of a main file as its connections will use them, and checks
	 * each.
	 * @param connection a connection to the main file, which has passed its checks
	 * @param mainFile the main file
	 * @param policy which files are allowed
	 * @param access how the files are opened
	 * @return the stores
	 * @throws SQLException if one can't be read
	 * @throws ZovaException with the status of the first rule that one breaks
	 */
	public static AttachedStores attachAll(Connection connection, Path mainFile, StorePolicy policy,
			DriverConnections access) throws SQLException {
		List<AttachedStores.Store> attached = new ArrayList<>();
		for (BoundStore store : of(connection)) {
			Path file = store.locate(mainFile, policy);
			attachFile(connection, store.role.storeName(), access.uriOfStore(file), file);
			store.requireSameNow(connection, file);
			attached.add(store.attached(file));
		}
		return new AttachedStores(attached);
	}

	/** In WAL mode somebody may commit between the looks at the two files. */
	private void requireSameNow(Connection connection, Path file) throws SQLException {
		try (Statement statement = connection.createStatement()) {
			for (int tries = 0;; tries++) {
				statement.execute("begin");
				try {
					BoundStore now = of(connection).stream()
						.filter((store) -> store.role == this.role)
						.findFirst()
						.orElse(this);
					now.requireSame(connection, file);
					return;
				}
				catch (ZovaException ex) {
					if (tries == COMMIT_TRIES || ex.status() != ZovaStatus.BOUND_STORE_INVALID) {
						throw ex;
					}
				}
				finally {
					statement.execute("rollback");
				}
				LockSupport.parkNanos(tries * BETWEEN_COMMITS_NANOS);
			}
		}
	}

	/**
	 * The store as connections attach it.
	 * @param file where it really is
	 * @return the store
	 */
	public AttachedStores.Store attached(Path file) {
		return AttachedStores.Store.of(this.role.storeName(), file, this.storeId, this.boundSetId,
				this.role.epochName(), this.role.tables(), this.role.prefix());
	}

	/**
	 * Attaches a file.
	 * @param connection the connection
	 * @param schema under which name
	 * @param uri the file as SQLite finds it
	 * @param file the file in messages
	 * @throws SQLException if SQLite can't
	 * @throws ZovaException with {@link ZovaStatus#NOT_ZOVA_DATABASE} if it is not a
	 * SQLite file
	 */
	public static void attachFile(Connection connection, String schema, String uri, Path file) throws SQLException {
		try (PreparedStatement attach = connection.prepareStatement(ATTACH.replace("SCHEMA", schema))) {
			attach.setString(1, uri);
			attach.execute();
		}
		catch (SQLException ex) {
			if ((ex.getErrorCode() & 0xff) == SQLITE_NOTADB) {
				throw StoredSchema.invalid(file.toString(), "it is not even a SQLite file");
			}
			throw ex;
		}
	}

	/**
	 * Gives the store's file back.
	 * @param connection the connection to which it was attached
	 * @throws SQLException if it is in use
	 */
	public void detach(Connection connection) throws SQLException {
		try (Statement statement = connection.createStatement()) {
			statement.execute("detach " + this.role.storeName());
		}
	}

	/**
	 * Where the store is. A relative path is meant from the directory of the main file;
	 * where nothing is there, from the working directory, which is where the native
	 * library looks.
	 * @param mainFile the main file
	 * @return the path
	 * @throws ZovaException with {@link ZovaStatus#NOT_ZOVA_PATH} if it is no path
	 */
	public Path resolve(Path mainFile) {
		try {
			Path given = Path.of(this.path);
			Path beside = DatabasePath.parent(mainFile).resolve(given);
			return (given.isAbsolute() || Files.exists(beside)) ? beside : given;
		}
		catch (InvalidPathException ex) {
			throw new ZovaException(ZovaStatus.NOT_ZOVA_PATH, mainFile + " names a " + this.role.words()
					+ " by what is no path here: " + ex.getMessage() + ". Bind the store again", ex);
		}
	}

	/**
	 * Checks that an attached file is the one that the main file means, in the state that
	 * the main file has seen.
	 * @param connection the connection, to which it is attached under its role's name
	 * @param file the file
	 * @throws SQLException if it can't be read
	 * @throws ZovaException with the status of the first rule that it breaks
	 */
	public void requireSame(Connection connection, Path file) throws SQLException {
		StoreFile store = new StoreFile(connection, this.role.storeName(), this.role, file.toString());
		store.require();
		if (!store.storeId().equals(this.storeId)) {
			throw otherSet(file, "its store_id is not the one that the main file has recorded, so another store is in "
					+ "its place");
		}
		if (!this.boundSetId.equals(store.boundSetId().orElse(null))) {
			throw otherSet(file, "its bound_set_id is not the one that the main file has recorded, so it was bound to "
					+ "another main file since");
		}
		String theirs = store.epoch().orElse("none");
		if (!NUMBER.matcher(theirs).matches() || !new BigInteger(theirs).equals(BigInteger.valueOf(this.epoch))) {
			throw otherSet(file, "it has seen change " + theirs + ", and the main file has seen change " + this.epoch
					+ ": one of them is an older copy, or a crash has torn a commit of files in WAL mode");
		}
	}

	private ZovaException otherSet(Path file, String reason) {
		return new ZovaException(ZovaStatus.BOUND_STORE_INVALID,
				file + " does not belong to its main file as it is: " + reason + ". Bring both from the same backup, "
						+ "or bind the store again to take its content as it is (Stores.of(mainFile).bind)");
	}

	/**
	 * What the store is, for messages.
	 * @return such as {@code objects in 'app.objects.zova'}
	 */
	@Override
	public String toString() {
		return this.role.name().toLowerCase(Locale.ROOT) + " in '" + this.path + "'";
	}

}
