package io.zova.sqlite.function;

import java.sql.Connection;
import java.sql.SQLException;

/**
 * A scalar function on one connection. The driver keeps the state of the running call in
 * this object, so that no two connections may share it.
 */
final class ScalarCall extends DriverCall {

	private final ScalarFunction function;

	private final FunctionArguments arguments;

	ScalarCall(ScalarFunction function, Connection connection) {
		this.function = function;
		this.arguments = new FunctionArguments(this, connection, function.name());
	}

	@Override
	protected void xFunc() throws SQLException {
		try {
			Object value = SqlValues.of(this.function.body().call(this.arguments.of(args())));
			if (value instanceof String text) {
				result(text);
			}
			else if (value instanceof Long number) {
				result(number.longValue());
			}
			else if (value instanceof Double number) {
				result(number.doubleValue());
			}
			else if (value instanceof byte[] bytes) {
				result(bytes);
			}
			else {
				result();
			}
		}
		catch (Throwable ex) {
			error(FunctionFailure.remember(ex));
		}
	}

}
