package io.zova.sqlite.function;

import java.sql.SQLException;

/**
 * The values of a running call as the driver shows them: its methods for them are
 * protected, so each kind of driver function hands them on.
 */
interface DriverValues {

	int driverType(int index) throws SQLException;

	long driverLong(int index) throws SQLException;

	double driverDouble(int index) throws SQLException;

	String driverText(int index) throws SQLException;

	/**
	 * The bytes of a blob; null if there are none.
	 */
	byte[] driverBlob(int index) throws SQLException;

}
