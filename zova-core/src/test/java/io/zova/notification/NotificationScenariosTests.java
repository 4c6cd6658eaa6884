package io.zova.notification;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.datasource.ConnectionHolder;
import org.springframework.transaction.support.TransactionSynchronizationManager;

import io.zova.ZovaDatabase;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The 56 scenarios that were run with the real engine 1.3.0, each step with the result
 * that it gave there, except for the steps listed in {@link #DEVIATIONS}.
 */
class NotificationScenariosTests {

	/**
	 * What differs, by scenario and step (both counted from 1): the outcome here. Where a
	 * step delivers something else, sequence numbers tell that it is the same
	 * notification at another time.
	 */
	private static final Map<String, String> DEVIATIONS = new LinkedHashMap<>();

	static {
		// Savepoint names are compared as SQLite compares them.
		deviation("14.7 OK 2#2");
		// Releasing the savepoint that began the transaction delivers all of it.
		deviation("9.5 OK 2#1 3#2", "9.6 OK 4#3", "9.8 OK 5#4");
		deviation("48.5 OK 1#1 2#2", "48.6 OK 3#3", "48.9 OK 4#4");
		deviation("49.5 OK 1#1 2#2");
		// Transactions typed as SQL hold back what is published in them.
		deviation("18.2 OK", "18.3 OK", "18.4 OK s1#1 n1#2", "18.5 OK s2#3", "18.6 OK n2#4");
		deviation("19.2 OK");
		deviation("20.2 OK", "20.3 OK", "20.4 OK s1#1 n1#2", "20.5 OK n2#3");
		deviation("25.2 OK", "25.3 OK 1#1");
		deviation("26.2 OK");
		deviation("27.5 OK", "27.6 OK", "27.7 OK 1#1 1b#2 2#3", "27.8 OK 3#4");
		deviation("28.4 OK");
		deviation("29.1 OK in#1", "29.2 OK after#2", "29.3 SQLITE_ERROR");
		deviation("30.2 OK", "30.3 OK", "30.4 OK 1#1 1n#2", "30.5 OK 2#3");
		deviation("41.2 OK", "41.3 OK row:a#1", "41.4 OK rows [[\"a\"]]");
		deviation("50.2 OK");
		// Transactions ended and savepoints undone as SQL take their notifications along.
		deviation("21.9 OK 1#1 3#4");
		deviation("22.3 OK 1#1", "22.4 OK 2#2", "22.5 OK 3#3", "22.8 OK 4#4", "22.11 OK 5#5");
		deviation("23.4 OK 2#2", "23.5 OK 3#3", "23.7 OK 4#4", "23.10 OK 5#5");
		deviation("24.3 OK 1#1", "24.6 OK 2#2");
		deviation("31.3 OK 1#1", "31.4 OK 2#2", "31.5 OK 3#3", "31.10 OK 4#4");
		deviation("51.5 OK 2#2");
		// A statement that fails takes what it published along.
		deviation("32.2 CONSTRAINT");
		deviation("33.5 OK z#2");
		deviation("39.2 CONSTRAINT");
		// A transaction that SQLite has rolled back publishes nothing, and says so.
		deviation("34.5 LOST", "34.6 LOST", "34.7 LOST", "34.8 LOST", "34.9 OK", "34.10 OK 4#2");
	}

	@TempDir
	private Path directory;

	private static void deviation(String... steps) {
		for (String step : steps) {
			int space = step.indexOf(' ');
			DEVIATIONS.put(step.substring(0, space), step.substring(space + 1));
		}
	}

	@Test
	void thereAreFiftySixScenariosAndEachDeviationNamesAStepThatDiffers() throws IOException {
		List<JsonNode> scenarios = scenarios();
		assertThat(scenarios).hasSize(56);
		Map<String, String> golden = new LinkedHashMap<>();
		for (JsonNode scenario : scenarios) {
			int number = 1;
			for (JsonNode step : scenario.get("steps")) {
				golden.put(scenario.get("n").asInt() + "." + number++, expected(step));
			}
		}
		DEVIATIONS.forEach((step, outcome) -> assertThat(golden.get(step)).as(step).isNotNull().isNotEqualTo(outcome));
	}

	@TestFactory
	Stream<DynamicTest> scenario() throws IOException {
		return scenarios().stream()
			.map((scenario) -> DynamicTest
				.dynamicTest(scenario.get("n").asInt() + " " + scenario.get("title").asString(), () -> run(scenario)));
	}

	private void run(JsonNode scenario) throws SQLException {
		int n = scenario.get("n").asInt();
		try (ZovaDatabase database = ZovaDatabase.create(this.directory.resolve(n + ".zova"));
				Connection connection = database.dataSource().getConnection()) {
			Player player = new Player(database, connection, scenario.get("channel").asString());
			for (JsonNode sql : scenario.get("setup")) {
				assertThat(player.play("exec", sql.asString())).isEqualTo("OK");
			}
			int number = 1;
			for (JsonNode step : scenario.get("steps")) {
				String key = n + "." + number++;
				String op = step.get("op").asString();
				String arg = step.get("arg").isNull() ? "" : step.get("arg").asString();
				assertThat(player.play(op, arg)).as("step %s: %s %s", key, op, arg)
					.isEqualTo(DEVIATIONS.getOrDefault(key, expected(step)));
			}
		}
	}

	private static String expected(JsonNode step) {
		StringBuilder expected = new StringBuilder(step.get("status").asString());
		if (step.has("rows") && !step.get("rows").isEmpty()) {
			expected.append(" rows ").append(step.get("rows"));
		}
		for (JsonNode received : step.get("received")) {
			expected.append(' ').append(received.get(0).asString()).append('#').append(received.get(1).asLong());
			assertThat(received.get(2).asLong()).isZero();
		}
		return expected.toString();
	}

	private static List<JsonNode> scenarios() throws IOException {
		try (InputStream in = Objects
			.requireNonNull(NotificationScenariosTests.class.getResourceAsStream("notify-scenarios.json"))) {
			List<JsonNode> scenarios = new ArrayList<>();
			JsonMapper.shared().readTree(in).get("scenarios").forEach(scenarios::add);
			return scenarios;
		}
	}

	/**
	 * Plays steps on one connection, as the real engine's handle is one.
	 */
	private static final class Player {

		private final Connection connection;

		private final ZovaDatabase database;

		private final Subscription subscription;

		private final String channel;

		Player(ZovaDatabase database, Connection connection, String channel) {
			this.connection = connection;
			this.channel = channel;
			this.subscription = database.notifications().subscribe(channel);
			this.database = database;
		}

		/**
		 * Plays a step.
		 * @return its status, its rows, and what was received after it
		 */
		String play(String op, String arg) throws SQLException {
			StringBuilder outcome = new StringBuilder();
			try {
				List<List<Object>> rows = perform(op, arg);
				outcome.append("OK");
				if (op.equals("query") && !rows.isEmpty()) {
					outcome.append(" rows ").append(JsonMapper.shared().writeValueAsString(rows));
				}
			}
			catch (SQLException | DataAccessException ex) {
				outcome.append(status(ex));
			}
			for (Optional<Notification> next = this.subscription.tryReceive(); next
				.isPresent(); next = this.subscription.tryReceive()) {
				outcome.append(' ').append(next.get().payload()).append('#').append(next.get().sequence());
			}
			return outcome.toString();
		}

		private List<List<Object>> perform(String op, String arg) throws SQLException {
			switch (op) {
				case "begin" -> execute("begin");
				case "begin_immediate" -> execute("begin immediate");
				case "commit", "rollback" -> execute(op);
				case "savepoint" -> namedSavepoint(arg);
				case "release_savepoint" -> execute("release \"" + arg + '"');
				case "rollback_to_savepoint" -> execute("rollback to \"" + arg + '"');
				case "notify" -> publish(arg);
				case "sql_notify" -> {
					try (PreparedStatement statement = this.connection.prepareStatement("select zova_notify(?, ?)")) {
						statement.setString(1, this.channel);
						statement.setString(2, arg);
						drain(statement.executeQuery());
					}
				}
				case "query" -> {
					try (PreparedStatement statement = this.connection.prepareStatement(arg)) {
						return statement.execute() ? drain(statement.getResultSet()) : List.of();
					}
				}
				// What these do is tested elsewhere; here it is some other write.
				case "put_object", "install_extension_trgm", "drop_extension_trgm" ->
					execute("insert into t (v) values ('" + op + "')");
				default -> execute(arg);
			}
			return List.of();
		}

		/**
		 * The call that takes a name is JDBC's, which wants auto-commit off; the rules
		 * for names are the same for what is then typed as SQL.
		 */
		private void namedSavepoint(String name) throws SQLException {
			if (!name.matches("[A-Za-z_][A-Za-z0-9_]{0,63}") || name.regionMatches(true, 0, "_zova_", 0, 6)) {
				this.connection.setAutoCommit(false);
				try {
					this.connection.setSavepoint(name);
				}
				finally {
					this.connection.setAutoCommit(true);
				}
			}
			execute("savepoint \"" + name + '"');
		}

		/** On this connection, as if Spring had bound it. */
		private void publish(String payload) {
			TransactionSynchronizationManager.bindResource(this.database.dataSource(),
					new ConnectionHolder(this.connection));
			try {
				this.database.notifications().publish(this.channel, payload);
			}
			finally {
				TransactionSynchronizationManager.unbindResource(this.database.dataSource());
			}
		}

		private void execute(String sql) throws SQLException {
			// One statement at a time, except where a trigger or a script says otherwise.
			try (Statement statement = this.connection.createStatement()) {
				for (boolean rows = statement.execute(sql); rows
						|| statement.getUpdateCount() != -1; rows = statement.getMoreResults()) {
					if (rows) {
						drain(statement.getResultSet());
					}
				}
			}
		}

		private static List<List<Object>> drain(ResultSet result) throws SQLException {
			List<List<Object>> rows = new ArrayList<>();
			try (result) {
				while (result.next()) {
					List<Object> row = new ArrayList<>();
					for (int i = 1; i <= result.getMetaData().getColumnCount(); i++) {
						row.add(result.getObject(i));
					}
					rows.add(row);
				}
			}
			return rows;
		}

		private static boolean isLost(@Nullable Throwable thrown) {
			return thrown != null && (String.valueOf(thrown.getMessage()).contains("has rolled the transaction back")
					|| isLost(thrown.getCause()));
		}

		private static String status(Exception thrown) {
			SQLException ex = (SQLException) ((thrown instanceof SQLException) ? thrown
					: Objects.requireNonNull(((DataAccessException) thrown).getRootCause()));
			if (isLost(thrown)) {
				return "LOST";
			}
			String state = Objects.requireNonNullElse(ex.getSQLState(), "");
			if (state.equals("3B001") && ex.getMessage().contains("is not allowed")) {
				return "INVALID_ARGUMENT";
			}
			return state.startsWith("23") ? "CONSTRAINT" : "SQLITE_ERROR";
		}

	}

}
