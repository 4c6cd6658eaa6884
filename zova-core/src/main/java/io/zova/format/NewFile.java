package io.zova.format;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.zova.ZovaException;
import io.zova.ZovaStatus;

/**
 * A file that appears under its name only when it is complete.
 *
 * <p>
 * It is written inside a {@link PartialDirectory} beside its destination, flushed to the
 * disk, and then linked to its name, which fails if the name has been taken in the
 * meantime: nothing is ever overwritten, and whoever looks sees no file or a complete
 * one, also after the process was killed or the power went.
 *
 * <p>
 * A file system without hard links needs a second step: an empty file reserves the name
 * and is then replaced. Only there can a process that is killed in between leave an empty
 * file.
 */
public final class NewFile implements AutoCloseable {

	private static final Logger LOGGER = LoggerFactory.getLogger(NewFile.class);

	private final Path destination;

	private final PartialDirectory directory;

	private final Linker linker;

	private NewFile(Path destination, PartialDirectory directory, Linker linker) {
		this.destination = destination;
		this.directory = directory;
		this.linker = linker;
	}

	/**
	 * Begins a file. Leftovers of killed runs in its directory are removed.
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
		try {
			PartialDirectory directory = PartialDirectory.beside(destination);
			NewFile file = new NewFile(destination, directory, linker);
			try {
				Files.createFile(file.path());
				return file;
			}
			catch (IOException | RuntimeException | Error ex) {
				file.close();
				throw ex;
			}
		}
		catch (IOException ex) {
			throw new ZovaException(ZovaStatus.CANT_OPEN,
					destination + " could not be created in " + DatabasePath.parent(destination) + ": " + ex, ex);
		}
	}

	/**
	 * Where to write what the file shall hold; it is there and empty.
	 * @return the path
	 */
	public Path path() {
		return this.directory.content();
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
		this.directory.close();
	}

	/**
	 * What is left of a file that was once deleted under this name would be taken for the
	 * journal of the new one: also if the power went and it came back.
	 */
	private void removeSideFiles() throws IOException {
		boolean removed = false;
		for (String suffix : new String[] { "-journal", "-wal", "-shm" }) {
			removed |= Files.deleteIfExists(this.destination.resolveSibling(this.destination.getFileName() + suffix));
		}
		if (removed) {
			flushDirectory();
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

	/**
	 * Gives a file a second name. Replaced in tests, to stand for other file systems.
	 */
	@FunctionalInterface
	interface Linker {

		@Nullable Path link(Path link, Path existing) throws IOException;

	}

}
