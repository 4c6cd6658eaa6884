package io.zova.sqlite.file;

import java.nio.file.Path;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteConnection;

/**
 * The stores of a main file, as its connections have them attached: the files in which
 * the tables of some features are.
 * <p>
 * Implementation note. Each feature's statements name its tables without a schema, which
 * SQLite takes for those of the main file. Where a feature's tables are in a store, the
 * text of its statements gets the schema put before these names, once for each text. A
 * database without stores runs the texts as they are. Statements of the application are
 * never changed.
 */
public final class AttachedStores {

	/** The answer if the main file names other stores. */
	public static final String OTHERS = "others";

	/** No store: everything is in the main file. */
	public static final AttachedStores NONE = new AttachedStores(List.of());

	/** So many texts are kept; features have far fewer, but some take texts of users. */
	private static final int TEXTS = 4096;

	private static final Pattern INDEX = Pattern.compile(
			"(?is)(\\s*(?:create\\s+(?:unique\\s+)?|drop\\s+)index\\s+(?:if\\s+(?:not\\s+)?exists\\s+)?)(_zova_\\w+)(.*)");

	private static final Pattern SCHEMA_TABLE = Pattern.compile("(?<![\\w.])sqlite_schema(?!\\w)");

	/** What a main file says of its stores, as text. */
	public static final String RECORDED = """
			select coalesce(group_concat(role || ' ' || store_id || ' ' || bound_set_id, ','), '')
			from (select * from main._zova_bound_stores where name = 'default' order by role)""";

	private static final String SAME_COUNT = """
			(select coalesce(EPOCH, 0) from main._zova_bound_stores where role = 'SCHEMA' and name = 'default')
			is (select cast(value as integer) from SCHEMA._zova_meta where key = 'EPOCH')""";

	private final List<Store> stores;

	private final Map<String, String> texts = new ConcurrentHashMap<>();

	private final @Nullable Pattern names;

	private final Map<String, Store> byTable;

	private final String sameCounts;

	private final String recorded;

	/**
	 * A set of stores.
	 * @param stores the stores
	 */
	public AttachedStores(List<Store> stores) {
		this.stores = List.copyOf(stores);
		this.byTable = stores.stream()
			.flatMap((store) -> store.tables().stream().map((table) -> Map.entry(table, store)))
			.collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, Map.Entry::getValue));
		this.names = stores.isEmpty() ? null
				: Pattern.compile("(?<![\\w.'\"])(" + String.join("|", this.byTable.keySet()) + ")(?!\\w)");
		this.recorded = stores.stream()
			.map((store) -> store.schema() + ' ' + store.storeId() + ' ' + store.boundSetId())
			.sorted()
			.collect(Collectors.joining(","));
		this.sameCounts = stores.stream()
			.map((store) -> store.fill(SAME_COUNT))
			.collect(Collectors.joining(" and ",
					"select case when (" + RECORDED + ") is not '" + this.recorded + "' then '" + OTHERS + "' else ",
					" end"));
	}

	/**
	 * A store.
	 *
	 * @param schema the name under which it is attached
	 * @param file where it really is
	 * @param storeId its id
	 * @param boundSetId the id that it shares with the main file
	 * @param epochName the name of the count of its changes
	 * @param tables the tables that are in it, and not in the main file
	 * @param prefix how the names of its indexes begin
	 * @param identity whether the file is still there
	 */
	public record Store(String schema, Path file, String storeId, String boundSetId, String epochName,
			List<String> tables, String prefix, FileIdentity identity) {

		/**
		 * A store.
		 * @param schema the name under which it is attached
		 * @param file where it really is
		 * @param storeId its id
		 * @param boundSetId the id that it shares with the main file
		 * @param epochName the name of the count of its changes
		 * @param tables the tables that are in it, and not in the main file
		 * @param prefix how the names of its indexes begin
		 * @return the store
		 */
		public static Store of(String schema, Path file, String storeId, String boundSetId, String epochName,
				List<String> tables, String prefix) {
			return new Store(schema, file, storeId, boundSetId, epochName, tables, prefix, new FileIdentity(file));
		}

		public String fill(String sql) {
			return sql.replace("SCHEMA", this.schema).replace("EPOCH", this.epochName);
		}

		private boolean isSame(Store other) {
			return this.schema.equals(other.schema) && this.file.equals(other.file)
					&& this.boundSetId.equals(other.boundSetId) && this.storeId.equals(other.storeId);
		}

	}

	/**
	 * The names of all files of a transaction.
	 * @return that of the main file and those of the stores
	 */
	public List<String> schemas() {
		return Stream.concat(Stream.of("main"), this.stores.stream().map(Store::schema)).toList();
	}

	public List<Path> files() {
		return this.stores.stream().map(Store::file).toList();
	}

	public boolean isEmpty() {
		return this.stores.isEmpty();
	}

	public boolean isSame(AttachedStores other) {
		return this.stores.size() == other.stores.size() && this.stores.stream()
			.allMatch((store) -> other.stores.stream().anyMatch((candidate) -> candidate.isSame(store)));
	}

	/**
	 * The text of a feature's statement for this set.
	 * @param sql the text for a file that holds everything
	 * @return the text for this set
	 */
	public String effective(String sql) {
		if (this.stores.isEmpty()) {
			return sql;
		}
		String known = this.texts.get(sql);
		if (known != null) {
			return known;
		}
		String made = make(sql);
		if (this.texts.size() < TEXTS) {
			this.texts.put(sql, made);
		}
		return made;
	}

	private String make(String sql) {
		Pattern pattern = this.names;
		if (pattern == null || !sql.contains("_zova_")) {
			return sql;
		}
		Matcher index = INDEX.matcher(sql);
		if (index.matches()) {
			return withPrefix(index.group(2))
				.map((store) -> index.group(1) + store.schema() + "." + index.group(2) + index.group(3))
				.orElse(sql);
		}
		String named = pattern.matcher(sql).replaceAll((match) -> schemaOf(match.group(1)) + match.group(1));
		Optional<Store> asked = this.stores.stream().filter((store) -> sql.contains("'" + store.prefix())).findFirst();
		return asked.isEmpty() ? named
				: SCHEMA_TABLE.matcher(named).replaceAll(asked.get().schema() + ".sqlite_schema");
	}

	private String schemaOf(String table) {
		Store store = this.byTable.get(table);
		return (store != null) ? store.schema() + "." : "";
	}

	private Optional<Store> withPrefix(String index) {
		return this.stores.stream().filter((store) -> index.startsWith(store.prefix())).findFirst();
	}

	/**
	 * The store that a table is in.
	 * @param table the table
	 * @return the store, or {@code null} if it is in the main file
	 */
	public @Nullable Store storeOf(String table) {
		return this.byTable.get(table);
	}

	/**
	 * A query that touches all files and answers 1 if all have seen the same changes, or
	 * {@link #OTHERS} if they do not belong together any more.
	 * @return the query
	 */
	public String sameCounts() {
		return this.sameCounts;
	}

	/**
	 * What a main file with these stores says of them.
	 * @return what {@link #RECORDED} answers there
	 */
	public String recorded() {
		return this.recorded;
	}

	/**
	 * Attaches the files to a connection that has none of them.
	 * @param driver the connection
	 * @param access the name by which SQLite finds a file
	 * @return whether one of them has a rollback journal
	 * @throws SQLException if one can't be attached
	 */
	public boolean attachTo(SQLiteConnection driver, Function<Path, String> access) throws SQLException {
		for (Store store : this.stores) {
			store.identity().requireInPlaceNow();
			try (PreparedStatement attach = driver.prepareStatement("attach ? as " + store.schema())) {
				attach.setString(1, access.apply(store.file()));
				attach.execute();
			}
			store.identity().requireInPlaceNow();
		}
		return hasRollbackJournal(driver);
	}

	/**
	 * Whether readers of one of the files and its writer exclude each other.
	 * @param driver a connection to which they are attached
	 * @return {@code false} if all are in WAL mode
	 * @throws SQLException if one can't be read
	 */
	public boolean hasRollbackJournal(SQLiteConnection driver) throws SQLException {
		boolean rollbackJournal = false;
		try (Statement statement = driver.createStatement()) {
			for (Store store : this.stores) {
				try (ResultSet row = statement.executeQuery("pragma " + store.schema() + ".journal_mode")) {
					rollbackJournal |= row.next() && !row.getString(1).equalsIgnoreCase("wal");
				}
			}
		}
		return rollbackJournal;
	}

	/**
	 * Whether a commit over all files may be torn by a crash.
	 * @param driver a connection to the main file to which they are attached
	 * @return whether one of the files, or the main file, is in WAL mode
	 * @throws SQLException if one can't be read
	 */
	public boolean hasLog(SQLiteConnection driver) throws SQLException {
		try (Statement statement = driver.createStatement();
				ResultSet main = statement.executeQuery("pragma main.journal_mode")) {
			if (main.next() && main.getString(1).equalsIgnoreCase("wal")) {
				return true;
			}
		}
		try (Statement statement = driver.createStatement()) {
			for (Store store : this.stores) {
				try (ResultSet row = statement.executeQuery("pragma " + store.schema() + ".journal_mode")) {
					if (row.next() && row.getString(1).equalsIgnoreCase("wal")) {
						return true;
					}
				}
			}
		}
		return false;
	}

	public void detachFrom(SQLiteConnection driver) throws SQLException {
		try (Statement statement = driver.createStatement()) {
			for (Store store : this.stores) {
				statement.execute("detach " + store.schema());
			}
		}
	}

	/**
	 * Refuses to write once it is known that a store is elsewhere.
	 * @throws SQLException that says what happened
	 */
	public void requireInPlace() throws SQLException {
		for (Store store : this.stores) {
			store.identity().requireInPlace();
		}
	}

	/**
	 * Looks whether the stores are where they were opened.
	 * @throws SQLException that says what happened
	 */
	public void requireInPlaceNow() throws SQLException {
		for (Store store : this.stores) {
			store.identity().requireInPlaceNow();
		}
	}

}
