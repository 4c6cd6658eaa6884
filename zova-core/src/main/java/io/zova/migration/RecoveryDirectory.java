package io.zova.migration;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.zova.ZovaException;
import io.zova.ZovaStatus;
import io.zova.format.DatabasePath;
import io.zova.format.DirectoryLock;

/**
 * Where the files of a migration are written, {@code <main>.migration-recovery} beside
 * the main file, and how they get their names.
 * <p>
 * Names, content and order are those of every Zova library, so that each recognises what
 * another one has left. An empty file takes each name first; it has a second name in this
 * directory, which proves whose it is. When all files are complete, each replaces the one
 * that took its name, the main file last: once it is there, the migration is done.
 * <p>
 * A lock, which only this library has, tells whether the process that made a directory
 * still lives. What a killed run has left is undone by the next one for the same
 * destination. A directory without a lock is somebody else's and stays.
 */
final class RecoveryDirectory implements AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(RecoveryDirectory.class);

	private static final String SUFFIX = ".migration-recovery";

	private static final String OWNER = "owner";

	private static final String OWNER_TEXT = "zova-migration-recovery-v1\n";

	private static final String RESERVED = "reserved-";

	private static final List<String> SIDE_FILES = List.of("-journal", "-wal", "-shm");

	private final Path directory;

	private final List<Path> destinations;

	private final DirectoryLock lock;

	private RecoveryDirectory(Path directory, List<Path> destinations, DirectoryLock lock) {
		this.directory = directory;
		this.destinations = destinations;
		this.lock = lock;
	}

	/**
	 * Takes the names of all files.
	 * @param destinations what they will be called, all in one directory, the main file
	 * last
	 * @return the directory; close it in every case
	 * @throws ZovaException with {@link ZovaStatus#DESTINATION_EXISTS} if a name is taken
	 * or another migration to it is under way or was left, {@link ZovaStatus#CANT_OPEN}
	 * if the directory can't be written or has no hard links
	 */
	static RecoveryDirectory reserve(List<Path> destinations) {
		Path main = destinations.get(destinations.size() - 1);
		Path directory = DatabasePath.parent(main).resolve(main.getFileName() + SUFFIX);
		try {
			undoIfLeft(directory, main.getFileName().toString());
			destinations.forEach(DatabasePath::requireFree);
			RecoveryDirectory recovery = new RecoveryDirectory(directory, destinations, DirectoryLock.make(directory));
			try {
				recovery.reserve();
				return recovery;
			}
			catch (IOException | RuntimeException | Error ex) {
				recovery.close();
				throw ex;
			}
		}
		catch (FileAlreadyExistsException ex) {
			if (directory.toString().equals(ex.getFile())) {
				throw new ZovaException(ZovaStatus.DESTINATION_EXISTS, directory
						+ " is there already: another migration to " + main
						+ " is under way, or was killed. If none is, look into it, delete it and the empty files beside it, "
						+ "then try again", ex);
			}
			throw DatabasePath.destinationExists(main, ex);
		}
		catch (IOException ex) {
			throw new ZovaException(ZovaStatus.CANT_OPEN,
					main + " could not be created in " + DatabasePath.parent(main) + ": " + ex, ex);
		}
	}

	private void reserve() throws IOException {
		Files.writeString(this.directory.resolve(OWNER), OWNER_TEXT, StandardCharsets.US_ASCII,
				StandardOpenOption.CREATE_NEW);
		for (Path destination : this.destinations) {
			Files.createFile(reserved(destination));
			try {
				Files.createLink(absolute(destination), reserved(destination));
			}
			catch (FileAlreadyExistsException ex) {
				throw DatabasePath.destinationExists(destination, ex);
			}
			catch (UnsupportedOperationException ex) {
				throw new IOException("the file system has no hard links", ex);
			}
			Files.createFile(staged(destination));
		}
	}

	/**
	 * Where to write what a file shall hold; it is there and empty.
	 * @param destination what the file will be called
	 * @return the path
	 */
	Path staged(Path destination) {
		return this.directory.resolve(destination.getFileName());
	}

	private Path reserved(Path destination) {
		return this.directory.resolve(RESERVED + destination.getFileName());
	}

	private Path absolute(Path destination) {
		return DatabasePath.parent(this.directory).resolve(destination.getFileName());
	}

	/**
	 * Gives all files their names. No connection to them may be open any more.
	 * @throws ZovaException with {@link ZovaStatus#DESTINATION_EXISTS} if a name was
	 * taken in the meantime, {@link ZovaStatus#CANT_OPEN} if the file system failed; the
	 * names are as they were
	 */
	void publish() {
		try {
			for (Path destination : this.destinations) {
				flush(staged(destination), StandardOpenOption.WRITE);
			}
			for (Path destination : this.destinations) {
				Path name = absolute(destination);
				if (!isSame(name, reserved(destination))) {
					throw DatabasePath.destinationExists(destination, null);
				}
				removeSideFiles(name);
				Files.delete(name);
				Files.createLink(name, staged(destination));
			}
			flushDirectory();
		}
		catch (FileAlreadyExistsException ex) {
			throw DatabasePath.destinationExists(Path.of(ex.getFile()), ex);
		}
		catch (IOException ex) {
			throw new ZovaException(ZovaStatus.CANT_OPEN, this.destinations + " could not be completed: " + ex, ex);
		}
	}

	/** They would be taken for the journal of the new file. */
	private static void removeSideFiles(Path file) throws IOException {
		for (String suffix : SIDE_FILES) {
			Files.deleteIfExists(file.resolveSibling(file.getFileName() + suffix));
		}
	}

	private static void flush(Path file, StandardOpenOption mode) throws IOException {
		try (FileChannel channel = FileChannel.open(file, mode)) {
			channel.force(true);
		}
	}

	/** Windows can't flush a directory, and need not. */
	private void flushDirectory() throws IOException {
		Path parent = DatabasePath.parent(this.directory);
		if (parent.getFileSystem().getSeparator().equals("/")) {
			flush(parent, StandardOpenOption.READ);
		}
	}

	/**
	 * Removes everything but the published files; all of it if the main file was not
	 * published.
	 */
	@Override
	public void close() {
		try {
			List<Path> names = new ArrayList<>();
			this.destinations.forEach((destination) -> names.add(destination.getFileName()));
			undo(this.directory, names);
			this.lock.close();
			Files.deleteIfExists(this.directory.resolve(DirectoryLock.FILE));
			Files.deleteIfExists(this.directory);
		}
		catch (IOException ex) {
			logger.warn("{} could not be removed; the next migration to the same file will try again", this.directory,
					ex);
		}
		finally {
			this.lock.forget();
		}
	}

	/**
	 * Removes what may be removed, in an order that lets another run go on from wherever
	 * this one ends. A name beside the directory is given up only if the file under it is
	 * provably one of this directory.
	 */
	private static void undo(Path directory, List<Path> names) throws IOException {
		Path parent = DatabasePath.parent(directory);
		Path main = names.get(names.size() - 1);
		if (!isSame(parent.resolve(main), directory.resolve(main))) {
			for (Path name : names) {
				Path published = parent.resolve(name);
				if (isSame(published, directory.resolve(RESERVED + name))
						|| isSame(published, directory.resolve(name))) {
					Files.delete(published);
				}
			}
		}
		List<Path> fromLastMember = new ArrayList<>(names);
		Collections.rotate(fromLastMember, 1);
		Collections.reverse(fromLastMember);
		for (Path name : fromLastMember) {
			Files.deleteIfExists(directory.resolve(RESERVED + name));
			removeSideFiles(directory.resolve(name));
			Files.deleteIfExists(directory.resolve(name));
		}
		Files.deleteIfExists(directory.resolve(OWNER));
	}

	/** One thread at a time, because a process can't ask twice for the same lock. */
	private static synchronized void undoIfLeft(Path directory, String main) throws IOException {
		if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS) || !DirectoryLock.isLeft(directory)) {
			return;
		}
		List<Path> names = new ArrayList<>();
		try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
			for (Path entry : entries) {
				String name = entry.getFileName().toString();
				if (name.startsWith(RESERVED)) {
					name = name.substring(RESERVED.length());
				}
				if (name.endsWith(".zova") && !name.equals(main) && !names.contains(Path.of(name))) {
					names.add(Path.of(name));
				}
			}
		}
		names.add(Path.of(main));
		logger.info("Removing {}, which a killed migration has left", directory);
		undo(directory, names);
		Files.deleteIfExists(directory.resolve(DirectoryLock.FILE));
		Files.deleteIfExists(directory);
	}

	private static boolean isSame(Path name, Path witness) throws IOException {
		return Files.isRegularFile(name, LinkOption.NOFOLLOW_LINKS)
				&& Files.isRegularFile(witness, LinkOption.NOFOLLOW_LINKS) && Files.isSameFile(name, witness);
	}

}
