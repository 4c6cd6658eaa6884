package io.zova.sqlite;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

import io.zova.OtherThreads;
import io.zova.ZovaDatabase;
import io.zova.ZovaOptions.JournalMode;
import io.zova.ZovaOptions.TransactionBegin;
import io.zova.ZovaOptions;
import io.zova.sqlite.function.SqlFunction;

import org.springframework.dao.CannotAcquireLockException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * A file whose transactions begin with their first write, and a second door to it for
 * somebody who does not wait.
 */
final class FirstWriteDatabase implements AutoCloseable {

	final ZovaDatabase database;

	final JdbcClient jdbc;

	private final ZovaDatabase impatient;

	FirstWriteDatabase(Path directory, JournalMode mode, SqlFunction... functions) {
		this(directory, ZovaOptions.builder().journalMode(mode).functions(functions).build());
	}

	FirstWriteDatabase(Path directory, ZovaOptions options) {
		Path file = directory.resolve("test.zova");
		this.database = ZovaDatabase.create(file,
				options.toBuilder().transactionBegin(TransactionBegin.FIRST_WRITE).build());
		this.impatient = ZovaDatabase.open(file, ZovaOptions.builder().lockWaitTimeout(Duration.ofMillis(50)).build());
		this.jdbc = JdbcClient.create(this.database.dataSource());
		this.jdbc.sql("create table t(v)").update();
		this.jdbc.sql("create table other(v)").update();
	}

	TransactionTemplate transaction() {
		return new TransactionTemplate(this.database.transactionManager());
	}

	TransactionTemplate transaction(int isolation) {
		TransactionTemplate transaction = transaction();
		transaction.setIsolationLevel(isolation);
		return transaction;
	}

	void insert(Object value) {
		this.jdbc.sql("insert into t values (?)").param(value).update();
	}

	List<String> values() {
		return this.jdbc.sql("select v from t order by v").query(String.class).list();
	}

	/** Writes and commits in another thread. */
	void elsewhere(String value) {
		OtherThreads.inAnotherThread(() -> insert(value));
	}

	/** Whether somebody keeps others from writing. */
	boolean isLocked() {
		boolean[] locked = new boolean[1];
		OtherThreads.inAnotherThread(() -> {
			try {
				JdbcClient.create(this.impatient.dataSource()).sql("insert into other values (1)").update();
			}
			catch (CannotAcquireLockException ex) {
				locked[0] = true;
			}
		});
		return locked[0];
	}

	@Override
	public void close() {
		this.impatient.close();
		this.database.close();
	}

}
