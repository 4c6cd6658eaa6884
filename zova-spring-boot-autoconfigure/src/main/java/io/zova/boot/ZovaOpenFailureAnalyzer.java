package io.zova.boot;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Arrays;

import org.jspecify.annotations.Nullable;
import org.sqlite.NativeLibraryNotFoundException;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

import io.zova.ZovaStatus;

/**
 * Says why the file could not be opened and how to mend it.
 */
class ZovaOpenFailureAnalyzer extends AbstractFailureAnalyzer<ZovaOpenException> {

	private static final String SQLITE_HEADER = "SQLite format 3\0";

	/** Where the header says which journal mode readers must know. */
	private static final int READ_VERSION = 19;

	private static final int WAL = 2;

	@Override
	protected @Nullable FailureAnalysis analyze(Throwable rootFailure, ZovaOpenException cause) {
		Path path = cause.path().toAbsolutePath();
		if (cause.isAboutAStore()) {
			return new FailureAnalysis(
					"The store that %1$s names cannot be used.\n\n    %1$s: %2$s\n    file: %3$s\n    reason: %4$s (%5$s)"
						.formatted(cause.property(), cause.path(), path, cause.reason().getMessage(), cause.status()),
					"Let " + cause.property()
							+ " name a store, or a path that is free where this user may write, and do "
							+ "what the reason says."
							+ (cause.isBound() ? "" : " Without the property everything stays in the main file."),
					cause);
		}
		String description = "The Zova database that zova.path names could not be opened.\n\n    zova.path: "
				+ cause.path() + "\n    file:      " + path + "\n    reason:    " + cause.reason().getMessage() + " ("
				+ cause.status() + ")";
		return new FailureAnalysis(description, action(cause, path), cause);
	}

	private static String action(ZovaOpenException cause, Path path) {
		if (isDriver(cause.reason().getCause())) {
			return "Start the application with -Dorg.sqlite.tmpdir=DIRECTORY, a directory that this user may write and "
					+ "that is not mounted noexec.";
		}
		if (cause.status() == ZovaStatus.NOT_ZOVA_DATABASE && !Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
			return actionForPath(cause, path);
		}
		return switch (cause.status()) {
			case NOT_ZOVA_PATH -> "Give the file a name that ends in .zova, for example " + withSuffix(path) + ".";
			case NOT_ZOVA_DATABASE, CORRUPT ->
				!Files.exists(path) ? actionForPath(cause, path) : actionForContent(path);
			case MIGRATION_REQUIRED -> "The file was written in an older format. ZovaDatabase.migrate(Path.of(\"" + path
					+ "\"), newFile) makes a new file of it, which leaves this one as it is; point zova.path to the new "
					+ "one.";
			case UNSUPPORTED_LEGACY_FORMAT ->
				"The file's format is too old to be migrated. Open it with the release of Zova that wrote it, "
						+ "and copy its content to a new file.";
			case UNSUPPORTED_FUTURE_FORMAT, UNSUPPORTED_ZOVA_VERSION ->
				"The file was written by a newer version. Use the version of zova-spring-boot-starter that knows its "
						+ "format.";
			case BUSY, LOCKED -> "Another process holds the file's lock. Stop it, or let this application wait longer "
					+ "with zova.sqlite.busy-timeout.";
			case READ_ONLY -> actionForReading(path);
			case DESTINATION_EXISTS -> String.valueOf(cause.reason().getMessage()).contains(".format-")
					? "Move the file that the reason names to another place, then start again."
					: "Something else created the file at the same moment. Start again.";
			case EXTENSION_UNAVAILABLE, EXTENSION_INCOMPATIBLE, EXTENSION_INVALID ->
				"The file uses an extension that this application does not have in a fitting version. Add it.";
			case BOUND_STORE_INVALID ->
				"The main file and its stores (zova.stores) belong together as they were written. Put back the files "
						+ "of one backup, or repair the set as the reason says. What it holds can be copied into one "
						+ "file with ZovaDatabase.restore(Path.of(\"" + path + "\"), newFile) when it opens again.";
			case BOUND_STORE_EXISTS, BOUND_STORE_NOT_FOUND, INVALID_ARGUMENT ->
				"Change the settings below zova.stores, or the file, as the reason says.";
			default -> actionForPath(cause, path);
		};
	}

	private static boolean isDriver(@Nullable Throwable reason) {
		return reason instanceof NativeLibraryNotFoundException || reason instanceof LinkageError;
	}

	private static String actionForReading(Path path) {
		Path directory = path.getParent();
		if (directory != null && !Files.isWritable(directory) && isInWalMode(path)) {
			return "A file in WAL mode needs others beside it, even for reading. Do one of these: make the directory "
					+ directory + " writable for this user; set zova.immutable=true, if nobody changes the file while "
					+ "this application runs; or give the file a rollback journal, by starting an application once with "
					+ "zova.sqlite.journal-mode=delete where the file can be written.";
		}
		return "Make the file and its directory writable for this user, or set zova.read-only=true.";
	}

	private static boolean isInWalMode(Path path) {
		try (InputStream file = Files.newInputStream(path)) {
			byte[] header = file.readNBytes(READ_VERSION + 1);
			return header.length > READ_VERSION && header[READ_VERSION] == WAL;
		}
		catch (IOException ex) {
			return false;
		}
	}

	private static String actionForContent(Path path) {
		if (isSqlite(path)) {
			return "The file is a SQLite database, but not one of Zova. ZovaDatabase.convert(Path.of(\"" + path
					+ "\"), newFile) copies it into a new Zova database, which leaves this one as it is; point zova.path "
					+ "to that.";
		}
		if (path.toFile().length() == 0) {
			return "Delete the empty file, and a new database is created in its place. If it was a Zova database, restore "
					+ "your last backup instead.";
		}
		return "Point zova.path to a Zova database, or to a name that is not taken so that a new one is created there. "
				+ "If this file was a Zova database, keep a copy and restore your last backup.";
	}

	private static boolean isSqlite(Path path) {
		byte[] header = SQLITE_HEADER.getBytes(StandardCharsets.US_ASCII);
		try (InputStream file = Files.newInputStream(path)) {
			return Arrays.equals(file.readNBytes(header.length), header);
		}
		catch (IOException ex) {
			return false;
		}
	}

	private static String actionForPath(ZovaOpenException cause, Path path) {
		Path directory = path.getParent();
		if (Files.isDirectory(path)) {
			return "zova.path must name a file, but this is a directory: add a file name, for example "
					+ path.resolve("app.zova") + ".";
		}
		if (directory != null && !Files.exists(directory)) {
			return cause.create()
					? "Create the directory " + directory + " with write access for this user, or correct zova.path."
					: "Correct zova.path, or set zova.create=true and zova.read-only=false to create the directory and "
							+ "the file.";
		}
		if (directory != null && !Files.isDirectory(directory)) {
			return "Correct zova.path: " + directory + " is not a directory.";
		}
		if (Files.isSymbolicLink(path) && !Files.exists(path)) {
			return "The file is a link to something that does not exist. Correct the link.";
		}
		if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
			return cause.create() ? "Make the directory " + directory + " writable for this user, or correct zova.path."
					: "Correct zova.path, or set zova.create=true and zova.read-only=false to create the file.";
		}
		if (!Files.isReadable(path)) {
			return "Make the file readable for this user.";
		}
		if (directory != null && !Files.isWritable(directory)) {
			return "Make the directory " + directory
					+ " writable for this user: a file in WAL mode needs others beside it.";
		}
		return "Correct zova.path or what the reason says.";
	}

	private static Path withSuffix(Path path) {
		Path name = path.getFileName();
		String base = (name != null) ? name.toString().replaceFirst("\\.[^.]*$", "") : "app";
		return path.resolveSibling(base + ".zova");
	}

}
