package io.zova.maintenance.salvage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import io.zova.ZovaException;
import io.zova.ZovaStatus;
import io.zova.format.BoundStore;
import io.zova.format.DatabasePath;
import io.zova.format.FormatProbe;
import io.zova.format.FormatVersion;
import io.zova.format.NewFile;
import io.zova.format.SchemaObject;
import io.zova.format.SqliteFailure;
import io.zova.format.StoreRole;
import io.zova.format.ZovaSchema;
import io.zova.maintenance.check.Check;
import io.zova.maintenance.check.CheckReport;
import io.zova.maintenance.check.OldShapes;
import io.zova.maintenance.check.Schemas;
import io.zova.maintenance.salvage.SalvageReport.PagesReport;
import io.zova.sqlite.ConnectionPool;
import io.zova.sqlite.driver.DriverConnections;

/**
 * Copies everything that can be read and proves to be right out of a damaged file of
 * format 3 to 12 into a new one, together with what its bound stores hold. The source is
 * only read, and nothing is overwritten.
 * <p>
 * Objects and chunks come along if their bytes have the hashes that name them, as they
 * were cut; vectors if their collection, length and elements are right; graphs and
 * key-values if they keep the rules of the format. The new file has a database id and
 * vector journals of its own.
 */
public final class Salvage {

	private static final int OLDEST_FORMAT = 3;

	private final Path source;

	private final SalvageOptions options;

	private final long startedAt = System.nanoTime();

	private Salvage(Path source, SalvageOptions options) {
		this.source = source;
		this.options = options;
	}

	/**
	 * Says what could be saved, and writes nothing.
	 * @param source the damaged file
	 * @param options how
	 * @return what could be saved
	 * @throws ZovaException if the source is no Zova file of format 3 to 12, or can't be
	 * read for another reason than damage
	 */
	public static SalvageReport plan(Path source, SalvageOptions options) {
		DatabasePath.requireFile(source);
		return new Salvage(source, options).plan();
	}

	/**
	 * Saves what can be saved.
	 * @param source the damaged file
	 * @param destination the new file; its name must end in {@code .zova} and not be
	 * taken
	 * @param options how
	 * @return what was saved, and whether there is a new file: not if the source's pages
	 * are damaged and {@link SalvageOptions#withDamagedPages()} was not asked for, nor if
	 * the check of the new file finds errors, unless it is to be kept
	 * @throws ZovaException if the source is no Zova file of format 3 to 12, or can't be
	 * read for another reason than damage; with {@link ZovaStatus#BUSY} if pages are to
	 * be read of a file that this process has open or that changes meanwhile; with
	 * {@link ZovaStatus#NOT_ZOVA_PATH}, {@link ZovaStatus#DESTINATION_EXISTS} or
	 * {@link ZovaStatus#CANT_OPEN} for a destination that can't be created. There is no
	 * new file then
	 */
	public static SalvageReport toFile(Path source, Path destination, SalvageOptions options) {
		DatabasePath.requireFile(source);
		return new Salvage(source, options).toFile(destination);
	}

	@SuppressWarnings("try")
	private SalvageReport plan() {
		CheckReport check = checkSource();
		SourceCounts counts = SourceCounts.NONE;
		if (!isStructural(check)) {
			try (Connection connection = readSource(); StatementWatch watch = StatementWatch.over(connection)) {
				long format = FormatProbe.read(connection, this.source.toString()).number();
				if (!OldShapes.has(format)) {
					attachStores(connection, connection, Schemas.MAIN);
				}
				counts = SourceCounts
					.of(connection, "main",
							OldShapes.has(format) ? OldShapes.show(connection, "main", format) : attached(connection))
					.withUsers(connection, "main");
			}
			catch (SQLException ex) {
				throw SqliteFailure.of("The salvage of " + this.source + " failed", ex);
			}
		}
		SalvagePlan plan = SalvagePlan.of(check, counts);
		return new SalvageReport(true, false, false, plan.recoverability(), plan.recoverable(), Map.of(),
				plan.skipped(), Map.of(), List.of(), Optional.empty(), check, Optional.empty(), elapsed());
	}

	private static boolean isStructural(CheckReport check) {
		return check.findings()
			.stream()
			.anyMatch((finding) -> finding.severity() == io.zova.maintenance.check.Severity.FATAL)
				|| check.severityCounts().getOrDefault(io.zova.maintenance.check.Severity.FATAL, 0L) > 0;
	}

	/**
	 * Files of older formats lack what a newer one must have, and nothing is wrong with
	 * that.
	 */
	private CheckReport checkSource() {
		return Check.ofSource(this.source, this.options.check(), OLDEST_FORMAT);
	}

	private SalvageReport toFile(Path destination) {
		try (NewFile file = NewFile.at(destination)) {
			if (this.options.forceDamaged()) {
				return rescue(destination, file);
			}
			CheckReport check = checkSource();
			if (isStructural(check)) {
				SalvagePlan plan = SalvagePlan.of(check, SourceCounts.NONE);
				return new SalvageReport(false, false, false, plan.recoverability(), plan.recoverable(), Map.of(),
						plan.skipped(), Map.of(), List.of(), Optional.empty(), check, Optional.empty(), elapsed());
			}
			return fill(file, this.source, "?mode=ro", formatOfSource(), check, null);
		}
		catch (SQLException ex) {
			throw SqliteFailure.of("The salvage of " + this.source + " failed", ex);
		}
		catch (IOException ex) {
			throw new ZovaException(ZovaStatus.CANT_OPEN, this.source + " could not be read: " + ex, ex);
		}
	}

	private long formatOfSource() throws SQLException {
		try (Connection connection = readSource()) {
			return FormatProbe.read(connection, this.source.toString()).number();
		}
	}

	private Connection readSource() throws SQLException {
		return DriverConnections.readOnly(this.source, busyTimeoutMillis()).open();
	}

	private int busyTimeoutMillis() {
		return (int) this.options.check().busyTimeout().toMillis();
	}

	private SalvageReport rescue(Path destination, NewFile file) throws IOException, SQLException {
		requireClosed(this.source);
		int format = requireWelcomeFormat();
		try (RescuedFiles files = new RescuedFiles(this.source, destination, this.options.check().limit())) {
			PageRescue rescue = files.read(format);
			PagesReport pages = rescue.report();
			if (pages.reachableRows() + pages.rescuedRows() + pages.lostAndFoundRows() == 0 && !pages.schemaWhole()) {
				throw new ZovaException(ZovaStatus.NOT_ZOVA_DATABASE,
						this.source + " has no page that holds rows: it is no SQLite file, or nothing is left of it");
			}
			return fill(file, files.content(), "?immutable=1", rescue.format(), CheckReport.notRun(), files);
		}
	}

	/**
	 * What can't be read says nothing, which is why its pages are.
	 * @return the format, 0 if it is not known
	 */
	private int requireWelcomeFormat() throws IOException {
		if (Files.size(this.source) == 0) {
			throw new ZovaException(ZovaStatus.NOT_ZOVA_DATABASE, this.source + " is empty: there is nothing to save");
		}
		FormatVersion format;
		try {
			format = FormatProbe.probe(this.source);
		}
		catch (ZovaException ex) {
			if (ex.status() == ZovaStatus.BUSY) {
				throw ex;
			}
			return 0;
		}
		if (format.number() < OLDEST_FORMAT || format.number() > ZovaSchema.FORMAT) {
			format.requireCurrent(this.source.toString());
		}
		return (int) format.number();
	}

	/** Closing a file gives up all locks of the process on it. */
	static void requireClosed(Path file) {
		if (ConnectionPool.isOpen(file)) {
			throw new ZovaException(ZovaStatus.BUSY, file
					+ " is open in this process, and reading its pages would give up the locks on it. Close it first");
		}
	}

	@SuppressWarnings("try")
	private SalvageReport fill(NewFile file, Path content, String mode, long format, CheckReport check,
			@Nullable RescuedFiles files) throws SQLException {
		PageRescue rescue = (files != null) ? files.rescue() : null;
		Map<SalvageCounter, Long> copied = new EnumMap<>(SalvageCounter.class);
		SourceCounts counts;
		List<UnprovenRow> unprovenRows = List.of();
		try (Connection connection = DriverConnections.readWrite(file.path(), busyTimeoutMillis()).open();
				StatementWatch watch = StatementWatch.over(connection)) {
			execute(connection, "pragma synchronous=off", "pragma journal_mode=memory", "pragma foreign_keys=off",
					"pragma recursive_triggers=off");
			boolean utf8 = useEncodingOf(connection, content);
			ZovaSchema.create(connection);
			attach(connection, content, mode, "source");
			SalvageFunctions.registerIn(connection, utf8);
			Schemas schemas = (files != null) ? files.schemas(connection) : schemas(connection, format);
			boolean keyValues = number(connection,
					"select count(*) from source.sqlite_schema where name = '_zova_kv'") > 0;
			counts = SourceCounts.of(connection, "source", schemas);
			execute(connection, "begin");
			withoutTriggers(connection, () -> {
				new ZovaRows(connection, schemas, rescue != null).copy(keyValues);
				OldShapes.hide(connection);
			});
			UserRows users = new UserRows(connection, rescue != null);
			users.copy();
			execute(connection, "commit");
			counts.add(users.inSource());
			copied.putAll(SourceCounts.of(connection, "main", Schemas.MAIN).counts());
			copied.put(SalvageCounter.EXTENSIONS, 0L);
			copied.put(SalvageCounter.EXTENSION_PRIVATE_OBJECTS, 0L);
			copied.putAll(users.copied());
			if (rescue != null) {
				unprovenRows = rescue.unproven().locate(connection);
			}
		}
		CheckReport verification = Check.of(file.path(), this.options.check());
		boolean published = verification.isSound() || this.options.keepUnverified();
		if (published) {
			file.publish();
		}
		SalvagePlan plan = SalvagePlan.of(check, counts);
		return new SalvageReport(false, published, verification.isSound(),
				(rescue != null) ? Recoverability.PARTIALLY_RECOVERABLE : plan.recoverability(), plan.recoverable(),
				copied, counts.minus(copied), (rescue != null) ? unproven(copied) : Map.of(), unprovenRows,
				Optional.ofNullable(rescue).map(PageRescue::report), check, Optional.of(verification), elapsed());
	}

	private Schemas schemas(Connection connection, long format) throws SQLException {
		if (OldShapes.has(format)) {
			return OldShapes.show(connection, "source", format);
		}
		try (Connection original = readSource()) {
			return attachStores(original, connection, Schemas.in("source"));
		}
	}

	private static Map<SalvageCounter, Long> unproven(Map<SalvageCounter, Long> copied) {
		Map<SalvageCounter, Long> unproven = new EnumMap<>(SalvageCounter.class);
		for (SalvageCounter counter : List.of(SalvageCounter.USER_ROWS, SalvageCounter.KV_ENTRIES,
				SalvageCounter.GRAPH_EDGES, SalvageCounter.VECTORS)) {
			unproven.put(counter, copied.getOrDefault(counter, 0L));
		}
		return unproven;
	}

	/**
	 * Files of different encodings can't be attached to each other.
	 * @return whether it is UTF-8
	 */
	private boolean useEncodingOf(Connection connection, Path content) throws SQLException {
		boolean rescued = !content.equals(this.source);
		try (Connection original = rescued ? DriverConnections.immutable(content).open() : readSource();
				Statement statement = original.createStatement();
				ResultSet row = statement.executeQuery("pragma encoding")) {
			row.next();
			execute(connection, "pragma encoding='" + row.getString(1) + "'");
			return row.getString(1).equals("UTF-8");
		}
	}

	static void attach(Connection connection, Path content, String mode, String name) throws SQLException {
		try (PreparedStatement attach = connection.prepareStatement("attach ? as " + name)) {
			attach.setString(1, DriverConnections.uri(content) + mode);
			attach.execute();
		}
	}

	/** A store that is missing or does not fit is left out. */
	private Schemas attachStores(Connection original, Connection target, Schemas schemas) throws SQLException {
		Schemas found = schemas;
		for (BoundStore store : BoundStore.of(original)) {
			try {
				store.attach(target, this.source);
				found = found.attached(store.role());
			}
			catch (ZovaException | SQLException ex) {
				found = found.missing(store.role());
			}
		}
		return found;
	}

	private Schemas attached(Connection connection) throws SQLException {
		Schemas schemas = Schemas.MAIN;
		for (BoundStore store : BoundStore.of(connection)) {
			boolean there = number(connection,
					"select count(*) from pragma_database_list where name = '" + store.role().storeName() + "'") > 0;
			schemas = there ? schemas.attached(store.role()) : schemas.missing(store.role());
		}
		return schemas;
	}

	/** The journals of vectors begin anew, and copying is no change. */
	private static void withoutTriggers(Connection connection, SqlStep step) throws SQLException {
		for (SchemaObject object : ZovaSchema.objects()) {
			if (object.kind().equals("trigger")) {
				execute(connection, "drop trigger main." + object.name());
			}
		}
		step.run();
		for (SchemaObject object : ZovaSchema.objects()) {
			if (object.kind().equals("trigger")) {
				execute(connection, object.sql());
			}
		}
	}

	private static long number(Connection connection, String sql) throws SQLException {
		try (Statement statement = connection.createStatement(); ResultSet row = statement.executeQuery(sql)) {
			return row.next() ? row.getLong(1) : 0;
		}
	}

	private static void execute(Connection connection, String... statements) throws SQLException {
		try (Statement statement = connection.createStatement()) {
			for (String sql : statements) {
				statement.execute(sql);
			}
		}
	}

	private Duration elapsed() {
		return Duration.ofNanos(System.nanoTime() - this.startedAt);
	}

	/**
	 * A part of the work.
	 */
	@FunctionalInterface
	private interface SqlStep {

		void run() throws SQLException;

	}

}
