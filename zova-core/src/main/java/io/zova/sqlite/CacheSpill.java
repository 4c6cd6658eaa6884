package io.zova.sqlite;

import java.sql.SQLException;
import java.time.Duration;

import io.zova.sqlite.driver.ControlStatements;
import io.zova.sqlite.lock.ConnectionLocks;
import io.zova.sqlite.lock.Deadline;
import io.zova.sqlite.lock.OpenFile;
import io.zova.sqlite.lock.ReaderDoor;

/**
 * When a writing transaction may write dirty pages that no longer fit its cache.
 * <p>
 * With a rollback journal, SQLite must lock readers out before it can do so, and would at
 * any statement. So that is switched off, and only a transaction that grows large allows
 * it, after it has closed the {@link ReaderDoor} in good order.
 */
final class CacheSpill {

	/** From here on a transaction may write dirty pages early. */
	private static final long BYTES = 32 << 20;

	private static final Duration PATIENCE = Duration.ofSeconds(1);

	private final ControlStatements sql;

	private final ConnectionLocks locks;

	private boolean isOff;

	private long grown;

	CacheSpill(ControlStatements sql, ConnectionLocks locks) {
		this.sql = sql;
		this.locks = locks;
	}

	/**
	 * A writing transaction that lets readers stay until it commits is about to begin.
	 */
	void switchOff() throws SQLException {
		if (!this.isOff) {
			this.sql.run("pragma cache_spill=off");
			this.isOff = true;
		}
	}

	/**
	 * A writing transaction has written something.
	 * @param bytes the size of the values written
	 */
	void grewBy(long bytes) {
		this.grown += bytes;
		if (this.grown < BYTES || this.locks.shutsReadersOut()
				|| this.locks.exclusion() != OpenFile.Exclusion.AT_COMMIT) {
			return;
		}
		this.grown = 0;
		try {
			this.locks.shutReadersOut(Deadline.after(PATIENCE));
			this.sql.run("pragma cache_spill=on");
			this.isOff = false;
		}
		catch (SQLException ex) {
			// Readers stay: the pages stay in memory, and the next 32 MiB try again.
			if (this.isOff) {
				this.locks.letReadersIn();
			}
		}
	}

	void transactionEnded() {
		this.grown = 0;
	}

}
