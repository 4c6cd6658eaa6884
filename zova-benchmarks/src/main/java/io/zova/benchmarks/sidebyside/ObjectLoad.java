package io.zova.benchmarks.sidebyside;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import io.zova.ZovaDatabase;
import io.zova.benchmarks.Contender;
import io.zova.benchmarks.Measured;
import io.zova.benchmarks.RealEngine;
import io.zova.benchmarks.SampleData;
import io.zova.benchmarks.Workload;
import io.zova.object.ObjectId;
import io.zova.object.ObjectTemplate;
import io.zova.object.StorageProfile;

/**
 * One large object of random bytes in each profile, ranges of it, and many small ones.
 * The rates of the large one are megabytes a second.
 */
public final class ObjectLoad {

	private ObjectLoad() {
	}

	/**
	 * The workloads.
	 * @param full whether with the large sizes
	 * @return the workloads
	 */
	public static List<Workload> workloads(boolean full) {
		int size = full ? 64 << 20 : 16 << 20;
		int ranges = full ? 20_000 : 500;
		int count = full ? 2_000 : 200;
		List<Workload> workloads = new ArrayList<>();
		for (StorageProfile profile : StorageProfile.values()) {
			String name = profile.name().toLowerCase(Locale.ROOT);
			workloads.add(new Workload("object-" + name,
					"an object of %d MiB, profile %s, in MB per second".formatted(size >> 20, name),
					List.of(new Large(size, profile), new RealEngine("object",
							Map.of("size_bytes", size, "profile", name), List.of("object_id", "chunk_count")))));
		}
		workloads.add(new Workload("object-ranges",
				"%,d reads of 4 KiB at random places of an object of %d MiB".formatted(ranges, size >> 20),
				List.of(new Ranges(size, ranges), new RealEngine("object_ranges",
						Map.of("size_bytes", size, "count", ranges), List.of("object_id", "first_byte_sum")))));
		workloads.add(new Workload("object-small", "%,d objects of 4,100 bytes, a commit each".formatted(count), List
			.of(new Small(count), new RealEngine("small_objects", Map.of("count", count), List.of("last_object_id")))));
		workloads.add(ObjectDeletion.workload(full));
		return workloads;
	}

	/**
	 * Ours, one large object.
	 */
	private record Large(int size, StorageProfile profile) implements Contender {

		@Override
		public String name() {
			return "ours";
		}

		@Override
		public Measured run(Path folder) throws Exception {
			Measured measured = Measured.start();
			byte[] content = new SampleData(7).bytes(this.size);
			try (ZovaDatabase database = ZovaDatabase.create(folder.resolve("bench.zova"))) {
				ObjectTemplate objects = database.objects();
				long start = System.nanoTime();
				ObjectId id = objects.put(content, this.profile);
				long between = System.nanoTime();
				byte[] back = objects.get(id);
				long end = System.nanoTime();
				measured.perSecond().put("object_put", this.size * 1e3 / (between - start));
				measured.perSecond().put("object_get", this.size * 1e3 / (end - between));
				if (!Arrays.equals(content, back)) {
					throw new IllegalStateException("The object came back changed");
				}
				measured.check("object_id", id);
				measured.check("chunk_count", objects.chunkCount(id));
			}
			return measured;
		}

	}

	/**
	 * Ours, ranges.
	 */
	private record Ranges(int size, int count) implements Contender {

		private static final int LENGTH = 4_096;

		@Override
		public String name() {
			return "ours";
		}

		@Override
		public Measured run(Path folder) throws Exception {
			Measured measured = Measured.start();
			SampleData random = new SampleData(7);
			byte[] content = random.bytes(this.size);
			try (ZovaDatabase database = ZovaDatabase.create(folder.resolve("bench.zova"))) {
				ObjectTemplate objects = database.objects();
				ObjectId id = objects.put(content);
				long[] sum = new long[1];
				measured.time("object_range", this.count, () -> {
					for (int i = 0; i < this.count; i++) {
						sum[0] += objects.readRange(id, random.next() % (this.size - LENGTH), LENGTH)[0] & 0xff;
					}
				});
				measured.check("object_id", id);
				measured.check("first_byte_sum", sum[0]);
			}
			return measured;
		}

	}

	/**
	 * Ours, small ones.
	 */
	private record Small(int count) implements Contender {

		@Override
		public String name() {
			return "ours";
		}

		@Override
		public Measured run(Path folder) throws Exception {
			Measured measured = Measured.start();
			byte[] tail = new SampleData(7).bytes(4_096);
			try (ZovaDatabase database = ZovaDatabase.create(folder.resolve("bench.zova"))) {
				ObjectTemplate objects = database.objects();
				ObjectId[] last = new ObjectId[1];
				measured.time("small_object_put", this.count, () -> {
					for (int i = 0; i < this.count; i++) {
						byte[] content = ByteBuffer.allocate(4_100)
							.order(ByteOrder.LITTLE_ENDIAN)
							.putInt(i)
							.put(tail)
							.array();
						last[0] = objects.put(content);
					}
				});
				measured.check("last_object_id", last[0]);
			}
			return measured;
		}

	}

}
