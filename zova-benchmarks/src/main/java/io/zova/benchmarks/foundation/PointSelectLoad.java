package io.zova.benchmarks.foundation;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.function.IntToLongFunction;

import javax.sql.DataSource;

import io.zova.ZovaDatabase;
import io.zova.ZovaOptions;
import io.zova.ZovaOptions.JournalMode;
import io.zova.benchmarks.Contender;
import io.zova.benchmarks.Measured;
import io.zova.benchmarks.Workload;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * A point select through JdbcClient against a prepared statement of the bare driver that
 * is kept by hand, in auto-commit mode and inside a transaction. {@link PointSelect}
 * tells the nanoseconds.
 */
public final class PointSelectLoad {

	private static final String SELECT = "select value from item where id = ?";

	private static final int ROWS = 10_000;

	private static final int CALLS = 200_000;

	private PointSelectLoad() {
	}

	/**
	 * The workload.
	 * @return the workload
	 */
	public static Workload workload() {
		return new Workload("point-select",
				"%,d selects by key from a WAL file of %,d rows, per second of the thread's CPU time".formatted(CALLS,
						ROWS),
				List.of(new Ours(), new BareDriver(), new ClientOnBareDriver(), new OursWithoutClient()));
	}

	private static void create(Path file) {
		try (ZovaDatabase database = ZovaDatabase.create(file,
				ZovaOptions.builder().journalMode(JournalMode.WAL).build())) {
			JdbcClient client = JdbcClient.create(database.dataSource());
			client.sql("create table item(id integer primary key, value integer)").update();
			client.sql("""
					insert into item
					with recursive n(i) as (select 1 union all select i + 1 from n where i < ?)
					select i, i * 3 from n""").param(ROWS).update();
		}
	}

	private static void selects(Measured measured, String name, IntToLongFunction select) {
		ThreadMXBean threads = ManagementFactory.getThreadMXBean();
		long sum = 0;
		long start = threads.getCurrentThreadCpuTime();
		for (int i = 0; i < CALLS; i++) {
			sum += select.applyAsLong(1 + (int) ((i * 7919L) % ROWS));
		}
		measured.perSecond().put(name, CALLS * 1e9 / (threads.getCurrentThreadCpuTime() - start));
		measured.check("sum of " + name, sum);
	}

	/**
	 * Through JdbcClient.
	 */
	private static final class Ours implements Contender {

		@Override
		public String name() {
			return "ours, JdbcClient";
		}

		@Override
		public Measured run(Path folder) throws Exception {
			create(folder.resolve("bench.zova"));
			Measured measured = Measured.start();
			try (ZovaDatabase database = ZovaDatabase.open(folder.resolve("bench.zova"))) {
				JdbcClient client = JdbcClient.create(database.dataSource());
				IntToLongFunction select = (
						id) -> client.sql(SELECT).param(id).query((row, number) -> row.getLong(1)).single();
				selects(measured, "select", select);
				TransactionTemplate transaction = new TransactionTemplate(database.transactionManager());
				transaction.setReadOnly(true);
				transaction.executeWithoutResult((status) -> selects(measured, "select_in_transaction", select));
			}
			return measured;
		}

	}

	/**
	 * With nothing in between.
	 */
	private static final class BareDriver implements Contender {

		@Override
		public String name() {
			return "bare driver";
		}

		@Override
		public Measured run(Path folder) throws Exception {
			create(folder.resolve("bench.zova"));
			Measured measured = Measured.start();
			try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("bench.zova"));
					PreparedStatement statement = connection.prepareStatement(SELECT)) {
				IntToLongFunction select = (id) -> select(statement, id);
				selects(measured, "select", select);
				connection.setAutoCommit(false);
				selects(measured, "select_in_transaction", select);
				connection.commit();
			}
			return measured;
		}

		private static long select(PreparedStatement statement, int id) {
			try {
				statement.setInt(1, id);
				try (ResultSet row = statement.executeQuery()) {
					row.next();
					return row.getLong(1);
				}
			}
			catch (SQLException ex) {
				throw new IllegalStateException(ex);
			}
		}

	}

	/**
	 * What JdbcClient itself costs: on one connection of the driver, with no pool.
	 */
	private static final class ClientOnBareDriver implements Contender {

		@Override
		public String name() {
			return "JdbcClient on one connection of the bare driver";
		}

		@Override
		public Measured run(Path folder) throws Exception {
			create(folder.resolve("bench.zova"));
			Measured measured = Measured.start();
			SingleConnectionDataSource one = new SingleConnectionDataSource(
					"jdbc:sqlite:" + folder.resolve("bench.zova"), true);
			try {
				JdbcClient client = JdbcClient.create(one);
				selects(measured, "select",
						(id) -> client.sql(SELECT).param(id).query((row, number) -> row.getLong(1)).single());
			}
			finally {
				one.destroy();
			}
			return measured;
		}

	}

	/**
	 * What our pool, connection and statement cache cost: plain JDBC on our data source.
	 */
	private static final class OursWithoutClient implements Contender {

		@Override
		public String name() {
			return "plain JDBC on our data source";
		}

		@Override
		public Measured run(Path folder) throws Exception {
			create(folder.resolve("bench.zova"));
			Measured measured = Measured.start();
			try (ZovaDatabase database = ZovaDatabase.open(folder.resolve("bench.zova"))) {
				selects(measured, "select", (id) -> select(database.dataSource(), id));
			}
			return measured;
		}

		private static long select(DataSource dataSource, int id) {
			try (Connection connection = dataSource.getConnection();
					PreparedStatement statement = connection.prepareStatement(SELECT)) {
				statement.setInt(1, id);
				try (ResultSet row = statement.executeQuery()) {
					row.next();
					return row.getLong(1);
				}
			}
			catch (SQLException ex) {
				throw new IllegalStateException(ex);
			}
		}

	}

}
