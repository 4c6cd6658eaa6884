package io.zova.maintenance.check;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteConnection;

import io.zova.ZovaException;
import io.zova.ZovaStatus;
import io.zova.format.BoundStore;
import io.zova.format.DatabasePath;
import io.zova.format.FormatProbe;
import io.zova.format.FormatValidation;
import io.zova.format.FormatVersion;
import io.zova.format.SqliteFailure;
import io.zova.format.StoreRole;
import io.zova.format.ZovaSchema;
import io.zova.sqlite.driver.DriverConnections;

/**
 * A file opened to be checked: together with its stores if that works, else alone, and
 * also if its schema or its extensions are not what they should be.
 */
final class FileToCheck implements AutoCloseable {

	private final Path path;

	private final SQLiteConnection connection;

	private final int busyTimeoutMillis;

	private final boolean constraintsChecked;

	private boolean older;

	private Schemas schemas = Schemas.MAIN;

	private List<BoundStore> stores = List.of();

	private @Nullable ZovaException failure;

	private FileToCheck(Path path, SQLiteConnection connection, int busyTimeoutMillis, boolean constraintsChecked) {
		this.path = path;
		this.connection = connection;
		this.busyTimeoutMillis = busyTimeoutMillis;
		this.constraintsChecked = constraintsChecked;
	}

	/**
	 * Opens a file.
	 * @param path the file
	 * @param busyTimeoutMillis how long to wait for a lock that another process holds
	 * @return the open file
	 * @throws ZovaException if it is no Zova file of the current format
	 * @throws SQLException if it can't be read
	 */
	static FileToCheck open(Path path, int busyTimeoutMillis) throws SQLException {
		return open(path, busyTimeoutMillis, ZovaSchema.FORMAT);
	}

	/**
	 * Opens a file that may have an older format.
	 * @param path the file
	 * @param busyTimeoutMillis how long to wait for a lock that another process holds
	 * @param oldestFormat the oldest format that is welcome
	 * @return the open file
	 * @throws ZovaException if it is no Zova file of a welcome format
	 * @throws SQLException if it can't be read
	 */
	static FileToCheck open(Path path, int busyTimeoutMillis, int oldestFormat) throws SQLException {
		DatabasePath.requireFile(path);
		boolean writable = isWritable(path);
		SQLiteConnection connection = (writable ? DriverConnections.readWrite(path, busyTimeoutMillis)
				: DriverConnections.readOnly(path, busyTimeoutMillis))
			.open();
		FileToCheck file = new FileToCheck(path, connection, busyTimeoutMillis, writable);
		try {
			file.prepare(oldestFormat);
			return file;
		}
		catch (SQLException | RuntimeException | Error ex) {
			connection.close();
			throw ex;
		}
	}

	/**
	 * SQLite looks at CHECK constraints only in files that it may write. A journal or log
	 * that is left must stay as it is, and would be worked in by a writer.
	 */
	private static boolean isWritable(Path path) {
		try {
			Path real = path.toRealPath();
			Path parent = real.getParent();
			return Files.isWritable(real) && parent != null && Files.isWritable(parent) && isEmpty(real, "-journal")
					&& isEmpty(real, "-wal");
		}
		catch (IOException ex) {
			return false;
		}
	}

	private static boolean isEmpty(Path path, String suffix) throws IOException {
		Path side = path.resolveSibling(path.getFileName() + suffix);
		return !Files.exists(side) || Files.size(side) == 0;
	}

	boolean isOlder() {
		return this.older;
	}

	private void prepare(int oldestFormat) throws SQLException {
		FormatVersion format = FormatProbe.read(this.connection, this.path.toString());
		boolean welcome = format.number() >= oldestFormat && format.number() < ZovaSchema.FORMAT;
		if (welcome && OldShapes.has(format.number())) {
			this.older = true;
			this.schemas = OldShapes.show(this.connection, "main", format.number());
			execute("pragma query_only=on");
			return;
		}
		execute("pragma query_only=on");
		if (welcome) {
			this.older = true;
			openStores(null);
			return;
		}
		format.requireCurrent(this.path.toString());
		try {
			FormatValidation.validate(this.connection, this.path.toString());
		}
		catch (ZovaException ex) {
			if (ex.status() != ZovaStatus.BOUND_STORE_INVALID) {
				requireInspectable(ex);
			}
			openStores(ex);
		}
	}

	/** What is wrong with schema and extensions is found by the check itself. */
	private static void requireInspectable(ZovaException ex) {
		switch (ex.status()) {
			case NOT_ZOVA_DATABASE, EXTENSION_INVALID, EXTENSION_INCOMPATIBLE, EXTENSION_UNAVAILABLE, CORRUPT -> {
			}
			default -> throw ex;
		}
	}

	private void openStores(@Nullable ZovaException failure) throws SQLException {
		try {
			this.stores = BoundStore.of(this.connection);
		}
		catch (SQLException ex) {
			// The check will find that the file is damaged.
			return;
		}
		if (this.stores.isEmpty() && failure != null && failure.status() == ZovaStatus.BOUND_STORE_INVALID) {
			throw failure;
		}
		for (BoundStore store : this.stores) {
			attach(store);
		}
	}

	private void attach(BoundStore store) throws SQLException {
		try {
			store.attach(this.connection, this.path);
			this.schemas = this.schemas.attached(store.role());
		}
		catch (ZovaException ex) {
			this.failure = ex;
			this.schemas = this.schemas.missing(store.role());
		}
		catch (SQLException ex) {
			this.failure = SqliteFailure.of("The store " + store.path() + " could not be opened", ex);
			this.schemas = this.schemas.missing(store.role());
		}
	}

	CheckReport check(Check check) throws SQLException {
		execute("begin");
		try {
			return check.run(this.connection, this.schemas, this, this.constraintsChecked);
		}
		finally {
			execute("rollback");
		}
	}

	void checkStores(Inspection inspection) {
		new StoreChecks(inspection.findings(), this.path, this.busyTimeoutMillis).run(this.stores);
		for (StoreRole role : StoreRole.values()) {
			if (!this.schemas.has(role) && this.stores.stream().anyMatch((store) -> store.role() == role)) {
				inspection.missingStores().add(StoreChecks.bind(role));
			}
		}
	}

	/** What keeps the file from being opened is always said. */
	void explainFailure(Findings findings) {
		ZovaException reason = this.failure;
		if (reason != null && findings.count() == 0) {
			findings.add(FindingKind.BOUND_STORE_OPEN_FAILED, reason.status());
		}
	}

	SQLiteConnection connection() {
		return this.connection;
	}

	Schemas schemas() {
		return this.schemas;
	}

	private void execute(String sql) throws SQLException {
		try (Statement statement = this.connection.createStatement()) {
			statement.execute(sql);
		}
	}

	@Override
	public void close() throws SQLException {
		this.connection.close();
	}

}
