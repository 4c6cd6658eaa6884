package io.zova.benchmarks.object;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;

import io.zova.ZovaDatabase;
import io.zova.ZovaOptions;
import io.zova.object.ObjectId;
import io.zova.object.StorageProfile;

/**
 * The object workloads of the real engine's benchmark, ours and its own by turns.
 * <p>
 * Arguments: a directory to work in, the number of rounds, optionally the journal mode of
 * our files (DELETE, as the real engine's, or WAL) and the path of the real engine's
 * program.
 */
public final class ObjectBenchmark {

	private static final int LARGE = 64 << 20;

	private static final int RANGES = 2_000;

	private static final int SMALL = 4_100;

	private static final int SMALL_COUNT = 500;

	private final Path directory;

	private final ZovaOptions options;

	private final @Nullable RealEngine real;

	private final Map<String, List<Double>> rates = new TreeMap<>();

	private ObjectBenchmark(Path directory, ZovaOptions options, @Nullable RealEngine real) {
		this.directory = directory;
		this.options = options;
		this.real = real;
	}

	/**
	 * Runs the workloads and prints the median and the spread of each rate.
	 * @param arguments directory, rounds, journal mode, program
	 * @throws IOException if files cannot be written
	 */
	public static void main(String[] arguments) throws IOException {
		Path directory = Files.createDirectories(Path.of(arguments[0]));
		int rounds = Integer.parseInt(arguments[1]);
		ZovaOptions options = ZovaOptions.builder()
			.journalMode(ZovaOptions.JournalMode.valueOf((arguments.length > 2) ? arguments[2] : "DELETE"))
			.synchronous(ZovaOptions.Synchronous.FULL)
			.build();
		try (RealEngine real = (arguments.length > 3) ? new RealEngine(Path.of(arguments[3])) : null) {
			ObjectBenchmark benchmark = new ObjectBenchmark(directory, options, real);
			for (int round = 0; round < rounds; round++) {
				for (StorageProfile profile : StorageProfile.values()) {
					benchmark.large(profile);
				}
				benchmark.small();
			}
			benchmark.print();
		}
	}

	private void large(StorageProfile profile) throws IOException {
		PeerBytes generator = new PeerBytes();
		byte[] content = generator.bytes(LARGE);
		String name = profile.name().toLowerCase(Locale.ROOT);
		Path file = this.directory.resolve("ours.zova");
		ObjectId id;
		long sum = 0;
		try (ZovaDatabase database = ZovaDatabase.create(file, this.options)) {
			long start = System.nanoTime();
			id = database.objects().put(content, profile);
			note("put MB/s, " + name + ", ours", LARGE / 1e6, start);
			start = System.nanoTime();
			byte[] read = database.objects().get(id);
			note("get MB/s, " + name + ", ours", LARGE / 1e6, start);
			require(Arrays.equals(content, read), "content");
			long[] offsets = new long[RANGES];
			for (int i = 0; i < RANGES; i++) {
				offsets[i] = generator.next() % (LARGE - 4_096);
			}
			start = System.nanoTime();
			for (long offset : offsets) {
				sum += database.objects().readRange(id, offset, 4_096)[0] & 0xff;
			}
			note("4 KiB ranges/s, " + name + ", ours", RANGES, start);
		}
		finally {
			delete(file);
		}
		if (this.real != null) {
			String sized = "\"dir\":\"" + this.directory + "\",\"size_bytes\":" + LARGE + ",\"profile\":\"" + name
					+ '"';
			String answer = this.real.bench("\"workload\":\"object\"," + sized);
			rate("put MB/s, " + name + ", real", LARGE / 1e6 / RealEngine.seconds(answer, "object_put"));
			rate("get MB/s, " + name + ", real", LARGE / 1e6 / RealEngine.seconds(answer, "object_get"));
			require(RealEngine.check(answer, "object_id").equals(id.toString()), "object id");
			answer = this.real.bench("\"workload\":\"object_ranges\"," + sized);
			rate("4 KiB ranges/s, " + name + ", real", RANGES / RealEngine.seconds(answer, "object_range"));
			require(RealEngine.check(answer, "first_byte_sum").equals(Long.toString(sum)), "sum of first bytes");
		}
	}

	private void small() throws IOException {
		byte[] content = new byte[SMALL];
		System.arraycopy(new PeerBytes().bytes(SMALL - 4), 0, content, 4, SMALL - 4);
		ByteBuffer number = ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
		Path file = this.directory.resolve("ours.zova");
		String last = "";
		try (ZovaDatabase database = ZovaDatabase.create(file, this.options)) {
			long start = System.nanoTime();
			for (int i = 0; i < SMALL_COUNT; i++) {
				number.putInt(0, i);
				last = database.objects().put(content).toString();
			}
			note("small objects/s, one commit each, ours", SMALL_COUNT, start);
		}
		finally {
			delete(file);
		}
		if (this.real != null) {
			String answer = this.real.bench("\"workload\":\"small_objects\",\"dir\":\"" + this.directory
					+ "\",\"size_bytes\":" + SMALL + ",\"count\":" + SMALL_COUNT);
			rate("small objects/s, one commit each, real",
					SMALL_COUNT / RealEngine.seconds(answer, "small_object_put"));
			require(RealEngine.check(answer, "last_object_id").equals(last), "last object id");
		}
	}

	private void note(String name, double amount, long start) {
		rate(name, amount / ((System.nanoTime() - start) / 1e9));
	}

	private void rate(String name, double rate) {
		this.rates.computeIfAbsent(name, (key) -> new ArrayList<>()).add(rate);
	}

	private static void require(boolean right, String what) {
		if (!right) {
			throw new IllegalStateException("Wrong " + what);
		}
	}

	private static void delete(Path file) throws IOException {
		for (String suffix : List.of("", "-wal", "-shm", "-journal")) {
			Files.deleteIfExists(file.resolveSibling(file.getFileName() + suffix));
		}
	}

	private void print() {
		this.rates.forEach((name, values) -> {
			List<Double> sorted = values.stream().sorted().toList();
			System.out.printf(Locale.ROOT, "%-45s median %,10.0f   (%,.0f to %,.0f, %d rounds)%n", name,
					sorted.get(sorted.size() / 2), sorted.get(0), sorted.get(sorted.size() - 1), sorted.size());
		});
	}

}
