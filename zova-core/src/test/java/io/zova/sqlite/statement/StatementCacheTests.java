package io.zova.sqlite.statement;

import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicLong;

import org.junit.jupiter.api.Test;
import org.sqlite.SQLiteConnection;

import io.zova.sqlite.driver.DriverConnections;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Which compiled statements the cache keeps.
 */
class StatementCacheTests {

	@Test
	void theLongestUnusedGoFirst() throws SQLException {
		try (SQLiteConnection driver = DriverConnections.memory(0).open()) {
			StatementCache cache = new StatementCache(driver, 2, new AtomicLong());
			CachedStatement one = cache.compile("select 1");
			CachedStatement two = cache.compile("select 2");
			cache.giveBack(one);
			cache.giveBack(two);
			CachedStatement used = cache.takeCached("select 1");
			assertThat(used).isSameAs(one);
			cache.giveBack(one);
			cache.giveBack(cache.compile("select 3"));
			assertThat(cache.size()).isEqualTo(2);
			assertThat(cache.takeCached("select 2")).isNull();
			assertThat(two.isUsable()).isFalse();
			assertThat(cache.takeCached("select 1")).isSameAs(one);
			cache.clear();
			assertThat(cache.size()).isZero();
		}
	}

}
