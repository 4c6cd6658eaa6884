package io.zova.format;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.zova.ZovaException;
import io.zova.ZovaStatus;

/**
 * A file that appears under its name only when it is complete.
 *
 * <p>
 * It is written inside a directory beside its destination,
 * {@code .<name>.<16 hex digits>.zova-partial}, flushed to the disk, and then linked to
 * its name, which fails if the name has been taken in the meantime: nothing is ever
 * overwritten, and whoever looks sees no file or a complete one, also after the process
 * was killed or the power went. What a killed process leaves is that directory. The next
 * run for the same destination removes it, after it has made sure, by a lock inside, that
 * no process is at work in it.
 *
 * <p>
 * A file system without hard links needs a second step: an empty file reserves the name
 * and is then replaced. Only there can a process that is killed in between leave an empty
 * file.
 */
public final class NewFile implements AutoCloseable {

	private static final Logger LOGGER = LoggerFactory.getLogger(NewFile.class);

	private static final String PARTIAL_SUFFIX = ".zova-partial";

	private static final String LOCK = "lock";

	private static final String CONTENT = "content.zova";

	/** Room is left for the random part within the 255 bytes that file systems allow. */
	private static final int LONGEST_NAME = 200;

	private static final SecureRandom RANDOM = new SecureRandom();

	/**
	 * The directories at work in this process. Looking at their locks would release them:
	 * on POSIX systems, a process that closes a file loses all its locks on it.
	 */
	private static final Set<Path> AT_WORK = ConcurrentHashMap.newKeySet();

	private final Path destination;

	private final Path directory;

	private final FileChannel lock;

	private final Linker linker;

	private NewFile(Path destination, Path directory, FileChannel lock, Linker linker) {
		this.destination = destination;
		this.directory = directory;
		this.lock = lock;
		this.linker = linker;
	}

	/**
	 * Begins a file. Leftovers of killed runs for the same destination are removed.
	 * @param destination what the file will be called
	 * @return the file; close it in every case
	 * @throws ZovaException with {@link ZovaStatus#NOT_ZOVA_PATH} for another suffix than
	 * {@code .zova}, {@link ZovaStatus#DESTINATION_EXISTS} if anything has the name,
	 * {@link ZovaStatus#CANT_OPEN} if the directory is missing or can't be written
	 */
	public static NewFile at(Path destination) {
		return at(destination, Files::createLink);
	}

	static NewFile at(Path destination, Linker linker) {
		DatabasePath.requireFree(destination);
		Path parent = DatabasePath.parent(destination);
		String prefix = "." + shortened(destination) + ".";
		removeLeftovers(parent, prefix);
		try {
			return begin(destination, parent, prefix, linker);
		}
		catch (IOException ex) {
			throw new ZovaException(ZovaStatus.CANT_OPEN,
					destination + " could not be created in " + parent + ": " + ex, ex);
		}
	}

	private static NewFile begin(Path destination, Path parent, String prefix, Linker linker) throws IOException {
		byte[] random = new byte[8];
		RANDOM.nextBytes(random);
		Path directory = parent.resolve(prefix + HexFormat.of().formatHex(random) + PARTIAL_SUFFIX);
		Files.createDirectory(directory);
		AT_WORK.add(directory.getFileName());
		FileChannel lock = FileChannel.open(directory.resolve(LOCK), StandardOpenOption.CREATE_NEW,
				StandardOpenOption.WRITE);
		NewFile file = new NewFile(destination, directory, lock, linker);
		try {
			lock.lock();
			Files.createFile(file.path());
			return file;
		}
		catch (IOException | RuntimeException | Error ex) {
			file.close();
			throw ex;
		}
	}

	/**
	 * Where to write what the file shall hold; it is there and empty.
	 * @return the path
	 */
	public Path path() {
		return this.directory.resolve(CONTENT);
	}

	/**
	 * Puts the file under its name. No connection to it may be open any more.
	 * @throws ZovaException with {@link ZovaStatus#DESTINATION_EXISTS} if the name was
	 * taken in the meantime, {@link ZovaStatus#CANT_OPEN} if the file system failed; the
	 * name is as it was
	 */
	public void publish() {
		try {
			flush(path(), StandardOpenOption.WRITE);
			DatabasePath.requireFree(this.destination);
			removeSideFiles();
			try {
				this.linker.link(this.destination, path());
			}
			catch (FileAlreadyExistsException ex) {
				throw ex;
			}
			catch (IOException | UnsupportedOperationException ex) {
				LOGGER.debug("No hard link to {}; its name is reserved by an empty file first", this.destination, ex);
				moveToReservedName();
			}
			flushDirectory();
		}
		catch (FileAlreadyExistsException ex) {
			throw DatabasePath.destinationExists(this.destination, ex);
		}
		catch (IOException ex) {
			throw new ZovaException(ZovaStatus.CANT_OPEN, this.destination + " could not be completed: " + ex, ex);
		}
	}

	/**
	 * Removes everything but the published file.
	 */
	@Override
	public void close() {
		try {
			this.lock.close();
			remove(this.directory);
		}
		catch (IOException ex) {
			LOGGER.warn("{} could not be removed; the next copy to {} will try again", this.directory, this.destination,
					ex);
		}
		finally {
			AT_WORK.remove(this.directory.getFileName());
		}
	}

	/**
	 * What is left of a file that was once deleted under this name would be taken for the
	 * journal of the new one.
	 */
	private void removeSideFiles() throws IOException {
		for (String suffix : new String[] { "-journal", "-wal", "-shm" }) {
			Files.deleteIfExists(this.destination.resolveSibling(this.destination.getFileName() + suffix));
		}
	}

	private void moveToReservedName() throws IOException {
		Files.createFile(this.destination);
		try {
			Files.move(path(), this.destination, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
		}
		catch (IOException | RuntimeException ex) {
			Files.deleteIfExists(this.destination);
			throw ex;
		}
	}

	private static void flush(Path file, StandardOpenOption mode) throws IOException {
		try (FileChannel channel = FileChannel.open(file, mode)) {
			channel.force(true);
		}
	}

	/** Windows can't flush a directory, and need not. */
	private void flushDirectory() throws IOException {
		Path parent = DatabasePath.parent(this.destination);
		if (parent.getFileSystem().getSeparator().equals("/")) {
			flush(parent, StandardOpenOption.READ);
		}
	}

	private static void removeLeftovers(Path parent, String prefix) {
		try (DirectoryStream<Path> leftovers = Files.newDirectoryStream(parent,
				(entry) -> isPartial(entry.getFileName().toString(), prefix))) {
			for (Path leftover : leftovers) {
				removeUnlessHeld(leftover);
			}
		}
		catch (IOException | UncheckedIOException ex) {
			LOGGER.debug("Leftovers of {} in {} were not removed", prefix, parent, ex);
		}
	}

	private static boolean isPartial(String name, String prefix) {
		return name.startsWith(prefix) && name.length() == prefix.length() + 16 + PARTIAL_SUFFIX.length()
				&& name.endsWith(PARTIAL_SUFFIX);
	}

	/**
	 * A directory without a lock file is either just being made, which a process that
	 * loses it here reports, or empty. It is left alone: it costs nothing.
	 */
	private static void removeUnlessHeld(Path leftover) throws IOException {
		Path lockFile = leftover.resolve(LOCK);
		if (!Files.exists(lockFile) || AT_WORK.contains(leftover.getFileName())) {
			return;
		}
		try (FileChannel channel = FileChannel.open(lockFile, StandardOpenOption.WRITE);
				FileLock held = channel.tryLock()) {
			if (held == null) {
				return;
			}
		}
		LOGGER.info("Removing {}, which a killed run has left", leftover);
		remove(leftover);
	}

	private static void remove(Path directory) throws IOException {
		try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
			for (Path entry : entries) {
				Files.deleteIfExists(entry);
			}
		}
		Files.deleteIfExists(directory);
	}

	private static String shortened(Path destination) {
		String name = String.valueOf(destination.getFileName());
		int bytes = name.getBytes(StandardCharsets.UTF_8).length;
		return (bytes <= LONGEST_NAME) ? name
				: name.substring(0, Math.min(40, name.length())) + "~" + Integer.toHexString(name.hashCode());
	}

	/**
	 * Gives a file a second name. Replaced in tests, to stand for other file systems.
	 */
	@FunctionalInterface
	interface Linker {

		@Nullable Path link(Path link, Path existing) throws IOException;

	}

}
