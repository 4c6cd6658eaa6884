package io.zova.migration;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

import io.zova.ZovaException;
import io.zova.ZovaStatus;
import io.zova.format.BoundStore;
import io.zova.format.DatabasePath;
import io.zova.format.FormatProbe;
import io.zova.format.StoreRole;
import io.zova.format.StoredSchema;

/**
 * A file in which a main file of an older format keeps its objects, vectors or graphs.
 *
 * @param role what is kept there
 * @param path where, as it was given when it was bound
 * @param storeId the file's own id
 * @param boundSetId the id that both files got when they were bound
 * @param epoch the number of changes that both have seen
 */
record OldStore(StoreRole role, String path, String storeId, String boundSetId, long epoch) {

	private static final String ROWS = """
			select path, store_id, bound_set_id, coalesce(EPOCH, 0)
			from _zova_bound_stores
			where role = ? and name = 'default'""";

	private static final Pattern HEX_ID = Pattern.compile("[0-9a-fA-F]{64}");

	private static final Set<ZovaStatus> OTHER_FORMAT = EnumSet.of(ZovaStatus.NO_MIGRATION_PATH,
			ZovaStatus.UNSUPPORTED_LEGACY_FORMAT, ZovaStatus.UNSUPPORTED_FUTURE_FORMAT);

	/**
	 * Reads which stores a main file has.
	 * @param main the main file
	 * @return the stores, in the order in which they are published
	 * @throws SQLException if they can't be read
	 */
	static List<OldStore> of(OldSource main) throws SQLException {
		List<OldStore> stores = new ArrayList<>();
		if (!StoredSchema.read(main.reader(), "main", main.name()).has(main.format().boundStores())) {
			return stores;
		}
		for (StoreRole role : StoreRole.values()) {
			if (!main.format().knows(role)) {
				continue;
			}
			try (PreparedStatement query = main.reader().prepareStatement(ROWS.replace("EPOCH", role.epochName()))) {
				query.setString(1, role.storeName());
				try (ResultSet row = query.executeQuery()) {
					if (row.next()) {
						stores.add(new OldStore(role, row.getString(1), row.getString(2), row.getString(3),
								row.getLong(4)));
					}
				}
			}
		}
		return stores;
	}

	/**
	 * Opens the file.
	 * @param main the main file
	 * @param busyTimeoutMillis how long to wait for others
	 * @return the file, locked
	 * @throws ZovaException if it is missing or has another format
	 */
	OldSource open(OldSource main, int busyTimeoutMillis) {
		BoundStore.requirePlainPath(this.path);
		Path store = new BoundStore(this.role, this.path, this.storeId, this.boundSetId, this.epoch)
			.resolve(main.file());
		DatabasePath.requireName(store);
		if (!Files.exists(store)) {
			throw new ZovaException(ZovaStatus.BOUND_STORE_NOT_FOUND,
					main.name() + " keeps its " + this.role.name().toLowerCase(Locale.ROOT) + " in '" + this.path
							+ "', and there is no file " + store.toAbsolutePath()
							+ ". Bring it there from where it is or from the same backup");
		}
		OldSource opened;
		try {
			opened = OldSource.open(store, busyTimeoutMillis);
		}
		catch (ZovaException ex) {
			throw OTHER_FORMAT.contains(ex.status()) ? otherFormat(store, main, ex) : ex;
		}
		if (opened.format().number() != main.format().number()) {
			ZovaException failure = otherFormat(store, main, null);
			OldSource.closeAfter(opened, failure);
			throw failure;
		}
		return opened;
	}

	/**
	 * Checks that an open file is the one that is meant, in the state that the main file
	 * has seen.
	 * @param store the file
	 * @throws SQLException if it can't be read
	 * @throws ZovaException with the status of the first rule that it breaks
	 */
	void validate(OldSource store) throws SQLException {
		store.requireRole(this.role);
		store.requireSchema();
		if (!HEX_ID.matcher(this.storeId).matches()) {
			throw otherSet(store, "store_id", this.storeId, "not an id");
		}
		require(store, "store_id", this.storeId);
		require(store, "bound_set_id", this.boundSetId);
		require(store, this.role.epochName(), Long.toString(this.epoch));
	}

	private void require(OldSource store, String key, String recorded) throws SQLException {
		String value = FormatProbe.metaValue(store.reader(), "main", key);
		if (!recorded.equals(value)) {
			throw otherSet(store, key, recorded, (value != null) ? "'" + value + "'" : "missing");
		}
	}

	private static ZovaException otherSet(OldSource store, String key, String recorded, String value) {
		return new ZovaException(ZovaStatus.BOUND_STORE_INVALID,
				store.name() + " does not belong to its main file: its " + key + " is " + value
						+ ", and the main file has recorded '" + recorded + "'. Bring both from the same backup");
	}

	private static ZovaException otherFormat(Path store, OldSource main, @Nullable ZovaException cause) {
		return new ZovaException(ZovaStatus.UNSUPPORTED_ZOVA_VERSION,
				store + " has another format than its main file, which has format " + main.format().number()
						+ ". Bring both from the same backup",
				cause);
	}

}
