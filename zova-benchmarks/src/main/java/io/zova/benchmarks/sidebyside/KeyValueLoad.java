package io.zova.benchmarks.sidebyside;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

import io.zova.ZovaDatabase;
import io.zova.ZovaOptions;
import io.zova.benchmarks.Contender;
import io.zova.benchmarks.Measured;
import io.zova.benchmarks.RealEngine;
import io.zova.benchmarks.Workload;
import io.zova.kv.KeyValue;
import io.zova.kv.KeyValueTemplate;
import io.zova.kv.WriteBehind;
import io.zova.kv.WriteBehindOptions;

import org.springframework.transaction.support.DefaultTransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Key-values of 200 bytes: one commit each, many in a batch, and read one by one.
 */
public final class KeyValueLoad {

	private static final int BATCH = 1_000;

	private static final int CACHE_KIB = 64 << 10;

	private static final byte[] NAMESPACE = "ns".getBytes(StandardCharsets.UTF_8);

	private static final byte[] VALUE = new byte[200];

	static {
		Arrays.fill(VALUE, (byte) 7);
	}

	private KeyValueLoad() {
	}

	/**
	 * The workload.
	 * @param full whether with the large sizes
	 * @return the workload
	 */
	public static Workload workload(boolean full) {
		int puts = full ? 2_000 : 200;
		int entries = full ? 200_000 : 50_000;
		int gets = full ? 100_000 : 50_000;
		return new Workload("kv",
				"values of 200 bytes: %,d puts with a commit each, %,d in batches of 1,000, %,d gets".formatted(puts,
						entries, gets),
				List.of(new Ours("ours", ZovaOptions.defaults(), puts, entries, gets),
						new Ours("ours, 64 MiB cache", ZovaOptions.builder().cacheSizeKiB(CACHE_KIB).build(), puts,
								entries, gets),
						new RealEngine("kv", Map.of("puts", puts, "entries", entries, "gets", gets),
								List.of("count", "found")),
						new Bare("bare sqlite-jdbc", 0, puts, entries, gets),
						new Bare("bare sqlite-jdbc, 64 MiB cache", CACHE_KIB, puts, entries, gets)));
	}

	private static byte[] key(int number) {
		return ByteBuffer.allocate(4).putInt(number).array();
	}

	private static int pick(int call, int entries) {
		return (int) ((call * 7919L) % entries);
	}

	/**
	 * Ours.
	 */
	private record Ours(String name, ZovaOptions options, int puts, int entries, int gets) implements Contender {

		@Override
		public Measured run(Path folder) throws Exception {
			Measured measured = Measured.start();
			try (ZovaDatabase database = ZovaDatabase.create(folder.resolve("bench.zova"), this.options)) {
				KeyValueTemplate store = new KeyValueTemplate(database.sql());
				measured.time("kv_put", this.puts, () -> {
					for (int i = 0; i < this.puts; i++) {
						store.namespace(NAMESPACE).put(key(i), VALUE);
					}
				});
				measured.time("kv_put_many", this.entries, () -> {
					for (int first = 0; first < this.entries; first += BATCH) {
						List<KeyValue> batch = new ArrayList<>(BATCH);
						for (int i = first; i < Math.min(first + BATCH, this.entries); i++) {
							batch.add(new KeyValue(key(i), VALUE));
						}
						store.namespace(NAMESPACE).putAll(batch);
					}
				});
				int[] found = new int[1];
				measured.time("kv_get", this.gets, () -> {
					for (int i = 0; i < this.gets; i++) {
						found[0] += store.namespace(NAMESPACE).find(key(pick(i, this.entries))).isPresent() ? 1 : 0;
					}
				});
				measured.check("found", found[0]);
				measured.check("count", store.namespace(NAMESPACE).count());
				DefaultTransactionDefinition readOnly = new DefaultTransactionDefinition();
				readOnly.setReadOnly(true);
				TransactionTemplate transaction = new TransactionTemplate(database.transactionManager(), readOnly);
				measured.time("kv_get_in_transaction", this.gets, () -> transaction.executeWithoutResult((status) -> {
					for (int i = 0; i < this.gets; i++) {
						store.namespace(NAMESPACE).find(key(pick(i, this.entries)));
					}
				}));
				buffered(measured, store);
			}
			return measured;
		}

		/**
		 * First until the last value is in the buffer, then until all are in the file.
		 */
		private void buffered(Measured measured, KeyValueTemplate store) throws Exception {
			byte[] namespace = "buffered".getBytes(StandardCharsets.UTF_8);
			try (WriteBehind buffer = store.namespace(namespace).writeBehind(WriteBehindOptions.defaults())) {
				measured.time("kv_put_written_behind", this.entries, () -> {
					measured.time("kv_put_into_buffer", this.entries, () -> {
						for (int i = 0; i < this.entries; i++) {
							buffer.namespace().put(key(i), VALUE);
						}
					});
					buffer.flush();
				});
			}
		}

	}

	/**
	 * One connection, statements kept by hand.
	 */
	private record Bare(String name, int cacheKib, int puts, int entries, int gets) implements Contender {

		@Override
		public Measured run(Path folder) throws Exception {
			Measured measured = Measured.start();
			try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("bench.db"))) {
				if (this.cacheKib > 0) {
					connection.createStatement().execute("pragma cache_size=-" + this.cacheKib);
				}
				connection.createStatement().execute("""
						create table kv(namespace blob not null, key blob not null, value blob not null,
						primary key (namespace, key)) without rowid""");
				try (PreparedStatement put = connection.prepareStatement("insert or replace into kv values (?, ?, ?)");
						PreparedStatement get = connection
							.prepareStatement("select value from kv where namespace = ? and key = ?")) {
					put.setBytes(1, NAMESPACE);
					put.setBytes(3, VALUE);
					get.setBytes(1, NAMESPACE);
					measured.time("kv_put", this.puts, () -> put(put, 0, this.puts));
					connection.setAutoCommit(false);
					measured.time("kv_put_many", this.entries, () -> {
						for (int first = 0; first < this.entries; first += BATCH) {
							put(put, first, Math.min(first + BATCH, this.entries));
							connection.commit();
						}
					});
					connection.setAutoCommit(true);
					int[] found = new int[1];
					measured.time("kv_get", this.gets, () -> {
						for (int i = 0; i < this.gets; i++) {
							get.setBytes(2, key(pick(i, this.entries)));
							try (ResultSet row = get.executeQuery()) {
								found[0] += (row.next() && row.getBytes(1).length > 0) ? 1 : 0;
							}
						}
					});
					measured.check("found", found[0]);
					connection.setAutoCommit(false);
					measured.time("kv_get_in_transaction", this.gets, () -> {
						for (int i = 0; i < this.gets; i++) {
							get.setBytes(2, key(pick(i, this.entries)));
							try (ResultSet row = get.executeQuery()) {
								row.next();
								row.getBytes(1);
							}
						}
					});
				}
			}
			return measured;
		}

		private static void put(PreparedStatement put, int from, int to) throws SQLException {
			for (int i = from; i < to; i++) {
				put.setBytes(2, key(i));
				put.executeUpdate();
			}
		}

	}

}
