package io.zova.format;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Says of a directory that somebody is at work in it, as long as that process lives.
 * <p>
 * The lock is taken under another name than the one that others look for. So nobody finds
 * a lock file that is not locked yet.
 */
public final class DirectoryLock implements AutoCloseable {

	/** The name of the file that is locked. */
	public static final String FILE = "lock";

	private static final String BEFORE = "lock.new";

	/**
	 * The directories at work in this process. Looking at their locks would release them:
	 * on POSIX systems, a process that closes a file loses all its locks on it.
	 */
	private static final Set<Path> AT_WORK = ConcurrentHashMap.newKeySet();

	private final Path directory;

	private final FileChannel channel;

	private DirectoryLock(Path directory, FileChannel channel) {
		this.directory = directory;
		this.channel = channel;
	}

	/**
	 * Makes a directory and takes its lock.
	 * @param directory an absolute path; nothing is there yet
	 * @return the lock
	 * @throws IOException if the directory or its lock can't be made; neither is there
	 */
	public static DirectoryLock make(Path directory) throws IOException {
		Path name = real(directory);
		boolean first = AT_WORK.add(name);
		try {
			Files.createDirectory(name);
			return new DirectoryLock(name, lock(name));
		}
		catch (IOException | RuntimeException | Error ex) {
			if (first) {
				AT_WORK.remove(name);
			}
			throw ex;
		}
	}

	/** However somebody comes to it. */
	private static Path real(Path directory) throws IOException {
		return DatabasePath.parent(directory).toRealPath().resolve(directory.getFileName());
	}

	private static FileChannel lock(Path directory) throws IOException {
		Path before = directory.resolve(BEFORE);
		FileChannel channel = null;
		try {
			channel = FileChannel.open(before, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
			channel.lock();
			Files.move(before, directory.resolve(FILE), StandardCopyOption.ATOMIC_MOVE);
			return channel;
		}
		catch (IOException | RuntimeException | Error ex) {
			if (channel != null) {
				channel.close();
			}
			Files.deleteIfExists(before);
			Files.deleteIfExists(directory);
			throw ex;
		}
	}

	/**
	 * Whether a directory had a lock whose process has ended. Only one thread of this
	 * process may ask at a time.
	 * @param directory the directory
	 * @return {@code false} also if there never was a lock in it
	 * @throws IOException if it can't be looked at
	 */
	public static boolean isLeft(Path directory) throws IOException {
		Path file = directory.resolve(FILE);
		if (AT_WORK.contains(real(directory)) || !Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
			return false;
		}
		try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE);
				FileLock held = channel.tryLock()) {
			return held != null;
		}
		catch (OverlappingFileLockException ex) {
			return false;
		}
	}

	/**
	 * Gives the lock back. Its file stays.
	 */
	@Override
	public void close() throws IOException {
		this.channel.close();
	}

	/**
	 * Lets others of this process look at the directory again.
	 */
	public void forget() {
		AT_WORK.remove(this.directory);
	}

}
