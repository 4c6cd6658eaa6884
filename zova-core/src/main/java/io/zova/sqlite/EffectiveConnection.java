package io.zova.sqlite;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * A connection as features see it: where their tables are in stores, their statements
 * reach them there.
 */
final class EffectiveConnection extends StatementSource {

	private final ZovaConnection connection;

	EffectiveConnection(ZovaConnection connection) {
		this.connection = connection;
	}

	@Override
	Connection delegate() {
		return this.connection;
	}

	@Override
	Statement newStatement() throws SQLException {
		this.connection.delegate();
		return new ZovaStatement(this.connection, true);
	}

	@Override
	PreparedStatement newStatement(String sql, boolean returnKeys) throws SQLException {
		this.connection.delegate();
		return new ZovaPreparedStatement(this.connection, this.connection.statements().takeEffective(sql), returnKeys);
	}

	@Override
	public String nativeSQL(String sql) {
		return this.connection.stores().effective(sql);
	}

	@Override
	public <T> T unwrap(Class<T> type) throws SQLException {
		return this.connection.unwrap(type);
	}

	@Override
	public boolean isWrapperFor(Class<?> type) throws SQLException {
		return this.connection.isWrapperFor(type);
	}

}
