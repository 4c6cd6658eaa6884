package io.zova.sqlite.file;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.sql.SQLException;
import java.sql.SQLNonTransientException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sqlite.SQLiteErrorCode;

/**
 * Whether the path of a database still leads to the file that its connections have open.
 * <p>
 * Once that file was deleted, renamed or replaced, everything would go on as before and
 * be gone when the process ends. So writes are refused from the moment that it is
 * noticed, also if the file comes back: nobody knows what happened to it meanwhile. The
 * native library asks before each commit, and SQLite does when it creates a rollback
 * journal; this object looks at the path before writes too, once a second, for platforms
 * without the library, and at once for whoever wants to be sure.
 * <p>
 * A database has one for each of its files, so far only the main one.
 */
public final class FileIdentity {

	private static final Logger logger = LoggerFactory.getLogger(FileIdentity.class);

	private static final long LOOK_EVERY_NANOS = TimeUnit.SECONDS.toNanos(1);

	/** The SQLState of an I/O error. */
	private static final String IO_ERROR = "58030";

	private final @Nullable Path path;

	/** Where SQLite looks for the rollback journal: it follows links. */
	private final @Nullable Path journal;

	private final @Nullable Object inode;

	private volatile long lookedAt = System.nanoTime();

	private volatile @Nullable Loss loss;

	/** A database in memory: nobody can take it away. */
	public FileIdentity() {
		this.path = null;
		this.journal = null;
		this.inode = null;
	}

	public FileIdentity(Path path) {
		this.path = path.toAbsolutePath();
		this.journal = journalOf(this.path);
		this.inode = inodeOf(this.path);
	}

	/**
	 * Refuses to write once it is known that the file is elsewhere. Looks from time to
	 * time.
	 * @throws SQLException that says what happened
	 */
	public void requireInPlace() throws SQLException {
		Loss known = this.loss;
		if (known == null && this.inode != null && System.nanoTime() - this.lookedAt > LOOK_EVERY_NANOS) {
			known = look();
		}
		refuse(known, null);
	}

	/**
	 * Looks whether the file is where it was opened.
	 * @throws SQLException that says what happened
	 */
	public void requireInPlaceNow() throws SQLException {
		refuse(look(), null);
	}

	/**
	 * Refuses to read while SQLite would take the journal of another file for ours: it
	 * would roll that back into our file, and delete it.
	 * @throws SQLException that says what happened
	 */
	public void requireNoForeignJournal() throws SQLException {
		Loss known = this.loss;
		if (known != null && this.journal != null && Files.exists(this.journal)) {
			refuse(known, null);
		}
	}

	/**
	 * Says what happened if an error is about that.
	 * @param ex the error of a statement
	 * @return the same error, or one that explains it
	 */
	public SQLException explain(SQLException ex) {
		int code = ex.getErrorCode();
		if (code != SQLiteErrorCode.SQLITE_CONSTRAINT_COMMITHOOK.code
				&& code != SQLiteErrorCode.SQLITE_READONLY_DBMOVED.code) {
			return ex;
		}
		Loss found = look();
		return error((found != null) ? found.message() : "At this commit, " + this.path
				+ " could not be found, or was another file; now it is there again. Nothing of the transaction is "
				+ "stored: run it again, and find out who moves the file", ex);
	}

	private static void refuse(@Nullable Loss loss, @Nullable SQLException cause) throws SQLException {
		if (loss != null) {
			throw error(loss.message(), cause);
		}
	}

	private static SQLException error(String message, @Nullable SQLException cause) {
		return new SQLNonTransientException(message, IO_ERROR, SQLiteErrorCode.SQLITE_READONLY_DBMOVED.code, cause);
	}

	private @Nullable Loss look() {
		Path file = this.path;
		Loss known = this.loss;
		if (known != null || file == null) {
			return known;
		}
		this.lookedAt = System.nanoTime();
		try {
			Object now = Files.readAttributes(file, BasicFileAttributes.class).fileKey();
			boolean same = now == null || this.inode == null || now.equals(this.inode);
			return same ? null : notice(file, "replaced by another file");
		}
		catch (NoSuchFileException ex) {
			return notice(file, "deleted, or it or its directory was renamed");
		}
		catch (IOException ex) {
			// Who can't look knows nothing.
			return null;
		}
	}

	private synchronized Loss notice(Path file, String what) {
		Loss known = this.loss;
		if (known == null) {
			known = new Loss(file, what, Instant.now().truncatedTo(ChronoUnit.SECONDS));
			this.loss = known;
			logger.error(known.message());
		}
		return known;
	}

	private static Path journalOf(Path path) {
		Path real;
		try {
			real = path.toRealPath();
		}
		catch (IOException ex) {
			real = path;
		}
		return real.resolveSibling(real.getFileName() + "-journal");
	}

	private static @Nullable Object inodeOf(Path path) {
		try {
			return Files.readAttributes(path, BasicFileAttributes.class).fileKey();
		}
		catch (IOException ex) {
			return null;
		}
	}

	/**
	 * What happened to the file.
	 *
	 * @param file where it was
	 * @param what what was done to it
	 * @param noticed when it was found out
	 */
	private record Loss(Path file, String what, Instant noticed) {

		String message() {
			return "The file " + this.file + " was " + this.what + " while it was open (noticed at " + this.noticed
					+ "). Writes are refused from then on: they would be gone with this process. What the old file "
					+ "held can still be read here: save it with a backup to another path. Then stop the application "
					+ "and put the file back, or restore a backup; before another file is put there, take away what "
					+ "is left of " + this.file.getFileName() + "-wal, -shm and -journal";
		}

	}

}
