package io.zova.sqlite.function;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

import io.zova.sqlite.extension.InternalKey;

/**
 * Answers the native module's calls for the packed rows of all table functions of one
 * connection, at one depth of nesting: the driver keeps the state of the running call in
 * this object, and a table function may be called while another one runs.
 */
final class TableCall extends DriverCall {

	/** How many calls can be inside each other: one driver function for each. */
	static final int MAX_DEPTH = 8;

	/** The module gives its key, a function's id and two more before the arguments. */
	private static final int FIRST_ARGUMENT = 4;

	private final List<TableFunction> functions;

	private final Connection connection;

	private final InternalKey key;

	TableCall(List<TableFunction> functions, Connection connection, InternalKey key) {
		this.functions = functions;
		this.connection = connection;
		this.key = key;
	}

	@Override
	protected void xFunc() throws SQLException {
		try {
			result(rows());
		}
		catch (Throwable ex) {
			error(FunctionFailure.remember(ex));
		}
	}

	private byte[] rows() throws Exception {
		if (args() < FIRST_ARGUMENT || !this.key.is(value_blob(0))) {
			throw new SQLException("zova_call is internal");
		}
		TableFunction function = this.functions.get(value_int(1));
		long limit = value_long(3);
		CallRows rows = new CallRows(function.name(), function.columnCount(), (limit < 0) ? Long.MAX_VALUE : limit);
		function.body()
			.call(new FunctionArguments(this, this.connection, function.name(), function.argumentNames(),
					FIRST_ARGUMENT, value_long(2)), rows);
		return rows.toByteArray();
	}

}
