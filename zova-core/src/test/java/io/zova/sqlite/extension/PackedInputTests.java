package io.zova.sqlite.extension;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

import io.zova.NewDatabase;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.jdbc.core.JdbcTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * Rows handed over as one value are the rows that SQLite sees.
 */
class PackedInputTests extends NewDatabase {

	private static final String PUT = "insert into item select c1, c2, c3 from zova_unpacked(?1)";

	private Connection connection;

	private JdbcTemplate jdbc;

	@BeforeEach
	void createFile() throws SQLException {
		this.jdbc = new JdbcTemplate(this.database.dataSource());
		this.jdbc.execute("create table item(id integer primary key, name text unique, content)");
		this.connection = this.database.dataSource().getConnection();
	}

	@AfterEach
	void closeFile() throws SQLException {
		this.connection.close();
	}

	@Test
	void rowsArriveInTheirOrderWithTheirValues() throws SQLException {
		assertThat(PackedInput.isAvailable()).isTrue();
		List<String> given = new ArrayList<>();
		int runs = 0;
		try (PreparedStatement put = this.connection.prepareStatement(PUT)) {
			PackedInput rows = new PackedInput(3);
			for (int i = 0; i < 300_000; i++) {
				String name = (i % 7 == 0) ? null : "é\0\uD83D\uDE00" + i;
				byte[] content = new byte[i % 50];
				rows.add(Long.MAX_VALUE - i).add(name).add(content);
				given.add((Long.MAX_VALUE - i) + " " + name + " blob " + content.length);
				if (rows.isFull()) {
					rows.moveTo(put, 1);
					assertThat(put.executeUpdate()).isPositive();
					assertThat(rows.isEmpty()).isTrue();
					runs++;
				}
			}
			rows.moveTo(put, 1);
			put.executeUpdate();
		}
		assertThat(runs).isGreaterThan(1);
		assertThat(this.jdbc.query("select id, name, typeof(content), length(content) from item order by id desc", (row,
				number) -> row.getLong(1) + " " + row.getString(2) + " " + row.getString(3) + " " + row.getInt(4)))
			.isEqualTo(given);
	}

	@Test
	void aRowThatIsRefusedUndoesTheWholeStatement() throws SQLException {
		try (PreparedStatement put = this.connection.prepareStatement(PUT)) {
			PackedInput rows = new PackedInput(3);
			rows.add(1).add("a").add("text").add(2).add("b").add("text").add(3).add("a").add("text");
			rows.moveTo(put, 1);
			assertThatThrownBy(put::executeUpdate).isInstanceOf(SQLException.class)
				.hasMessageContaining("UNIQUE constraint failed: item.name");
		}
		assertThat(this.jdbc.queryForList("select * from item")).isEmpty();
	}

	@Test
	void nothingIsARowToo() throws SQLException {
		try (PreparedStatement put = this.connection.prepareStatement(PUT)) {
			PackedInput rows = new PackedInput(3);
			rows.moveTo(put, 1);
			assertThat(put.executeUpdate()).isZero();
			rows.add(7).add((String) null).add("");
			rows.moveTo(put, 1);
			assertThat(put.executeUpdate()).isOne();
		}
		assertThat(this.jdbc.queryForMap("select * from item")).containsEntry("id", 7)
			.containsEntry("name", null)
			.containsEntry("content", "");
	}

	@Test
	void anIncompleteRowIsAMistake() throws SQLException {
		try (PreparedStatement put = this.connection.prepareStatement(PUT)) {
			PackedInput rows = new PackedInput(3);
			rows.add(1).add("a");
			assertThatIllegalStateException().isThrownBy(() -> rows.moveTo(put, 1))
				.withMessage("A row of 3 columns is not complete: got 2 values");
		}
	}

	@Test
	void valuesThatAreNotPackedRowsAreRefused() throws SQLException {
		try (PreparedStatement put = this.connection.prepareStatement(PUT)) {
			for (Object value : new Object[] { "text", new byte[12], 5, null }) {
				put.setObject(1, value);
				assertThatThrownBy(put::executeUpdate).isInstanceOf(SQLException.class)
					.hasMessageContaining("zova_unpacked is internal");
			}
		}
	}

}
