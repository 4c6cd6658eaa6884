package io.zova.store;

import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;

import org.jspecify.annotations.Nullable;

import io.zova.ZovaException;
import io.zova.ZovaStatus;
import io.zova.format.BoundStore;
import io.zova.format.SqliteFailure;
import io.zova.format.StorePolicy;
import io.zova.sqlite.file.AttachedStores;
import io.zova.sqlite.ConnectionPool;
import io.zova.sqlite.SqlAccess;
import io.zova.sqlite.SqlWork;
import io.zova.sqlite.ZovaConnection;

/**
 * A main file that is open, and goes on being used while its stores change.
 *
 * @param path where it is
 * @param policy which files it may have as stores
 * @param pool its connections
 * @param sql the way to them
 */
public record OpenMain(Path path, StorePolicy policy, ConnectionPool pool, SqlAccess sql) implements MainFile {

	@Override
	public <T extends @Nullable Object> T read(String task, SqlWork<T> work) {
		return this.sql.snapshot(task, work);
	}

	@Override
	public <T extends @Nullable Object> T change(String task, Change<T> change) {
		this.sql.requireWritable();
		boolean inTransaction = this.sql.read(task, (connection) -> {
			ZovaConnection own = connection.unwrap(ZovaConnection.class);
			return own.inTransaction() || !own.getAutoCommit();
		});
		if (inTransaction) {
			throw new ZovaException(ZovaStatus.OBJECT_TRANSACTION_ACTIVE,
					task + ": this thread is in a transaction, and stores change only outside");
		}
		try {
			return this.pool.changeStores((connection, others) -> change.run(connection, new Waiting(others)));
		}
		catch (SQLException ex) {
			throw SqliteFailure.of(task, ex);
		}
	}

	/**
	 * Those who have the file open.
	 */
	private final class Waiting implements Others {

		private final ConnectionPool.StoreSwitch others;

		Waiting(ConnectionPool.StoreSwitch others) {
			this.others = others;
		}

		@Override
		public void wait(String task) throws SQLException {
			this.others.shutReadersOut();
		}

		@Override
		public void use(List<BoundStore> stores) {
			this.others.use(new AttachedStores(stores.stream()
				.map((store) -> store.attached(store.locate(OpenMain.this.path, OpenMain.this.policy)))
				.toList()));
		}

	}

}
