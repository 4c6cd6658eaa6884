package io.zova.boot.data;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;

import org.springframework.data.jdbc.core.dialect.DialectResolver;
import org.springframework.data.relational.core.dialect.Dialect;
import org.springframework.jdbc.core.ConnectionCallback;
import org.springframework.jdbc.core.JdbcOperations;

import io.zova.sqlite.ZovaConnection;

/**
 * Gives Spring Data JDBC a dialect for the connections of a Zova database, and only for
 * those.
 */
class ZovaDialectProvider implements DialectResolver.JdbcDialectProvider {

	@Override
	public Optional<Dialect> getDialect(JdbcOperations operations) {
		Boolean zova = operations.execute((ConnectionCallback<Boolean>) ZovaDialectProvider::isZova);
		return Boolean.TRUE.equals(zova) ? Optional.of(SqliteDialect.INSTANCE) : Optional.empty();
	}

	private static Boolean isZova(Connection connection) throws SQLException {
		return connection.isWrapperFor(ZovaConnection.class);
	}

}
