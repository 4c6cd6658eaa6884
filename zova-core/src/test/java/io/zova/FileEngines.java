package io.zova;

import java.nio.file.Path;

import javax.sql.DataSource;

import io.zova.contract.Engine;
import io.zova.graph.GraphOperations;
import io.zova.kv.KeyValueOperations;
import io.zova.notification.NotificationOperations;
import io.zova.object.ObjectOperations;
import io.zova.vector.VectorOperations;

import org.springframework.transaction.PlatformTransactionManager;

/**
 * The engines of this module: a file in either journal mode, and memory.
 */
public final class FileEngines {

	private FileEngines() {
	}

	private static Engine.Database file(Path directory, ZovaOptions.JournalMode mode) {
		return new Opened(ZovaDatabase.create(directory.resolve("contract.zova"),
				ZovaOptions.builder().journalMode(mode).synchronous(ZovaOptions.Synchronous.NORMAL).build()));
	}

	/**
	 * A file with a rollback journal.
	 */
	public static final class FileWithRollbackJournal implements Engine {

		@Override
		public Database open(Path directory) {
			return file(directory, ZovaOptions.JournalMode.DELETE);
		}

	}

	/**
	 * A file with a write-ahead log.
	 */
	public static final class FileWithWriteAheadLog implements Engine {

		@Override
		public Database open(Path directory) {
			return file(directory, ZovaOptions.JournalMode.WAL);
		}

	}

	/**
	 * A database in memory.
	 */
	public static final class Memory implements Engine {

		@Override
		public Database open(Path directory) {
			return new Opened(ZovaDatabase.inMemory());
		}

	}

	private record Opened(ZovaDatabase database) implements Engine.Database {

		@Override
		public DataSource dataSource() {
			return this.database.dataSource();
		}

		@Override
		public PlatformTransactionManager transactionManager() {
			return this.database.transactionManager();
		}

		@Override
		public ObjectOperations objects() {
			return this.database.objects();
		}

		@Override
		public VectorOperations vectors() {
			return this.database.vectors();
		}

		@Override
		public GraphOperations graphs() {
			return this.database.graphs();
		}

		@Override
		public KeyValueOperations keyValues() {
			return this.database.keyValues();
		}

		@Override
		public NotificationOperations notifications() {
			return this.database.notifications();
		}

		@Override
		public void close() {
			this.database.close();
		}

	}

}
