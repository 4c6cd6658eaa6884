package io.zova.conformance;

import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.transaction.TransactionStatus;
import org.springframework.transaction.support.DefaultTransactionDefinition;

/**
 * Begins and ends transactions and nests savepoints in them.
 */
final class TransactionSteps implements AutoCloseable {

	private final TwoEngines engines;

	private final List<Object> savepoints = new ArrayList<>();

	private @Nullable TransactionStatus transaction;

	TransactionSteps(TwoEngines engines) {
		this.engines = engines;
	}

	boolean isOpen() {
		return this.transaction != null;
	}

	void step() {
		if (this.transaction != null) {
			inside(this.transaction);
		}
		else if (this.engines.chance(0.5)) {
			// What memory may answer is mostly asked outside of transactions.
			begin();
		}
	}

	private void begin() {
		this.engines.same("begin", () -> {
			this.transaction = this.engines.database()
				.transactionManager()
				.getTransaction(new DefaultTransactionDefinition());
			return null;
		}, () -> this.engines.peer().call("begin_immediate"));
	}

	private void inside(TransactionStatus status) {
		int choice = this.engines.random().nextInt(10);
		if (choice < 3) {
			end(this.engines.chance(0.6));
		}
		else if (choice < 6 || this.savepoints.isEmpty()) {
			String name = "s" + this.savepoints.size();
			this.engines.same("savepoint " + name, () -> this.savepoints.add(status.createSavepoint()) ? null : "",
					() -> this.engines.peer().call("savepoint", "name", name));
		}
		else {
			int level = this.engines.random().nextInt(this.savepoints.size());
			Object savepoint = this.savepoints.get(level);
			if (choice < 8) {
				this.engines.same("rollback to s" + level, () -> {
					status.rollbackToSavepoint(savepoint);
					return null;
				}, () -> this.engines.peer().call("rollback_to_savepoint", "name", "s" + level));
				this.savepoints.subList(level + 1, this.savepoints.size()).clear();
			}
			else {
				this.engines.same("release s" + level, () -> {
					status.releaseSavepoint(savepoint);
					return null;
				}, () -> this.engines.peer().call("release_savepoint", "name", "s" + level));
				this.savepoints.subList(level, this.savepoints.size()).clear();
			}
		}
	}

	void end(boolean commit) {
		TransactionStatus open = this.transaction;
		if (open == null) {
			return;
		}
		this.transaction = null;
		this.savepoints.clear();
		this.engines.same(commit ? "commit" : "rollback", () -> {
			if (commit) {
				this.engines.database().transactionManager().commit(open);
			}
			else {
				this.engines.database().transactionManager().rollback(open);
			}
			return null;
		}, () -> this.engines.peer().call(commit ? "commit" : "rollback"));
	}

	/**
	 * Leaves no transaction behind on this thread when a comparison has failed inside
	 * one.
	 */
	@Override
	public void close() {
		if (this.transaction != null) {
			this.engines.database().transactionManager().rollback(this.transaction);
		}
	}

}
