package io.zova.boot.test.slice;

import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;

import org.springframework.data.annotation.Id;
import org.springframework.data.relational.core.mapping.Table;

import io.zova.object.ObjectId;

/**
 * A record with everything that SQLite has no type for.
 */
@Table("note")
record Note(@Id Long id, Instant at, LocalDate day, LocalTime time, LocalDateTime local, OffsetDateTime offset,
		ObjectId attachment) {

}
