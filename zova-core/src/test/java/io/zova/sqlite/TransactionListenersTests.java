package io.zova.sqlite;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

import io.zova.ZovaDatabase;
import io.zova.transaction.TransactionListener;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Listeners hear what becomes of a transaction, whoever runs it.
 */
class TransactionListenersTests {

	private final ZovaDatabase database = ZovaDatabase.inMemory();

	private final JdbcClient sql = JdbcClient.create(this.database.dataSource());

	private final List<String> heard = new ArrayList<>();

	private final Object key = new Object();

	private Connection connection;

	@BeforeEach
	void open() throws SQLException {
		this.sql.sql("create table t(v integer primary key)").update();
		this.connection = this.database.dataSource().getConnection();
	}

	@AfterEach
	void close() throws SQLException {
		this.connection.close();
		this.database.close();
	}

	@Test
	void aTransactionOfJdbcIsHeardToItsEnd() throws SQLException {
		this.connection.setAutoCommit(false);
		run("insert into t values (1)");
		listen();
		Savepoint outer = this.connection.setSavepoint();
		Savepoint inner = this.connection.setSavepoint();
		this.connection.rollback(inner);
		this.connection.releaseSavepoint(outer);
		this.connection.commit();
		assertThat(this.heard).containsExactly("set 0", "set 1", "back to 1", "released 0", "committing", "committed");
	}

	@Test
	void aTransactionTypedAsSqlIsHeardToItsEnd() throws SQLException {
		run("begin");
		listen();
		run("savepoint A");
		run("savepoint b");
		run("rollback to a");
		run("release a");
		run("rollback");
		assertThat(this.heard).containsExactly("set 0", "set 1", "back to 0", "released 0", "rolled back");
	}

	@Test
	void whoComesLaterIsToldOfTheSavepointsThatAreSet() throws SQLException {
		run("savepoint a");
		run("savepoint b");
		listen();
		run("rollback to a");
		run("release a");
		assertThat(this.heard).containsExactly("set 0", "set 1", "back to 0", "committing", "committed");
	}

	@Test
	void oneTransactionHasOneListenerForAKeyAndTheNextHasAnother() throws SQLException {
		run("begin");
		TransactionListener first = listen();
		assertThat(listen()).isSameAs(first);
		assertThat(listeners().listeners().find(this.key)).isSameAs(first);
		run("commit");
		assertThat(listeners().listeners().find(this.key)).isNull();
		run("begin");
		assertThat(listen()).isNotSameAs(first);
		run("rollback");
	}

	@Test
	void aRollbackBySqliteIsHeard() throws SQLException {
		run("insert into t values (1)");
		run("begin");
		listen();
		assertThatExceptionOfType(SQLException.class).isThrownBy(() -> run("insert or rollback into t values (1)"));
		assertThat(this.heard).containsExactly("rolled back");
		run("rollback");
	}

	@Test
	void aTransactionThatNeverBeginsIsHeardToItsEnd() throws SQLException {
		this.connection.setAutoCommit(false);
		listen();
		this.connection.commit();
		listen();
		this.connection.rollback();
		listen();
		this.connection.setAutoCommit(true);
		assertThat(this.heard).containsExactly("committing", "committed", "rolled back", "committing", "committed");
	}

	@Test
	void aConnectionThatIsGivenBackRollsBackForItsListeners() throws SQLException {
		this.connection.setAutoCommit(false);
		run("insert into t values (1)");
		listen();
		this.connection.close();
		assertThat(this.heard).containsExactly("rolled back");
		assertThat(count()).isZero();
	}

	@Test
	void whatIsDoneBeforeTheCommitIsPartOfTheTransaction() throws SQLException {
		run("begin");
		listeners().listeners().get(this.key, () -> new TransactionListener() {

			@Override
			public void beforeCommit() throws SQLException {
				run("insert into t values (7)");
				listeners().listeners().get(TransactionListenersTests.this, () -> new TransactionListener() {

					@Override
					public void beforeCommit() throws SQLException {
						run("insert into t values (8)");
					}

				});
			}

		});
		run("commit");
		assertThat(count()).isEqualTo(2);
	}

	@Test
	void whoFailsBeforeTheCommitPreventsIt() {
		TransactionTemplate transaction = new TransactionTemplate(this.database.transactionManager());
		assertThatExceptionOfType(RuntimeException.class)
			.isThrownBy(() -> transaction.executeWithoutResult((status) -> {
				this.sql.sql("insert into t values (1)").update();
				new SqlAccess(this.database.dataSource()).read("listen",
						(own) -> own.unwrap(ZovaConnection.class)
							.listeners()
							.get(this.key, () -> new TransactionListener() {

								@Override
								public void beforeCommit() throws SQLException {
									throw new SQLException("not now");
								}

								@Override
								public void rolledBack() {
									TransactionListenersTests.this.heard.add("rolled back");
								}

							}));
			}))
			.withStackTraceContaining("not now");
		assertThat(this.heard).containsExactly("rolled back");
		assertThat(count()).isZero();
	}

	private long count() {
		return this.sql.sql("select count(*) from t").query(Long.class).single();
	}

	private void run(String statement) throws SQLException {
		try (Statement made = this.connection.createStatement()) {
			made.execute(statement);
		}
	}

	private ZovaConnection listeners() throws SQLException {
		return this.connection.unwrap(ZovaConnection.class);
	}

	private TransactionListener listen() throws SQLException {
		return listeners().listeners().get(this.key, Recorder::new);
	}

	private final class Recorder implements TransactionListener {

		private void note(String what) {
			TransactionListenersTests.this.heard.add(what);
		}

		@Override
		public void beforeCommit() {
			note("committing");
		}

		@Override
		public void savepoint(int depth) {
			note("set " + depth);
		}

		@Override
		public void rolledBackTo(int depth) {
			note("back to " + depth);
		}

		@Override
		public void released(int depth) {
			note("released " + depth);
		}

		@Override
		public void committed() {
			note("committed");
		}

		@Override
		public void rolledBack() {
			note("rolled back");
		}

	}

}
