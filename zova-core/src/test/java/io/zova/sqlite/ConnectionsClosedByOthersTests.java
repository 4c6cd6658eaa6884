package io.zova.sqlite;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.core.NestedRuntimeException;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DataSourceUtils;

import org.springframework.transaction.support.TransactionTemplate;

import io.zova.ZovaDatabase;
import io.zova.ZovaOptions;
import io.zova.kv.KeyValueNamespace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * Whoever is at work when another thread closes the connection writes nothing more: not
 * into the transaction of the next borrower, and nothing by itself.
 */
@Timeout(60)
class ConnectionsClosedByOthersTests {

	@TempDir
	private Path directory;

	private final ExecutorService other = Executors.newSingleThreadExecutor();

	private ZovaDatabase database;

	private KeyValueNamespace keyValues;

	@BeforeEach
	void open() {
		this.database = ZovaDatabase.create(this.directory.resolve("test.zova"),
				ZovaOptions.builder().maximumPoolSize(1).build());
		this.keyValues = this.database.keyValues().namespace("n");
		JdbcClient.create(this.database.dataSource()).sql("create table t(v)").update();
	}

	@AfterEach
	void close() {
		this.database.close();
		this.other.shutdownNow();
	}

	@Test
	void aTransactionThatGoesOnWritesNothingIntoThatOfTheNextBorrower() throws Exception {
		TransactionTemplate transaction = new TransactionTemplate(this.database.transactionManager());
		assertThatExceptionOfType(NestedRuntimeException.class)
			.isThrownBy(() -> transaction.executeWithoutResult((status) -> {
				put("before");
				closedByOther(DataSourceUtils.getConnection(this.database.dataSource()));
				Connection next = byOther(this::begin);
				Throwable refusal = catchThrowable(() -> put("after"));
				byOther(() -> commit(next));
				assertThat(refusal).isInstanceOf(DataAccessException.class);
			}));
		assertThat(this.keyValues.count()).isZero();
		assertThat(rows()).as("what the next has written").isEqualTo(1);
	}

	@Test
	void anOperationThatGoesOnWritesNothingIntoTheTransactionOfTheNextBorrower() throws Exception {
		TransactionTemplate transaction = new TransactionTemplate(this.database.transactionManager());
		assertThatExceptionOfType(NestedRuntimeException.class)
			.isThrownBy(() -> transaction.executeWithoutResult((status) -> write((connection) -> {
				insert(connection);
				closedByOther(DataSourceUtils.getConnection(this.database.dataSource()));
				Connection next = byOther(this::begin);
				Throwable refusal = catchThrowable(() -> insert(connection));
				byOther(() -> commit(next));
				assertThat(refusal).isInstanceOf(SQLException.class);
			})));
		assertThat(rows()).as("what the next has written").isEqualTo(1);
	}

	@Test
	void anOperationThatIsATransactionByItselfLeavesNothing() throws Exception {
		assertThatExceptionOfType(DataAccessException.class).isThrownBy(() -> write((connection) -> {
			insert(connection);
			try (Statement statement = connection.createStatement()) {
				closedByOther(statement.getConnection());
			}
			insert(connection);
		}));
		assertThat(rows()).isZero();
	}

	@Test
	void aConnectionThatWasAbortedBeforeMakesRoomInThePool() throws Exception {
		Connection connection = this.database.dataSource().getConnection();
		connection.abort(Runnable::run);
		closedByOther(connection);
		assertThat(rows()).isZero();
	}

	@Test
	void aConnectionThatWasReturnedLeadsToNothing() throws Exception {
		Connection connection = this.database.dataSource().getConnection();
		connection.close();
		assertThatExceptionOfType(SQLException.class).isThrownBy(() -> connection.unwrap(ZovaConnection.class))
			.withMessageContaining("closed");
	}

	private void put(String key) {
		this.keyValues.put(key.getBytes(StandardCharsets.UTF_8), new byte[0]);
	}

	private void write(Work work) {
		new SqlAccess(this.database.dataSource()).write("test", (connection) -> {
			work.run(connection);
			return true;
		});
	}

	private static void insert(Connection connection) throws SQLException {
		try (Statement statement = connection.createStatement()) {
			statement.execute("insert into t values (1)");
		}
	}

	private Connection begin() throws SQLException {
		Connection connection = this.database.dataSource().getConnection();
		connection.setAutoCommit(false);
		insert(connection);
		return connection;
	}

	private static boolean commit(Connection connection) throws SQLException {
		connection.commit();
		connection.close();
		return true;
	}

	private void closedByOther(Connection connection) {
		byOther(() -> {
			connection.close();
			return true;
		});
	}

	private <T> T byOther(Callable<T> work) {
		try {
			return this.other.submit(work).get(20, TimeUnit.SECONDS);
		}
		catch (Exception ex) {
			throw new AssertionError("in the other thread", ex);
		}
	}

	private long rows() {
		return JdbcClient.create(this.database.dataSource()).sql("select count(*) from t").query(Long.class).single();
	}

	/**
	 * Statements.
	 */
	@FunctionalInterface
	private interface Work {

		void run(Connection connection) throws SQLException;

	}

}
