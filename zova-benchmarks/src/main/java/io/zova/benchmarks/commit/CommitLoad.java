package io.zova.benchmarks.commit;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

import org.jspecify.annotations.Nullable;

import io.zova.ZovaDatabase;
import io.zova.ZovaOptions;
import io.zova.ZovaOptions.JournalMode;
import io.zova.benchmarks.Contender;
import io.zova.benchmarks.Measured;
import io.zova.benchmarks.Workload;

import org.springframework.jdbc.core.JdbcTemplate;

/**
 * One small write a commit, by many threads and by one, on the disk as it is and on one
 * whose fsync takes 2 ms longer: ours with commits that share an fsync and without, and
 * the driver and pool as somebody sets them up who knows SQLite. Each runs in a process
 * of its own, before whose system calls the slow disk can be put.
 */
public final class CommitLoad {

	private static final String SLOW_DISK = """
			#define _GNU_SOURCE
			#include <sys/syscall.h>
			#include <unistd.h>
			int fsync(int descriptor) { usleep(2000); return syscall(SYS_fsync, descriptor); }
			int fdatasync(int descriptor) { usleep(2000); return syscall(SYS_fdatasync, descriptor); }
			""";

	private CommitLoad() {
	}

	/**
	 * The workloads.
	 * @param seconds how long each run takes
	 * @return the workloads
	 */
	public static List<Workload> workloads(int seconds) {
		return List.of(workload("commits", 32, seconds, false), workload("commits-one-thread", 1, seconds, false),
				workload("commits-slow-disk", 32, seconds, true));
	}

	private static Workload workload(String name, int threads, int seconds, boolean slow) {
		return new Workload(name,
				"%d thread(s) for %d s on one WAL file, each inserts a row of 100 bytes a commit%s".formatted(threads,
						seconds, slow ? "; each fsync takes 2 ms longer" : ""),
				List.of(new Writers("ours, grouped", "ours", "GROUPED", threads, seconds, slow),
						new Writers("ours, full", "ours", "FULL", threads, seconds, slow),
						new Writers("plain sqlite-jdbc and HikariCP, tuned, full", "plain", "FULL", threads, seconds,
								slow),
						new Writers("the same, normal: the last commits are not on disk", "plain", "NORMAL", threads,
								seconds, slow)));
	}

	/**
	 * The threads of one contender.
	 */
	private record Writers(String name, String who, String synchronous, int threads, int seconds,
			boolean slow) implements Contender {

		@Override
		public @Nullable String absent() {
			return this.slow && !System.getProperty("os.name").toLowerCase(Locale.ROOT).contains("linux")
					? "a slow disk is made by preloading a library, which needs Linux" : null;
		}

		@Override
		public Measured run(Path folder) throws Exception {
			Path file = folder.resolve("bench.zova");
			try (ZovaDatabase database = ZovaDatabase.create(file,
					ZovaOptions.builder().journalMode(JournalMode.WAL).build())) {
				new JdbcTemplate(database.dataSource()).execute("create table t(id integer primary key, text text)");
			}
			List<String> command = new ArrayList<>(List.of(
					Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx1g", "-cp",
					System.getProperty("java.class.path"), CommitProcess.class.getName(), this.who, this.synchronous,
					file.toString(), Integer.toString(this.threads), Integer.toString(this.seconds * 1000)));
			ProcessBuilder builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD);
			if (this.slow) {
				builder.environment().put("LD_PRELOAD", slowDisk(folder).toString());
			}
			String[] figures = output(builder).strip().lines().reduce((before, last) -> last).orElse("").split(" ");
			Measured measured = Measured.start();
			measured.perSecond().put("commits", Double.parseDouble(figures[0]));
			measured.notes()
				.put("a commit", String.format(Locale.ROOT, "%.2f ms in the middle, %.2f ms at 99 %%",
						Double.parseDouble(figures[1]), Double.parseDouble(figures[2])));
			return measured;
		}

		private static Path slowDisk(Path folder) throws IOException, InterruptedException {
			Path library = folder.resolve("slow.so");
			Path source = Files.writeString(folder.resolve("slow.c"), SLOW_DISK);
			output(new ProcessBuilder("cc", "-shared", "-fPIC", "-O2", "-o", library.toString(), source.toString()));
			return library;
		}

		private static String output(ProcessBuilder builder) throws IOException, InterruptedException {
			Process process = builder.start();
			String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
			if (process.waitFor() != 0) {
				throw new IllegalStateException(
						builder.command() + " ended with " + process.exitValue() + ": " + output);
			}
			return output;
		}

	}

}
