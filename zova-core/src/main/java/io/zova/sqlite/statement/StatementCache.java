package io.zova.sqlite.statement;

import java.sql.SQLException;
import java.sql.SQLNonTransientException;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteConnection;
import org.sqlite.jdbc4.JDBC4PreparedStatement;

import io.zova.sqlite.driver.SqlErrors;
import io.zova.sqlite.function.SqlFunctions;

/**
 * Keeps the compiled statements of one connection for their next use; the longest unused
 * go first. The driver has no such cache, and compiling costs more than most executions.
 */
public final class StatementCache {

	private final SQLiteConnection driver;

	private final int capacity;

	/** Counts schema changes by any connection of the database. */
	private final AtomicLong schemaGeneration;

	/** In the order of last use. A statement in use is not in here. */
	private final Map<String, CachedStatement> idle = new LinkedHashMap<>();

	public StatementCache(SQLiteConnection driver, int capacity, AtomicLong schemaGeneration) {
		this.driver = driver;
		this.capacity = capacity;
		this.schemaGeneration = schemaGeneration;
	}

	/**
	 * A statement for exclusive use until it is {@linkplain #giveBack given back}.
	 * @param sql its text
	 * @return the compiled statement, or {@code null} if it is not here
	 * @throws SQLException if an outdated one cannot be closed
	 */
	public @Nullable CachedStatement takeCached(String sql) throws SQLException {
		CachedStatement statement = this.idle.remove(sql);
		if (statement == null || isCurrent(statement)) {
			return statement;
		}
		statement.close();
		return null;
	}

	/**
	 * Compiles a statement for exclusive use until it is {@linkplain #giveBack given
	 * back}. SQLite may read the schema for that.
	 * @param sql the text of a single statement
	 * @return the compiled statement
	 * @throws SQLException if it does not compile
	 */
	public CachedStatement compile(String sql) throws SQLException {
		List<String> statements = SqlScript.statements(sql);
		if (statements.size() != 1) {
			throw new SQLNonTransientException("One statement is needed, but the text holds " + statements.size()
					+ (statements.isEmpty() ? "" : ": run several with Statement.execute"), "42000");
		}
		String statement = statements.get(0);
		long generation = this.schemaGeneration.get();
		try {
			StatementAnalysis analysis = StatementAnalysis.of(this.driver, statement);
			return new CachedStatement(sql, (JDBC4PreparedStatement) this.driver.prepareStatement(statement), analysis,
					generation);
		}
		catch (SQLException ex) {
			SQLException explained = SqlFunctions.explain(ex);
			throw (explained != null) ? explained : SqlErrors.translate(ex);
		}
	}

	public void giveBack(CachedStatement statement) throws SQLException {
		if (!statement.isUsable()) {
			return;
		}
		if (this.capacity == 0 || !statement.analysis().reusable() || !isCurrent(statement)
				|| this.idle.containsKey(statement.sql())) {
			statement.close();
			return;
		}
		statement.forgetValues();
		this.idle.put(statement.sql(), statement);
		if (this.idle.size() > this.capacity) {
			Iterator<CachedStatement> eldestFirst = this.idle.values().iterator();
			CachedStatement eldest = eldestFirst.next();
			eldestFirst.remove();
			eldest.close();
		}
	}

	public void schemaChanged() {
		this.schemaGeneration.incrementAndGet();
	}

	public void clear() throws SQLException {
		for (CachedStatement statement : this.idle.values()) {
			statement.close();
		}
		this.idle.clear();
	}

	int size() {
		return this.idle.size();
	}

	private boolean isCurrent(CachedStatement statement) {
		return statement.generation() == this.schemaGeneration.get();
	}

}
