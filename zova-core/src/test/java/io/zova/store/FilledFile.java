package io.zova.store;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import io.zova.ZovaDatabase;
import io.zova.format.StoreRole;
import io.zova.graph.Graph;
import io.zova.sqlite.driver.DriverConnections;
import io.zova.vector.VectorCollection;
import io.zova.vector.VectorSpace;

/**
 * A main file with some of everything, and a way to compare what is in its role tables,
 * wherever they are.
 */
final class FilledFile {

	private FilledFile() {
	}

	static Path create(Path file) {
		try (ZovaDatabase database = ZovaDatabase.create(file)) {
			fill(database);
		}
		return file;
	}

	static void fill(ZovaDatabase database) {
		for (int i = 0; i < 5; i++) {
			database.objects().put(content(i));
		}
		VectorCollection vectors = database.vectors().create("notes", VectorSpace.l2(2));
		for (int i = 0; i < 10; i++) {
			vectors.put("v" + i, i, -i);
		}
		vectors.delete("v3");
		Graph graph = database.graphs().create("people");
		for (int i = 0; i < 6; i++) {
			graph.putNode("n" + i, "person");
		}
		for (int i = 0; i < 5; i++) {
			graph.putEdge("n" + i, "knows", "n" + (i + 1));
		}
		graph.deleteNode("n2");
		database.keyValues()
			.namespace("settings")
			.put("a".getBytes(StandardCharsets.UTF_8), "1".getBytes(StandardCharsets.UTF_8));
	}

	static byte[] content(int i) {
		return ("content " + i + " ").repeat(1000 + i).getBytes(StandardCharsets.UTF_8);
	}

	/** All rows of a role, in a file that is opened as it is. */
	static List<String> rows(Path file, StoreRole role) throws Exception {
		List<String> rows = new ArrayList<>();
		try (Connection connection = DriverConnections.readOnly(file, 0).open();
				Statement statement = connection.createStatement()) {
			for (String table : role.tables()) {
				try (ResultSet row = statement.executeQuery("select * from " + table)) {
					while (row.next()) {
						StringBuilder text = new StringBuilder(table);
						for (int i = 1; i <= row.getMetaData().getColumnCount(); i++) {
							byte[] bytes = row.getBytes(i);
							text.append('|').append((bytes != null) ? Arrays.hashCode(bytes) : "null");
						}
						rows.add(text.toString());
					}
				}
			}
		}
		rows.sort(null);
		return rows;
	}

}
