package io.zova.boot;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.util.StringUtils;

import io.zova.ZovaDatabase;
import io.zova.ZovaException;
import io.zova.ZovaOptions;
import io.zova.ZovaStatus;
import io.zova.format.FormatVersion;
import io.zova.maintenance.CopyOptions;
import io.zova.sqlite.function.SqlFunction;

/**
 * Opens the database that the properties describe, or creates it.
 */
final class DatabaseOpener {

	private static final Logger log = LoggerFactory.getLogger(DatabaseOpener.class);

	/** What has a meaning elsewhere and would only be an odd name here. */
	private static final Pattern NO_ORDINARY_PATH = Pattern.compile("~(/.*)?|(file|classpath\\*?|jdbc):.*",
			Pattern.DOTALL);

	private final ZovaProperties properties;

	private final List<SqlFunction> functions;

	DatabaseOpener(ZovaProperties properties, List<SqlFunction> functions) {
		this.properties = properties;
		this.functions = functions;
	}

	ZovaDatabase open() {
		String given = this.properties.path();
		Rule.require(StringUtils.hasText(given), "zova.path", (given != null) ? given : "",
				"It must name the database file, for example data/app.zova.");
		ZovaOptions options = this.properties.toOptions().toBuilder().functions(this.functions).build();
		if (ZovaProperties.IN_MEMORY.equals(given)) {
			log.info("The Zova database is in memory: it is gone when the application stops");
			if (this.properties.stores().areConfigured()) {
				log.warn("zova.stores is not used: a database in memory keeps everything itself");
			}
			return ZovaDatabase.inMemory(options);
		}
		requireOrdinary("zova.path", (given != null) ? given : "");
		Path path = path("zova.path", given);
		if (!options.readOnly() && Files.exists(path)) {
			new WritablePlace().warn(path);
		}
		try {
			boolean create = mayBeCreated(path, options);
			if (!create && this.properties.migration() == ZovaProperties.Migration.ON_START) {
				migrateIfOld(path);
			}
			if (this.properties.stores().areConfigured() && !options.readOnly()) {
				return openSet(path, options);
			}
			return create ? create(path, options) : ZovaDatabase.open(path, options);
		}
		catch (ZovaException ex) {
			throw new ZovaOpenException(path, this.properties.create() && !options.readOnly(), ex);
		}
	}

	static void requireOrdinary(String property, String given) {
		Rule.require(!NO_ORDINARY_PATH.matcher(given).matches(), property, given,
				"It is an ordinary path, as data/app.zova or /srv/app.zova; ~, file:, classpath: and jdbc: mean nothing in "
						+ "it. ${user.home}/app.zova is in the home directory.");
	}

	private ZovaDatabase create(Path path, ZovaOptions options) {
		createDirectoryOf(path);
		if (options.journalMode().isPresent()) {
			return ZovaDatabase.create(path, options);
		}
		ZovaDatabase database = ZovaDatabase.create(path,
				options.toBuilder().journalMode(ZovaOptions.JournalMode.WAL).build());
		log.info("Created {} in WAL mode, so that read-only transactions and the writer don't wait for each other; "
				+ "zova.sqlite.journal-mode chooses another mode", path);
		return database;
	}

	/** With a rollback journal, so that each commit over the files is whole. */
	private ZovaDatabase openSet(Path path, ZovaOptions options) {
		if (mayBeCreated(path, options)) {
			createDirectoryOf(path);
			ZovaDatabase.create(path, options).close();
			log.info("Created {} with the journal mode {}", path,
					options.journalMode().map(ZovaOptions.JournalMode::sql).orElse("delete"));
		}
		if (Files.exists(path)) {
			new ConfiguredStores(this.properties.stores(), path).prepare();
		}
		return ZovaDatabase.open(path, options);
	}

	static void createDirectoryOf(Path path) {
		Path directory = path.toAbsolutePath().getParent();
		// Whatever else is wrong with the path is said when the file is created.
		if (directory == null || Files.exists(directory, LinkOption.NOFOLLOW_LINKS)
				|| !path.toString().endsWith(".zova")) {
			return;
		}
		try {
			Files.createDirectories(directory);
			log.info("Created the directory {} for {}", directory, path.getFileName());
		}
		catch (IOException ex) {
			throw new ZovaException(ZovaStatus.CANT_OPEN,
					"The directory " + directory + " does not exist and could not be created: " + ex, ex);
		}
	}

	/**
	 * The probe only reads. Where it can't, because somebody is at work on the file or
	 * has left it in the middle of a transaction, the migration finds out.
	 */
	private void migrateIfOld(Path path) {
		try {
			if (ZovaDatabase.probe(path).support() != FormatVersion.Support.MIGRATABLE) {
				return;
			}
		}
		catch (ZovaException ex) {
			if (ex.status() != ZovaStatus.BUSY && ex.status() != ZovaStatus.READ_ONLY) {
				return;
			}
		}
		try {
			ZovaDatabase.migrateInPlace(path,
					CopyOptions.defaults().withBusyTimeout(this.properties.sqlite().busyTimeout()));
		}
		catch (ZovaException ex) {
			if (ex.status() != ZovaStatus.NO_MIGRATION_PATH) {
				throw ex;
			}
		}
	}

	private boolean mayBeCreated(Path path, ZovaOptions options) {
		return this.properties.create() && !options.readOnly() && !Files.exists(path, LinkOption.NOFOLLOW_LINKS);
	}

	static Path path(String property, @org.jspecify.annotations.Nullable String given) {
		try {
			return Path.of((given != null) ? given : "");
		}
		catch (InvalidPathException ex) {
			throw new InvalidConfigurationPropertyValueException(property, given,
					"It is not a path on this system: " + ex.getReason() + ".");
		}
	}

}
