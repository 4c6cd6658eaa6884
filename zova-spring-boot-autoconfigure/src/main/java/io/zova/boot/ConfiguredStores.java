package io.zova.boot;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.zova.ZovaException;
import io.zova.ZovaStatus;
import io.zova.format.StoreRole;
import io.zova.store.StoreInfo;
import io.zova.store.StoreOptions;
import io.zova.store.Stores;

/**
 * Brings the stores of a main file to what the properties say, before it is opened.
 */
final class ConfiguredStores {

	private static final Logger log = LoggerFactory.getLogger(ConfiguredStores.class);

	private final ZovaProperties.Stores properties;

	private final Path mainFile;

	private final Stores stores;

	ConfiguredStores(ZovaProperties.Stores properties, Path mainFile) {
		this.properties = properties;
		this.mainFile = mainFile;
		this.stores = Stores.of(mainFile);
	}

	void prepare() {
		// What is wrong with the main file is no fault of a store.
		this.stores.info();
		for (StoreRole role : StoreRole.values()) {
			String given = this.properties.path(role);
			if (given != null) {
				prepare(role, path(role, given));
			}
		}
	}

	private static Path path(StoreRole role, String given) {
		DatabaseOpener.requireOrdinary(name(role), given);
		Rule.require(given.endsWith(".zova"), name(role), given,
				"It must name a file that ends in .zova, for example data/app." + role.name().toLowerCase(Locale.ROOT)
						+ ".zova.");
		return DatabaseOpener.path(name(role), given);
	}

	private void prepare(StoreRole role, Path path) {
		// As long as nobody knows.
		boolean isBound = true;
		try {
			Optional<StoreInfo> bound = this.stores.info(role);
			isBound = bound.isPresent();
			if (bound.isEmpty()) {
				bindFirst(role, path);
			}
			else if (!isSame(bound.get(), path)) {
				bindAgain(bound.get(), path);
			}
		}
		catch (ZovaException ex) {
			throw new ZovaOpenException(name(role), path, isBound, ex);
		}
	}

	private void bindFirst(StoreRole role, Path path) {
		if (this.stores.hasContentInMain(role)) {
			throw new ZovaException(ZovaStatus.BOUND_STORE_EXISTS,
					name(role) + " is " + path + ", but " + this.mainFile + " holds "
							+ role.name().toLowerCase(Locale.ROOT) + " itself. Move them once: Stores.of(Path.of(\""
							+ this.mainFile + "\")).split(StoreRole." + role + ", Path.of(\"" + path
							+ "\")), while the application is stopped");
		}
		if (!Files.exists(path)) {
			DatabaseOpener.createDirectoryOf(path);
			Stores.create(role, path);
		}
		this.stores.bind(role, path, options());
		log.info("The {} of {} is {} from now on", role.words(), this.mainFile, path);
	}

	/** It was moved, or the working directory is another one. */
	private void bindAgain(StoreInfo bound, Path path) {
		if (!Files.exists(path) || !Stores.id(bound.role(), path).equals(bound.storeId())) {
			throw new ZovaException(ZovaStatus.BOUND_STORE_INVALID,
					name(bound.role()) + " is " + path + ", but " + this.mainFile + " has its " + bound.role().words()
							+ " in " + bound.path() + ", and that is another store. Set the property to that path, or "
							+ "move that file to where the property says while the application is stopped");
		}
		this.stores.bind(bound.role(), path, options().takingOver());
		log.warn("The {} of {} was {} and is {} from now on: it is the same store (store_id {})", bound.role().words(),
				this.mainFile, bound.path(), path, bound.storeId());
	}

	private StoreOptions options() {
		return this.properties.allowWal() ? StoreOptions.defaults().allowingWal() : StoreOptions.defaults();
	}

	private boolean isSame(StoreInfo bound, Path path) {
		Path recorded = this.mainFile.toAbsolutePath().resolveSibling(bound.path());
		try {
			return recorded.equals(path.toAbsolutePath().normalize())
					|| (Files.exists(recorded) && Files.exists(path) && Files.isSameFile(recorded, path));
		}
		catch (IOException ex) {
			return false;
		}
	}

	private static String name(StoreRole role) {
		return "zova.stores." + role.storeName().replace("_store", "") + ".path";
	}

}
