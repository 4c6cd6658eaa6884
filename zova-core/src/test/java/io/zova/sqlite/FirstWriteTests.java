package io.zova.sqlite;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import io.zova.OtherThreads;
import io.zova.ZovaDatabase;
import io.zova.ZovaOptions.JournalMode;
import io.zova.ZovaOptions.TransactionBegin;
import io.zova.ZovaOptions;
import io.zova.notification.Subscription;
import io.zova.object.ObjectWriter;
import io.zova.object.StorageProfile;
import io.zova.sqlite.function.ScalarFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.dao.CannotAcquireLockException;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.BadSqlGrammarException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Transactions that begin with their first write.
 */
@Timeout(60)
class FirstWriteTests {

	@TempDir
	private Path directory;

	@ParameterizedTest
	@EnumSource(names = { "WAL", "DELETE" })
	void fourBareTransactionsThatOnlyReadAreAllInsideAtTheSameTime(JournalMode mode) throws Exception {
		CyclicBarrier allInside = new CyclicBarrier(4);
		ExecutorService threads = Executors.newFixedThreadPool(4);
		try (FirstWriteDatabase test = new FirstWriteDatabase(this.directory, mode)) {
			List<Future<Integer>> readers = new ArrayList<>();
			for (int i = 0; i < 4; i++) {
				readers.add(threads.submit(() -> test.transaction().execute((status) -> {
					test.values();
					OtherThreads.await(allInside);
					return test.values().size();
				})));
			}
			for (Future<Integer> reader : readers) {
				assertThat(reader.get(20, TimeUnit.SECONDS)).isZero();
			}
		}
		finally {
			threads.shutdownNow();
		}
	}

	@Test
	void inMemoryTheyAreToo() throws Exception {
		CyclicBarrier bothInside = new CyclicBarrier(2);
		try (ZovaDatabase database = ZovaDatabase
			.inMemory(ZovaOptions.builder().transactionBegin(TransactionBegin.FIRST_WRITE).build())) {
			JdbcClient jdbc = JdbcClient.create(database.dataSource());
			Runnable reading = () -> new TransactionTemplate(database.transactionManager())
				.executeWithoutResult((status) -> {
					jdbc.sql("select 1 from sqlite_schema").query().listOfRows();
					OtherThreads.await(bothInside);
				});
			Thread other = new Thread(reading);
			other.start();
			reading.run();
			other.join();
		}
	}

	@ParameterizedTest
	@EnumSource
	void readsSeeTheNewestCommitUntilTheFirstWriteAndOneStateFromThenOn(JournalMode mode) {
		try (FirstWriteDatabase test = new FirstWriteDatabase(this.directory, mode)) {
			test.transaction().executeWithoutResult((status) -> {
				assertThat(test.values()).isEmpty();
				test.elsewhere("a");
				assertThat(test.values()).containsExactly("a");
				test.elsewhere("b");
				test.insert("own");
				assertThat(test.isLocked()).isTrue();
				assertThat(test.values()).containsExactly("a", "b", "own");
			});
			assertThat(test.isLocked()).isFalse();
			assertThat(test.values()).containsExactly("a", "b", "own");
		}
	}

	@ParameterizedTest
	@ValueSource(
			ints = { TransactionDefinition.ISOLATION_REPEATABLE_READ, TransactionDefinition.ISOLATION_SERIALIZABLE })
	void higherIsolationBeginsWithTheFirstStatement(int isolation) {
		try (FirstWriteDatabase test = new FirstWriteDatabase(this.directory, JournalMode.WAL)) {
			test.transaction(isolation).executeWithoutResult((status) -> {
				test.values();
				assertThat(test.isLocked()).isTrue();
			});
			test.transaction().executeWithoutResult((status) -> {
				test.values();
				assertThat(test.isLocked()).as("the connection is itself again").isFalse();
			});
		}
	}

	@ParameterizedTest
	@ValueSource(
			ints = { TransactionDefinition.ISOLATION_READ_UNCOMMITTED, TransactionDefinition.ISOLATION_READ_COMMITTED })
	void lowerIsolationBeginsWithTheFirstWrite(int isolation) {
		try (FirstWriteDatabase test = new FirstWriteDatabase(this.directory, JournalMode.WAL)) {
			test.transaction(isolation).executeWithoutResult((status) -> {
				test.values();
				assertThat(test.isLocked()).isFalse();
			});
		}
	}

	@Test
	void connectionsSayWhichIsolationTheyHave() throws SQLException {
		try (FirstWriteDatabase test = new FirstWriteDatabase(this.directory, JournalMode.WAL);
				Connection connection = test.database.dataSource().getConnection()) {
			assertThat(connection.getTransactionIsolation()).isEqualTo(Connection.TRANSACTION_READ_COMMITTED);
			assertThat(connection.getMetaData().getDefaultTransactionIsolation())
				.isEqualTo(Connection.TRANSACTION_READ_COMMITTED);
			assertThat(
					connection.getMetaData().supportsTransactionIsolationLevel(Connection.TRANSACTION_READ_COMMITTED))
				.isTrue();
		}
	}

	@Test
	void aSavepointBeginsTheTransaction() {
		try (FirstWriteDatabase test = new FirstWriteDatabase(this.directory, JournalMode.WAL)) {
			TransactionTemplate nested = test.transaction();
			nested.setPropagationBehavior(TransactionDefinition.PROPAGATION_NESTED);
			test.transaction().executeWithoutResult((status) -> {
				test.values();
				test.elsewhere("a");
				nested.executeWithoutResult((inner) -> {
					assertThat(test.isLocked()).isTrue();
					assertThat(test.values()).containsExactly("a");
					test.insert("undone");
					inner.setRollbackOnly();
				});
				assertThat(test.values()).containsExactly("a");
			});
		}
	}

	@Test
	void publishingBeginsTheTransactionAndGoesOutWithItsCommitOnly() {
		try (FirstWriteDatabase test = new FirstWriteDatabase(this.directory, JournalMode.WAL);
				Subscription subscription = test.database.notifications().subscribe("news")) {
			test.transaction().executeWithoutResult((status) -> {
				test.values();
				test.database.notifications().publish("news", "undone");
				status.setRollbackOnly();
			});
			test.transaction().executeWithoutResult((status) -> {
				test.values();
				test.database.notifications().publish("news", "done");
				assertThat(test.isLocked()).isTrue();
				assertThat(subscription.tryReceive()).isEmpty();
			});
			assertThat(subscription.tryReceive())
				.hasValueSatisfying((each) -> assertThat(each.payload()).isEqualTo("done"));
			assertThat(subscription.tryReceive()).isEmpty();
		}
	}

	@Test
	void publishingBySqlBeginsTheTransactionToo() {
		try (FirstWriteDatabase test = new FirstWriteDatabase(this.directory, JournalMode.WAL);
				Subscription subscription = test.database.notifications().subscribe("news")) {
			test.transaction().executeWithoutResult((status) -> {
				test.values();
				test.jdbc.sql("select zova_notify('news', 'undone')").query(Long.class).single();
				assertThat(test.isLocked()).isTrue();
				status.setRollbackOnly();
			});
			assertThat(subscription.tryReceive()).isEmpty();
		}
	}

	@Test
	void openingAnObjectWriterBeginsTheTransaction() {
		try (FirstWriteDatabase test = new FirstWriteDatabase(this.directory, JournalMode.WAL)) {
			test.transaction().executeWithoutResult((status) -> {
				test.values();
				try (ObjectWriter writer = test.database.objects().writer(StorageProfile.STREAMING)) {
					assertThat(test.isLocked()).isTrue();
					writer.write(new byte[] { 1 });
					writer.finish();
				}
			});
		}
	}

	@Test
	void whoeverGetsTheDriversConnectionGetsItInsideTheTransaction() {
		try (FirstWriteDatabase test = new FirstWriteDatabase(this.directory, JournalMode.WAL)) {
			test.transaction().executeWithoutResult((status) -> {
				test.values();
				test.database.sql().read("use the driver", (connection) -> {
					try (Statement statement = connection.unwrap(org.sqlite.SQLiteConnection.class).createStatement()) {
						return statement.executeUpdate("insert into t values ('undone')");
					}
				});
				status.setRollbackOnly();
			});
			assertThat(test.values()).isEmpty();
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "WAL", "DELETE" })
	void aCallOfOursThatRunsSeveralStatementsShowsOneState(JournalMode mode) {
		try (FirstWriteDatabase test = new FirstWriteDatabase(this.directory, mode)) {
			test.transaction().executeWithoutResult((status) -> {
				test.values();
				Thread[] writer = new Thread[1];
				test.database.sql().snapshot("count twice", (connection) -> {
					long before = count(connection);
					writer[0] = new Thread(() -> test.insert("a"));
					writer[0].start();
					if (mode == JournalMode.WAL) {
						join(writer[0]);
					}
					assertThat(count(connection)).isEqualTo(before);
					return before;
				});
				join(writer[0]);
				assertThat(test.values()).containsExactly("a");
				assertThat(test.isLocked()).isFalse();
			});
		}
	}

	@Test
	void suchACallCannotWriteAndLeavesNothingOpenIfItFails() {
		try (FirstWriteDatabase test = new FirstWriteDatabase(this.directory, JournalMode.WAL)) {
			test.transaction().executeWithoutResult((status) -> {
				assertThatExceptionOfType(DataAccessException.class)
					.isThrownBy(() -> test.database.sql().snapshot("write", (connection) -> {
						try (Statement statement = connection.createStatement()) {
							return statement.executeUpdate("insert into t values ('a')");
						}
					}))
					.withMessageContaining("only reads");
				assertThat(test.isLocked()).isFalse();
				test.insert("b");
			});
			assertThat(test.values()).containsExactly("b");
		}
	}

	@Test
	void readOnlyTransactionsKeepTheirState() {
		try (FirstWriteDatabase test = new FirstWriteDatabase(this.directory, JournalMode.WAL)) {
			TransactionTemplate reading = test.transaction();
			reading.setReadOnly(true);
			reading.executeWithoutResult((status) -> {
				assertThat(test.values()).isEmpty();
				test.elsewhere("a");
				assertThat(test.values()).isEmpty();
			});
		}
	}

	@Test
	void aTransactionThatOnlyReadIsCountedAsAReadingOne() {
		try (FirstWriteDatabase test = new FirstWriteDatabase(this.directory, JournalMode.WAL)) {
			ConnectionStatistics before = test.database.statistics().connections();
			test.transaction().executeWithoutResult((status) -> test.values());
			test.transaction().executeWithoutResult((status) -> {
				test.values();
				status.setRollbackOnly();
			});
			test.transaction().executeWithoutResult((status) -> {
			});
			ConnectionStatistics after = test.database.statistics().connections();
			assertThat(after.readTransactions() - before.readTransactions()).isEqualTo(2);
			assertThat(after.commits()).isEqualTo(before.commits());
			assertThat(after.rollbacks()).isEqualTo(before.rollbacks());
		}
	}

	@Test
	void controlStatementsTypedAsSqlDoWhatTheySay() throws SQLException {
		try (FirstWriteDatabase test = new FirstWriteDatabase(this.directory, JournalMode.WAL);
				Connection connection = test.database.dataSource().getConnection();
				Statement statement = connection.createStatement()) {
			statement.execute("begin");
			assertThat(test.isLocked()).as("BEGIN begins").isTrue();
			statement.execute("commit");
			connection.setAutoCommit(false);
			assertThat(count(connection)).isZero();
			statement.execute("commit");
			assertThat(count(connection)).isZero();
			statement.execute("rollback");
			assertThat(count(connection)).isZero();
			statement.execute("begin");
			assertThat(test.isLocked()).isTrue();
			statement.execute("insert into t values ('undone')");
			connection.rollback();
			assertThat(count(connection)).isZero();
			statement.execute("savepoint s");
			assertThat(test.isLocked()).isTrue();
			statement.execute("rollback to s");
			statement.execute("release s");
			assertThat(test.isLocked()).as("JDBC's transaction goes on").isTrue();
			assertThat(connection.getAutoCommit()).isFalse();
			connection.commit();
			assertThat(test.isLocked()).isFalse();
		}
	}

	@Test
	void commitAndAutoCommitEndATransactionThatHasOnlyReadAndItsResults() throws SQLException {
		try (FirstWriteDatabase test = new FirstWriteDatabase(this.directory, JournalMode.DELETE);
				Connection connection = test.database.dataSource().getConnection();
				Statement statement = connection.createStatement()) {
			test.insert("a");
			connection.setAutoCommit(false);
			var rows = statement.executeQuery("select v from t");
			connection.commit();
			assertThat(rows.isClosed()).isTrue();
			rows = statement.executeQuery("select v from t");
			connection.rollback();
			assertThat(rows.isClosed()).isTrue();
			rows = statement.executeQuery("select v from t");
			connection.setAutoCommit(true);
			assertThat(rows.isClosed()).isTrue();
			test.elsewhere("b");
		}
	}

	@Test
	void temporaryTablesAreUndoneWithTheTransaction() throws SQLException {
		try (FirstWriteDatabase test = new FirstWriteDatabase(this.directory, JournalMode.WAL);
				Connection connection = test.database.dataSource().getConnection();
				Statement statement = connection.createStatement()) {
			statement.execute("create temp table mine(v)");
			connection.setAutoCommit(false);
			assertThat(count(connection)).isZero();
			statement.execute("insert into mine values (1)");
			connection.rollback();
			statement.execute("create temp table another(v)");
			connection.rollback();
			assertThatExceptionOfType(SQLException.class)
				.isThrownBy(() -> statement.execute("insert into another values (1)"))
				.withMessageContaining("no such table");
			try (var rows = statement.executeQuery("select count(*) from mine")) {
				rows.next();
				assertThat(rows.getInt(1)).isZero();
			}
		}
	}

	@Test
	void theSchemaChangesWithTheTransaction() {
		try (FirstWriteDatabase test = new FirstWriteDatabase(this.directory, JournalMode.WAL)) {
			test.transaction().executeWithoutResult((status) -> {
				test.values();
				test.jdbc.sql("create table made(v)").update();
				test.jdbc.sql("insert into made values (1)").update();
				status.setRollbackOnly();
			});
			assertThatExceptionOfType(BadSqlGrammarException.class)
				.isThrownBy(() -> test.jdbc.sql("select v from made").query().listOfRows());
		}
	}

	@Test
	void aFunctionThatMayWriteBeginsTheTransactionBeforeItsStatement() {
		ScalarFunction noting = ScalarFunction.of("note", 1, (arguments) -> {
			try (var insert = arguments.connection().prepareStatement("insert into t values (?)")) {
				insert.setString(1, arguments.text(0));
				return insert.executeUpdate();
			}
		});
		ScalarFunction pure = ScalarFunction.of("pure", 1, (arguments) -> arguments.text(0)).deterministic();
		try (FirstWriteDatabase test = new FirstWriteDatabase(this.directory, JournalMode.WAL, noting, pure)) {
			test.transaction().executeWithoutResult((status) -> {
				test.jdbc.sql("select pure('a')").query(String.class).single();
				test.jdbc.sql("select pure(v) from t").query(String.class).list();
				assertThat(test.isLocked()).isFalse();
				test.elsewhere("elsewhere");
				test.jdbc.sql("select note('a')").query(Integer.class).single();
				assertThat(test.isLocked()).isTrue();
				assertThat(test.values()).containsExactly("a", "elsewhere");
				status.setRollbackOnly();
			});
			assertThat(test.values()).containsExactly("elsewhere");
		}
	}

	@Test
	void aFunctionThatHidThatItWritesIsRefusedWithAdvice() {
		ScalarFunction lying = ScalarFunction.of("note", 1, (arguments) -> {
			try (var insert = arguments.connection().prepareStatement("insert into t values (?)")) {
				insert.setString(1, arguments.text(0));
				return insert.executeUpdate();
			}
		}).deterministic();
		try (FirstWriteDatabase test = new FirstWriteDatabase(this.directory, JournalMode.WAL, lying)) {
			test.transaction().executeWithoutResult((status) -> {
				test.values();
				assertThatExceptionOfType(DataAccessException.class)
					.isThrownBy(() -> test.jdbc.sql("select note(name) from sqlite_schema").query().listOfRows())
					.withMessageContaining("SERIALIZABLE");
				assertThat(test.isLocked()).isFalse();
				test.insert("b");
				test.jdbc.sql("select note('c') from t").query().listOfRows();
			});
			assertThat(test.values()).containsExactly("b", "c");
		}
	}

	@Test
	void aFirstWriteThatGetsNoLockChangesNothingAndMayBeTriedAgain() throws Exception {
		ZovaOptions impatient = ZovaOptions.builder()
			.journalMode(JournalMode.WAL)
			.lockWaitTimeout(Duration.ofMillis(100))
			.build();
		try (FirstWriteDatabase test = new FirstWriteDatabase(this.directory, impatient);
				Connection holder = test.database.dataSource().getConnection();
				Statement statement = holder.createStatement()) {
			holder.setAutoCommit(false);
			statement.execute("insert into t values ('holder')");
			OtherThreads.inAnotherThread(() -> test.transaction().executeWithoutResult((status) -> {
				assertThat(test.values()).isEmpty();
				assertThatExceptionOfType(CannotAcquireLockException.class).isThrownBy(() -> test.insert("a"))
					.withMessageContaining("100 ms");
				assertThat(test.values()).isEmpty();
				run(holder::commit);
				assertThat(test.values()).containsExactly("holder");
				test.insert("a");
			}));
			assertThat(test.values()).containsExactly("a", "holder");
		}
	}

	@Test
	void theFirstWriteWaitsNoLongerThanTheTransactionMayLast() throws Exception {
		try (FirstWriteDatabase test = new FirstWriteDatabase(this.directory, JournalMode.WAL);
				Connection holder = test.database.dataSource().getConnection();
				Statement statement = holder.createStatement()) {
			holder.setAutoCommit(false);
			statement.execute("insert into t values ('holder')");
			OtherThreads.inAnotherThread(() -> {
				TransactionTemplate short1 = test.transaction();
				short1.setTimeout(1);
				assertThatExceptionOfType(CannotAcquireLockException.class)
					.isThrownBy(() -> short1.executeWithoutResult((status) -> {
						test.values();
						test.insert("a");
					}));
			});
			holder.rollback();
			assertThat(test.values()).isEmpty();
		}
	}

	@Test
	void aTransactionThatSqliteHasRolledBackIsLostUntilTheCallerRollsBack() throws SQLException {
		try (FirstWriteDatabase test = new FirstWriteDatabase(this.directory, JournalMode.WAL);
				Connection connection = test.database.dataSource().getConnection();
				Statement statement = connection.createStatement()) {
			test.jdbc.sql("create table u(v unique)").update();
			test.jdbc.sql("insert into u values (1)").update();
			connection.setAutoCommit(false);
			assertThat(count(connection)).isZero();
			statement.execute("insert into t values ('a')");
			assertThatExceptionOfType(SQLException.class)
				.isThrownBy(() -> statement.execute("insert or rollback into u values (1)"));
			assertThatExceptionOfType(SQLException.class).isThrownBy(() -> count(connection))
				.withMessageContaining("rolled the transaction back");
			assertThatExceptionOfType(SQLException.class).isThrownBy(connection::commit);
			connection.rollback();
			assertThat(count(connection)).isZero();
			statement.execute("insert into t values ('b')");
			connection.commit();
			assertThat(test.values()).containsExactly("b");
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "WAL", "DELETE" })
	void requiresNewInsideATransactionThatHasOnlyReadWrites(JournalMode mode) {
		try (FirstWriteDatabase test = new FirstWriteDatabase(this.directory, mode)) {
			TransactionTemplate inner = test.transaction();
			inner.setPropagationBehavior(TransactionDefinition.PROPAGATION_REQUIRES_NEW);
			test.transaction().executeWithoutResult((status) -> {
				assertThat(test.values()).isEmpty();
				inner.executeWithoutResult((innerStatus) -> {
					test.values();
					test.insert("inner");
				});
				assertThat(test.values()).containsExactly("inner");
				test.insert("outer");
				assertThatExceptionOfType(CannotAcquireLockException.class)
					.isThrownBy(() -> inner.executeWithoutResult((innerStatus) -> test.insert("too late")))
					.withMessageContaining("waits for itself")
					.withMessageContaining("first-write")
					.withMessageContaining("JPA's has none");
				status.setRollbackOnly();
			});
			assertThat(test.values()).containsExactly("inner");
		}
	}

	@Test
	void anUpdateMayBeLostThatAnotherHasMadeBetweenReadingAndWriting() {
		try (FirstWriteDatabase test = new FirstWriteDatabase(this.directory, JournalMode.WAL)) {
			test.insert(0);
			test.transaction().executeWithoutResult((status) -> {
				int read = number(test);
				OtherThreads.inAnotherThread(() -> test.jdbc.sql("update t set v = v + 10").update());
				test.jdbc.sql("update t set v = ?").param(read + 1).update();
			});
			assertThat(number(test)).as("the 10 are lost").isEqualTo(1);
		}
	}

	@Test
	void aVersionSerializableAndAnUpdateThatReadsItselfEachKeepItFromBeingLost() throws Exception {
		try (FirstWriteDatabase test = new FirstWriteDatabase(this.directory, JournalMode.WAL)) {
			test.insert(0);
			test.transaction().executeWithoutResult((status) -> {
				int read = number(test);
				OtherThreads.inAnotherThread(() -> test.jdbc.sql("update t set v = v + 10").update());
				assertThat(test.jdbc.sql("update t set v = ? where v = ?").params(read + 1, read).update()).isZero();
				assertThat(test.jdbc.sql("update t set v = v + 1").update()).isEqualTo(1);
			});
			assertThat(number(test)).isEqualTo(11);
			Thread[] other = new Thread[1];
			test.transaction(TransactionDefinition.ISOLATION_SERIALIZABLE).executeWithoutResult((status) -> {
				int read = number(test);
				other[0] = new Thread(() -> test.jdbc.sql("update t set v = v + 10").update());
				other[0].start();
				test.jdbc.sql("update t set v = ?").param(read + 1).update();
			});
			other[0].join();
			assertThat(number(test)).isEqualTo(22);
		}
	}

	private static int number(FirstWriteDatabase test) {
		return test.jdbc.sql("select v from t").query(Integer.class).single();
	}

	private static long count(Connection connection) throws SQLException {
		try (Statement statement = connection.createStatement();
				var row = statement.executeQuery("select count(*) from t")) {
			row.next();
			return row.getLong(1);
		}
	}

	private static void join(Thread thread) {
		try {
			thread.join();
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static void run(SqlRunnable work) {
		try {
			work.run();
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private interface SqlRunnable {

		void run() throws SQLException;

	}

}
