package io.zova.notification;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DataSourceUtils;
import org.springframework.transaction.support.TransactionTemplate;

import io.zova.ZovaDatabase;
import io.zova.ZovaOptions;
import io.zova.sqlite.function.ScalarFunction;
import io.zova.sqlite.function.SqlArguments;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What a statement publishes belongs to that statement, whatever else runs on its
 * connection before it has ended.
 */
class PublishingWithinStatementsTests {

	/** Runs a statement and swallows its failure. */
	private static final ScalarFunction RUN = ScalarFunction.of("run", 1, (arguments) -> {
		try {
			return count(arguments, arguments.text(0));
		}
		catch (SQLException ex) {
			return -1L;
		}
	}).allowedInSchema();

	private static final ScalarFunction FAIL = ScalarFunction.ofAny("fail", (arguments) -> {
		throw new IllegalStateException("on purpose");
	}).allowedInSchema();

	private ZovaDatabase database;

	private JdbcClient jdbc;

	private TransactionTemplate transaction;

	private Subscription subscription;

	@BeforeEach
	void open() {
		this.database = ZovaDatabase.inMemory(ZovaOptions.builder().functions(RUN, FAIL).build());
		this.jdbc = JdbcClient.create(this.database.dataSource());
		this.jdbc.sql("create table t (v text unique)").update();
		this.jdbc.sql("create table asked (v text)").update();
		this.jdbc.sql("insert into t values ('taken')").update();
		this.transaction = new TransactionTemplate(this.database.transactionManager());
		this.subscription = this.database.notifications().subscribe("m");
	}

	@AfterEach
	void close() {
		this.database.close();
	}

	@Test
	void aFunctionThatQueriesDoesNotSaveWhatItsFailingStatementPublished() {
		trigger("select zova_notify('m', new.v); select run('select 1')");
		this.transaction.executeWithoutResult((status) -> {
			assertFails("insert into t values ('b'), ('taken')");
			assertThat(rows("t")).isEqualTo(1);
		});
		assertThat(received()).isEmpty();
	}

	@Test
	void aPayloadThatIsARealNumberDoesNotSaveItEither() {
		trigger("select zova_notify('m', new.v); select zova_notify('m', 1.5)");
		this.transaction.executeWithoutResult((status) -> assertFails("insert into t values ('b'), ('taken')"));
		assertThat(received()).isEmpty();
	}

	@Test
	void outsideATransactionItWaitsForTheEndOfTheStatementAllTheSame() {
		assertFails("select zova_notify('m', v) + run('select 1') + zova_notify('m', v) + fail() from t");
		trigger("select zova_notify('m', new.v); select run('select 1'); select zova_notify('m', new.v)");
		assertFails("insert into t values ('b'), ('taken')");
		assertThat(received()).isEmpty();
		this.jdbc.sql("insert into t values ('c')").update();
		assertThat(received()).containsExactly("c", "c");
	}

	@Test
	void aStatementOfAFunctionThatFailsTakesOnlyItsOwnAlong() {
		trigger("select zova_notify('m', new.v || '1');"
				+ " select run('insert into t select ''taken'' where zova_notify(''m'', ''inner'')');"
				+ " select zova_notify('m', new.v || '2')");
		this.transaction.executeWithoutResult((status) -> this.jdbc.sql("insert into t values ('b')").update());
		assertThat(received()).containsExactly("b1", "b2");
	}

	@Test
	void aStatementOfAFunctionThatSucceedsIsUndoneWithItsCaller() {
		trigger("select run('insert into asked select ''x'' where zova_notify(''m'', ''inner'')')");
		this.transaction.executeWithoutResult((status) -> {
			assertFails("insert into t values ('b'), ('taken')");
			assertThat(rows("asked")).isZero();
			this.jdbc.sql("insert into t values ('c')").update();
			assertThat(rows("asked")).isEqualTo(1);
		});
		assertThat(received()).containsExactly("inner");
	}

	@Test
	void aQueryThatFailsHalfwayTakesNothingAlongThatWasPublishedBesideIt() {
		this.jdbc.sql("insert into t values ('b')").update();
		this.transaction.executeWithoutResult((status) -> {
			try (PreparedStatement query = connection().prepareStatement(
					"select zova_notify('m', v), case v when 'taken' then fail() end from t order by rowid desc");
					ResultSet rows = query.executeQuery()) {
				assertThat(rows.next()).isTrue();
				this.database.notifications().publish("m", "beside");
				this.jdbc.sql("insert into asked select 'x' where zova_notify('m', 'beside too')").update();
				assertThatExceptionOfType(SQLException.class).isThrownBy(rows::next);
			}
			catch (SQLException ex) {
				throw new IllegalStateException(ex);
			}
		});
		assertThat(received()).containsExactly("beside", "beside too");
	}

	@Test
	void aStatementThatFailsBesideAnOpenQueryTakesNothingOfItAlong() {
		this.transaction.executeWithoutResult((status) -> {
			try (PreparedStatement query = connection().prepareStatement("select zova_notify('m', v) from t");
					ResultSet rows = query.executeQuery()) {
				assertThat(rows.next()).isTrue();
				assertFails("insert into t select 'taken' where zova_notify('m', 'lost')");
				assertThat(rows.next()).isFalse();
			}
			catch (SQLException ex) {
				throw new IllegalStateException(ex);
			}
		});
		assertThat(received()).containsExactly("taken");
	}

	@Test
	void aSavepointUndoesWhatWasPublishedSinceAlsoByAQueryThatIsStillOpen() {
		this.jdbc.sql("insert into t values ('b')").update();
		this.transaction.executeWithoutResult((status) -> {
			try (PreparedStatement query = connection()
				.prepareStatement("select zova_notify('m', v) from t order by rowid");
					ResultSet rows = query.executeQuery()) {
				assertThat(rows.next()).isTrue();
				Object savepoint = status.createSavepoint();
				this.database.notifications().publish("m", "lost");
				assertThat(rows.next()).isTrue();
				status.rollbackToSavepoint(savepoint);
			}
			catch (SQLException ex) {
				throw new IllegalStateException(ex);
			}
			this.database.notifications().publish("m", "after");
		});
		assertThat(received()).containsExactly("taken", "after");
		assertThat(this.database.notifications().statistics().discarded()).isEqualTo(2);
	}

	@Test
	void outsideATransactionAnOpenQueryDeliversAtItsEnd() throws SQLException {
		this.jdbc.sql("insert into t values ('b')").update();
		try (Connection connection = this.database.dataSource().getConnection();
				PreparedStatement query = connection
					.prepareStatement("select zova_notify('m', v) from t order by rowid");
				ResultSet rows = query.executeQuery()) {
			assertThat(rows.next()).isTrue();
			try (PreparedStatement other = connection.prepareStatement("select zova_notify('m', 'other')");
					ResultSet otherRows = other.executeQuery()) {
				assertThat(otherRows.next()).isTrue();
			}
			assertThat(received()).containsExactly("other");
			assertThat(rows.next()).isTrue();
			assertThat(rows.next()).isFalse();
			assertThat(received()).containsExactly("taken", "b");
		}
	}

	private void trigger(String body) {
		this.jdbc.sql("create trigger tr after insert on t begin " + body + "; end").update();
	}

	private Connection connection() {
		return DataSourceUtils.getConnection(this.database.dataSource());
	}

	private void assertFails(String sql) {
		assertThatExceptionOfType(DataAccessException.class).isThrownBy(() -> {
			if (sql.startsWith("select")) {
				this.jdbc.sql(sql).query().listOfRows();
			}
			else {
				this.jdbc.sql(sql).update();
			}
		});
	}

	private int rows(String table) {
		return this.jdbc.sql("select count(*) from " + table).query(Integer.class).single();
	}

	private static Object count(SqlArguments arguments, String sql) throws SQLException {
		try (PreparedStatement statement = arguments.connection().prepareStatement(sql)) {
			return statement.execute() ? 0L : (long) statement.getUpdateCount();
		}
	}

	private List<String> received() {
		List<String> received = new ArrayList<>();
		for (Optional<Notification> next = this.subscription.tryReceive(); next
			.isPresent(); next = this.subscription.tryReceive()) {
			received.add(next.get().payload());
		}
		return received;
	}

}
