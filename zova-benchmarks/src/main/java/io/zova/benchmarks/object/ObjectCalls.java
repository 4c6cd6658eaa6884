package io.zova.benchmarks.object;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

import io.zova.ZovaDatabase;
import io.zova.ZovaOptions;
import io.zova.ZovaOptions.JournalMode;
import io.zova.object.ObjectId;
import io.zova.object.ObjectTemplate;
import io.zova.object.StorageProfile;
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

/**
 * Single calls on objects: get and replacement of 64 MiB, ranges of 4 KiB at random
 * places in it, and small objects in a commit each.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
@SuppressWarnings("NullAway.Init")
public class ObjectCalls {

	private static final int LARGE = 64 << 20;

	private static final int RANGE = 4_096;

	@Param({ "DEDUPLICATION", "STREAMING" })
	private StorageProfile profile;

	@Param({ "DELETE", "WAL" })
	private JournalMode journal;

	private Path folder;

	private ZovaDatabase database;

	private ObjectTemplate objects;

	private PeerBytes generator;

	private byte[] content;

	private byte[] small;

	private ObjectId id;

	private long number;

	@Setup
	public void open() throws IOException {
		this.folder = Files.createTempDirectory("object-calls");
		this.database = ZovaDatabase.create(this.folder.resolve("bench.zova"),
				ZovaOptions.builder().journalMode(this.journal).build());
		this.objects = this.database.objects();
		this.generator = new PeerBytes();
		this.content = this.generator.bytes(LARGE);
		this.small = this.generator.bytes(RANGE);
		this.id = this.objects.put(this.content, this.profile);
	}

	@TearDown
	public void close() throws IOException {
		this.database.close();
		Files.walk(this.folder).sorted((a, b) -> b.compareTo(a)).forEach((path) -> path.toFile().delete());
	}

	@Benchmark
	public byte[] get() {
		return this.objects.get(this.id);
	}

	@Benchmark
	public byte[] range() {
		return this.objects.readRange(this.id, this.generator.next() % (LARGE - RANGE), RANGE);
	}

	@Benchmark
	public ObjectId putSmall() {
		ByteBuffer.wrap(this.small).putLong(this.number++);
		return this.objects.put(this.small, this.profile);
	}

	/**
	 * Deletes the large object and stores it again.
	 * @return its id
	 */
	@Benchmark
	public ObjectId replace() {
		this.objects.delete(this.id);
		return this.objects.put(this.content, this.profile);
	}

}
