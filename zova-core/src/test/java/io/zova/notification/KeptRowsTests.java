package io.zova.notification;

import org.junit.jupiter.api.Test;

import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;

import io.zova.ZovaDatabase;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * {@code OR FAIL} fails a statement and keeps its first rows.
 */
class KeptRowsTests {

	@Test
	void whatAFailedStatementPublishedIsDiscardedEvenIfItKeepsRows() {
		try (ZovaDatabase database = ZovaDatabase.inMemory()) {
			JdbcClient jdbc = JdbcClient.create(database.dataSource());
			jdbc.sql("create table t (v text unique)").update();
			jdbc.sql("create trigger tr after insert on t begin select zova_notify('m', new.v); end").update();
			Subscription subscription = database.notifications().subscribe("m");
			jdbc.sql("insert into t values ('a')").update();
			assertThat(subscription.tryReceive()).map(Notification::payload).contains("a");
			assertThatExceptionOfType(DataAccessException.class)
				.isThrownBy(() -> jdbc.sql("insert or fail into t values ('b'), ('a')").update());
			assertThat(jdbc.sql("select v from t order by v").query(String.class).list()).containsExactly("a", "b");
			assertThat(subscription.tryReceive()).isEmpty();
		}
	}

}
