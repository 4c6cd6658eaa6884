package io.zova.sqlite;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLTransactionRollbackException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;

import io.zova.ZovaOptions;
import io.zova.sqlite.file.FileIdentity;
import io.zova.sqlite.driver.SqlErrors;
import io.zova.sqlite.lock.OpenFile;
import io.zova.sqlite.lock.WorkObserver;

/**
 * The pool of a database's connections: HikariCP over {@link ZovaConnection}s.
 */
public final class ZovaDataSource extends HikariDataSource {

	private static final Duration SHORTEST_CONNECTION_TIMEOUT = Duration.ofMillis(250);

	private static final long CLOSE_POLL_NANOS = 1_000_000;

	private final boolean rememberBorrowers;

	private final ConnectionSource source;

	private final boolean openForReadingOnly;

	private final FileIdentity file;

	private final OpenFile locks;

	private volatile boolean closing;

	ZovaDataSource(String name, ConnectionSource source, ZovaOptions options, OpenFile locks) {
		super(configuration(name, source, options));
		this.source = source;
		this.openForReadingOnly = options.readOnly();
		this.file = locks.identity();
		this.locks = locks;
		this.rememberBorrowers = !options.leakDetectionThreshold().isZero();
	}

	private static HikariConfig configuration(String name, ConnectionSource source, ZovaOptions options) {
		HikariConfig config = new HikariConfig();
		config.setPoolName(name);
		config.setDataSource(source);
		config.setMaximumPoolSize(options.maximumPoolSize());
		config.setMinimumIdle(Math.min(options.minimumIdle(), options.maximumPoolSize()));
		config.setConnectionTimeout(
				Math.max(options.lockWaitTimeout().toMillis(), SHORTEST_CONNECTION_TIMEOUT.toMillis()));
		config.setLeakDetectionThreshold(options.leakDetectionThreshold().toMillis());
		// A local file needs neither fresh connections nor a heartbeat.
		config.setMaxLifetime(0);
		config.setKeepaliveTime(0);
		return config;
	}

	void observe(WorkObserver observer) {
		this.locks.writeGate().observe(observer);
	}

	boolean isOpenForReadingOnly() {
		return this.openForReadingOnly;
	}

	@Override
	public Connection getConnection() throws SQLException {
		if (this.closing) {
			throw new SQLNonTransientConnectionException("The database " + getPoolName() + " is closed", "08003");
		}
		return new BorrowedConnection(this, pooledConnection(), this.rememberBorrowers);
	}

	private Connection pooledConnection() throws SQLException {
		try {
			return super.getConnection();
		}
		catch (SQLTransientConnectionException ex) {
			this.file.requireInPlaceNow();
			List<String> holders = borrowers();
			throw new SQLTransactionRollbackException("No connection to " + getPoolName() + " became free: "
					+ holders.size() + " of " + getMaximumPoolSize() + " are in use, by " + counted(holders)
					+ ". Close connections and streams of rows (try-with-resources), or raise maximumPoolSize "
					+ "(zova.pool.maximum-size). With leakDetectionThreshold (zova.pool.leak-detection-threshold) "
					+ "the log says where those were borrowed that are kept longer.", SqlErrors.CANNOT_ACQUIRE_LOCK,
					ex);
		}
	}

	/** One thread that has lost many connections is named once. */
	private static String counted(List<String> holders) {
		Map<String, Integer> counts = new LinkedHashMap<>();
		holders.forEach((holder) -> counts.merge(holder, 1, Integer::sum));
		return counts.entrySet()
			.stream()
			.map((entry) -> (entry.getValue() == 1) ? entry.getKey() : entry.getKey() + " (" + entry.getValue() + ")")
			.collect(Collectors.joining(", "));
	}

	/**
	 * Refuses new borrowers and waits for the present ones.
	 * @param patience how long
	 * @return who has not returned a connection by then; empty if all have
	 */
	List<String> awaitReturns(Duration patience) {
		this.closing = true;
		long deadline = System.nanoTime() + patience.toNanos();
		while (!this.source.borrowed().isEmpty() && System.nanoTime() - deadline < 0) {
			LockSupport.parkNanos(CLOSE_POLL_NANOS);
		}
		return borrowers();
	}

	private List<String> borrowers() {
		return this.source.borrowed().stream().map(BorrowedConnection::describeBorrower).toList();
	}

}
