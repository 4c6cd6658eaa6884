package io.zova.boot.data;

import java.util.Collection;
import java.util.List;

import org.springframework.core.convert.converter.Converter;
import org.springframework.data.convert.ReadingConverter;
import org.springframework.data.jdbc.core.dialect.JdbcArrayColumns;
import org.springframework.data.jdbc.core.dialect.JdbcDialect;
import org.springframework.data.relational.core.dialect.AnsiDialect;
import org.springframework.data.relational.core.dialect.LimitClause;
import org.springframework.data.relational.core.dialect.LockClause;
import org.springframework.data.relational.core.sql.LockOptions;

/**
 * SQLite's SQL, where it differs from the standard's.
 */
final class SqliteDialect extends AnsiDialect implements JdbcDialect {

	static final SqliteDialect INSTANCE = new SqliteDialect();

	private SqliteDialect() {
	}

	@Override
	public LimitClause limit() {
		return Limit.INSTANCE;
	}

	@Override
	public LockClause lock() {
		return NoLock.INSTANCE;
	}

	@Override
	public JdbcArrayColumns getArraySupport() {
		return JdbcArrayColumns.Unsupported.INSTANCE;
	}

	@Override
	public Collection<Object> getConverters() {
		return List.of(NumberToBoolean.INSTANCE, StoredValues.Reading.INSTANCE, StoredValues.Writing.INSTANCE);
	}

	private enum Limit implements LimitClause {

		INSTANCE;

		@Override
		public String getLimit(long limit) {
			return "LIMIT " + limit;
		}

		@Override
		public String getOffset(long offset) {
			return "LIMIT -1 OFFSET " + offset;
		}

		@Override
		public String getLimitOffset(long limit, long offset) {
			return "LIMIT " + limit + " OFFSET " + offset;
		}

		@Override
		public Position getClausePosition() {
			return Position.AFTER_ORDER_BY;
		}

	}

	/**
	 * A writing transaction has the whole file to itself: there are no row locks to ask
	 * for.
	 */
	private enum NoLock implements LockClause {

		INSTANCE;

		@Override
		public String getLock(LockOptions options) {
			return "";
		}

		@Override
		public Position getClausePosition() {
			return Position.AFTER_ORDER_BY;
		}

	}

	/**
	 * SQLite has no booleans and stores them as 0 and 1.
	 */
	@ReadingConverter
	private enum NumberToBoolean implements Converter<Number, Boolean> {

		INSTANCE;

		@Override
		public Boolean convert(Number number) {
			return number.longValue() != 0;
		}

	}

}
