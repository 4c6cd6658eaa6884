package io.zova.sqlite;

import java.nio.file.Path;
import java.util.List;

import io.zova.OtherThreads;
import io.zova.ZovaDatabase;
import io.zova.ZovaOptions.JournalMode;
import io.zova.ZovaOptions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.dao.DataAccessException;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.TransactionTimedOutException;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Propagation, read-only, timeout and isolation, with our transaction manager and with
 * one that an application makes for itself.
 */
@Timeout(30)
class SpringTransactionsTests {

	@TempDir
	private Path directory;

	private ZovaDatabase database;

	private JdbcClient jdbc;

	private TransactionTemplate transaction;

	@BeforeEach
	void open() {
		this.database = ZovaDatabase.create(this.directory.resolve("test.zova"),
				ZovaOptions.builder().journalMode(JournalMode.WAL).build());
		this.jdbc = JdbcClient.create(this.database.dataSource());
		this.jdbc.sql("create table t(v unique)").update();
		this.transaction = new TransactionTemplate(this.database.transactionManager());
	}

	@AfterEach
	void close() {
		this.database.close();
	}

	@Test
	void anExceptionRollsBack() {
		assertThatExceptionOfType(IllegalStateException.class)
			.isThrownBy(() -> this.transaction.executeWithoutResult((status) -> {
				insert("a");
				throw new IllegalStateException();
			}));
		assertThat(values()).isEmpty();
	}

	@Test
	void nestedIsASavepoint() {
		TransactionTemplate nested = new TransactionTemplate(this.database.transactionManager());
		nested.setPropagationBehavior(TransactionDefinition.PROPAGATION_NESTED);
		this.transaction.executeWithoutResult((status) -> {
			insert("a");
			assertThatExceptionOfType(DuplicateKeyException.class)
				.isThrownBy(() -> nested.executeWithoutResult((inner) -> {
					insert("b");
					insert("a");
				}));
			nested.executeWithoutResult((inner) -> insert("c"));
		});
		assertThat(values()).containsExactly("a", "c");
	}

	@Test
	void operationsOfTemplatesJoinAndUndoOnlyThemselves() {
		this.transaction.executeWithoutResult((status) -> {
			insert("a");
			assertThatExceptionOfType(DataAccessException.class)
				.isThrownBy(() -> this.database.sql().write("two rows", (connection) -> {
					try (var statement = connection.createStatement()) {
						statement.execute("insert into t values ('b')");
						statement.execute("insert into t values ('a')");
					}
					return null;
				}));
			insert("c");
			assertThat(values()).containsExactly("a", "c");
		});
		assertThat(values()).containsExactly("a", "c");
	}

	@Test
	void readOnlyRefusesWritesAndKeepsItsSnapshot() {
		insert("a");
		TransactionTemplate reading = new TransactionTemplate(this.database.transactionManager());
		reading.setReadOnly(true);
		reading.executeWithoutResult((status) -> {
			assertThat(values()).containsExactly("a");
			OtherThreads.inAnotherThread(() -> insert("b"));
			assertThat(values()).containsExactly("a");
			assertThatExceptionOfType(DataAccessException.class).isThrownBy(() -> insert("c"))
				.withMessageContaining("readonly");
		});
		assertThat(values()).containsExactly("a", "b");
		insert("c");
	}

	@Test
	void aTransactionTimeoutStopsAStatement() {
		this.transaction.setTimeout(1);
		assertThatExceptionOfType(DataAccessException.class)
			.isThrownBy(() -> this.transaction.executeWithoutResult((status) -> {
				insert("a");
				this.jdbc.sql("with recursive n(i) as (select 1 union all select i + 1 from n) select count(*) from n")
					.query(Long.class)
					.single();
			}))
			.withMessageContaining("time limit");
		assertThat(values()).isEmpty();
	}

	@Test
	void aTransactionThatIsOverItsTimeIsRolledBack() {
		this.transaction.setTimeout(1);
		assertThatExceptionOfType(TransactionTimedOutException.class)
			.isThrownBy(() -> this.transaction.executeWithoutResult((status) -> {
				insert("a");
				long end = System.nanoTime() + 1_100_000_000L;
				while (System.nanoTime() < end) {
					Thread.onSpinWait();
				}
				insert("b");
			}));
		assertThat(values()).isEmpty();
	}

	@Test
	void everyIsolationLevelIsGranted() {
		for (int level : List.of(TransactionDefinition.ISOLATION_READ_UNCOMMITTED,
				TransactionDefinition.ISOLATION_READ_COMMITTED, TransactionDefinition.ISOLATION_REPEATABLE_READ,
				TransactionDefinition.ISOLATION_SERIALIZABLE)) {
			this.transaction.setIsolationLevel(level);
			this.transaction.executeWithoutResult((status) -> insert("level " + level));
		}
		assertThat(values()).hasSize(4);
	}

	@Test
	void anyJdbcTransactionManagerOnTheDataSourceDoesTheSame() {
		PlatformTransactionManager own = new JdbcTransactionManager(this.database.dataSource());
		new TransactionTemplate(own).executeWithoutResult((status) -> {
			insert("a");
			this.database.sql().write("insert", (connection) -> {
				assertThat(connection.getAutoCommit()).isFalse();
				return connection.createStatement().executeUpdate("insert into t values ('b')");
			});
			status.setRollbackOnly();
		});
		assertThat(values()).isEmpty();
	}

	@Test
	void aTransactionWithoutStatementsTakesNoLock() {
		this.transaction.executeWithoutResult((status) -> OtherThreads.inAnotherThread(() -> insert("a")));
		assertThat(values()).containsExactly("a");
	}

	private void insert(String value) {
		this.jdbc.sql("insert into t values (?)").param(value).update();
	}

	private List<String> values() {
		return this.jdbc.sql("select v from t order by v").query(String.class).list();
	}

}
