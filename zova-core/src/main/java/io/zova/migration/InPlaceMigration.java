package io.zova.migration;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.sql.SQLException;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.zova.ZovaException;
import io.zova.ZovaStatus;
import io.zova.format.DatabasePath;
import io.zova.format.FormatProbe;
import io.zova.format.FormatVersion;
import io.zova.format.NewFile;
import io.zova.format.PartialDirectory;
import io.zova.format.StoreRole;
import io.zova.maintenance.CopyOptions;

/**
 * Puts the migrated file in the place of the old one, which gets another name.
 * <p>
 * From the first look to the end the old file is locked exclusively, so that nothing that
 * somebody writes is lost. When the new one is complete and on the disk, the old one gets
 * its second name (a hard link) and the new one takes the first (a rename, which is
 * atomic): whoever looks finds the old file or the new one, also after the process was
 * killed or the power went. A second name that leads to the same file is what a killed
 * run has left, and the next one goes on from there.
 */
final class InPlaceMigration {

	private static final Logger logger = LoggerFactory.getLogger(InPlaceMigration.class);

	private static final List<String> SIDE_FILES = List.of("-journal", "-wal", "-shm");

	private final Path file;

	private final CopyOptions options;

	private final Migration migration;

	private InPlaceMigration(Path file, CopyOptions options) {
		this.file = file;
		this.options = options;
		this.migration = new Migration(options);
	}

	static MigrationReport run(Path path, CopyOptions options) throws SQLException {
		DatabasePath.requireFile(path);
		try {
			// A link stays a link to the file.
			return new InPlaceMigration(path.toRealPath(), options).run();
		}
		catch (IOException ex) {
			throw new ZovaException(ZovaStatus.CANT_OPEN,
					"The migrated file could not be put in the place of " + path + ": " + ex, ex);
		}
	}

	private MigrationReport run() throws SQLException, IOException {
		StartLock waiting = StartLock.take(this.file, this.options.busyTimeout());
		try {
			requireOld();
			Object before = identity();
			try (OldSource source = OldSource.openExclusively(this.file, this.options.busyTimeoutMillis())) {
				if (!Objects.equals(before, identity())) {
					throw new ZovaException(ZovaStatus.BUSY,
							this.file + " was replaced just now by somebody else. Try again");
				}
				Path kept = keptName(source.format());
				requireFree(kept);
				return this.migration.withStores(source, () -> replace(source, kept));
			}
		}
		finally {
			waiting.close();
		}
	}

	/**
	 * If somebody else has replaced the file meanwhile. A look that can't write does no
	 * harm.
	 */
	private void requireOld() {
		try {
			FormatVersion version = FormatProbe.probe(this.file);
			if (version.support() == FormatVersion.Support.CURRENT) {
				throw OldSource.nothingToDo(this.file.toString());
			}
		}
		catch (ZovaException ex) {
			if (ex.status() != ZovaStatus.BUSY && ex.status() != ZovaStatus.READ_ONLY) {
				throw ex;
			}
		}
	}

	private @Nullable Object identity() throws IOException {
		return Files.readAttributes(this.file, BasicFileAttributes.class).fileKey();
	}

	private Path keptName(OldFormat format) {
		return this.file.resolveSibling(stem() + ".format-" + format.number() + ".zova");
	}

	private String stem() {
		String name = this.file.getFileName().toString();
		return name.substring(0, name.length() - ".zova".length());
	}

	private void requireFree(Path kept) throws IOException {
		if (Files.exists(kept, LinkOption.NOFOLLOW_LINKS) && !isLeftByKilledRun(kept)) {
			throw new ZovaException(ZovaStatus.DESTINATION_EXISTS, kept + " exists already, and the old " + this.file
					+ " would be kept under this name. Nothing is ever overwritten: move it elsewhere first");
		}
	}

	private boolean isLeftByKilledRun(Path kept) throws IOException {
		return Files.isRegularFile(kept, LinkOption.NOFOLLOW_LINKS) && Files.isSameFile(kept, this.file);
	}

	private MigrationReport replace(OldSource source, Path kept) throws SQLException {
		Map<StoreRole, Path> names = new EnumMap<>(StoreRole.class);
		Map<Path, NewFile> stores = new LinkedHashMap<>();
		try (PartialDirectory directory = PartialDirectory.beside(this.file)) {
			for (StoreRole role : this.migration.roles()) {
				Path name = freeStoreName(role);
				names.put(role, name);
				stores.put(name, NewFile.at(name));
			}
			Path staged = Files.createFile(directory.content());
			Migration.Result result = this.migration.write(source, staged, this.file, names,
					(name) -> Objects.requireNonNull(stores.get(name)).path());
			stores.values().forEach(NewFile::publish);
			flush(staged, StandardOpenOption.WRITE);
			source.foldLogIn();
			put(source, staged, kept);
			logger.info("{} is in the new format now; the old file is kept as {}", this.file, kept.getFileName());
			return this.migration.report(source, this.file, names, kept, result);
		}
		catch (IOException ex) {
			throw new ZovaException(ZovaStatus.CANT_OPEN, "The migrated file could not be put in the place of "
					+ this.file + ": " + ex + ". Let this user write the directory " + this.file.getParent(), ex);
		}
		finally {
			stores.values().forEach(NewFile::close);
		}
	}

	private void put(OldSource source, Path staged, Path kept) throws IOException, SQLException {
		for (String suffix : SIDE_FILES) {
			Files.deleteIfExists(this.file.resolveSibling(this.file.getFileName() + suffix));
		}
		boolean linked = !isLeftByKilledRun(kept);
		if (linked) {
			try {
				Files.createLink(kept, this.file);
			}
			catch (UnsupportedOperationException ex) {
				throw new IOException("the file system has no hard links, under which the old file could be kept", ex);
			}
		}
		try {
			flushDirectory();
			if (!isPosix()) {
				// Nobody can replace an open file there.
				source.close();
			}
			Files.move(staged, this.file, StandardCopyOption.ATOMIC_MOVE);
		}
		catch (IOException | RuntimeException | Error ex) {
			if (linked) {
				Files.deleteIfExists(kept);
			}
			throw ex;
		}
		flushDirectory();
	}

	/**
	 * The old store keeps its name, which may be the one that a new one would get.
	 */
	private Path freeStoreName(StoreRole role) {
		Path usual = Migration.storeName(this.file, role);
		Path name = usual;
		for (int i = 2; Files.exists(name, LinkOption.NOFOLLOW_LINKS); i++) {
			name = Migration.storeName(this.file.resolveSibling(stem() + "-" + i + ".zova"), role);
		}
		if (!name.equals(usual)) {
			logger.warn(
					"{} is taken, by a store of the old file or by what a killed migration has left; the new one is {}",
					usual, name.getFileName());
		}
		return name;
	}

	private boolean isPosix() {
		return this.file.getFileSystem().getSeparator().equals("/");
	}

	private void flushDirectory() throws IOException {
		if (isPosix()) {
			flush(DatabasePath.parent(this.file), StandardOpenOption.READ);
		}
	}

	private static void flush(Path file, StandardOpenOption mode) throws IOException {
		try (FileChannel channel = FileChannel.open(file, mode)) {
			channel.force(true);
		}
	}

}
