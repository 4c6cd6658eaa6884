package io.zova.maintenance.salvage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import io.zova.ZovaException;
import io.zova.ZovaStatus;
import io.zova.format.BoundStore;
import io.zova.format.PartialDirectory;
import io.zova.format.StorePolicy;
import io.zova.format.StoreRole;
import io.zova.format.ZovaSchema;
import io.zova.maintenance.check.OldShapes;
import io.zova.maintenance.check.Schemas;
import io.zova.sqlite.driver.DriverConnections;

/**
 * What is found page by page in a file and in its bound stores, sorted in files of their
 * own, which nobody sees.
 */
final class RescuedFiles implements AutoCloseable {

	private final Path source;

	private final Path destination;

	private final int limit;

	private final List<PartialDirectory> directories = new ArrayList<>();

	private final Map<StoreRole, Path> stores = new EnumMap<>(StoreRole.class);

	private @Nullable PageRescue rescue;

	/**
	 * Nothing read yet.
	 * @param source the damaged main file
	 * @param destination beside what to put what is found
	 * @param limit how many rows without a proof to tell one by one
	 */
	RescuedFiles(Path source, Path destination, int limit) {
		this.source = source;
		this.destination = destination;
		this.limit = limit;
	}

	/**
	 * Reads all files.
	 * @param format the format of the main file, 0 if it is not known
	 * @return what was found in the main file
	 */
	PageRescue read(int format) throws IOException, SQLException {
		PageRescue found = read(this.source, emptyFile(), format);
		this.rescue = found;
		if (!OldShapes.has(found.format())) {
			for (BoundStore store : readableStores()) {
				Path file = store.locate(this.source, StorePolicy.ANY);
				Salvage.requireClosed(file);
				Path path = emptyFile();
				read(file, path, ZovaSchema.FORMAT);
				this.stores.put(store.role(), path);
			}
		}
		return found;
	}

	@Nullable PageRescue rescue() {
		return this.rescue;
	}

	Path content() {
		return this.directories.get(0).content();
	}

	private Path emptyFile() throws IOException {
		PartialDirectory directory = PartialDirectory.beside(this.destination);
		this.directories.add(directory);
		return Files.createFile(directory.content());
	}

	private PageRescue read(Path file, Path raw, int format) throws IOException, SQLException {
		FileStamp before = FileStamp.of(file);
		PageRescue found = PageRescue.into(file, raw, format, this.limit);
		if (!before.equals(FileStamp.of(file))) {
			throw new ZovaException(ZovaStatus.BUSY,
					file + " was changed while its pages were read. Stop whoever writes to it, or salvage a copy");
		}
		return found;
	}

	/** Those that are there, and are no others than are meant as far as they can tell. */
	private List<BoundStore> readableStores() throws SQLException {
		List<BoundStore> readable = new ArrayList<>();
		for (BoundStore store : storesOfMain()) {
			try (Connection connection = DriverConnections.immutable(content()).open()) {
				store.attach(connection, this.source);
				readable.add(store);
			}
			catch (ZovaException ex) {
				if (ex.status() == ZovaStatus.CORRUPT || ex.status() == ZovaStatus.NOT_ZOVA_DATABASE) {
					readable.add(store);
				}
			}
			catch (SQLException ex) {
				UserRows.requireAboutData(ex);
				readable.add(store);
			}
		}
		readable.removeIf((store) -> !isThere(store));
		return readable;
	}

	private List<BoundStore> storesOfMain() throws SQLException {
		try (Connection connection = DriverConnections.immutable(content()).open()) {
			return BoundStore.of(connection);
		}
	}

	private boolean isThere(BoundStore store) {
		try {
			return Files.size(store.locate(this.source, StorePolicy.ANY)) > 0;
		}
		catch (ZovaException | IOException ex) {
			return false;
		}
	}

	/**
	 * Attaches what was found in stores.
	 * @param connection a connection to the new file, to which the rest is attached
	 * @return where the rows of each role are
	 */
	Schemas schemas(Connection connection) throws SQLException {
		PageRescue found = this.rescue;
		if (found != null && OldShapes.has(found.format())) {
			return OldShapes.show(connection, "source", found.format());
		}
		Schemas schemas = Schemas.in("source");
		for (BoundStore store : storesOfMain()) {
			Path path = this.stores.get(store.role());
			schemas = (path != null) ? schemas.attached(store.role()) : schemas.missing(store.role());
			if (path != null) {
				Salvage.attach(connection, path, "?immutable=1", store.role().storeName());
			}
		}
		return schemas;
	}

	@Override
	public void close() {
		this.directories.forEach(PartialDirectory::close);
	}

}
