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
		this.database = ZovaDatabase.create(this.directory.resolve("new.zova"));
	}

	@AfterEach
	protected void closeDatabase() {
		this.database.close();
	}

}
