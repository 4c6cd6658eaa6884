package io.zova;

import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import io.zova.graph.GraphOperations;
import io.zova.vector.VectorCollection;
import io.zova.vector.VectorSpace;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.jdbc.core.JdbcTemplate;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The statements of docs/sql.md give the answers that stand below them, and no function
 * is missing there.
 */
class SqlPageTests extends NewDatabase {

	private static final Path PAGE = Path.of("..", "docs", "sql.md");

	private static final Pattern EXAMPLE = Pattern.compile("```sql\\n(.*?)```(?:\\n\\n```text\\n(.*?)```)?",
			Pattern.DOTALL);

	/** For Zova's own statements only, or called by triggers of the format. */
	private static final Pattern PRIVATE = Pattern
		.compile("zova_(call_.*|connection|declare|log|packed|unpacked|operation|vector_nonce)");

	private JdbcTemplate jdbc;

	@BeforeEach
	void fill() {
		this.jdbc = new JdbcTemplate(this.database.dataSource());
		this.jdbc.execute("create table article(id text primary key, title text, lang text)");
		this.jdbc.execute("""
				insert into article values ('a', 'Of graphs', 'en'), ('b', 'Of vectors', 'de'), ('c', 'Of keys', 'en')
				""");
		VectorCollection articles = this.database.vectors().create("articles", VectorSpace.cosine(3));
		articles.put("a", 1, 0, 0);
		articles.put("b", 1, 1, 0);
		articles.put("c", 0, 0, 1);
		GraphOperations graphs = this.database.graphs();
		graphs.createIfMissing("library");
		for (String id : List.of("a", "b", "c")) {
			graphs.graph("library").putNode(id, "article");
		}
		graphs.graph("library").putEdge("b", "cites", "a");
		graphs.graph("library").putEdge("c", "cites", "b");
	}

	@Test
	void everyExampleGivesItsAnswer() throws Exception {
		List<MatchResult> examples = examples();
		assertThat(examples).hasSizeGreaterThan(8);
		for (MatchResult example : examples) {
			if (example.group(2) != null) {
				assertThat(rows(example.group(1))).as(example.group(1)).containsExactly(example.group(2).split("\n"));
			}
			else {
				this.jdbc.execute(example.group(1));
			}
		}
	}

	@Test
	void everyFunctionHasAnExample() throws Exception {
		TreeSet<String> functions = new TreeSet<>(this.jdbc.queryForList("""
				select name from pragma_function_list where name like 'zova\\_%' escape '\\'
				union select name from pragma_module_list where name like 'zova\\_%' escape '\\'
				""", String.class));
		functions.removeIf(PRIVATE.asMatchPredicate());
		assertThat(functions).hasSize(9);
		String sql = examples().stream().map((example) -> example.group(1)).collect(Collectors.joining());
		assertThat(functions).allSatisfy((function) -> assertThat(sql).contains(function + "("));
	}

	private static List<MatchResult> examples() throws Exception {
		Matcher examples = EXAMPLE.matcher(java.nio.file.Files.readString(PAGE));
		return examples.results().toList();
	}

	private List<String> rows(String sql) {
		return this.jdbc.query(sql,
				(row, number) -> IntStream.rangeClosed(1, row.getMetaData().getColumnCount()).mapToObj((column) -> {
					try {
						return String.valueOf(row.getObject(column));
					}
					catch (java.sql.SQLException ex) {
						throw new IllegalStateException(ex);
					}
				}).collect(Collectors.joining("|")));
	}

}
