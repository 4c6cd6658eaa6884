package io.zova.benchmarks.kv;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

import io.zova.ZovaDatabase;
import io.zova.ZovaOptions;
import io.zova.ZovaOptions.JournalMode;
import io.zova.kv.KeyValue;
import io.zova.kv.KeyValueNamespace;
import io.zova.kv.WriteBehind;
import io.zova.kv.WriteBehindOptions;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

import org.springframework.transaction.TransactionStatus;
import org.springframework.transaction.support.DefaultTransactionDefinition;

/**
 * Single calls on 200,000 key-values of 200 bytes: get, also inside a transaction and of
 * 1,000 keys at once, put with a commit each, and put into a buffer.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
@SuppressWarnings("NullAway.Init")
public class KeyValueCalls {

	private static final int ENTRIES = 200_000;

	private static final byte[] VALUE = new byte[200];

	@Param({ "DELETE", "WAL" })
	private JournalMode journal;

	private Path folder;

	private ZovaDatabase database;

	private KeyValueNamespace store;

	private WriteBehind buffer;

	private List<byte[]> some;

	private int next;

	@Setup
	public void open() throws IOException {
		this.folder = Files.createTempDirectory("kv-calls");
		this.database = ZovaDatabase.create(this.folder.resolve("bench.zova"),
				ZovaOptions.builder().journalMode(this.journal).cacheSizeKiB(64 << 10).build());
		this.store = this.database.keyValues().namespace("ns");
		List<KeyValue> rows = new ArrayList<>(ENTRIES);
		for (int i = 0; i < ENTRIES; i++) {
			rows.add(new KeyValue(key(i), VALUE));
		}
		this.store.putAll(rows);
		this.some = rows.stream().filter((row) -> row.key()[3] == 0).map(KeyValue::key).limit(1_000).toList();
		this.buffer = this.database.keyValues().namespace("buffered").writeBehind(WriteBehindOptions.defaults());
	}

	@TearDown
	public void close() throws IOException {
		this.database.close();
		Files.walk(this.folder).sorted((a, b) -> b.compareTo(a)).forEach((path) -> path.toFile().delete());
	}

	private static byte[] key(int number) {
		return ByteBuffer.allocate(4).putInt(number).array();
	}

	private byte[] key() {
		this.next = (this.next + 7919) % ENTRIES;
		return key(this.next);
	}

	@Benchmark
	public Optional<byte[]> get() {
		return this.store.find(key());
	}

	@Benchmark
	public List<Optional<byte[]>> getMany() {
		return this.store.findAll(this.some);
	}

	@Benchmark
	public void put() {
		this.store.put(key(), VALUE);
	}

	/** The buffer flushes meanwhile, and lets this wait when it is full. */
	@Benchmark
	public void putIntoBuffer() {
		this.buffer.namespace().put(key(), VALUE);
	}

	/**
	 * One transaction around all calls.
	 */
	@State(Scope.Thread)
	public static class InTransaction {

		private TransactionStatus transaction;

		private ZovaDatabase database;

		@Setup
		public void begin(KeyValueCalls calls) {
			DefaultTransactionDefinition readOnly = new DefaultTransactionDefinition();
			readOnly.setReadOnly(true);
			this.database = calls.database;
			this.transaction = this.database.transactionManager().getTransaction(readOnly);
		}

		@TearDown
		public void end() {
			this.database.transactionManager().commit(this.transaction);
		}

	}

	@Benchmark
	public Optional<byte[]> getInTransaction(InTransaction transaction) {
		return get();
	}

}
