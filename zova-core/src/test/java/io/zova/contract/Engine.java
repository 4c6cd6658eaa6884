package io.zova.contract;

import java.nio.file.Path;

import javax.sql.DataSource;

import io.zova.graph.GraphOperations;
import io.zova.kv.KeyValueOperations;
import io.zova.notification.NotificationOperations;
import io.zova.object.ObjectOperations;
import io.zova.vector.VectorOperations;

import org.springframework.transaction.PlatformTransactionManager;

/**
 * A way to keep a database, on which the contract is tried. A module names its engines in
 * {@code META-INF/services/io.zova.contract.Engine}.
 */
public interface Engine {

	/**
	 * Makes an empty database.
	 * @param directory an empty directory, if it needs one
	 * @return the database
	 */
	Database open(Path directory);

	/**
	 * An open database, as an application sees it.
	 */
	interface Database extends AutoCloseable {

		DataSource dataSource();

		PlatformTransactionManager transactionManager();

		ObjectOperations objects();

		VectorOperations vectors();

		GraphOperations graphs();

		KeyValueOperations keyValues();

		NotificationOperations notifications();

		@Override
		void close();

	}

}
