package io.zova.boot.test.slice;

import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;

import javax.sql.DataSource;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.data.jdbc.test.autoconfigure.DataJdbcTest;
import org.springframework.jdbc.core.simple.JdbcClient;

import io.zova.ZovaDatabase;
import io.zova.object.ObjectId;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * {@code @DataJdbcTest} with H2 on the class path, and what Spring Data JDBC makes of
 * times and object ids.
 */
@DataJdbcTest(properties = { "zova.path=target/never-created-by-a-slice.zova", "spring.flyway.enabled=false",
		"spring.liquibase.enabled=false" })
class DataJdbcSliceTests {

	private static final Instant AT = Instant.parse("2026-11-30T13:36:34.123456789Z");

	@Autowired
	private Notes notes;

	@Autowired
	private JdbcClient jdbc;

	@BeforeEach
	void createTable() {
		this.jdbc
			.sql("create table note(id integer primary key, at timestamp, day date, time time, local, "
					+ "\"offset\", attachment blob)")
			.update();
	}

	@Test
	void itTestsOnZovaInMemory(@Autowired DataSource dataSource, @Autowired ZovaDatabase database) {
		assertThat(dataSource).isSameAs(database.dataSource());
	}

	@Test
	void everythingComesBackAsItWas() {
		Note saved = this.notes.save(note(AT));
		assertThat(this.notes.findById(saved.id())).contains(saved);
		assertThat(this.notes.save(new Note(null, null, null, null, null, null, null)).id()).isEqualTo(2);
		assertThat(this.notes.findById(2L)).contains(new Note(2L, null, null, null, null, null, null));
	}

	@Test
	void queriesCompareTimesAndIds() {
		Note early = this.notes.save(note(AT.minusNanos(1)));
		Note exact = this.notes.save(note(AT.minusNanos(AT.getNano())));
		Note late = this.notes.save(note(AT.plusNanos(1)));
		assertThat(this.notes.findByAtAfterOrderByAt(AT)).containsExactly(late);
		assertThat(this.notes.findByAtAfterOrderByAt(AT.minusSeconds(9))).containsExactly(exact, early, late);
		assertThat(this.notes.findByAttachment(early.attachment())).hasSize(3);
		assertThat(this.notes.findByAttachment(ObjectId.ofContent(new byte[] { 9 }))).isEmpty();
	}

	@Test
	void plainJdbcStoresTheSame() {
		Note saved = this.notes.save(note(AT));
		assertThat(this.jdbc.sql("select count(*) from note where at = ? and attachment = ? and day = ? and local = ?")
			.params(AT, saved.attachment(), saved.day(), saved.local())
			.query(Integer.class)
			.single()).isOne();
		assertThat(this.jdbc.sql("select at from note").query(Instant.class).single()).isEqualTo(AT);
	}

	private static Note note(Instant at) {
		return new Note(null, at, LocalDate.of(2026, 11, 30), LocalTime.of(13, 36, 34, 1),
				LocalDateTime.of(2026, 11, 30, 13, 36), OffsetDateTime.parse("2026-11-30T11:36:34.5Z"),
				ObjectId.ofContent(new byte[] { 1 }));
	}

}
