package io.zova.benchmarks.check;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import io.zova.benchmarks.Contender;
import io.zova.benchmarks.Measured;
import io.zova.benchmarks.Workload;

/**
 * A deep check of a file in a process with a heap of 64 MiB, beside a program that only
 * reads the file and hashes as many bytes as its objects have.
 */
public final class CheckLoad {

	private static final long MEBI = 1 << 20;

	private CheckLoad() {
	}

	/**
	 * The workloads.
	 * @param full whether with the large sizes
	 * @return the workloads
	 */
	public static List<Workload> workloads(boolean full) {
		List<Workload> workloads = new ArrayList<>();
		for (int size : full ? new int[] { 100, 1024, 4096 } : new int[] { 100 }) {
			workloads.add(new Workload("check" + ((size == 100) ? "" : "-" + size),
					"a deep check of a file of about %,d MiB with %,d objects and %,d vectors, in MiB of the file, heap 64 MiB"
						.formatted(size, size * 100, size * 500),
					List.of(new Look("ours", size, "check", 1),
							new Look("read once and hash the objects' bytes once, one thread", size, "read", 1),
							new Look("read once and hash the objects' bytes once, two threads", size, "read", 2))));
		}
		return workloads;
	}

	/**
	 * A process that looks at the file.
	 *
	 * @param name its name
	 * @param size the size of the file in MiB
	 * @param what what it does
	 * @param threads in how many threads it reads
	 */
	private record Look(String name, int size, String what, int threads) implements Contender {

		@Override
		public Measured run(Path folder) throws Exception {
			CheckedFile file = CheckedFile.of(this.size);
			Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
					"-Xmx64m", "--enable-native-access=ALL-UNNAMED", "-classpath",
					System.getProperty("java.class.path"), CheckProcess.class.getName(), this.what,
					file.path().toString(), Long.toString(file.objectBytes()), Integer.toString(this.threads))
				.redirectError(ProcessBuilder.Redirect.INHERIT)
				.start();
			process.getOutputStream().close();
			String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
			if (!process.waitFor(10, TimeUnit.MINUTES) || process.exitValue() != 0) {
				throw new IllegalStateException("The process has failed: " + output);
			}
			long nanos = Long.parseLong(output.substring(output.trim().lastIndexOf('\n') + 1).trim());
			Measured measured = Measured.start();
			measured.perSecond().put("MiB", (double) file.size() / MEBI * TimeUnit.SECONDS.toNanos(1) / nanos);
			measured.notes()
				.put("file", "%,d MiB, %,d MiB of objects".formatted(file.size() / MEBI, file.objectBytes() / MEBI));
			return measured;
		}

	}

}
