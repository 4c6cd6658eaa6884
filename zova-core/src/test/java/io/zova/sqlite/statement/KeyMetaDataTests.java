package io.zova.sqlite.statement;

import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

import io.zova.NewDatabase;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Primary and foreign keys are described as JDBC says, whatever else the text of a table
 * holds.
 */
@Timeout(value = 30, threadMode = ThreadMode.SEPARATE_THREAD)
class KeyMetaDataTests extends NewDatabase {

	private Connection connection;

	private DatabaseMetaData metaData;

	@BeforeEach
	void open() throws SQLException {
		this.connection = this.database.dataSource().getConnection();
		this.metaData = this.connection.getMetaData();
		run("create table p(a int, b text, constraint \"The key\" primary key(b, a))");
		run("create table 'q''q'(id integer primary key)");
	}

	@AfterEach
	void close() throws SQLException {
		this.connection.close();
	}

	@Test
	void primaryKeysAreListed() throws SQLException {
		run("create table n(x)");
		assertThat(rows(this.metaData.getPrimaryKeys(null, null, "P"))).containsExactly("null null P a 2 The key",
				"null null P b 1 The key");
		assertThat(rows(this.metaData.getPrimaryKeys(null, null, "q'q"))).containsExactly("null null q'q id 1 null");
		assertThat(rows(this.metaData.getPrimaryKeys(null, null, "n"))).isEmpty();
		assertThat(rows(this.metaData.getPrimaryKeys(null, null, "missing"))).isEmpty();
	}

	@Test
	void foreignKeysAreListed() throws SQLException {
		run("""
				create table c(i int references 'q''q', j int constraint cj references 'q''q'(id) on delete cascade, k, l,
				constraint fkn foreign key(k, l) references P on update restrict on delete set null,
				constraint chk check (k <> 'constraint no references'), /* constraint none */
				foreign key(l) references missing on delete set default)
				""");
		List<String> toP = List.of("null null P b null null c k 1 1 2 fkn The key 5",
				"null null P a null null c l 2 1 2 fkn The key 5");
		assertThat(rows(this.metaData.getImportedKeys(null, null, "c"))).containsExactlyInAnyOrder(toP.get(0),
				toP.get(1), "null null q'q id null null c i 1 3 3   5", "null null q'q id null null c j 1 3 0 cj  5",
				"null null missing null null null c l 1 3 4   5");
		assertThat(rows(this.metaData.getExportedKeys(null, null, "p"))).isEqualTo(toP);
		assertThat(rows(this.metaData.getCrossReference(null, null, "p", null, null, "C")))
			.isEqualTo(toP.stream().map((row) -> row.replace(" c ", " C ")).toList());
		assertThat(rows(this.metaData.getImportedKeys(null, null, "p"))).isEmpty();
		assertThat(this.metaData.getImportedKeys(null, null, "p").getMetaData().getColumnName(14))
			.isEqualTo("DEFERRABILITY");
	}

	@ParameterizedTest
	@ValueSource(strings = { "constraint", "primary key (", "foreign key", "references", "constraint c primary key" })
	void aTextMadeToKeepItsReaderBusyForever(String word) throws SQLException {
		run("create table evil(a text primary key, b references p(a) /* %s%s%s */)".formatted(word.repeat(2000),
				" ".repeat(20_000), word.repeat(2000)));
		assertThat(rows(this.metaData.getPrimaryKeys(null, null, "evil"))).containsExactly("null null evil a 1 null");
		assertThat(rows(this.metaData.getImportedKeys(null, null, "evil")))
			.containsExactly("null null p a null null evil b 1 3 3  The key 5");
		assertThat(rows(this.metaData.getExportedKeys(null, null, "p"))).hasSize(1);
	}

	private void run(String sql) throws SQLException {
		try (Statement statement = this.connection.createStatement()) {
			statement.execute(sql);
		}
	}

	private static List<String> rows(ResultSet result) throws SQLException {
		List<String> rows = new ArrayList<>();
		try (result) {
			while (result.next()) {
				StringBuilder row = new StringBuilder();
				for (int column = 1; column <= result.getMetaData().getColumnCount(); column++) {
					row.append((column > 1) ? " " : "").append(result.getString(column));
				}
				rows.add(row.toString());
			}
		}
		return rows;
	}

}
