package io.zova.sqlite.driver;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Random;

import io.zova.ZovaDatabase;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.jdbc.core.JdbcTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * The driver's padding functions, of which the driver's own end the process for lengths
 * of 2^32 and more.
 */
class PaddingFunctionsTests {

	private static final List<String> TEXTS = List.of("", "a", "abc", "\u00e9\u20ac", "\ud83d\ude00x");

	private final ZovaDatabase database = ZovaDatabase.inMemory();

	private final JdbcTemplate jdbc = new JdbcTemplate(this.database.dataSource());

	private Connection bare;

	@BeforeEach
	void open() throws SQLException {
		this.bare = DriverManager.getConnection("jdbc:sqlite::memory:");
	}

	@AfterEach
	void close() throws SQLException {
		this.bare.close();
		this.database.close();
	}

	@ParameterizedTest
	@ValueSource(strings = { "padl", "padr", "padc", "replicate" })
	void theyGiveWhatTheDriversOwnGive(String function) throws SQLException {
		Random random = new Random(5);
		String sql = "select quote(" + function + "(?, ?)), typeof(" + function + "(?, ?))";
		for (int i = 0; i < 2000; i++) {
			Object text = switch (random.nextInt(5)) {
				case 0 -> random.nextInt(1000);
				case 1 -> random.nextDouble();
				case 2 -> null;
				default -> TEXTS.get(random.nextInt(TEXTS.size()));
			};
			Object number = switch (random.nextInt(5)) {
				case 0 -> random.nextDouble() * 20;
				case 1 -> null;
				case 2 -> Integer.toString(random.nextInt(12));
				default -> random.nextInt(24) - 4;
			};
			assertThat(outcome(this.jdbc.getDataSource().getConnection(), true, sql, text, number))
				.as("%s(%s, %s)", function, text, number)
				.isEqualTo(outcome(this.bare, false, sql, text, number));
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "padl", "padr", "padc", "replicate" })
	void noLengthEndsTheProcess(String function) {
		for (long length : new long[] { PaddingFunctions.MOST_CHARACTERS + 1L, Integer.MAX_VALUE, 1L << 31, 1L << 32,
				(1L << 32) + 4, Long.MAX_VALUE }) {
			assertThatThrownBy(() -> this.jdbc.queryForObject("select " + function + "('x', ?)", String.class, length))
				.hasStackTraceContaining("string or blob too big");
		}
		assertThat(this.jdbc.queryForObject("select length(" + function + "('x', ?))", Long.class,
				PaddingFunctions.MOST_CHARACTERS))
			.isEqualTo(PaddingFunctions.MOST_CHARACTERS);
	}

	@Test
	void aViewOfAFileThatIsLookedAtEndsNoProcess(@TempDir Path directory) throws SQLException {
		Path file = directory.resolve("hostile.zova");
		try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file)) {
			connection.createStatement()
				.execute("create view _zova_meta as select 'magic' as key, padl('x', 4294967300) as value");
		}
		assertThat(Files.exists(file)).isTrue();
		assertThatThrownBy(() -> ZovaDatabase.open(file)).hasMessageContaining("hostile.zova");
	}

	private static String outcome(Connection connection, boolean close, String sql, Object text, Object number)
			throws SQLException {
		try (PreparedStatement statement = connection.prepareStatement(sql)) {
			statement.setObject(1, text);
			statement.setObject(2, number);
			statement.setObject(3, text);
			statement.setObject(4, number);
			try (ResultSet row = statement.executeQuery()) {
				row.next();
				return row.getString(1) + " " + row.getString(2);
			}
		}
		catch (SQLException ex) {
			assertThat(ex.getMessage()).contains("domain error");
			return "domain error";
		}
		finally {
			if (close) {
				connection.close();
			}
		}
	}

}
