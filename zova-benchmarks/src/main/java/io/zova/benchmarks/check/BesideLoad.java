package io.zova.benchmarks.check;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

import io.zova.ZovaDatabase;
import io.zova.ZovaOptions;
import io.zova.ZovaOptions.Synchronous;
import io.zova.benchmarks.Contender;
import io.zova.benchmarks.Measured;
import io.zova.benchmarks.Workload;
import io.zova.maintenance.check.CheckOptions;
import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.core.JdbcTemplate;

/**
 * One thread that commits single rows into a large WAL file, alone and beside looks at
 * the whole file.
 */
public final class BesideLoad {

	private static final int SIZE = 100;

	private BesideLoad() {
	}

	/**
	 * The workload.
	 * @param seconds how long each run takes
	 * @return the workload
	 */
	public static Workload workload(int seconds) {
		return new Workload("check-beside",
				"one thread commits single rows for %d s into a WAL file of %d MiB, synchronous NORMAL"
					.formatted(seconds, SIZE),
				List.of(new Writer("beside deep checks without a pause", CheckOptions.thorough(), Duration.ZERO,
						seconds),
						new Writer("beside a quick check each second", CheckOptions.quick(), Duration.ofSeconds(1),
								seconds),
						new Writer("alone", null, Duration.ZERO, seconds)));
	}

	/**
	 * A thread that writes.
	 *
	 * @param name its name
	 * @param look what another thread does meanwhile
	 * @param pause how long that one waits after each time
	 * @param seconds how long it takes
	 */
	private record Writer(String name, @Nullable CheckOptions look, Duration pause, int seconds) implements Contender {

		@Override
		public Measured run(Path folder) throws Exception {
			Path file = folder.resolve("bench.zova");
			Files.copy(CheckedFile.of(SIZE).path(), file);
			Measured measured = Measured.start();
			try (ZovaDatabase database = ZovaDatabase.open(file,
					ZovaOptions.builder().synchronous(Synchronous.NORMAL).build())) {
				JdbcTemplate jdbc = new JdbcTemplate(database.dataSource());
				jdbc.execute("create table entry(id integer primary key, text)");
				int[] looks = new int[1];
				Thread looking = new Thread(() -> looks[0] = look(database), "looking");
				looking.start();
				long commits = 0;
				ThreadMXBean threads = ManagementFactory.getThreadMXBean();
				long cpu = threads.getCurrentThreadCpuTime();
				long start = System.nanoTime();
				long end = start + TimeUnit.SECONDS.toNanos(this.seconds);
				while (System.nanoTime() < end) {
					jdbc.update("insert into entry(text) values (?)", "text " + commits);
					commits++;
				}
				measured.perSecond().put("commits", commits * 1e9 / (System.nanoTime() - start));
				measured.perSecond()
					.put("commits, per second of the thread's CPU time",
							commits * 1e9 / (threads.getCurrentThreadCpuTime() - cpu));
				looking.interrupt();
				looking.join();
				measured.notes().put("looks", Integer.toString(looks[0]));
			}
			return measured;
		}

		private int look(ZovaDatabase database) {
			int looks = 0;
			CheckOptions options = this.look;
			try {
				while (options != null) {
					if (!database.check(options).isSound()) {
						throw new IllegalStateException("The file is not sound");
					}
					looks++;
					Thread.sleep(this.pause.toMillis());
				}
			}
			catch (InterruptedException | org.springframework.dao.QueryTimeoutException ex) {
				// The time is over.
			}
			return looks;
		}

	}

}
