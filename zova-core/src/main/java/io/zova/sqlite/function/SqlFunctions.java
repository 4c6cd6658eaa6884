package io.zova.sqlite.function;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLSyntaxErrorException;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;
import org.sqlite.Function;
import org.sqlite.SQLiteConnection;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

import io.zova.sqlite.driver.FunctionFlags;
import io.zova.sqlite.driver.SqlErrors;
import io.zova.sqlite.extension.InternalKey;
import io.zova.sqlite.extension.NativeExtension;

/**
 * The functions of a database: registers them on its connections, and explains the errors
 * of statements that used them.
 */
public final class SqlFunctions {

	private static final String DECLARE = "select declared from zova_declare(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";

	/** The first time, it hands the key over, the second time it ends declarations. */
	private static final String KEY = "select declared from zova_declare(?)";

	/** SQLState of the class "external routine exception". */
	private static final String FUNCTION_FAILED = "38000";

	private static final Pattern NO_SUCH_TABLE = Pattern.compile("no such table: (?:\\w+\\.)?(\\w+)");

	/** What SQLite says, followed by the name. */
	private static final String UNSAFE_USE = "unsafe use of ";

	/** The texts about ours are those of every Zova library. */
	private static final String OURS = "zova_";

	private static final String WHERE_FUNCTIONS_MAY_BE = ". Views, triggers, indexes, generated columns and rules of "
			+ "a file call only functions that are declared allowedInSchema() or innocuous(), and where the file is "
			+ "opened as foreign only the latter";

	/**
	 * Why table functions are missing that were to be declared, by name in lower case.
	 */
	private static final ConcurrentHashMap<String, String> MISSING = new ConcurrentHashMap<>();

	private final List<ScalarFunction> scalars;

	private final List<AggregateFunction> aggregates;

	private final List<TableFunction> tables;

	private final NativeExtension extension;

	/**
	 * Collects the functions of a database.
	 * @throws IllegalArgumentException if two have the same name
	 */
	public SqlFunctions(Collection<? extends SqlFunction> functions) {
		this(functions, NativeExtension.instance());
	}

	public SqlFunctions(Collection<? extends SqlFunction> functions, NativeExtension extension) {
		Set<String> names = new HashSet<>();
		for (SqlFunction function : functions) {
			if (!names.add(function.name().toLowerCase(Locale.ROOT))) {
				throw new IllegalArgumentException("Two SQL functions are named " + function.name());
			}
		}
		this.scalars = only(ScalarFunction.class, functions);
		this.aggregates = only(AggregateFunction.class, functions);
		this.tables = only(TableFunction.class, functions);
		this.extension = extension;
	}

	/**
	 * Registers all functions on a new connection. Table functions are left out where the
	 * native library does not run.
	 * @param driver the connection
	 * @throws SQLException if the driver refuses
	 */
	public void register(SQLiteConnection driver) throws SQLException {
		register(driver, driver, InternalKey.draw());
	}

	/**
	 * Registers all functions on a new connection. Table functions are left out where the
	 * native library does not run.
	 * @param driver the connection
	 * @param shown what the functions get as the connection of the calling statement
	 * @param key what our own SQL will know on this connection
	 * @throws SQLException if the driver refuses
	 */
	public void register(SQLiteConnection driver, Connection shown, InternalKey key) throws SQLException {
		for (ScalarFunction function : this.scalars) {
			Function.create(driver, function.name(), new ScalarCall(function, shown), function.arguments(),
					function.flags().driverFlags());
		}
		for (AggregateFunction function : this.aggregates) {
			Function.create(driver, function.name(), new AggregateCall(function, shown), function.arguments(),
					function.flags().driverFlags());
		}
		if (this.extension.loadInto(driver)) {
			declareTables(driver, shown, key);
		}
		else {
			String reason = this.extension.unavailableReason().orElse("the native library is not loaded");
			this.tables.forEach((function) -> MISSING.put(function.name().toLowerCase(Locale.ROOT), reason));
		}
	}

	private void declareTables(SQLiteConnection driver, Connection shown, InternalKey key) throws SQLException {
		try {
			declare(driver, key);
		}
		catch (SQLException ex) {
			throw new SQLException("The native library doesn't take this connection's key (" + ex.getMessage()
					+ "): it belongs to another version of Zova. The system property "
					+ NativeExtension.LIBRARY_PROPERTY + " names it", ex);
		}
		int flags = FunctionFlags.DIRECT_ONLY.driverFlags();
		for (int depth = 0; depth < TableCall.MAX_DEPTH; depth++) {
			Function.create(driver, "zova_call_" + depth, new TableCall(this.tables, shown, key), -1, flags);
		}
		try (PreparedStatement declare = driver.prepareStatement(DECLARE)) {
			key.bind(declare, 1);
			for (int id = 0; id < this.tables.size(); id++) {
				TableFunction function = this.tables.get(id);
				declare.setInt(2, id);
				declare.setString(3, function.name());
				declare.setString(4, function.schema());
				declare.setInt(5, function.columnCount());
				declare.setInt(6, function.argumentNames().size());
				declare.setInt(7, function.required());
				declare.setInt(8, function.exactlyOneOf());
				declare.setInt(9, function.atLeastOneOf());
				declare.setInt(10, function.orderedBy());
				declare.setInt(11, function.flags());
				declare.setLong(12, function.estimatedRows());
				try (ResultSet declared = declare.executeQuery()) {
					declared.next();
				}
			}
		}
		// User SQL shall not declare functions of its own.
		declare(driver, key);
	}

	private static void declare(SQLiteConnection driver, InternalKey key) throws SQLException {
		try (PreparedStatement declare = driver.prepareStatement(KEY)) {
			key.bind(declare, 1);
			try (ResultSet declared = declare.executeQuery()) {
				declared.next();
			}
		}
	}

	/**
	 * The functions that may do more than to compute a value. Table and aggregate
	 * functions are none of them: SQLite does not tell which of these a statement calls.
	 * @return their names in lower case
	 */
	public Set<String> thatMayWrite() {
		return this.scalars.stream()
			.filter((function) -> !function.flags().deterministic())
			.map((function) -> function.name().toLowerCase(Locale.ROOT))
			.filter((name) -> !name.startsWith("zova_") || name.equals("zova_notify"))
			.collect(Collectors.toUnmodifiableSet());
	}

	/**
	 * Explains an error of the driver if it is about one of our functions. To be asked
	 * once for each error, on the thread of the statement: what a function threw is
	 * forgotten with this call.
	 * @param ex the error
	 * @return an exception with the function's own text and what it threw as the cause,
	 * or one that says why a table function is missing; null if the error is about
	 * something else
	 */
	public static @Nullable SQLException explain(SQLException ex) {
		String message = ex.getMessage();
		FunctionFailure failure = FunctionFailure.take(message);
		if (failure != null) {
			SQLException explained = new SQLException(failure.text(), FUNCTION_FAILED, code(ex), failure.thrown());
			explained.addSuppressed(ex);
			return explained;
		}
		if (message != null && message.contains(UNSAFE_USE) && !message.contains(OURS)) {
			return new SQLSyntaxErrorException(SqlErrors.translate(ex).getMessage() + WHERE_FUNCTIONS_MAY_BE, "42000",
					ex.getErrorCode(), ex);
		}
		if (message == null || MISSING.isEmpty()) {
			return null;
		}
		Matcher missing = NO_SUCH_TABLE.matcher(message);
		String reason = missing.find() ? MISSING.get(missing.group(1).toLowerCase(Locale.ROOT)) : null;
		return (reason != null) ? new SQLException(
				"The table function " + missing.group(1) + " is not available on this machine: " + reason, "0A000",
				ex.getErrorCode(), ex) : null;
	}

	/**
	 * The native library reports failures of table functions as broken rules of a virtual
	 * table, because the driver throws a statement away after any plain error. Callers
	 * get the plain error that it is, as from scalar functions.
	 */
	private static int code(SQLException ex) {
		boolean tableFunction = ex instanceof SQLiteException error
				&& error.getResultCode() == SQLiteErrorCode.SQLITE_CONSTRAINT_VTAB;
		return tableFunction ? SQLiteErrorCode.SQLITE_ERROR.code : ex.getErrorCode();
	}

	/**
	 * What a function on this thread threw last, for translators that need nothing else.
	 * It is forgotten with this call.
	 * @param ex the error of the statement
	 * @return the exception, null if the error is not about it
	 */
	static @Nullable Throwable takeFailure(SQLException ex) {
		FunctionFailure failure = FunctionFailure.take(ex.getMessage());
		return (failure != null) ? failure.thrown() : null;
	}

	private static <T> List<T> only(Class<T> type, Collection<? extends SqlFunction> functions) {
		return functions.stream().filter(type::isInstance).map(type::cast).toList();
	}

}
