package io.zova.maintenance.check;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

import io.zova.ZovaException;
import io.zova.ZovaStatus;
import io.zova.format.BoundStore;
import io.zova.format.DatabasePath;
import io.zova.format.SqliteFailure;
import io.zova.format.StoreRole;
import io.zova.format.ZovaSchema;
import io.zova.sqlite.driver.DriverConnections;

/**
 * Looks at what the bound stores say of themselves, each by a connection of its own, up
 * to the first thing that is wrong with it.
 */
final class StoreChecks {

	private static final String META = "select value from _zova_meta where key = ?";

	private static final Pattern NUMBER = Pattern.compile("[0-9]{1,19}");

	private final Findings findings;

	private final Path mainFile;

	private final int busyTimeoutMillis;

	StoreChecks(Findings findings, Path mainFile, int busyTimeoutMillis) {
		this.findings = findings;
		this.mainFile = mainFile;
		this.busyTimeoutMillis = busyTimeoutMillis;
	}

	/**
	 * Checks all stores.
	 * @param stores the stores that the main file names
	 */
	void run(List<BoundStore> stores) {
		for (BoundStore store : stores) {
			Path file = store.resolve(this.mainFile);
			try {
				DatabasePath.requireFile(file);
			}
			catch (ZovaException ex) {
				found(store, FindingKind.MISSING_OR_UNREADABLE_STORE,
						Files.exists(file) ? ex.status() : ZovaStatus.CANT_OPEN);
				continue;
			}
			check(store, file);
		}
	}

	private void check(BoundStore store, Path file) {
		try (Connection connection = DriverConnections.readOnly(file, this.busyTimeoutMillis).open()) {
			check(store, connection);
		}
		catch (SQLException ex) {
			found(store, FindingKind.MISSING_OR_UNREADABLE_STORE, SqliteFailure.status(ex));
		}
	}

	private void check(BoundStore store, Connection connection) {
		boolean sound = is(store, connection, "magic", ZovaSchema.MAGIC,
				new Kinds(FindingKind.MISSING_STORE_MAGIC, FindingKind.STORE_MAGIC_UNREADABLE,
						FindingKind.STORE_MAGIC_MISMATCH),
				ZovaStatus.NOT_ZOVA_DATABASE)
				&& is(store, connection, "format_version", Integer.toString(ZovaSchema.FORMAT),
						new Kinds(FindingKind.MISSING_STORE_FORMAT_VERSION, FindingKind.STORE_FORMAT_VERSION_UNREADABLE,
								FindingKind.STORE_FORMAT_VERSION_MISMATCH),
						ZovaStatus.UNSUPPORTED_ZOVA_VERSION)
				&& is(store, connection, "store_role", store.role().storeName(),
						new Kinds(FindingKind.MISSING_STORE_ROLE, FindingKind.STORE_ROLE_UNREADABLE,
								FindingKind.STORE_ROLE_MISMATCH),
						ZovaStatus.BOUND_STORE_INVALID)
				&& is(store, connection, "store_id", store.storeId(),
						new Kinds(FindingKind.MISSING_STORE_ID, FindingKind.STORE_ID_UNREADABLE,
								FindingKind.STORE_ID_MISMATCH),
						ZovaStatus.BOUND_STORE_INVALID)
				&& is(store, connection, "bound_set_id", store.boundSetId(), new Kinds(FindingKind.MISSING_BOUND_SET_ID,
						FindingKind.BOUND_SET_ID_UNREADABLE, FindingKind.BOUND_SET_ID_MISMATCH),
						ZovaStatus.BOUND_STORE_INVALID);
		if (sound) {
			epoch(store, connection);
		}
	}

	private boolean is(BoundStore store, Connection connection, String key, String expected, Kinds kinds,
			ZovaStatus status) {
		try {
			String value = meta(connection, key);
			if (expected.equals(value)) {
				return true;
			}
			found(store, (value == null) ? kinds.missing : kinds.mismatch, status);
		}
		catch (SQLException ex) {
			found(store, kinds.unreadable, SqliteFailure.status(ex));
		}
		return false;
	}

	private void epoch(BoundStore store, Connection connection) {
		String kind = switch (store.role()) {
			case OBJECTS -> "OBJECT_EPOCH";
			case VECTORS -> "VECTOR_EPOCH";
			case GRAPHS -> "GRAPH_EPOCH";
		};
		try {
			String value = meta(connection, kind.toLowerCase(java.util.Locale.ROOT));
			String problem = (value == null) ? "MISSING_" + kind : !NUMBER.matcher(value).matches() ? kind + "_INVALID"
					: !value.equals(Long.toString(store.epoch())) ? kind + "_MISMATCH" : null;
			if (problem != null) {
				found(store, FindingKind.valueOf(problem), ZovaStatus.BOUND_STORE_INVALID);
			}
		}
		catch (SQLException ex) {
			found(store, FindingKind.valueOf(kind + "_UNREADABLE"), SqliteFailure.status(ex));
		}
	}

	private static @Nullable String meta(Connection connection, String key) throws SQLException {
		try (PreparedStatement statement = connection.prepareStatement(META)) {
			statement.setString(1, key);
			try (ResultSet row = statement.executeQuery()) {
				return row.next() ? row.getString(1) : null;
			}
		}
	}

	private void found(BoundStore store, FindingKind kind, ZovaStatus status) {
		this.findings.add(new Finding(kind, Findings.name(status), Map.of(Locator.STORE, store.role().storeName())));
	}

	static SuggestedAction bind(StoreRole role) {
		return switch (role) {
			case OBJECTS -> SuggestedAction.BIND_OBJECT_STORE;
			case VECTORS -> SuggestedAction.BIND_VECTOR_STORE;
			case GRAPHS -> SuggestedAction.BIND_GRAPH_STORE;
		};
	}

	/**
	 * The three ways in which a value can be wrong.
	 */
	private record Kinds(FindingKind missing, FindingKind unreadable, FindingKind mismatch) {

	}

}
