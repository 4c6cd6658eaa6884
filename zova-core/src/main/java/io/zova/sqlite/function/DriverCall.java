package io.zova.sqlite.function;

import java.sql.SQLException;

import org.sqlite.Function;

/**
 * A function of the driver's that hands out its values.
 */
abstract class DriverCall extends Function implements DriverValues {

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
