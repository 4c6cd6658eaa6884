package io.zova.sqlite.extension;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
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
 * Packed queries give the same rows as fetching them one by one.
 */
class PackedQueryTests extends NewDatabase {

	private static final String RANGE = "select id, name, content, size from item where id > ?1 and id <= ?2 + ?3";

	private Connection connection;

	private JdbcTemplate jdbc;

	@BeforeEach
	void createFile() throws SQLException {
		this.jdbc = new JdbcTemplate(this.database.dataSource());
		this.jdbc.execute("create table item(id integer primary key, name text, content, size)");
		this.jdbc
			.update("""
					insert into item
					with recursive n(i) as (select 1 union all select i + 1 from n where i < 5000)
					select i - 100, 'é' || i || char(0) || 'x', case i % 3 when 0 then null else zeroblob(i % 700) end, i / 7.0
					from n
					""");
		this.connection = this.database.dataSource().getConnection();
	}

	@AfterEach
	void closeFile() throws SQLException {
		this.connection.close();
	}

	@Test
	void allRowsComeInTheirOrderWithTheirValues() throws SQLException {
		List<String> rows = new ArrayList<>();
		int[] packs = { 0 };
		PackedQuery.read(this.connection, RANGE, -1000, 4000, 1000, (pack) -> {
			packs[0]++;
			while (pack.next()) {
				String name = new String(pack.bytes(), pack.offset(1), pack.length(1), StandardCharsets.UTF_8);
				rows.add(pack.integer(0) + " " + name + " " + pack.length(2) + " " + pack.real(3, Double.NaN));
			}
			assertThat(pack.next()).isFalse();
		});
		assertThat(rows).isEqualTo(this.jdbc.query("select id, name, ifnull(length(content), -1), size from item", (row,
				number) -> row.getLong(1) + " " + row.getString(2) + " " + row.getInt(3) + " " + row.getDouble(4)));
		assertThat(packs[0]).isGreaterThan(4);
	}

	@Test
	void aQueryWithoutRowsGivesNoPack() throws SQLException {
		PackedQuery.read(this.connection, RANGE, 10_000, 0, 0, (pack) -> {
			throw new AssertionError("a pack");
		});
	}

	@Test
	void aPackCanBeReadAfterTheNextHasCome() throws SQLException {
		List<PackedQuery.Pack> packs = new ArrayList<>();
		PackedQuery.read(this.connection, RANGE, -1000, 5000, 0, packs::add);
		long next = -99;
		for (PackedQuery.Pack pack : packs) {
			while (pack.next()) {
				assertThat(pack.integer(0)).isEqualTo(next++);
			}
		}
		assertThat(next).isEqualTo(4901);
	}

	@Test
	void onlyQueriesThatReadArePacked() {
		for (String sql : List.of("delete from item where id > ?1 + ?2 + ?3", "begin", "",
				"insert into item values (?1, ?2, ?3, 0) returning id", "vacuum")) {
			assertThatThrownBy(() -> PackedQuery.read(this.connection, sql, 1, 2, 3, (pack) -> {
			})).as(sql).isInstanceOf(SQLException.class).hasMessageContaining("only a query that reads can be packed");
		}
		assertThat(this.jdbc.queryForObject("select count(*) from item", Integer.class)).isEqualTo(5000);
	}

	@Test
	void theErrorOfTheQueryIsTheErrorOfTheCall() {
		assertThatThrownBy(() -> PackedQuery.read(this.connection, "select * from missing", 1, 2, 3, (pack) -> {
		})).isInstanceOf(SQLException.class).hasMessageContaining("no such table: missing");
		assertThatThrownBy(() -> PackedQuery.read(this.connection, "select abs(-9223372036854775807 - ?1), ?2, ?3", 1,
				2, 3, (pack) -> {
				}))
			.isInstanceOf(SQLException.class)
			.hasMessageContaining("integer overflow");
	}

	@Test
	void aReaderThatFailsEndsTheQuery() throws SQLException {
		assertThatIllegalStateException()
			.isThrownBy(() -> PackedQuery.read(this.connection, RANGE, -1000, 5000, 0, (pack) -> {
				throw new IllegalStateException("enough");
			}));
		this.jdbc.execute("drop table item");
	}

	@Test
	void bytesThatAreNoPackedRowsAreRefused() {
		byte[] good = { 'Z', 'P', 'R', '1', 2, 0, 0, 0, 1, 0, 0, 0, 4, 3, 0, 0, 0, 7, 8, 9, 1, 1, 2, 3, 4, 5, 6, 7, 8 };
		PackedQuery.Pack pack = new PackedQuery.Pack(good);
		assertThat(pack.next()).isTrue();
		assertThat(pack.length(0)).isEqualTo(3);
		assertThat(pack.integer(1)).isEqualTo(0x0807060504030201L);
		assertThatIllegalStateException().isThrownBy(() -> pack.integer(0));
		for (int length = 0; length < good.length; length++) {
			byte[] cut = Arrays.copyOf(good, length);
			assertThatIllegalStateException().as("%d bytes", length).isThrownBy(() -> new PackedQuery.Pack(cut).next());
		}
		for (int at : new int[] { 0, 3, 6, 7, 11, 12, 15, 16 }) {
			byte[] changed = good.clone();
			changed[at] = (byte) 0xF0;
			assertThatIllegalStateException().as("byte %d", at).isThrownBy(() -> {
				PackedQuery.Pack bad = new PackedQuery.Pack(changed);
				while (bad.next()) {
					continue;
				}
			});
		}
		byte[] withoutColumns = good.clone();
		withoutColumns[4] = 0;
		assertThatIllegalStateException().isThrownBy(() -> new PackedQuery.Pack(withoutColumns));
	}

}
