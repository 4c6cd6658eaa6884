package io.zova.maintenance.check;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import io.zova.ZovaException;
import io.zova.format.FormatProbe;
import io.zova.format.SqliteFailure;
import io.zova.format.StoreRole;
import io.zova.maintenance.check.CheckReport.Checked;
import io.zova.maintenance.check.CheckReport.ObjectStorage;
import io.zova.maintenance.check.Watch.OutOfTime;
import io.zova.sqlite.lock.Interruption;
import io.zova.sqlite.SqlAccess;
import io.zova.sqlite.ZovaConnection;

/**
 * Looks through a database for damage and writes nothing.
 * <p>
 * A check sees the state of one moment. With a write-ahead log others read and write
 * meanwhile, and only the log is not emptied until the check has ended. With a rollback
 * journal a check holds SQLite's shared lock from its begin to its end: others read, and
 * a transaction that wants to commit waits for the end, or for its busy timeout.
 * <p>
 * Content is read a chunk, a vector, a row at a time. Interrupting the thread ends the
 * check with Spring's {@code QueryTimeoutException}.
 */
public final class Check {

	private static final int CORRUPT = 11;

	private static final int NOT_A_DATABASE = 26;

	private final CheckOptions options;

	private final long startedAt = System.nanoTime();

	private Check(CheckOptions options) {
		this.options = options;
	}

	/**
	 * Checks an open database.
	 * @param sql the way to its connections
	 * @param options how
	 * @return what was found
	 * @throws org.springframework.dao.DataAccessException if it can't be read for another
	 * reason than damage, or the thread was interrupted
	 */
	public static CheckReport of(SqlAccess sql, CheckOptions options) {
		return sql.snapshot("check the database", (connection) -> {
			FormatProbe.read(connection, "The database").requireCurrent("The database");
			return new Check(options).run(connection.unwrap(ZovaConnection.class), Schemas.of(connection), null,
					!sql.isReadOnly());
		});
	}

	/**
	 * Checks a file that need not be open, nor sound enough to be opened.
	 * @param file the file
	 * @param options how
	 * @return what was found
	 * @throws ZovaException if it is no Zova file of the current format, or can't be read
	 * for another reason than damage
	 */
	public static CheckReport of(Path file, CheckOptions options) {
		try (FileToCheck opened = FileToCheck.open(file, options.busyTimeoutMillis())) {
			return opened.check(new Check(options));
		}
		catch (SQLException ex) {
			throw SqliteFailure.of("The check of " + file + " failed", ex);
		}
	}

	/**
	 * Checks a file that somebody wants to salvage, which may have an older format. What
	 * that format lacks is not missed.
	 * @param file the file
	 * @param options how
	 * @param oldestFormat the oldest format that is welcome
	 * @return what was found
	 */
	public static CheckReport ofSource(Path file, CheckOptions options, int oldestFormat) {
		try (FileToCheck opened = FileToCheck.open(file, options.busyTimeoutMillis(), oldestFormat)) {
			return opened.check(new Check(options));
		}
		catch (SQLException ex) {
			throw SqliteFailure.of("The check of " + file + " failed", ex);
		}
	}

	@SuppressWarnings("try")
	CheckReport run(Connection connection, Schemas schemas, @Nullable FileToCheck file, boolean constraintsChecked)
			throws SQLException {
		Findings findings = new Findings(this.options.limit());
		Watch watch = new Watch(this.options.progress(), this.options.timeLimit());
		Totals totals = new Totals();
		Inspection inspection = new Inspection(connection, schemas, findings, watch);
		boolean complete = true;
		Watch.Ending watching = watch.over(connection);
		try {
			inspect(inspection, totals, file);
		}
		catch (OutOfTime ex) {
			complete = false;
		}
		catch (SQLException ex) {
			Interruption.check("checking the database");
			complete = !watch.isOver();
			if (complete) {
				requireDamage(ex);
				findings.add(new Finding(FindingKind.SQLITE_QUICK_CHECK, "Corrupt", Map.of()));
			}
		}
		finally {
			watching.close();
		}
		return CheckReport.of(inspection, totals.checked(), Optional.ofNullable(totals.storage), this.options.deep(),
				complete, constraintsChecked, Duration.ofNanos(System.nanoTime() - this.startedAt));
	}

	private static void requireDamage(SQLException ex) throws SQLException {
		int code = ex.getErrorCode() & 0xff;
		if (code != CORRUPT && code != NOT_A_DATABASE) {
			throw ex;
		}
	}

	private void inspect(Inspection inspection, Totals totals, @Nullable FileToCheck file) throws SQLException {
		PageChecks pages = new PageChecks(inspection);
		if (!pages.quickCheck("")) {
			return;
		}
		if (file == null || !file.isOlder()) {
			pages.schema();
		}
		if (file != null) {
			file.checkStores(inspection);
		}
		if (inspection.hasTables("main", "_zova_extensions")) {
			totals.extensions = new ExtensionChecks(inspection);
			totals.extensions.run();
		}
		if (this.options.deep()) {
			content(inspection, totals);
			pages.foreignKeys();
		}
		if (file != null) {
			file.explainFailure(inspection.findings());
		}
	}

	private static void content(Inspection inspection, Totals totals) throws SQLException {
		Schemas schemas = inspection.schemas();
		if (schemas.has(StoreRole.OBJECTS) && inspection.hasTables(schemas.of(StoreRole.OBJECTS), "_zova_objects",
				"_zova_object_chunks", "_zova_chunks")) {
			totals.objects = new ObjectChecks(inspection);
			totals.objects.run();
			totals.storage = totals.objects.storage();
		}
		if (schemas.has(StoreRole.VECTORS)
				&& inspection.hasTables(schemas.of(StoreRole.VECTORS), "_zova_vector_collections", "_zova_vectors")) {
			totals.vectors = new VectorChecks(inspection);
			totals.vectors.run();
			if (inspection.hasTables(schemas.of(StoreRole.VECTORS), "_zova_vector_sources", "_zova_vector_changes")) {
				totals.vectors.journals();
			}
		}
		if (schemas.has(StoreRole.GRAPHS) && inspection.hasTables(schemas.of(StoreRole.GRAPHS), "_zova_graphs",
				"_zova_graph_nodes", "_zova_graph_edge_types", "_zova_graph_edges")) {
			totals.graphs = new GraphChecks(inspection);
			totals.graphs.run();
		}
		if (inspection.hasTables("main", "_zova_kv")) {
			totals.keyValues = new KeyValueChecks(inspection);
			totals.keyValues.run();
		}
	}

	/**
	 * Looks in the main file for what the native library would refuse a copy for: pages,
	 * objects, chunks and vectors.
	 * @param connection a connection to the copy
	 * @param roles what to look at beside the pages
	 * @return the first error, if there is one
	 * @throws SQLException if it can't be read
	 */
	@SuppressWarnings("try")
	public static CheckReport ofCopy(Connection connection, Set<StoreRole> roles) throws SQLException {
		Findings findings = new Findings(1).unreadableOnly();
		Watch watch = new Watch(CheckProgress.NONE, Optional.empty());
		Inspection inspection = new Inspection(connection, Schemas.MAIN, findings, watch);
		Totals totals = new Totals();
		long start = System.nanoTime();
		Watch.Ending watching = watch.over(connection);
		try {
			if (new PageChecks(inspection).quickCheck("main.")) {
				if (roles.contains(StoreRole.OBJECTS)) {
					totals.objects = new ObjectChecks(inspection);
					totals.objects.run();
				}
				if (roles.contains(StoreRole.VECTORS)) {
					totals.vectors = new VectorChecks(inspection);
					totals.vectors.run();
				}
			}
		}
		catch (SQLException ex) {
			Interruption.check("verifying the copy");
			throw ex;
		}
		finally {
			watching.close();
		}
		return CheckReport.of(inspection, totals.checked(), Optional.empty(), true, true, false,
				Duration.ofNanos(System.nanoTime() - start));
	}

	/**
	 * How much has been looked at.
	 */
	private static final class Totals {

		private @Nullable ExtensionChecks extensions;

		private @Nullable ObjectChecks objects;

		private @Nullable VectorChecks vectors;

		private @Nullable GraphChecks graphs;

		private @Nullable KeyValueChecks keyValues;

		private @Nullable ObjectStorage storage;

		Checked checked() {
			ObjectChecks o = this.objects;
			GraphChecks g = this.graphs;
			return new Checked((this.extensions != null) ? this.extensions.extensions() : 0,
					(o != null) ? o.objects() : 0, (o != null) ? o.chunks() : 0, (o != null) ? o.looseChunks() : 0,
					(this.vectors != null) ? this.vectors.vectors() : 0, (g != null) ? g.graphs() : 0,
					(g != null) ? g.nodes() : 0, (g != null) ? g.edges() : 0,
					(this.keyValues != null) ? this.keyValues.entries() : 0);
		}

	}

}
