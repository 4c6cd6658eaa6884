package io.zova.sqlite.function;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * The arguments of a call, read from the driver when asked for.
 */
final class FunctionArguments implements SqlArguments {

	private static final byte[] NO_BYTES = {};

	private final DriverValues values;

	private final Connection connection;

	private final String function;

	/** Empty if the arguments have no names. */
	private final List<String> names;

	/** Where the driver has the first argument. */
	private final int offset;

	private int count;

	private long given;

	FunctionArguments(DriverValues values, Connection connection, String function) {
		this.values = values;
		this.connection = connection;
		this.function = function;
		this.names = List.of();
		this.offset = 0;
		this.given = -1;
	}

	FunctionArguments(DriverValues values, Connection connection, String function, List<String> names, int offset,
			long given) {
		this.values = values;
		this.connection = connection;
		this.function = function;
		this.names = names;
		this.offset = offset;
		this.count = names.size();
		this.given = given;
	}

	/**
	 * Makes this the arguments of the next call.
	 * @param arguments how many there are
	 */
	FunctionArguments of(int arguments) {
		this.count = arguments;
		return this;
	}

	@Override
	public int count() {
		return this.count;
	}

	@Override
	public boolean isGiven(int index) {
		Objects.checkIndex(index, this.count);
		return this.names.isEmpty() || (this.given & 1L << index) != 0;
	}

	@Override
	public SqlType type(int index) {
		Objects.checkIndex(index, this.count);
		try {
			return SqlType.of(this.values.driverType(this.offset + index));
		}
		catch (SQLException ex) {
			throw afterTheCall(ex);
		}
	}

	@Override
	public @Nullable Object value(int index) {
		return switch (type(index)) {
			case INTEGER -> integer(index);
			case REAL -> real(index);
			case TEXT -> text(index);
			case BLOB -> blob(index);
			case NULL -> null;
		};
	}

	@Override
	public String text(int index) {
		require(index, SqlType.TEXT, type(index));
		try {
			return this.values.driverText(this.offset + index);
		}
		catch (SQLException ex) {
			throw afterTheCall(ex);
		}
	}

	@Override
	public long integer(int index) {
		require(index, SqlType.INTEGER, type(index));
		try {
			return this.values.driverLong(this.offset + index);
		}
		catch (SQLException ex) {
			throw afterTheCall(ex);
		}
	}

	@Override
	public double real(int index) {
		SqlType type = type(index);
		if (type != SqlType.INTEGER) {
			require(index, SqlType.REAL, type);
		}
		try {
			return this.values.driverDouble(this.offset + index);
		}
		catch (SQLException ex) {
			throw afterTheCall(ex);
		}
	}

	@Override
	public byte[] blob(int index) {
		require(index, SqlType.BLOB, type(index));
		return bytes(index);
	}

	@Override
	public byte[] bytes(int index) {
		SqlType type = type(index);
		if (type != SqlType.TEXT) {
			require(index, SqlType.BLOB, type);
		}
		try {
			return Objects.requireNonNullElse(this.values.driverBlob(this.offset + index), NO_BYTES);
		}
		catch (SQLException ex) {
			throw afterTheCall(ex);
		}
	}

	@Override
	public Connection connection() {
		return this.connection;
	}

	private void require(int index, SqlType wanted, SqlType actual) {
		if (actual != wanted) {
			String name = this.names.isEmpty() ? "" : " (" + this.names.get(index) + ")";
			throw new IllegalArgumentException("Argument " + (index + 1) + name + " of " + this.function + " is "
					+ wanted + ": got " + (isGiven(index) ? actual : "none"));
		}
	}

	private IllegalStateException afterTheCall(SQLException ex) {
		return new IllegalStateException("The arguments of " + this.function
				+ " can be read only during its call, and not after it has called itself", ex);
	}

}
