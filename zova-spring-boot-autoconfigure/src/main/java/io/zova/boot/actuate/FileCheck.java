package io.zova.boot.actuate;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.InitializingBean;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.QueryTimeoutException;

import io.zova.ZovaDatabase;
import io.zova.ZovaException;
import io.zova.format.FormatValidation;

/**
 * Checks the database file in the background, at an interval, and remembers the result.
 * <p>
 * A check looks at the file's identity and schema, and then lets SQLite check its pages
 * for a bounded time. So a probe never scans the file, however large it is.
 */
public class FileCheck implements InitializingBean, DisposableBean {

	private static final Logger log = LoggerFactory.getLogger(FileCheck.class);

	private static final String QUICK_CHECK = "pragma quick_check(3)";

	private static final int LONGEST_PROBLEM = 200;

	/** SQLITE_CORRUPT and SQLITE_NOTADB. */
	private static final Set<Integer> DAMAGE = Set.of(11, 26);

	/** An extended result code has the primary one in its lowest byte. */
	private static final int PRIMARY_CODE = 0xff;

	private final ZovaDatabase database;

	private final Duration interval;

	private final Duration timeout;

	private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor((task) -> {
		Thread thread = new Thread(task, "zova-health");
		thread.setDaemon(true);
		return thread;
	});

	private volatile Outcome last = new Outcome(Result.PENDING, Instant.now(), Duration.ZERO, List.of());

	/**
	 * A check that starts with the application.
	 * @param database what to check
	 * @param interval how long to wait after a check before the next one
	 * @param timeout how long a check may take
	 */
	public FileCheck(ZovaDatabase database, Duration interval, Duration timeout) {
		this.database = database;
		this.interval = interval;
		this.timeout = timeout;
	}

	/**
	 * The result of the last check, but where the file is, is looked at now.
	 * @return the outcome, {@link Result#PENDING} before the first check has ended
	 */
	public Outcome last() {
		Outcome moved = moved();
		return (moved != null) ? moved : this.last;
	}

	private @Nullable Outcome moved() {
		Instant start = Instant.now();
		try {
			this.database.requireFileInPlace();
			return null;
		}
		catch (ZovaException ex) {
			return outcome(Result.MOVED, start, List.of(String.valueOf(ex.getMessage())));
		}
	}

	/**
	 * Checks the file now, on the calling thread.
	 * @return the outcome
	 */
	public Outcome check() {
		Outcome moved = moved();
		Outcome outcome = (moved != null) ? moved : outcome(Instant.now());
		if (outcome.result() == Result.DAMAGED && this.last.result() != Result.DAMAGED) {
			log.error("The database file is damaged: {}", outcome.problems());
		}
		this.last = outcome;
		return outcome;
	}

	@Override
	public void afterPropertiesSet() {
		this.thread.scheduleWithFixedDelay(this::check, 0, this.interval.toMillis(), TimeUnit.MILLISECONDS);
	}

	@Override
	public void destroy() {
		this.thread.shutdownNow();
	}

	private Outcome outcome(Instant start) {
		try {
			List<String> problems = this.database.sql().read("check the database file", this::problems);
			return outcome(problems.isEmpty() ? Result.SOUND : Result.DAMAGED, start, problems);
		}
		catch (QueryTimeoutException ex) {
			return outcome(Result.INCOMPLETE, start, List.of());
		}
		catch (ZovaException ex) {
			return outcome(Result.DAMAGED, start, List.of(shortened(ex.status() + ": " + ex.getMessage())));
		}
		catch (DataAccessException ex) {
			if (NestedExceptionUtils.getMostSpecificCause(ex) instanceof SQLException cause
					&& DAMAGE.contains(cause.getErrorCode() & PRIMARY_CODE)) {
				return outcome(Result.DAMAGED, start, List.of("SQLite cannot read the file's pages"));
			}
			return outcome(Result.FAILED, start, List.of(ex.getClass().getSimpleName()));
		}
	}

	private static Outcome outcome(Result result, Instant start, List<String> problems) {
		return new Outcome(result, start, Duration.between(start, Instant.now()), problems);
	}

	private List<String> problems(Connection connection) throws SQLException {
		FormatValidation.validateMain(connection, "The database");
		List<String> problems = new ArrayList<>();
		try (Statement statement = connection.createStatement()) {
			statement.setQueryTimeout((int) Math.max(1, this.timeout.toSeconds()));
			try (ResultSet rows = statement.executeQuery(QUICK_CHECK)) {
				while (rows.next()) {
					if (!"ok".equals(rows.getString(1))) {
						problems.add(shortened(rows.getString(1)));
					}
				}
			}
		}
		catch (SQLTimeoutException ex) {
			if (problems.isEmpty()) {
				throw ex;
			}
		}
		return problems;
	}

	private static String shortened(String problem) {
		return (problem.length() > LONGEST_PROBLEM) ? problem.substring(0, LONGEST_PROBLEM) + "..." : problem;
	}

	/**
	 * What a check found.
	 */
	public enum Result {

		/** No check has ended yet. */
		PENDING,

		/** Everything was looked at and is sound. */
		SOUND,

		/** What could be looked at in the time allowed is sound. */
		INCOMPLETE,

		/** The file's identity, schema or pages are not what they should be. */
		DAMAGED,

		/** The file was deleted, renamed or replaced while it was open. */
		MOVED,

		/** The check could not be run. */
		FAILED

	}

	/**
	 * The result of one check.
	 *
	 * @param result what it found
	 * @param at when it started
	 * @param took how long it took
	 * @param problems up to three problems, none of which quotes stored data
	 */
	public record Outcome(Result result, Instant at, Duration took, List<String> problems) {

	}

}
