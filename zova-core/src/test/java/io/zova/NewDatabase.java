package io.zova;

import java.nio.file.Path;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/**
 * A new database in a file of its own, open while a test runs.
 */
public abstract class NewDatabase {

	@TempDir
	protected Path directory;

	protected ZovaDatabase database;

	@BeforeEach
	protected void openDatabase() {
		this.database = ZovaDatabase.create(file(), options());
	}

	protected final Path file() {
		return this.directory.resolve("new.zova");
	}

	/** How the database is opened; called before the test has set anything up. */
	protected ZovaOptions options() {
		return ZovaOptions.defaults();
	}

	@AfterEach
	protected void closeDatabase() {
		this.database.close();
	}

}
