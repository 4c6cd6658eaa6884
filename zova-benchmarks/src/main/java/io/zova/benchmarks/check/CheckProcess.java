package io.zova.benchmarks.check;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import io.zova.ZovaDatabase;
import io.zova.maintenance.check.CheckOptions;
import io.zova.maintenance.check.CheckReport;

/**
 * A process with a small heap that checks a file, or only reads and hashes it, some times
 * over, and prints how long the last time took.
 */
public final class CheckProcess {

	private static final int TIMES = 3;

	private static final int PIECE = 1 << 20;

	private CheckProcess() {
	}

	/**
	 * Does it.
	 * @param arguments {@code check} or {@code read}, the file, the number of its bytes
	 * that are hashed, and the number of threads that read
	 * @throws Exception if it can't be done
	 */
	public static void main(String[] arguments) throws Exception {
		Path file = Path.of(arguments[1]);
		long hashed = Long.parseLong(arguments[2]);
		long nanos = 0;
		for (int i = 0; i < TIMES; i++) {
			long start = System.nanoTime();
			if (arguments[0].equals("check")) {
				check(file);
			}
			else {
				read(file, hashed, Integer.parseInt(arguments[3]));
			}
			nanos = System.nanoTime() - start;
		}
		System.out.println(nanos);
	}

	private static void check(Path file) {
		try (ZovaDatabase database = ZovaDatabase.open(file)) {
			CheckReport report = database.check(CheckOptions.thorough());
			if (!report.isSound() || report.checked().objects() == 0) {
				throw new IllegalStateException("The file is not sound: " + report.findings());
			}
		}
	}

	/** Each thread reads a part of the file, and hashes as much of it as is objects. */
	private static void read(Path file, long hashed, int threads) throws Exception {
		ExecutorService pool = Executors.newFixedThreadPool(threads);
		try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
			double share = (double) hashed / channel.size();
			List<Callable<byte[]>> parts = new ArrayList<>();
			for (int i = 0; i < threads; i++) {
				long from = channel.size() * i / threads;
				long to = channel.size() * (i + 1) / threads;
				parts.add(() -> read(channel, from, to, share));
			}
			for (Future<byte[]> part : pool.invokeAll(parts)) {
				part.get();
			}
		}
		finally {
			pool.shutdown();
		}
	}

	private static byte[] read(FileChannel channel, long from, long to, double share) throws Exception {
		MessageDigest digest = MessageDigest.getInstance("SHA-256");
		ByteBuffer piece = ByteBuffer.allocateDirect(PIECE);
		byte[] bytes = new byte[PIECE];
		for (long at = from; at < to; at += piece.limit()) {
			piece.clear().limit((int) Math.min(PIECE, to - at));
			while (piece.hasRemaining()) {
				if (channel.read(piece, at + piece.position()) < 0) {
					throw new IOException("The file is shorter than it was");
				}
			}
			piece.flip().get(bytes, 0, piece.limit());
			digest.update(bytes, 0, (int) (piece.limit() * share));
		}
		return digest.digest();
	}

}
