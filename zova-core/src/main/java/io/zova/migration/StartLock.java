package io.zova.migration;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

import org.jspecify.annotations.Nullable;

import io.zova.ZovaException;
import io.zova.ZovaStatus;

/**
 * Lets one application after the other replace a file, also if they start at the same
 * moment.
 * <p>
 * SQLite's own lock is on the old file, and SQLite finds a journal by its name: who waits
 * for that lock until the file is replaced would take the journal of the new file for
 * that of the old one, and undo what is being written. So they wait here, before they
 * open the file.
 */
final class StartLock implements AutoCloseable {

	private static final ReentrantLock IN_THIS_PROCESS = new ReentrantLock();

	private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

	private static final String SUFFIX = ".migration-lock";

	private final Path path;

	private final FileChannel channel;

	private StartLock(Path path, FileChannel channel) {
		this.path = path;
		this.channel = channel;
	}

	/**
	 * Waits for the others.
	 * @param file the file that is to be replaced
	 * @param patience how long
	 * @return the lock
	 * @throws IOException if it can't be taken in this directory
	 * @throws ZovaException with {@link ZovaStatus#BUSY} if it took too long
	 */
	static StartLock take(Path file, Duration patience) throws IOException {
		long deadline = System.nanoTime() + patience.toNanos();
		Path path = file.resolveSibling(file.getFileName() + SUFFIX);
		while (!IN_THIS_PROCESS.tryLock()) {
			pause(file, deadline);
		}
		try {
			while (true) {
				FileChannel channel = tryLock(path);
				if (channel != null) {
					return new StartLock(path, channel);
				}
				pause(file, deadline);
			}
		}
		catch (IOException | RuntimeException | Error ex) {
			IN_THIS_PROCESS.unlock();
			throw ex;
		}
	}

	private static void pause(Path file, long deadline) {
		if (System.nanoTime() >= deadline || Thread.currentThread().isInterrupted()) {
			throw new ZovaException(ZovaStatus.BUSY,
					file + " is being migrated by another process. Try again when it has finished");
		}
		LockSupport.parkNanos(PAUSE_NANOS);
	}

	private static @Nullable FileChannel tryLock(Path path) throws IOException {
		FileChannel channel = FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
		try {
			if (channel.tryLock() != null && isStill(path, channel)) {
				return channel;
			}
		}
		catch (IOException | RuntimeException | Error ex) {
			channel.close();
			throw ex;
		}
		channel.close();
		return null;
	}

	/**
	 * Whether the locked file is the one under that name, or one that its last owner has
	 * removed. To open it again would release the lock, so its size tells.
	 */
	private static boolean isStill(Path path, FileChannel channel) throws IOException {
		long size = 1 + Math.floorMod(System.nanoTime(), 1L << 16);
		channel.truncate(0);
		channel.write(ByteBuffer.wrap(new byte[1]), size - 1);
		return Files.exists(path) && Files.size(path) == size;
	}

	@Override
	public void close() throws IOException {
		try {
			Files.deleteIfExists(this.path);
			this.channel.close();
		}
		finally {
			IN_THIS_PROCESS.unlock();
		}
	}

}
