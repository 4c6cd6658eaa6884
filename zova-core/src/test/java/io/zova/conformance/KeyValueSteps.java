package io.zova.conformance;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import io.zova.RandomBytes;
import io.zova.kv.KeyRange;
import io.zova.kv.KeyValue;
import io.zova.kv.KeyValueTemplate;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Puts, reads and deletes key-values, empty and large ones among them.
 */
final class KeyValueSteps {

	private static final List<byte[]> NAMES = List.of(new byte[0], new byte[] { 0 }, new byte[] { 'n', 's' },
			new byte[] { (byte) 0xff, (byte) 0xfe });

	private static final List<byte[]> KEYS = List.of(new byte[0], new byte[] { 0 }, new byte[] { 0, 0 },
			new byte[] { 1 }, new byte[] { 'k' }, new byte[] { (byte) 0xff }, new byte[] { 'k', 'e', 'y' });

	private final TwoEngines engines;

	KeyValueSteps(TwoEngines engines) {
		this.engines = engines;
	}

	private KeyValueTemplate ours() {
		return this.engines.database().keyValues();
	}

	private JsonNode theirs(String operation, byte[] namespace, @Nullable Object... more) {
		List<@Nullable Object> arguments = new ArrayList<>(List.of("namespace", Peer.binary(namespace)));
		arguments.addAll(java.util.Arrays.asList(more));
		return this.engines.peer().call(operation, arguments.toArray());
	}

	void step() {
		byte[] namespace = this.engines.oneOf(NAMES);
		byte[] key = this.engines.oneOf(KEYS);
		String what = " %s %s".formatted(Outcome.text(namespace), Outcome.text(key));
		switch (this.engines.random().nextInt(12)) {
			case 0, 1 -> {
				byte[] value = value();
				same("kv put" + what, () -> ours().namespace(namespace).put(key, value),
						() -> theirs("kv_put", namespace, "key", Peer.binary(key), "value", Peer.binary(value)));
			}
			case 2, 3 -> putMany(namespace);
			case 4 -> same("kv delete" + what, () -> ours().namespace(namespace).delete(key),
					() -> theirs("kv_delete", namespace, "key", Peer.binary(key)));
			case 5 -> {
				List<byte[]> keys = keys();
				same("kv delete many " + Outcome.text(keys), () -> ours().namespace(namespace).deleteAll(keys),
						() -> theirs("kv_delete_many", namespace, "keys", binaries(keys)));
			}
			case 6 -> this.engines.same("kv get" + what, () -> ours().namespace(namespace).find(key),
					() -> theirs("kv_get", namespace, "key", Peer.binary(key)));
			case 7 -> {
				List<byte[]> keys = keys();
				this.engines.same("kv get many " + Outcome.text(keys), () -> ours().namespace(namespace).findAll(keys),
						() -> theirs("kv_get_many", namespace, "keys", binaries(keys)));
			}
			case 8 -> this.engines.same("kv count" + what, () -> ours().namespace(namespace).count(),
					() -> theirs("kv_count", namespace));
			case 10 -> scan(namespace);
			case 11 -> this.engines.same("namespaces", () -> Outcome.text(ours().namespaces()),
					() -> query("select distinct namespace from _zova_kv order by 1").valueStream()
						.map((row) -> Outcome.text(row.path(0)))
						.toList()
						.toString());
			default -> clearSeldom(namespace);
		}
	}

	private void putMany(byte[] namespace) {
		List<KeyValue> entries = keys().stream().map((key) -> new KeyValue(key, value())).toList();
		same("kv put many", () -> ours().namespace(namespace).putAll(entries),
				() -> theirs("kv_put_many", namespace, "entries", entries.stream()
					.map((entry) -> Map.of("key", Peer.binary(entry.key()), "value", Peer.binary(entry.value())))
					.toList()));
	}

	/** The real engine's library has no scans: there it is SQL. */
	private void scan(byte[] namespace) {
		byte[] from = this.engines.oneOf(KEYS);
		byte[] to = this.engines.oneOf(KEYS);
		int limit = this.engines.random().nextInt(5);
		boolean descending = this.engines.chance(0.5);
		boolean toInclusive = this.engines.chance(0.5);
		KeyRange range = KeyRange.all().from(from, true).to(to, toInclusive);
		KeyRange asked = (descending ? range.reversed() : range).limit(limit);
		this.engines.same(
				"scan %s from %s to %s".formatted(Outcome.text(namespace), Outcome.text(from), Outcome.text(to)),
				() -> ours().namespace(namespace)
					.page(asked)
					.stream()
					.map((entry) -> List.of(entry.key(), entry.value()))
					.toList(),
				() -> query(
						"select key, value from _zova_kv where namespace = %s and key >= %s and key %s %s order by key %s limit %d"
							.formatted(Outcome.text(namespace), Outcome.text(from), toInclusive ? "<=" : "<",
									Outcome.text(to), descending ? "desc" : "asc", limit)));
	}

	private JsonNode query(String sql) {
		return this.engines.peer().call("query", "sql", sql).path("rows");
	}

	private void clearSeldom(byte[] namespace) {
		if (this.engines.chance(0.3)) {
			same("kv clear", () -> ours().namespace(namespace).clear(), () -> theirs("kv_clear_namespace", namespace));
		}
	}

	private void same(String what, Runnable ourCall, java.util.concurrent.Callable<JsonNode> theirCall) {
		this.engines.same(what, () -> {
			ourCall.run();
			return null;
		}, theirCall);
	}

	private byte[] value() {
		byte[] value = RandomBytes.of(this.engines.oneOf(List.of(0, 1, 20, 200, 9_000)), this.engines.random());
		return value;
	}

	private List<byte[]> keys() {
		List<byte[]> keys = new ArrayList<>();
		int count = this.engines.random().nextInt(5);
		for (int i = 0; i < count; i++) {
			keys.add(this.engines.oneOf(KEYS));
		}
		return keys;
	}

	private static List<Map<String, String>> binaries(List<byte[]> list) {
		return list.stream().map(Peer::binary).toList();
	}

}
