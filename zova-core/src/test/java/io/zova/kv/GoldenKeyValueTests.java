package io.zova.kv;

import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

import io.zova.ZovaDatabase;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.TransactionStatus;
import org.springframework.transaction.support.DefaultTransactionDefinition;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Compares every step on key-values with the real engine's result.
 */
class GoldenKeyValueTests {

	private TransactionStatus transaction;

	private Object savepoint;

	@Test
	void everyStepGivesTheSame(@TempDir Path directory) throws Exception {
		JsonNode answers;
		try (InputStream in = getClass().getResourceAsStream("/golden/graphs-golden.json")) {
			answers = JsonMapper.shared().readTree(in);
		}
		try (ZovaDatabase database = ZovaDatabase.create(directory.resolve("kv.zova"))) {
			assertThat(answers.get("kv").size()).isEqualTo(44);
			for (JsonNode step : answers.get("kv")) {
				assertThat(result(database, step)).as(step.toString()).isEqualTo(plain(step.get("result")));
			}
			List<Object> rows = new JdbcTemplate(database.dataSource()).query(
					"select hex(namespace), hex(key), hex(value) from _zova_kv order by namespace, key",
					(row, number) -> List.of(row.getString(1).toLowerCase(), row.getString(2).toLowerCase(),
							row.getString(3).toLowerCase()));
			assertThat((Object) rows).isEqualTo(plain(answers.get("kv_final_rows")));
		}
	}

	private Object result(ZovaDatabase database, JsonNode step) {
		KeyValueTemplate kv = new KeyValueTemplate(database.sql());
		JsonNode args = step.get("args");
		byte[] first = args.isEmpty() ? new byte[0] : bytes(args.get(0));
		switch (step.get("op").asString()) {
			case "put" -> kv.namespace(first).put(bytes(args.get(1)), bytes(args.get(2)));
			case "get" -> {
				return kv.namespace(first).find(bytes(args.get(1))).map(GoldenKeyValueTests::hex).orElse(null);
			}
			case "get_many" -> {
				List<Object> values = new ArrayList<>();
				kv.namespace(first)
					.findAll(list(args.get(1)))
					.forEach((value) -> values.add(value.map(GoldenKeyValueTests::hex).orElse(null)));
				return values;
			}
			case "put_many" -> {
				List<KeyValue> entries = new ArrayList<>();
				args.get(1).forEach((entry) -> entries.add(new KeyValue(bytes(entry.get(0)), bytes(entry.get(1)))));
				kv.namespace(first).putAll(entries);
			}
			case "delete" -> kv.namespace(first).delete(bytes(args.get(1)));
			case "delete_many" -> kv.namespace(first).deleteAll(list(args.get(1)));
			case "count" -> {
				return kv.namespace(first).count();
			}
			case "clear" -> kv.namespace(first).clear();
			case "begin" ->
				this.transaction = database.transactionManager().getTransaction(new DefaultTransactionDefinition());
			case "savepoint" -> this.savepoint = this.transaction.createSavepoint();
			case "rollback_to" -> this.transaction.rollbackToSavepoint(this.savepoint);
			case "release" -> this.transaction.releaseSavepoint(this.savepoint);
			case "commit" -> database.transactionManager().commit(this.transaction);
			case "rollback" -> database.transactionManager().rollback(this.transaction);
			default -> throw new AssertionError("Unknown operation: " + step);
		}
		return null;
	}

	private static List<byte[]> list(JsonNode json) {
		List<byte[]> list = new ArrayList<>();
		json.forEach((element) -> list.add(bytes(element)));
		return list;
	}

	private static byte[] bytes(JsonNode json) {
		return json.isString() && json.asString().matches("([0-9a-f]{2})*") ? HexFormat.of().parseHex(json.asString())
				: new byte[0];
	}

	private static String hex(byte[] bytes) {
		return HexFormat.of().formatHex(bytes);
	}

	private static Object plain(JsonNode json) {
		if (json.isArray()) {
			List<Object> list = new ArrayList<>();
			json.forEach((element) -> list.add(plain(element)));
			return list;
		}
		if (json.isNull()) {
			return null;
		}
		return json.isIntegralNumber() ? (Object) json.asLong() : json.asString();
	}

}
