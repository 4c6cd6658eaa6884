package io.zova.conformance;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import io.zova.format.SqliteFailure;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What a statement came to, as text: its rows in a fixed order, because two versions of
 * SQLite may plan differently, or status and message of its error.
 */
final class SqlOutcome {

	/** What ours says behind the words that every Zova library has for an error. */
	private static final Pattern DETAILS = Pattern.compile("((?:invalid )?Zova (?:vector|graph) [a-zA-Z ]+): [^\\n]*");

	private SqlOutcome() {
	}

	static String ours(Connection connection, String sql) {
		try (Statement statement = connection.createStatement()) {
			if (!statement.execute(sql)) {
				return "[]";
			}
			try (ResultSet result = statement.getResultSet()) {
				List<String> rows = new ArrayList<>();
				while (result.next()) {
					List<@Nullable Object> cells = new ArrayList<>();
					for (int i = 1; i <= result.getMetaData().getColumnCount(); i++) {
						cells.add(result.getObject(i));
					}
					rows.add(Outcome.text(cells));
				}
				return rows.stream().sorted().toList().toString();
			}
		}
		catch (SQLException ex) {
			return SqliteFailure.status(ex).nativeName() + ": " + text(ex);
		}
	}

	static String theirs(Peer peer, String sql) {
		try {
			JsonNode rows = peer.call("query", "sql", sql).path("rows");
			return rows.valueStream().map(Outcome::text).sorted().collect(Collectors.toList()).toString();
		}
		catch (PeerException ex) {
			return ex.status() + ": " + ex.text();
		}
	}

	/** Ours explains some errors in front of SQLite's own words. */
	private static String text(SQLException ex) {
		String message = String.valueOf(ex.getMessage());
		for (String explanation : List.of("The file is damaged: ",
				"Another process, or a connection not of Zova, holds the lock of the file: ",
				"A statement of the same connection is in the way: ")) {
			message = message.startsWith(explanation) ? message.substring(explanation.length()) : message;
		}
		return DETAILS.matcher(message).replaceAll("$1");
	}

}
