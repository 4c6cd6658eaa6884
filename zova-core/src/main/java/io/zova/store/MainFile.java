package io.zova.store;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

import org.jspecify.annotations.Nullable;

import io.zova.format.BoundStore;
import io.zova.format.StorePolicy;
import io.zova.sqlite.SqlWork;

/**
 * The file whose stores change: one that is open in this process, or one that is not.
 */
public interface MainFile {

	/**
	 * Where it is.
	 * @return the path
	 */
	Path path();

	/**
	 * Which files it may have as stores.
	 * @return the policy
	 */
	StorePolicy policy();

	/**
	 * Reads the file.
	 * @param <T> the type of the result
	 * @param task what is done, for messages
	 * @param work what to read
	 * @return what the work returned
	 */
	<T extends @Nullable Object> T read(String task, SqlWork<T> work);

	/**
	 * Does something with the file while nobody else of this process writes.
	 * @param <T> the type of the result
	 * @param task what is done, for messages
	 * @param change what to do
	 * @return what the change returned
	 */
	<T extends @Nullable Object> T change(String task, Change<T> change);

	/**
	 * A change of the stores of a file.
	 *
	 * @param <T> what comes out of it
	 */
	@FunctionalInterface
	interface Change<T extends @Nullable Object> {

		/**
		 * Makes the change.
		 * @param connection a connection to the main file alone, without its stores,
		 * outside any transaction
		 * @param others tells those who have the file open
		 * @return the result
		 * @throws SQLException if it fails
		 */
		T run(Connection connection, Others others) throws SQLException;

	}

	/**
	 * Those of this process who have the file open.
	 */
	interface Others {

		/** There are none. */
		Others NONE = new Others() {

			@Override
			public void wait(String task) {
			}

			@Override
			public void use(List<BoundStore> stores) {
			}

		};

		/**
		 * Lets them wait from now on until the change is done.
		 * @param task what is done, for messages
		 * @throws SQLException if some read on and on
		 */
		void wait(String task) throws SQLException;

		/**
		 * Tells them which stores the file has from now on.
		 * @param stores the stores
		 */
		void use(List<BoundStore> stores);

	}

}
