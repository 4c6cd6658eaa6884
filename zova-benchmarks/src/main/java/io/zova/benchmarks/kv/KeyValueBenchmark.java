package io.zova.benchmarks.kv;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import io.zova.ZovaDatabase;
import io.zova.benchmarks.PeerBench;
import io.zova.benchmarks.Figures;
import io.zova.kv.KeyValue;
import io.zova.kv.KeyValueTemplate;

import org.springframework.transaction.support.TransactionTemplate;

/**
 * Puts and gets of small values, beside the real engine when {@code -Dzova.peer} names
 * it.
 *
 * <pre>
 * java -cp ... io.zova.benchmarks.kv.KeyValueBenchmark [entries] [rounds] [directory]
 * </pre>
 */
public final class KeyValueBenchmark {

	private static final byte[] NAMESPACE = "ns".getBytes(StandardCharsets.UTF_8);

	private static final int PUTS = 500;

	private static final int BATCH = 1000;

	private static final int GETS = 100_000;

	private static final int VALUE_BYTES = 200;

	private KeyValueBenchmark() {
	}

	public static void main(String[] args) throws IOException {
		int entries = (args.length > 0) ? Integer.parseInt(args[0]) : 200_000;
		int rounds = (args.length > 1) ? Integer.parseInt(args[1]) : 5;
		Path parent = Path.of((args.length > 2) ? args[2] : System.getProperty("java.io.tmpdir"));
		Path directory = Files.createTempDirectory(parent, "zova-kv-benchmark");
		Figures figures = new Figures();
		for (int round = 0; round < rounds; round++) {
			round(figures, directory, entries);
			figures.peer(PeerBench.run("""
					"workload":"kv","dir":"%s","replace":true,"keep":false,"puts":%d,"entries":%d,"batch":%d,\
					"gets":%d,"value_bytes":%d""".formatted(directory, PUTS, entries, BATCH, GETS, VALUE_BYTES)));
		}
		Files.delete(directory);
		System.out.printf("%,d entries of %d bytes, %d rounds%n", entries, VALUE_BYTES, rounds);
		figures.print();
	}

	private static void round(Figures figures, Path directory, int entries) throws IOException {
		byte[] value = new byte[VALUE_BYTES];
		Arrays.fill(value, (byte) 7);
		List<KeyValue> rows = new ArrayList<>(entries);
		for (int i = 0; i < entries; i++) {
			rows.add(new KeyValue(key(i), value));
		}
		Path file = directory.resolve("ours.zova");
		try (ZovaDatabase database = ZovaDatabase.create(file)) {
			KeyValueTemplate kv = new KeyValueTemplate(database.sql());
			figures.time("kv_put", PUTS, () -> {
				for (int i = 0; i < PUTS; i++) {
					kv.namespace(NAMESPACE).put(rows.get(i).key(), value);
				}
			});
			figures.time("kv_put_many", entries, () -> {
				for (int i = 0; i < entries; i += BATCH) {
					kv.namespace(NAMESPACE).putAll(rows.subList(i, Math.min(i + BATCH, entries)));
				}
			});
			figures.time("kv_get", GETS, () -> gets(kv, rows));
			TransactionTemplate transaction = new TransactionTemplate(database.transactionManager());
			transaction.setReadOnly(true);
			figures.time("kv_get (one transaction)", GETS, () -> transaction.execute((status) -> gets(kv, rows)));
			System.out.println("  our check: count " + kv.namespace(NAMESPACE).count() + ", found " + gets(kv, rows));
		}
		Files.delete(file);
	}

	private static int gets(KeyValueTemplate kv, List<KeyValue> rows) {
		int found = 0;
		for (int i = 0; i < GETS; i++) {
			found += kv.namespace(NAMESPACE).find(rows.get((int) (i * 7919L % rows.size())).key()).isPresent() ? 1 : 0;
		}
		return found;
	}

	private static byte[] key(int i) {
		return ByteBuffer.allocate(4).putInt(i).array();
	}

}
