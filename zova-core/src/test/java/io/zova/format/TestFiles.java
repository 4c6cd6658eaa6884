package io.zova.format;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;

import io.zova.ZovaException;
import io.zova.ZovaStatus;
import io.zova.sqlite.driver.DriverConnections;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.catchThrowableOfType;

/**
 * Makes, damages and reads the files of these tests.
 */
public final class TestFiles {

	private TestFiles() {
	}

	/** A file written by a published release. */
	public static Path fixture(String name, Path directory) throws IOException {
		Path file = directory.resolve(name + ".zova");
		try (InputStream packed = TestFiles.class.getResourceAsStream("/fixtures/" + name + ".zova.gz");
				InputStream content = new GZIPInputStream(packed)) {
			Files.copy(content, file);
		}
		return file;
	}

	/** What is in a file that a published release has written. */
	public static JsonNode description(String name) throws IOException {
		try (InputStream packed = TestFiles.class.getResourceAsStream("/fixtures/" + name + ".json.gz");
				InputStream json = new GZIPInputStream(packed)) {
			return JsonMapper.builder().build().readTree(json);
		}
	}

	public static void execute(Path file, String... statements) throws SQLException {
		try (Connection connection = DriverConnections.readWrite(file, 0).open()) {
			execute(connection, "pragma foreign_keys=off");
			for (String sql : statements) {
				execute(connection, sql);
			}
		}
	}

	public static void execute(Connection connection, String sql) throws SQLException {
		try (Statement statement = connection.createStatement()) {
			statement.execute(sql);
		}
	}

	public static List<String> texts(Path file, String sql) throws SQLException {
		try (Connection connection = DriverConnections.readOnly(file, 0).open()) {
			return texts(connection, sql);
		}
	}

	public static List<String> texts(Connection connection, String sql) throws SQLException {
		List<String> texts = new ArrayList<>();
		try (Statement statement = connection.createStatement(); ResultSet rows = statement.executeQuery(sql)) {
			while (rows.next()) {
				texts.add(rows.getString(1));
			}
		}
		return texts;
	}

	/** Drops an object and creates it again from a changed text. */
	public static void redefine(Path file, String name, String find, String replacement) throws SQLException {
		try (Connection connection = DriverConnections.readWrite(file, 0).open()) {
			execute(connection, "pragma foreign_keys=off");
			String kind = texts(connection, "select type from sqlite_schema where name = '" + name + "'").get(0);
			String sql = texts(connection, "select sql from sqlite_schema where name = '" + name + "'").get(0);
			if (!sql.contains(find)) {
				throw new IllegalArgumentException("No '" + find + "' in " + sql);
			}
			List<String> triggers = texts(connection,
					"select sql from sqlite_schema where type = 'trigger' and tbl_name = '" + name + "'");
			execute(connection, "drop " + kind + " " + name);
			execute(connection, sql.replace(find, replacement));
			if (kind.equals("table")) {
				for (String trigger : triggers) {
					execute(connection, trigger);
				}
			}
		}
	}

	public static ZovaStatus statusOf(Runnable call) {
		ZovaException failure = catchThrowableOfType(ZovaException.class, call::run);
		return (failure != null) ? failure.status() : ZovaStatus.OK;
	}

	public static ZovaStatus statusOfOpening(Path file) {
		return statusOf(() -> close(FormatValidation.open(file, false, 0)));
	}

	private static void close(Connection connection) {
		try {
			connection.close();
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

	public static List<String> namesIn(Path directory) throws IOException {
		try (var entries = Files.list(directory)) {
			return entries.map((entry) -> entry.getFileName().toString()).sorted().toList();
		}
	}

}
