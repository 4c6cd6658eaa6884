package io.zova.format;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Set;
import java.util.regex.Pattern;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where a file is written that is not to be seen before it is complete: a directory
 * beside its destination, {@code .<name>.<16 hex digits>.zova-partial}.
 * <p>
 * What a killed process leaves is that directory. The next one that writes a file into
 * the same place removes it, whatever it was meant for, after it has made sure by a lock
 * inside that no process is at work in it. Only directories of this name are looked at,
 * and only if they hold nothing but what is put there by this class and SQLite.
 */
public final class PartialDirectory implements AutoCloseable {

	private static final Logger LOGGER = LoggerFactory.getLogger(PartialDirectory.class);

	private static final Pattern NAME = Pattern.compile("\\..+\\.[0-9a-f]{16}\\.zova-partial", Pattern.DOTALL);

	private static final String SUFFIX = ".zova-partial";

	private static final String CONTENT = "content.zova";

	private static final Set<String> FILES = Set.of(DirectoryLock.FILE, CONTENT, CONTENT + "-journal", CONTENT + "-wal",
			CONTENT + "-shm");

	/** Room is left for the random part within the 255 bytes that file systems allow. */
	private static final int LONGEST_NAME = 200;

	private static final SecureRandom RANDOM = new SecureRandom();

	private final Path directory;

	private final DirectoryLock lock;

	private PartialDirectory(Path directory, DirectoryLock lock) {
		this.directory = directory;
		this.lock = lock;
	}

	/**
	 * Makes a directory beside a file. What killed runs have left there is removed.
	 * @param destination what the file will be called
	 * @return the directory, empty but for its lock; close it in every case
	 * @throws IOException if it can't be made
	 */
	public static PartialDirectory beside(Path destination) throws IOException {
		Path parent = DatabasePath.parent(destination);
		removeLeftovers(parent);
		byte[] random = new byte[8];
		RANDOM.nextBytes(random);
		Path directory = parent.resolve("." + shortened(destination) + "." + HexFormat.of().formatHex(random) + SUFFIX);
		return new PartialDirectory(directory, DirectoryLock.make(directory));
	}

	/**
	 * Where to write what the file shall hold.
	 * @return the path; nothing is there yet
	 */
	public Path content() {
		return this.directory.resolve(CONTENT);
	}

	/**
	 * Removes the directory and what is in it.
	 */
	@Override
	public void close() {
		try {
			this.lock.close();
			remove(this.directory);
		}
		catch (IOException ex) {
			LOGGER.warn("{} could not be removed; the next copy to the same directory will try again", this.directory,
					ex);
		}
		finally {
			this.lock.forget();
		}
	}

	/** One thread at a time, because a process can't ask twice for the same lock. */
	private static synchronized void removeLeftovers(Path parent) {
		try (DirectoryStream<Path> entries = Files.newDirectoryStream(parent)) {
			for (Path entry : entries) {
				if (NAME.matcher(entry.getFileName().toString()).matches()) {
					removeIfLeft(entry);
				}
			}
		}
		catch (IOException | DirectoryIteratorException ex) {
			LOGGER.debug("Leftovers in {} were not looked for", parent, ex);
		}
	}

	private static void removeIfLeft(Path entry) {
		try {
			if (isOurs(entry) && DirectoryLock.isLeft(entry)) {
				LOGGER.info("Removing {}, which a killed run has left", entry);
				remove(entry);
			}
		}
		catch (IOException | DirectoryIteratorException ex) {
			LOGGER.debug("{} was not removed", entry, ex);
		}
	}

	/**
	 * Without a lock file it is just being made, or was left in that moment; that costs
	 * nothing.
	 */
	private static boolean isOurs(Path directory) throws IOException {
		if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
			return false;
		}
		try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
			for (Path entry : entries) {
				if (!FILES.contains(entry.getFileName().toString())) {
					return false;
				}
			}
		}
		return true;
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

}
