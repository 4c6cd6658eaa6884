package io.zova.conformance;

import java.util.List;
import java.util.Map;

import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Writes, changes and reads rows of every type, some of them against the table's rules.
 */
final class RecordSteps {

	private static final List<Object> VALUES = List.of(0, -1, Long.MAX_VALUE, Long.MIN_VALUE, 9007199254740993L, 0.1,
			-0.0, 5e-324, 1.7976931348623157e308, 3.0, "", "text", "日本語 😀", "1", new byte[0],
			new byte[] { 0, (byte) 0xff, 10 });

	private static final List<String> WRITES = List.of("insert into t(id, u, v) values (?1, ?2, ?3)",
			"insert into t(u, v) values (?2, ?3)", "insert into t(u, v) values (null, ?3), ('x', ?1), ('x', ?1)",
			"insert or replace into t(id, u, v) values (?1, ?2, ?3)", "update t set v = ?3 where id = ?1",
			"update t set u = ?2 where id > ?1", "delete from t where id = ?1", "delete from t where id > ?1 + 20",
			"insert into child(t) values (?1)", "delete from child where t < ?1", "update nothing set x = ?1");

	private static final List<String> READS = List.of("select id, u, v, typeof(v) from t order by id",
			"select count(*), sum(length(v)), max(u) from t", "select v from t where id = 3", "select u + 1.5 from t",
			"select t.id, child.id from t left join child on child.t = t.id order by 1, 2", "select nothing");

	private final TwoEngines engines;

	RecordSteps(TwoEngines engines) {
		this.engines = engines;
	}

	static void createTables(TwoEngines engines) {
		for (String sql : List.of("create table t(id integer primary key, u text unique, v)",
				"create table child(id integer primary key, t integer references t)")) {
			engines.same(sql, () -> {
				new JdbcTemplate(engines.database().dataSource()).execute(sql);
				return null;
			}, () -> engines.peer().call("exec", "sql", sql));
		}
	}

	void step() {
		if (this.engines.chance(0.7)) {
			write();
		}
		else {
			String sql = this.engines.oneOf(READS);
			this.engines.same(sql, () -> this.engines.rows(sql),
					() -> this.engines.peer().call("query", "sql", sql).path("rows"));
		}
	}

	private void write() {
		String sql = this.engines.oneOf(WRITES);
		int id = this.engines.random().nextInt(30);
		String unique = "u" + this.engines.random().nextInt(12);
		Object value = this.engines.oneOf(VALUES);
		Object[] all = { id, unique, value };
		int used = sql.contains("?3") ? 3 : (sql.contains("?2") ? 2 : 1);
		Object[] arguments = java.util.Arrays.copyOf(all, used);
		this.engines.same(sql + " " + java.util.Arrays.toString(arguments), () -> {
			new JdbcTemplate(this.engines.database().dataSource()).update(sql, arguments);
			return List.of();
		}, () -> this.engines.peer()
			.call("query", "sql", sql, "params", java.util.Arrays.stream(arguments).map(RecordSteps::cell).toArray())
			.path("rows"));
	}

	private static Object cell(Object value) {
		return (value instanceof byte[] bytes) ? Peer.binary(bytes)
				: (value instanceof Long number) ? Map.of("type", "int", "value", number.toString()) : value;
	}

}
