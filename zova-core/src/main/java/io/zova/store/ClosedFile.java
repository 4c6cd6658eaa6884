package io.zova.store;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;

import org.jspecify.annotations.Nullable;

import io.zova.ZovaException;
import io.zova.ZovaStatus;
import io.zova.format.FormatValidation;
import io.zova.format.SqliteFailure;
import io.zova.format.StorePolicy;
import io.zova.sqlite.ConnectionPool;
import io.zova.sqlite.SqlWork;

/**
 * A main file that nobody of this process has open, for example because one of its stores
 * is missing.
 */
record ClosedFile(Path path) implements MainFile {

	private static final int BUSY_TIMEOUT_MILLIS = 5000;

	@Override
	public StorePolicy policy() {
		return StorePolicy.ANY;
	}

	@Override
	public <T extends @Nullable Object> T read(String task, SqlWork<T> work) {
		try (Connection connection = FormatValidation.openMain(this.path, BUSY_TIMEOUT_MILLIS)) {
			return work.run(connection);
		}
		catch (SQLException ex) {
			throw SqliteFailure.of(task, ex);
		}
	}

	@Override
	public <T extends @Nullable Object> T change(String task, Change<T> change) {
		try (Connection connection = FormatValidation.openMain(this.path, BUSY_TIMEOUT_MILLIS)) {
			if (ConnectionPool.isOpen(this.path)) {
				throw new ZovaException(ZovaStatus.BUSY, task + ": " + this.path
						+ " is open in this process. Use the stores() of that database, or close it before");
			}
			return change.run(connection, Others.NONE);
		}
		catch (SQLException ex) {
			throw SqliteFailure.of(task, ex);
		}
	}

}
