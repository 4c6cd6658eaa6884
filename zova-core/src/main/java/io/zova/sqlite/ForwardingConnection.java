package io.zova.sqlite;

import java.sql.Array;
import java.sql.Blob;
import java.sql.CallableStatement;
import java.sql.Clob;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.NClob;
import java.sql.PreparedStatement;
import java.sql.SQLClientInfoException;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.SQLXML;
import java.sql.Savepoint;
import java.sql.ShardingKey;
import java.sql.Statement;
import java.sql.Struct;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.Executor;

import org.jspecify.annotations.NullUnmarked;

/**
 * A connection that hands every call on to another one. Nothing to read here.
 */
@NullUnmarked
abstract class ForwardingConnection implements Connection {

	/**
	 * Where calls go.
	 * @return the target
	 * @throws SQLException if this object is closed
	 */
	abstract Connection delegate() throws SQLException;

	@Override
	public void abort(Executor executor) throws SQLException {
		delegate().abort(executor);
	}

	@Override
	public void beginRequest() throws SQLException {
		delegate().beginRequest();
	}

	@Override
	public void clearWarnings() throws SQLException {
		delegate().clearWarnings();
	}

	@Override
	public void close() throws SQLException {
		delegate().close();
	}

	@Override
	public void commit() throws SQLException {
		delegate().commit();
	}

	@Override
	public Array createArrayOf(String name, Object[] value) throws SQLException {
		return delegate().createArrayOf(name, value);
	}

	@Override
	public Blob createBlob() throws SQLException {
		return delegate().createBlob();
	}

	@Override
	public Clob createClob() throws SQLException {
		return delegate().createClob();
	}

	@Override
	public NClob createNClob() throws SQLException {
		return delegate().createNClob();
	}

	@Override
	public SQLXML createSQLXML() throws SQLException {
		return delegate().createSQLXML();
	}

	@Override
	public Statement createStatement() throws SQLException {
		return delegate().createStatement();
	}

	@Override
	public Statement createStatement(int resultSetType, int resultSetConcurrency) throws SQLException {
		return delegate().createStatement(resultSetType, resultSetConcurrency);
	}

	@Override
	public Statement createStatement(int resultSetType, int resultSetConcurrency, int resultSetHoldability)
			throws SQLException {
		return delegate().createStatement(resultSetType, resultSetConcurrency, resultSetHoldability);
	}

	@Override
	public Struct createStruct(String name, Object[] value) throws SQLException {
		return delegate().createStruct(name, value);
	}

	@Override
	public void endRequest() throws SQLException {
		delegate().endRequest();
	}

	@Override
	public boolean getAutoCommit() throws SQLException {
		return delegate().getAutoCommit();
	}

	@Override
	public String getCatalog() throws SQLException {
		return delegate().getCatalog();
	}

	@Override
	public String getClientInfo(String name) throws SQLException {
		return delegate().getClientInfo(name);
	}

	@Override
	public Properties getClientInfo() throws SQLException {
		return delegate().getClientInfo();
	}

	@Override
	public int getHoldability() throws SQLException {
		return delegate().getHoldability();
	}

	@Override
	public DatabaseMetaData getMetaData() throws SQLException {
		return delegate().getMetaData();
	}

	@Override
	public int getNetworkTimeout() throws SQLException {
		return delegate().getNetworkTimeout();
	}

	@Override
	public String getSchema() throws SQLException {
		return delegate().getSchema();
	}

	@Override
	public int getTransactionIsolation() throws SQLException {
		return delegate().getTransactionIsolation();
	}

	@Override
	public Map<String, Class<?>> getTypeMap() throws SQLException {
		return delegate().getTypeMap();
	}

	@Override
	public SQLWarning getWarnings() throws SQLException {
		return delegate().getWarnings();
	}

	@Override
	public boolean isClosed() throws SQLException {
		return delegate().isClosed();
	}

	@Override
	public boolean isReadOnly() throws SQLException {
		return delegate().isReadOnly();
	}

	@Override
	public boolean isValid(int resultSetType) throws SQLException {
		return delegate().isValid(resultSetType);
	}

	@Override
	public String nativeSQL(String sql) throws SQLException {
		return delegate().nativeSQL(sql);
	}

	@Override
	public CallableStatement prepareCall(String sql) throws SQLException {
		return delegate().prepareCall(sql);
	}

	@Override
	public CallableStatement prepareCall(String sql, int resultSetType, int resultSetConcurrency) throws SQLException {
		return delegate().prepareCall(sql, resultSetType, resultSetConcurrency);
	}

	@Override
	public CallableStatement prepareCall(String sql, int resultSetType, int resultSetConcurrency,
			int resultSetHoldability) throws SQLException {
		return delegate().prepareCall(sql, resultSetType, resultSetConcurrency, resultSetHoldability);
	}

	@Override
	public PreparedStatement prepareStatement(String sql) throws SQLException {
		return delegate().prepareStatement(sql);
	}

	@Override
	public PreparedStatement prepareStatement(String sql, int resultSetType) throws SQLException {
		return delegate().prepareStatement(sql, resultSetType);
	}

	@Override
	public PreparedStatement prepareStatement(String sql, int resultSetType, int resultSetConcurrency)
			throws SQLException {
		return delegate().prepareStatement(sql, resultSetType, resultSetConcurrency);
	}

	@Override
	public PreparedStatement prepareStatement(String sql, int resultSetType, int resultSetConcurrency,
			int resultSetHoldability) throws SQLException {
		return delegate().prepareStatement(sql, resultSetType, resultSetConcurrency, resultSetHoldability);
	}

	@Override
	public PreparedStatement prepareStatement(String sql, int[] value) throws SQLException {
		return delegate().prepareStatement(sql, value);
	}

	@Override
	public PreparedStatement prepareStatement(String sql, String[] value) throws SQLException {
		return delegate().prepareStatement(sql, value);
	}

	@Override
	public void releaseSavepoint(Savepoint savepoint) throws SQLException {
		delegate().releaseSavepoint(savepoint);
	}

	@Override
	public void rollback() throws SQLException {
		delegate().rollback();
	}

	@Override
	public void rollback(Savepoint savepoint) throws SQLException {
		delegate().rollback(savepoint);
	}

	@Override
	public void setAutoCommit(boolean value) throws SQLException {
		delegate().setAutoCommit(value);
	}

	@Override
	public void setCatalog(String name) throws SQLException {
		delegate().setCatalog(name);
	}

	@Override
	public void setClientInfo(String name, String value) throws SQLClientInfoException {
		// SQLite keeps nothing of the kind
	}

	@Override
	public void setClientInfo(Properties value) throws SQLClientInfoException {
		// SQLite keeps nothing of the kind
	}

	@Override
	public void setHoldability(int resultSetType) throws SQLException {
		delegate().setHoldability(resultSetType);
	}

	@Override
	public void setNetworkTimeout(Executor executor, int value) throws SQLException {
		delegate().setNetworkTimeout(executor, value);
	}

	@Override
	public void setReadOnly(boolean value) throws SQLException {
		delegate().setReadOnly(value);
	}

	@Override
	public Savepoint setSavepoint() throws SQLException {
		return delegate().setSavepoint();
	}

	@Override
	public Savepoint setSavepoint(String name) throws SQLException {
		return delegate().setSavepoint(name);
	}

	@Override
	public void setSchema(String name) throws SQLException {
		delegate().setSchema(name);
	}

	@Override
	public void setShardingKey(ShardingKey value) throws SQLException {
		delegate().setShardingKey(value);
	}

	@Override
	public void setShardingKey(ShardingKey value, ShardingKey value1) throws SQLException {
		delegate().setShardingKey(value, value1);
	}

	@Override
	public boolean setShardingKeyIfValid(ShardingKey value, int value1) throws SQLException {
		return delegate().setShardingKeyIfValid(value, value1);
	}

	@Override
	public boolean setShardingKeyIfValid(ShardingKey value, ShardingKey value1, int resultSetHoldability)
			throws SQLException {
		return delegate().setShardingKeyIfValid(value, value1, resultSetHoldability);
	}

	@Override
	public void setTransactionIsolation(int resultSetType) throws SQLException {
		delegate().setTransactionIsolation(resultSetType);
	}

	@Override
	public void setTypeMap(Map<String, Class<?>> map) throws SQLException {
		delegate().setTypeMap(map);
	}

	@Override
	public <T> T unwrap(Class<T> type) throws SQLException {
		return type.isInstance(this) ? type.cast(this) : delegate().unwrap(type);
	}

	@Override
	public boolean isWrapperFor(Class<?> type) throws SQLException {
		return type.isInstance(this) || delegate().isWrapperFor(type);
	}

}
