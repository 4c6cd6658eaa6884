package io.zova.benchmarks.functions;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.concurrent.TimeUnit;

import io.zova.ZovaDatabase;
import io.zova.ZovaOptions;
import io.zova.sqlite.function.ScalarFunction;
import io.zova.sqlite.function.SqlType;
import io.zova.sqlite.function.TableFunction;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Calls of scalar and table functions: one statement each, and many within one statement.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(3)
@SuppressWarnings("NullAway.Init")
public class FunctionCalls {

	private static final int MANY = 10_000;

	private static final TableFunction NUMBERS = TableFunction.named("numbers")
		.column("i", SqlType.INTEGER)
		.column("half", SqlType.REAL)
		.column("name", SqlType.TEXT)
		.argument("n", SqlType.INTEGER)
		.rows((arguments, rows) -> {
			long n = arguments.integer(0);
			for (long i = 1; i <= n; i++) {
				rows.add(i, i / 2.0, "number");
			}
		});

	private static final ScalarFunction SIZE = ScalarFunction.of("size_of", 1,
			(arguments) -> arguments.text(0).length());

	private ZovaDatabase database;

	private Connection connection;

	private PreparedStatement nothing;

	private PreparedStatement oneRow;

	private PreparedStatement tenRows;

	private PreparedStatement manyRows;

	private PreparedStatement manyCalls;

	private PreparedStatement manyScalarCalls;

	private PreparedStatement manyLengths;

	@Setup
	public void open() throws SQLException {
		this.database = ZovaDatabase.inMemory(ZovaOptions.builder().functions(NUMBERS, SIZE).build());
		this.connection = this.database.dataSource().getConnection();
		String many = "with recursive r(k) as (select 1 union all select k + 1 from r where k < " + MANY + ") select ";
		this.nothing = this.connection.prepareStatement("select ?");
		this.oneRow = this.connection.prepareStatement("select i from numbers(?)");
		this.tenRows = this.connection.prepareStatement("select sum(i), sum(half), max(name) from numbers(?)");
		this.manyRows = this.connection.prepareStatement("select count(i) + count(half) + count(name) from numbers(?)");
		this.manyCalls = this.connection.prepareStatement(many + "sum(i) from r, numbers(?)");
		this.manyScalarCalls = this.connection
			.prepareStatement(many + "sum(size_of('abcdefghijklmnopqrst' || k)) from r");
		this.manyLengths = this.connection.prepareStatement(many + "sum(length('abcdefghijklmnopqrst' || k)) from r");
	}

	@TearDown
	public void close() throws SQLException {
		this.connection.close();
		this.database.close();
	}

	private static long first(PreparedStatement statement) throws SQLException {
		try (ResultSet row = statement.executeQuery()) {
			row.next();
			return row.getLong(1);
		}
	}

	private static long first(PreparedStatement statement, int parameter) throws SQLException {
		statement.setInt(1, parameter);
		return first(statement);
	}

	@Benchmark
	public long statementWithoutFunction() throws SQLException {
		return first(this.nothing, 1);
	}

	@Benchmark
	public long tableOfOneRow() throws SQLException {
		return first(this.oneRow, 1);
	}

	@Benchmark
	public long tableOfTenRows() throws SQLException {
		return first(this.tenRows, 10);
	}

	@Benchmark
	@OperationsPerInvocation(MANY)
	public long rowOfTable() throws SQLException {
		return first(this.manyRows, MANY);
	}

	@Benchmark
	@OperationsPerInvocation(MANY)
	public long tableCallWithinStatement() throws SQLException {
		return first(this.manyCalls, 1);
	}

	@Benchmark
	@OperationsPerInvocation(MANY)
	public long scalarCallWithinStatement() throws SQLException {
		return first(this.manyScalarCalls);
	}

	@Benchmark
	@OperationsPerInvocation(MANY)
	public long builtInCallWithinStatement() throws SQLException {
		return first(this.manyLengths);
	}

}
