package io.zova.migration;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.zova.ZovaException;
import io.zova.ZovaStatus;
import io.zova.format.DatabasePath;
import io.zova.format.FormatValidation;
import io.zova.format.FormatVersion;
import io.zova.format.SqliteFailure;
import io.zova.format.StoreRole;
import io.zova.maintenance.CopyOptions;
import io.zova.maintenance.VerificationReport;

/**
 * Makes a file of the current format out of one of an older format, together with the
 * files that are bound to it.
 */
public final class Migration {

	private static final Logger logger = LoggerFactory.getLogger(Migration.class);

	private final CopyOptions options;

	private final long startedAt = System.nanoTime();

	private final Map<StoreRole, OldStore> stores = new EnumMap<>(StoreRole.class);

	private final Map<StoreRole, OldSource> storeSources = new EnumMap<>(StoreRole.class);

	Migration(CopyOptions options) {
		this.options = options;
	}

	/**
	 * Migrates a file of format 3 to 11, which stays as it is, into a new file.
	 * <p>
	 * Rows of tables, objects, vectors, graphs, key-values, their ids, orders and times
	 * are kept. If the file keeps objects, vectors or graphs in files of their own, those
	 * are migrated too and get the new file's name with {@code .objects.zova},
	 * {@code .vectors.zova} or {@code .graphs.zova} in place of {@code .zova}; the new
	 * file names them as its own path is given here, so give an absolute one unless the
	 * working directory stays the same.
	 * @param source the old file; other processes can't write to it meanwhile
	 * @param destination the new file; its name must end in {@code .zova} and not be
	 * taken
	 * @param options how
	 * @return what was made
	 * @throws ZovaException with {@link ZovaStatus#NO_MIGRATION_PATH} if there is nothing
	 * to migrate, {@link ZovaStatus#UNSUPPORTED_LEGACY_FORMAT} or
	 * {@link ZovaStatus#UNSUPPORTED_FUTURE_FORMAT} for other formats,
	 * {@link ZovaStatus#BUSY} while somebody writes to the source,
	 * {@link ZovaStatus#BOUND_STORE_NOT_FOUND} or {@link ZovaStatus#BOUND_STORE_INVALID}
	 * for an incomplete set, {@link ZovaStatus#NOT_ZOVA_DATABASE},
	 * {@link ZovaStatus#CORRUPT}, {@link ZovaStatus#OBJECT_CORRUPT} or
	 * {@link ZovaStatus#VECTOR_CORRUPT} for damage, and as
	 * {@link io.zova.maintenance.Backup} for a destination that can't be created. There
	 * is no new file then, and the source is as it was
	 */
	public static MigrationReport toFile(Path source, Path destination, CopyOptions options) {
		DatabasePath.requireName(source);
		DatabasePath.requireName(destination);
		if (Files.notExists(source)) {
			throw new ZovaException(ZovaStatus.CANT_OPEN,
					"There is no file " + source + " that could be migrated. Look at the spelling");
		}
		return new Migration(options).toFile(source, destination);
	}

	/**
	 * Migrates a file of format 3 to 11 and puts the new file in its place. The old one
	 * is kept beside it, as {@code app.format-9.zova} for {@code app.zova} of format 9.
	 * Nobody else can use the file meanwhile; a write-ahead log is folded in, so that the
	 * old file has a rollback journal then. If this fails or the process is killed, the
	 * old file or the new one is in place, complete.
	 * @param file the file; links are followed
	 * @param options how
	 * @return what was made
	 * @throws ZovaException with {@link ZovaStatus#NO_MIGRATION_PATH} if there is nothing
	 * to migrate, {@link ZovaStatus#BUSY} while somebody else has the file open,
	 * {@link ZovaStatus#DESTINATION_EXISTS} if the name for the old file is taken,
	 * {@link ZovaStatus#CANT_OPEN} or {@link ZovaStatus#READ_ONLY} if the file or its
	 * directory can't be written, and as {@link #toFile} otherwise
	 */
	public static MigrationReport inPlace(Path file, CopyOptions options) {
		try {
			return InPlaceMigration.run(file, options);
		}
		catch (SQLException ex) {
			throw SqliteFailure.of("The migration of " + file + " failed", ex);
		}
	}

	private MigrationReport toFile(Path sourceFile, Path destination) {
		try (OldSource source = OldSource.open(sourceFile, this.options.busyTimeoutMillis())) {
			return withStores(source, () -> toFile(source, destination));
		}
		catch (SQLException ex) {
			throw SqliteFailure.of("The migration of " + sourceFile + " failed", ex);
		}
	}

	private MigrationReport toFile(OldSource source, Path destination) throws SQLException {
		Map<StoreRole, Path> names = new EnumMap<>(StoreRole.class);
		this.stores.keySet().forEach((role) -> names.put(role, storeName(destination, role)));
		List<Path> all = new ArrayList<>(names.values());
		all.add(destination);
		try (RecoveryDirectory directory = RecoveryDirectory.reserve(all)) {
			Result result = write(source, directory.staged(destination), destination, names, directory::staged);
			directory.publish();
			return report(source, destination, names, source.file(), result);
		}
	}

	/**
	 * Opens the bound stores around some work.
	 * @param source the main file
	 * @param work the work
	 * @return its result
	 * @throws SQLException if SQLite failed
	 */
	MigrationReport withStores(OldSource source, Work work) throws SQLException {
		try {
			source.requireRole(null);
			for (OldStore store : OldStore.of(source)) {
				this.stores.put(store.role(), store);
				this.storeSources.put(store.role(), store.open(source, this.options.busyTimeoutMillis()));
			}
			return work.run();
		}
		finally {
			for (OldSource store : this.storeSources.values()) {
				store.close();
			}
		}
	}

	/**
	 * Writes and checks all files.
	 * @param source the old main file
	 * @param file where to write the new one
	 * @param destination what it will be called
	 * @param names what the stores will be called
	 * @param staging where to write a file that will be called so
	 * @return what was found
	 * @throws SQLException if SQLite failed
	 */
	Result write(OldSource source, Path file, Path destination, Map<StoreRole, Path> names, Staging staging)
			throws SQLException {
		source.requireSchema();
		MigratedFile main = new MigratedFile(source, file, destination);
		Map<StoreRole, MigratedFile> members = new EnumMap<>(StoreRole.class);
		for (OldStore store : this.stores.values()) {
			OldSource member = open(store.role());
			store.validate(member);
			Path name = name(names, store.role());
			members.put(store.role(), new MigratedFile(member, staging.path(name), name));
		}
		List<String> leftOut = new ArrayList<>(main.write(this.options));
		for (Map.Entry<StoreRole, MigratedFile> member : members.entrySet()) {
			leftOut.addAll(member.getValue().write(this.options));
			main.setStorePath(member.getKey(), member.getValue().file().toAbsolutePath().toString());
		}
		VerificationReport verification = this.options.verify() ? verify(main, members) : null;
		long bytes = 0;
		for (Map.Entry<StoreRole, MigratedFile> member : members.entrySet()) {
			main.setStorePath(member.getKey(), name(names, member.getKey()).toString());
			bytes += complete(member.getValue());
		}
		bytes += complete(main);
		leftOut.forEach((object) -> logger.warn("{} names columns that format {} does not have: it is not in {}",
				object, FormatVersion.CURRENT.number(), destination));
		return new Result(bytes, leftOut, verification);
	}

	private VerificationReport verify(MigratedFile main, Map<StoreRole, MigratedFile> members) throws SQLException {
		FormatValidation.openSet(main.file(), this.options.busyTimeoutMillis()).close();
		VerificationReport report = main.verify();
		for (MigratedFile member : members.values()) {
			VerificationReport more = member.verify();
			report = new VerificationReport(report.objects() + more.objects(), report.chunks() + more.chunks(),
					report.vectors() + more.vectors(), report.keyValues() + more.keyValues());
		}
		return report;
	}

	private static long complete(MigratedFile file) throws SQLException {
		file.complete();
		return file.file().toFile().length();
	}

	MigrationReport report(OldSource source, Path destination, Map<StoreRole, Path> names, Path kept, Result result) {
		Duration duration = Duration.ofNanos(System.nanoTime() - this.startedAt);
		logger.info("Migrated {} from format {} to {} in {} ms", destination, source.format().number(),
				FormatVersion.CURRENT.number(), duration.toMillis());
		return new MigrationReport(new FormatVersion(source.format().number()), destination, names, kept, result.bytes,
				result.leftOut, Optional.ofNullable(result.verification), duration);
	}

	private OldSource open(StoreRole role) {
		return Objects.requireNonNull(this.storeSources.get(role));
	}

	private static Path name(Map<StoreRole, Path> names, StoreRole role) {
		return Objects.requireNonNull(names.get(role));
	}

	Iterable<StoreRole> roles() {
		return this.stores.keySet();
	}

	/** As every Zova library calls them. */
	static Path storeName(Path main, StoreRole role) {
		String name = String.valueOf(main.getFileName());
		return main.resolveSibling(name.substring(0, name.length() - ".zova".length()) + "."
				+ role.name().toLowerCase(Locale.ROOT) + ".zova");
	}

	/**
	 * What was found while files were written.
	 *
	 * @param bytes their size
	 * @param leftOut what of the user's did not fit
	 * @param verification what was checked
	 */
	record Result(long bytes, List<String> leftOut, @Nullable VerificationReport verification) {
	}

	/**
	 * Work on open files.
	 */
	@FunctionalInterface
	interface Work {

		MigrationReport run() throws SQLException;

	}

	/**
	 * Where to write files.
	 */
	@FunctionalInterface
	interface Staging {

		Path path(Path name);

	}

}
