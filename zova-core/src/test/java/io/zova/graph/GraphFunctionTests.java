package io.zova.graph;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import io.zova.ZovaDatabase;
import io.zova.ZovaOptions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Neighbors and walks in SQL, compared with the real engine.
 */
class GraphFunctionTests {

	@TempDir
	static Path directory;

	private static ZovaDatabase database;

	private static JdbcTemplate jdbc;

	@BeforeAll
	static void build() {
		ZovaOptions plain = ZovaOptions.defaults();
		database = ZovaDatabase.create(directory.resolve("sql.zova"), plain);
		jdbc = new JdbcTemplate(database.dataSource());
		GraphTemplate graphs = new GraphTemplate(database.sql());
		new TransactionTemplate(database.transactionManager()).executeWithoutResult((status) -> {
			GoldenGraph.build(graphs);
			GoldenGraph.change(graphs);
			jdbc.execute("create table docs(nid text primary key, title text)");
			for (int i = 0; i < 200; i += 5) {
				jdbc.update("insert into docs values (?, ?)", String.format("n%03d", i), "T" + i);
			}
		});
	}

	@AfterAll
	static void close() {
		database.close();
	}

	@Test
	void everyStatementGivesTheSameRowsOrTheSameError() {
		JsonNode statements = GoldenGraph.answers().get("sql");
		assertThat(statements.size()).isEqualTo(44);
		for (JsonNode json : statements) {
			String sql = json.get("sql").asString();
			if (json.has("rows")) {
				assertThat((Object) rows(sql)).as(sql).isEqualTo(GoldenGraph.plain(json.get("rows")));
			}
			else {
				String expected = json.get("error").asString().replace("ZOVA_SQLITE_ERROR: ", "");
				assertThat(error(sql)).as(sql).contains(expected);
			}
		}
	}

	private static List<Object> rows(String sql) {
		return jdbc.query(sql, (row, number) -> {
			List<Object> values = new ArrayList<>();
			for (int i = 1; i <= row.getMetaData().getColumnCount(); i++) {
				Object value = row.getObject(i);
				values.add((value instanceof Number whole) ? (Object) whole.longValue() : value);
			}
			return values;
		});
	}

	private static String error(String sql) {
		try {
			return "No error, but " + rows(sql);
		}
		catch (DataAccessException ex) {
			return String.valueOf(ex.getMostSpecificCause().getMessage()) + ' ' + ex.getMessage();
		}
	}

	@Test
	void functionsSeeWhatTheTransactionHasWritten() {
		new TransactionTemplate(database.transactionManager()).executeWithoutResult((status) -> {
			new GraphTemplate(database.sql()).graph("first").putNode(new GraphNode("new", "k"));
			new GraphTemplate(database.sql()).graph("first").putEdge(new GraphEdge("new", "t", "n000"));
			assertThat(rows("select node_id from zova_graph_neighbors('first', 'new')"))
				.containsExactly(List.of("n000"));
			status.setRollbackOnly();
		});
		assertThat(error("select node_id from zova_graph_neighbors('first', 'new')"))
			.contains("Zova graph node not found");
	}

	@Test
	void nullIsNoArgument() {
		for (String arguments : List.of("null, 'n000'", "'golden', null", "'golden', 'n000', null",
				"'golden', 'n000', 'outgoing', null", "'golden', 'n000', 'outgoing', 'cites', null")) {
			assertThat(error("select node_id from zova_graph_neighbors(" + arguments + ")")).as(arguments)
				.contains("invalid Zova graph SQL argument");
		}
		for (String arguments : List.of("null, 'n000', 'cites', 1", "'golden', null, 'cites', 1",
				"'golden', 'n000', null, 1", "'golden', 'n000', 'cites', null", "'golden', 'n000', 'cites', 1, null")) {
			assertThat(error("select node_id from zova_graph_walk(" + arguments + ")")).as(arguments)
				.contains("invalid Zova graph SQL argument");
		}
	}

	@Test
	void anErrorNamesTheGraphOrTheNodeAndTheRule() {
		assertThat(error("select node_id from zova_graph_neighbors('nope', 'n000')"))
			.contains("Zova graph not found: There is no graph 'nope'");
		assertThat(error("select node_id from zova_graph_neighbors('golden', 'nobody')"))
			.contains("Zova graph node not found: The graph 'golden' has no node 'nobody'");
		assertThat(error("select node_id from zova_graph_neighbors('golden', 'n000', 'up')"))
			.contains("the direction must be 'outgoing' or 'incoming', got 'up'");
		assertThat(error("select node_id from zova_graph_walk('golden', 'n000', 'cites', -1)"))
			.contains("max_depth must be 0 to 4294967295, got -1");
	}

}
