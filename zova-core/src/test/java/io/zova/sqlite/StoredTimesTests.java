package io.zova.sqlite;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLDataException;
import java.sql.Timestamp;
import java.sql.Types;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoField;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;

import io.zova.ZovaDatabase;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.jdbc.core.simple.JdbcClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class StoredTimesTests {

	private static final Instant INSTANT = Instant.parse("2026-11-30T13:36:34.123456789Z");

	private final ZovaDatabase database = ZovaDatabase.inMemory();

	private final JdbcClient jdbc = JdbcClient.create(this.database.dataSource());

	@BeforeEach
	void createTable() {
		this.jdbc.sql("create table t(v)").update();
	}

	@AfterEach
	void close() {
		this.database.close();
	}

	@Test
	void eachTypeComesBackToTheNanosecond() {
		for (Object time : List.of(INSTANT, LocalDate.of(2026, 11, 30), LocalTime.of(13, 36, 34, 1),
				LocalDateTime.of(2026, 11, 30, 13, 36), OffsetDateTime.parse("2026-11-30T13:36:34.123456789Z"))) {
			assertThat(stored(time, time.getClass())).isEqualTo(time);
		}
	}

	@Test
	void whatHasAnOffsetIsStoredInUtc() {
		OffsetDateTime time = OffsetDateTime.parse("2026-11-30T13:36:34+02:00");
		assertThat(stored(time, String.class)).isEqualTo("2026-11-30T11:36:34.000000000Z");
		assertThat(stored(time, OffsetDateTime.class)).isEqualTo(OffsetDateTime.parse("2026-11-30T11:36:34Z"));
		ZonedDateTime zoned = ZonedDateTime.parse("2026-11-30T13:36:34+01:00[Europe/Berlin]");
		assertThat(stored(zoned, ZonedDateTime.class).toInstant()).isEqualTo(zoned.toInstant());
	}

	@Test
	void textSortsAsTimeDoes() {
		Random random = new Random(17);
		List<Instant> times = new ArrayList<>();
		for (int i = 0; i < 200; i++) {
			long nanos = List.of(0, 500_000_000, 123_000_000, 1, 999_999_999).get(random.nextInt(5));
			times.add(INSTANT.plusSeconds(random.nextInt(3) - 1L).with(ChronoField.NANO_OF_SECOND, nanos));
		}
		times.forEach((time) -> this.jdbc.sql("insert into t values (?)").param(time).update());
		assertThat(this.jdbc.sql("select v from t order by v").query(Instant.class).list())
			.isSortedAccordingTo(Comparator.naturalOrder());
	}

	@Test
	void theDateFunctionsOfSqliteUnderstandIt() {
		this.jdbc.sql("insert into t values (?)").param(INSTANT).update();
		assertThat(this.jdbc.sql("select datetime(v) from t").query(String.class).single())
			.isEqualTo("2026-11-30 13:36:34");
		this.jdbc.sql("update t set v = datetime(v)").update();
		assertThat(this.jdbc.sql("select v from t").query(Instant.class).single())
			.isEqualTo(Instant.parse("2026-11-30T13:36:34Z"));
		assertThat(this.jdbc.sql("select v from t").query(LocalDateTime.class).single())
			.isEqualTo(LocalDateTime.of(2026, 11, 30, 13, 36, 34));
	}

	@Test
	void whatTheDriverStoresForTimestampsIsReadToo() {
		Instant millis = Instant.parse("2026-11-30T13:36:34.123Z");
		Timestamp timestamp = Timestamp.from(millis);
		assertThat(stored(timestamp, Instant.class)).isEqualTo(millis);
		assertThat(stored(timestamp, LocalDateTime.class)).isEqualTo(timestamp.toLocalDateTime());
		assertThat(stored(java.sql.Date.valueOf("2026-11-30"), LocalDate.class)).isEqualTo(LocalDate.of(2026, 11, 30));
		assertThat(stored(java.sql.Time.valueOf("13:36:34"), LocalTime.class)).isEqualTo(LocalTime.of(13, 36, 34));
	}

	@Test
	void aStatementTakesTheTypeAsAHint() throws Exception {
		try (Connection connection = this.database.dataSource().getConnection();
				PreparedStatement statement = connection.prepareStatement("insert into t values (?) returning v")) {
			statement.setObject(1, OffsetDateTime.parse("2026-11-30T13:36:34+02:00"), Types.TIMESTAMP_WITH_TIMEZONE);
			try (ResultSet row = statement.executeQuery()) {
				assertThat(row.next()).isTrue();
				assertThat(row.getString(1)).isEqualTo("2026-11-30T11:36:34.000000000Z");
				assertThat(row.getObject("v", Instant.class)).isEqualTo(Instant.parse("2026-11-30T11:36:34Z"));
			}
		}
	}

	@Test
	void nullIsNullAndWhatIsNoTimeIsAnError() throws Exception {
		try (Connection connection = this.database.dataSource().getConnection();
				PreparedStatement statement = connection.prepareStatement("select null, 'yesterday'");
				ResultSet row = statement.executeQuery()) {
			assertThat(row.next()).isTrue();
			assertThat(row.getObject(1, Instant.class)).isNull();
			assertThat(row.wasNull()).isTrue();
			assertThatExceptionOfType(SQLDataException.class).isThrownBy(() -> row.getObject(2, Instant.class))
				.withMessageContaining("'yesterday' is no java.time.Instant");
		}
	}

	private <T> T stored(Object value, Class<T> type) {
		this.jdbc.sql("delete from t").update();
		this.jdbc.sql("insert into t values (?)").param(value).update();
		return this.jdbc.sql("select v from t").query(type).single();
	}

}
