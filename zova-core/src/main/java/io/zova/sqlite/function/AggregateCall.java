package io.zova.sqlite.function;

import java.sql.Connection;
import java.sql.SQLException;

import org.jspecify.annotations.Nullable;
import org.sqlite.Function;

/**
 * An aggregate function on one connection. The driver clones this object for each group
 * of rows.
 */
final class AggregateCall extends Function.Window implements DriverValues {

	private final AggregateFunction function;

	private final Connection connection;

	private FunctionArguments arguments;

	private AggregateFunction.@Nullable Accumulator accumulator;

	/** SQLite still asks a failed group for its result, and ignores it. */
	private boolean failed;

	AggregateCall(AggregateFunction function, Connection connection) {
		this.function = function;
		this.connection = connection;
		this.arguments = new FunctionArguments(this, connection, function.name());
	}

	@Override
	public Object clone() throws CloneNotSupportedException {
		AggregateCall copy = (AggregateCall) super.clone();
		copy.arguments = new FunctionArguments(copy, this.connection, this.function.name());
		copy.accumulator = null;
		copy.failed = false;
		return copy;
	}

	@Override
	protected void xStep() throws SQLException {
		try {
			if (!this.failed) {
				accumulator().add(this.arguments.of(args()));
			}
		}
		catch (Throwable ex) {
			fail(ex);
		}
	}

	@Override
	protected void xInverse() throws SQLException {
		try {
			if (!(accumulator() instanceof AggregateFunction.Removing removing)) {
				throw new IllegalStateException("The aggregate function " + this.function.name()
						+ " cannot be used with a moving frame: its accumulator is not Removing");
			}
			removing.remove(this.arguments.of(args()));
		}
		catch (Throwable ex) {
			fail(ex);
		}
	}

	@Override
	protected void xValue() throws SQLException {
		if (this.failed) {
			return;
		}
		try {
			Object value = SqlValues.of(accumulator().result());
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
			fail(ex);
		}
	}

	@Override
	protected void xFinal() throws SQLException {
		xValue();
	}

	private AggregateFunction.Accumulator accumulator() {
		AggregateFunction.Accumulator current = this.accumulator;
		if (current == null) {
			current = this.function.newAccumulator();
			this.accumulator = current;
		}
		return current;
	}

	private void fail(Throwable ex) throws SQLException {
		this.failed = true;
		error(FunctionFailure.remember(ex));
	}

	@Override
	public int driverType(int index) throws SQLException {
		return value_type(index);
	}

	@Override
	public long driverLong(int index) throws SQLException {
		return value_long(index);
	}

	@Override
	public double driverDouble(int index) throws SQLException {
		return value_double(index);
	}

	@Override
	public String driverText(int index) throws SQLException {
		return value_text(index);
	}

	@Override
	public byte[] driverBlob(int index) throws SQLException {
		return value_blob(index);
	}

}
