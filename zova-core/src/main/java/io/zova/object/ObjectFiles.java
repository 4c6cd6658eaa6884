package io.zova.object;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.SQLException;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Arrays;
import java.util.function.LongConsumer;

import io.zova.format.DatabasePath;
import io.zova.format.PartialDirectory;
import io.zova.sqlite.lock.Interruption;
import io.zova.sqlite.SqlAccess;
import io.zova.sqlite.ZovaConnection;

/**
 * Moves objects between the database and streams or files, a few MiB in memory at a time.
 */
final class ObjectFiles {

	/** Shorter streams are stored like arrays. */
	private static final int SHORT = 1 << 20;

	private static final int PIECE = 4 << 20;

	private static final int COPIED = 256 << 10;

	private final SqlAccess sql;

	private final ObjectOperations objects;

	ObjectFiles(SqlAccess sql, ObjectOperations objects) {
		this.sql = sql;
		this.objects = objects;
	}

	ObjectId put(Path file, PutOptions options) {
		try {
			String other = DatabasePath.otherThanFile(Files.readAttributes(file, BasicFileAttributes.class));
			if (other != null) {
				throw ObjectErrors.invalidArgument(
						file + " is " + other + ", not a file. Open it yourself and put the stream if that is meant");
			}
			try (InputStream content = Files.newInputStream(file)) {
				return put(content, options);
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	ObjectId put(InputStream content, PutOptions options) {
		byte[] start;
		try {
			start = readStart(content);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		if (start.length < SHORT) {
			requireSize(options, start.length, true);
			ObjectId id = this.objects.put(start, options.profile());
			options.progress().accept(start.length);
			return id;
		}
		if (inTransaction()) {
			// The savepoint of this undoes what the writer has stored, should it fail.
			return this.sql.write("store a stream", (connection) -> write(start, content, options));
		}
		return this.sql.observed("store a stream", () -> write(start, content, options));
	}

	/** Never asks for 0 bytes, which some streams answer with their end. */
	private static byte[] readStart(InputStream content) throws IOException {
		byte[] start = new byte[SHORT >> 4];
		int count = content.readNBytes(start, 0, start.length);
		if (count == start.length) {
			start = Arrays.copyOf(start, SHORT);
			count += content.readNBytes(start, count, SHORT - count);
		}
		return (count < start.length) ? Arrays.copyOf(start, count) : start;
	}

	private boolean inTransaction() {
		return this.sql.read("look for a transaction",
				(connection) -> !connection.unwrap(ZovaConnection.class).getAutoCommit());
	}

	private ObjectId write(byte[] start, InputStream content, PutOptions options) {
		try (ObjectWriter writer = this.objects.writer(options.profile())) {
			writer.write(start);
			long done = start.length;
			options.progress().accept(done);
			byte[] piece = new byte[PIECE];
			int count = content.readNBytes(piece, 0, PIECE);
			while (count > 0) {
				requireSize(options, done + count, false);
				writer.write(piece, 0, count);
				done += count;
				options.progress().accept(done);
				count = content.readNBytes(piece, 0, PIECE);
			}
			requireSize(options, done, true);
			return writer.finish();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static void requireSize(PutOptions options, long size, boolean ended) {
		long expected = options.expectedSize();
		if (expected >= 0 && (size > expected || (ended && size < expected))) {
			throw ObjectErrors.invalidArgument("The content should have " + expected + " bytes, got "
					+ (ended ? "" : "at least ") + size + ". Nothing is stored.");
		}
	}

	long copy(ObjectId id, OutputStream target, LongConsumer progress) throws IOException {
		try (ObjectReader reader = this.objects.open(id)) {
			byte[] buffer = new byte[(int) Math.max(1, Math.min(COPIED, reader.object().size()))];
			long done = 0;
			for (int count = reader.read(buffer); count >= 0; count = reader.read(buffer)) {
				target.write(buffer, 0, count);
				done += count;
				progress.accept(done);
				Interruption.check("copying an object");
			}
			return done;
		}
		catch (SQLException ex) {
			throw SqlAccess.translate("copy an object", ex);
		}
	}

	long copy(ObjectId id, Path target, LongConsumer progress) {
		requireReplaceable(target);
		try (PartialDirectory directory = PartialDirectory.beside(target)) {
			long size;
			try (OutputStream out = Files.newOutputStream(directory.content(), StandardOpenOption.CREATE_NEW)) {
				size = copy(id, out, progress);
			}
			// In one step, which also never replaces a directory.
			Files.move(directory.content(), target, StandardCopyOption.ATOMIC_MOVE);
			return size;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static void requireReplaceable(Path target) {
		if (Files.exists(target) && !Files.isRegularFile(target)) {
			throw ObjectErrors.invalidArgument(
					target + " is a " + (Files.isDirectory(target) ? "directory" : "pipe, " + "socket or device")
							+ ", which is not replaced by a file. Give the name that the file shall have");
		}
	}

}
