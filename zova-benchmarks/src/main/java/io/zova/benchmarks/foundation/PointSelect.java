package io.zova.benchmarks.foundation;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.concurrent.TimeUnit;

import io.zova.ZovaDatabase;
import io.zova.ZovaOptions;
import io.zova.ZovaOptions.JournalMode;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.TransactionStatus;
import org.springframework.transaction.support.DefaultTransactionDefinition;

/**
 * One row by its key from a WAL file: the bare driver with a prepared statement kept by
 * hand, and the ways that applications use.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(3)
@SuppressWarnings("NullAway.Init")
public class PointSelect {

	private static final String SELECT = "select value from item where id = ?";

	private static final int ROWS = 10_000;

	/** Whether all calls are in one transaction; if not, each is its own. */
	@Param({ "false", "true" })
	private boolean inTransaction;

	private @Nullable TransactionStatus transaction;

	private Path folder;

	private ZovaDatabase database;

	private JdbcClient client;

	private JdbcTemplate template;

	private Connection bare;

	private PreparedStatement statement;

	private int next;

	@Setup
	public void open() throws IOException, SQLException {
		this.folder = Files.createTempDirectory("point-select");
		Path file = this.folder.resolve("bench.zova");
		this.database = ZovaDatabase.create(file, ZovaOptions.builder().journalMode(JournalMode.WAL).build());
		this.client = JdbcClient.create(this.database.dataSource());
		this.template = new JdbcTemplate(this.database.dataSource());
		this.client.sql("create table item(id integer primary key, value integer)").update();
		this.client.sql("""
				insert into item
				with recursive n(i) as (select 1 union all select i + 1 from n where i < ?)
				select i, i * 3 from n""").param(ROWS).update();
		this.bare = DriverManager.getConnection("jdbc:sqlite:" + file);
		this.statement = this.bare.prepareStatement(SELECT);
		if (this.inTransaction) {
			this.bare.setAutoCommit(false);
			DefaultTransactionDefinition readOnly = new DefaultTransactionDefinition();
			readOnly.setReadOnly(true);
			this.transaction = this.database.transactionManager().getTransaction(readOnly);
		}
	}

	@TearDown
	public void close() throws IOException, SQLException {
		if (this.transaction != null) {
			this.database.transactionManager().commit(this.transaction);
		}
		this.statement.close();
		this.bare.close();
		this.database.close();
		Files.walk(this.folder).sorted((a, b) -> b.compareTo(a)).forEach((path) -> path.toFile().delete());
	}

	private int key() {
		this.next = (this.next + 7919) % ROWS;
		return this.next + 1;
	}

	/**
	 * The measure: nothing but the driver, the connection and the statement at hand.
	 * @return the value
	 * @throws SQLException never
	 */
	@Benchmark
	public long bareDriver() throws SQLException {
		this.statement.setInt(1, key());
		try (ResultSet row = this.statement.executeQuery()) {
			row.next();
			return row.getLong(1);
		}
	}

	@Benchmark
	public long jdbcClient() {
		return this.client.sql(SELECT).param(key()).query((row, number) -> row.getLong(1)).single();
	}

	@Benchmark
	public long jdbcTemplate() {
		return this.template.query(SELECT, (row, number) -> row.getLong(1), key()).get(0);
	}

}
