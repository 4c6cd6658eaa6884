package io.zova.format;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;

import org.jspecify.annotations.Nullable;

import io.zova.Arguments;
import io.zova.ZovaException;
import io.zova.ZovaStatus;

/**
 * The rules for the path of a Zova file.
 */
public final class DatabasePath {

	private static final String SUFFIX = ".zova";

	private static final List<String> SIDE_FILES = List.of("-journal", "-wal", "-shm");

	private DatabasePath() {
	}

	/**
	 * Checks the name of a file that need not exist.
	 * @param path the path
	 * @throws ZovaException with {@link ZovaStatus#NOT_ZOVA_PATH} unless it ends in
	 * {@code .zova}, in lower case
	 */
	public static void requireName(Path path) {
		Arguments.required("path", path);
		if (!path.toString().endsWith(SUFFIX) || path.getFileSystem() != FileSystems.getDefault()) {
			throw new ZovaException(ZovaStatus.NOT_ZOVA_PATH,
					"The path of a Zova file is an ordinary path that ends in .zova (lower case, nothing behind it), but it is '"
							+ path + "'");
		}
	}

	/**
	 * Checks the path of a file that is to be opened.
	 * @param path the path; links are followed
	 * @throws ZovaException with {@link ZovaStatus#NOT_ZOVA_PATH} for another suffix,
	 * {@link ZovaStatus#NOT_ZOVA_DATABASE} if the directory is there but not the file,
	 * {@link ZovaStatus#CANT_OPEN} if the directory is missing or it is not a file
	 */
	public static void requireFile(Path path) {
		requireName(path);
		String other = otherThanFile(attributes(path));
		if (other != null) {
			throw new ZovaException(ZovaStatus.CANT_OPEN, path + " is " + other + ", not a Zova file");
		}
		requireRegularSideFiles(path);
	}

	/**
	 * Opening a pipe waits until somebody writes to it, perhaps for ever, so that nothing
	 * but a file may be opened.
	 * @param attributes what is known of a path
	 * @return what it is instead of a file, {@code null} if it is one
	 */
	public static @Nullable String otherThanFile(BasicFileAttributes attributes) {
		if (attributes.isRegularFile()) {
			return null;
		}
		return attributes.isDirectory() ? "a directory" : "a pipe, socket or device";
	}

	/** SQLite opens what has these names before it looks what it is. */
	static void requireRegularSideFiles(Path path) {
		for (String suffix : SIDE_FILES) {
			Path side = path.resolveSibling(path.getFileName() + suffix);
			if (Files.exists(side) && !Files.isRegularFile(side)) {
				throw new ZovaException(ZovaStatus.CANT_OPEN, side
						+ " is a directory, pipe, socket or device, and SQLite keeps a file of that name beside a database. "
						+ "Remove it or choose another name for the database");
			}
		}
	}

	static BasicFileAttributes attributes(Path path) {
		try {
			return Files.readAttributes(path, BasicFileAttributes.class);
		}
		catch (NoSuchFileException ex) {
			if (!Files.isDirectory(parent(path))) {
				throw missingParent(path, ex);
			}
			throw new ZovaException(ZovaStatus.NOT_ZOVA_DATABASE,
					"There is no file " + path + ". Create it first, or look at the spelling", ex);
		}
		catch (IOException ex) {
			throw new ZovaException(ZovaStatus.CANT_OPEN, path + " could not be opened: " + ex, ex);
		}
	}

	/**
	 * Checks the path of a file that is to be created.
	 * @param path the path
	 * @throws ZovaException with {@link ZovaStatus#NOT_ZOVA_PATH} for another suffix,
	 * {@link ZovaStatus#DESTINATION_EXISTS} if anything has the name, even a link that
	 * leads nowhere, {@link ZovaStatus#CANT_OPEN} if the directory is missing
	 */
	public static void requireFree(Path path) {
		requireName(path);
		if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
			throw destinationExists(path, null);
		}
		if (!Files.isDirectory(parent(path))) {
			throw missingParent(path, null);
		}
	}

	/**
	 * The directory of a file.
	 * @param path the file
	 * @return the absolute path of its directory
	 */
	public static Path parent(Path path) {
		Path parent = path.toAbsolutePath().getParent();
		if (parent == null) {
			throw new ZovaException(ZovaStatus.CANT_OPEN, path + " is the root of a file system, not a file");
		}
		return parent;
	}

	/**
	 * The error for a name that is taken.
	 * @param path the name
	 * @param cause what noticed it
	 * @return the exception
	 */
	public static ZovaException destinationExists(Path path, @Nullable Throwable cause) {
		return new ZovaException(ZovaStatus.DESTINATION_EXISTS,
				path + " exists already, and nothing is ever overwritten. Choose another name or remove it first",
				cause);
	}

	private static ZovaException missingParent(Path path, @Nullable Throwable cause) {
		if (Files.exists(parent(path))) {
			return new ZovaException(ZovaStatus.CANT_OPEN,
					parent(path) + " is not a directory, so that no file " + path.getFileName() + " can be in it",
					cause);
		}
		return new ZovaException(ZovaStatus.CANT_OPEN, "The directory " + parent(path) + " of " + path.getFileName()
				+ " does not exist. Create it first, for example with Files.createDirectories", cause);
	}

}
