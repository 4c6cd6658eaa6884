package io.zova.format;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.zova.Arguments;
import io.zova.ZovaException;
import io.zova.ZovaStatus;

/**
 * The extensions that a file says are installed, checked against what this library knows:
 * the trigram extension {@code trgm}.
 */
public final class InstalledExtensions {

	private static final Logger logger = LoggerFactory.getLogger(InstalledExtensions.class);

	private static final String ROWS = """
			select name, version, storage_prefix, zova_abi_min, capabilities, required, manifest_json
			from _zova_extensions
			order by name""";

	private static final String PRIVATE_STORAGE = """
			select type, name
			from sqlite_schema
			where substr(name, 1, 10) = '_zova_ext_'
			order by name""";

	private static final String TRIGRAM_VERSION = "select value from _zova_ext_trgm_meta where key = 'extension_version'";

	private static final String PREFIX = "_zova_ext_";

	private static final String TRIGRAM = "trgm";

	private static final String INSTALLED_TRIGRAM_VERSION = "0.1.0";

	private static final Set<String> TRIGRAM_TABLES = Set.of("_zova_ext_trgm_meta", "_zova_ext_trgm_indexes",
			"_zova_ext_trgm_documents", "_zova_ext_trgm_terms", "_zova_ext_trgm_postings");

	/** What the trigram extension was first written for. */
	private static final String ABI = "1.0.0";

	/** Files of the releases before 1.0 name the release. */
	private static final Pattern EARLY_ABI = Pattern.compile("0\\.(0|[1-9][0-9]{0,9})\\.(0|[1-9][0-9]{0,9})");

	private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_.:-]{1,64}");

	private static final long LARGEST_NUMBER = 0xffff_ffffL;

	private final Connection connection;

	private final String file;

	private InstalledExtensions(Connection connection, String file) {
		this.connection = connection;
		this.file = file;
	}

	/**
	 * Checks the installed extensions.
	 * @param connection the connection
	 * @param file the file's name in messages
	 * @throws SQLException if they can't be read
	 * @throws ZovaException with {@link ZovaStatus#EXTENSION_INVALID},
	 * {@link ZovaStatus#EXTENSION_UNAVAILABLE} or
	 * {@link ZovaStatus#EXTENSION_INCOMPATIBLE} for the first rule that one breaks
	 */
	public static void validate(Connection connection, String file) throws SQLException {
		new InstalledExtensions(connection, file).validate();
	}

	/**
	 * Logs that what this library does may leave a file that others refuse.
	 */
	static void warn(Connection connection, String file) throws SQLException {
		if (!new InstalledExtensions(connection, file).rows().isEmpty()) {
			logger.warn("{} has the extension '{}', whose data this version keeps but does not look after. Before you "
					+ "delete an object, chunk, vector or graph node that one of its documents points at, delete the "
					+ "document with a library that has the extension: else the Zova library 1.3 refuses to open the "
					+ "file (EXTENSION_INVALID), and the backups made of it here", file, TRIGRAM);
		}
	}

	private void validate() throws SQLException {
		List<Row> rows = rows();
		rows.forEach(this::requireWellFormed);
		Set<String> tables = requireOwnedStorage(rows);
		rows.forEach(this::requireKnown);
		if (!rows.isEmpty()) {
			requireTrigramStorage(tables);
		}
	}

	private List<Row> rows() throws SQLException {
		List<Row> rows = new ArrayList<>();
		try (Statement statement = this.connection.createStatement(); ResultSet row = statement.executeQuery(ROWS)) {
			while (row.next()) {
				rows.add(new Row(text(row, 1), text(row, 2), text(row, 3), text(row, 4), text(row, 5), row.getLong(6),
						text(row, 7)));
			}
		}
		return rows;
	}

	private static String text(ResultSet row, int column) throws SQLException {
		String text = row.getString(column);
		return (text != null) ? text : "";
	}

	private void requireWellFormed(Row row) {
		if (!NAME.matcher(row.name).matches() || Arguments.isReserved(row.name)) {
			throw invalid(row.name, "its name is not a valid one");
		}
		if (row.required != 1) {
			throw invalid(row.name, "it is marked as optional, which no extension can be");
		}
		if (!row.storagePrefix.equals(PREFIX + row.name + "_")) {
			throw invalid(row.name,
					"its storage prefix is '" + row.storagePrefix + "' instead of '" + PREFIX + row.name + "_'");
		}
		requireLength(row, "version", row.version, 1, 64);
		requireLength(row, "zova_abi_min", row.abi, 1, 64);
		requireLength(row, "capabilities", row.capabilities, 0, 512);
		requireLength(row, "manifest_json", row.manifest, 0, 4096);
	}

	private void requireLength(Row row, String column, String value, int least, int most) {
		int length = value.getBytes(StandardCharsets.UTF_8).length;
		if (length < least || length > most) {
			throw invalid(row.name,
					"its " + column + " has " + length + " bytes, and " + least + " to " + most + " are allowed");
		}
	}

	/**
	 * Checks that each private table, index, view and trigger belongs to an extension.
	 * @return the private tables
	 */
	private Set<String> requireOwnedStorage(List<Row> rows) throws SQLException {
		Set<String> tables = new HashSet<>();
		try (Statement statement = this.connection.createStatement();
				ResultSet found = statement.executeQuery(PRIVATE_STORAGE)) {
			while (found.next()) {
				String name = found.getString(2);
				if (rows.stream().noneMatch((row) -> name.startsWith(row.storagePrefix))) {
					throw new ZovaException(ZovaStatus.EXTENSION_INVALID,
							this.file + " has the " + found.getString(1) + " '" + name
									+ "', whose name is reserved for an extension that is not installed. "
									+ "Rename or drop it with a SQLite tool");
				}
				if (found.getString(1).equals("table")) {
					tables.add(name);
				}
			}
		}
		return tables;
	}

	private void requireKnown(Row row) {
		if (!row.name.equals(TRIGRAM)) {
			throw new ZovaException(ZovaStatus.EXTENSION_UNAVAILABLE, this.file + " uses the extension '" + row.name
					+ "', which this library does not have. Open it with a library that has it");
		}
		if (!row.version.equals(INSTALLED_TRIGRAM_VERSION)) {
			throw incompatible(row, "its data has version '" + row.version + "', and this library knows version '"
					+ INSTALLED_TRIGRAM_VERSION + "'");
		}
		if (!row.abi.equals(ABI) && !isEarlyAbi(row.abi)) {
			throw incompatible(row, "it needs the extension interface '" + row.abi + "', and this library has '" + ABI
					+ "' and the ones of 0.x");
		}
	}

	private static boolean isEarlyAbi(String abi) {
		if (!EARLY_ABI.matcher(abi).matches()) {
			return false;
		}
		for (String number : abi.split("\\.")) {
			if (Long.parseLong(number) > LARGEST_NUMBER) {
				return false;
			}
		}
		return true;
	}

	private void requireTrigramStorage(Set<String> tables) throws SQLException {
		for (String table : TRIGRAM_TABLES) {
			if (!tables.contains(table)) {
				throw invalid(TRIGRAM, "its table " + table + " is missing");
			}
		}
		String version = trigramVersion();
		if (!INSTALLED_TRIGRAM_VERSION.equals(version)) {
			throw invalid(TRIGRAM,
					"its own extension_version is " + ((version != null) ? "'" + version + "'" : "missing")
							+ " instead of '" + INSTALLED_TRIGRAM_VERSION + "'");
		}
	}

	private @Nullable String trigramVersion() throws SQLException {
		try (Statement statement = this.connection.createStatement();
				ResultSet row = statement.executeQuery(TRIGRAM_VERSION)) {
			return row.next() ? row.getString(1) : null;
		}
		catch (SQLException ex) {
			if (SqliteFailure.status(ex) == ZovaStatus.SQLITE_ERROR) {
				throw invalid(TRIGRAM, "its table _zova_ext_trgm_meta is not readable: " + ex.getMessage());
			}
			throw ex;
		}
	}

	private ZovaException invalid(String name, String reason) {
		return new ZovaException(ZovaStatus.EXTENSION_INVALID, "The extension '" + name + "' of " + this.file
				+ " is not valid: " + reason + ". Restore the file from a backup");
	}

	private ZovaException incompatible(Row row, String reason) {
		return new ZovaException(ZovaStatus.EXTENSION_INCOMPATIBLE, "The extension '" + row.name + "' of " + this.file
				+ " does not fit: " + reason + ". Open the file with the release that wrote it");
	}

	/**
	 * A row of {@code _zova_extensions}.
	 */
	private record Row(String name, String version, String storagePrefix, String abi, String capabilities,
			long required, String manifest) {
	}

}
