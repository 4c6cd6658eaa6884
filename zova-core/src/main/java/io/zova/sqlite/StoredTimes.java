package io.zova.sqlite;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.time.temporal.TemporalAccessor;
import java.time.temporal.TemporalQueries;
import java.util.Set;

/**
 * Dates and times as SQL values. SQLite has no type for them, so they are text that
 * SQLite's own date functions understand, and whose order is that of the time.
 * <p>
 * What has an offset is stored in UTC, always with nine digits of the second
 * ({@code 2026-11-30T13:36:34.000000000Z}), because text with and without a fraction
 * would not sort. Reading also takes what others have stored: text with a blank instead
 * of the T, without seconds, or without an offset (which is UTC, as for
 * {@code datetime('now')}), and the milliseconds since 1970 that the driver makes of
 * {@code java.sql.Timestamp}, {@code Date} and {@code Time}.
 */
public final class StoredTimes {

	/** The classes that {@link #read} can make. */
	public static final Set<Class<?>> TYPES = Set.of(Instant.class, LocalDate.class, LocalTime.class,
			LocalDateTime.class, OffsetDateTime.class, ZonedDateTime.class);

	private static final int TIME_SEPARATOR = 10;

	private static final DateTimeFormatter UTC = new DateTimeFormatterBuilder().append(DateTimeFormatter.ISO_LOCAL_DATE)
		.appendLiteral('T')
		.appendPattern("HH:mm:ss")
		.appendFraction(ChronoField.NANO_OF_SECOND, 9, 9, true)
		.appendLiteral('Z')
		.toFormatter()
		.withZone(ZoneOffset.UTC);

	private static final DateTimeFormatter ANY = new DateTimeFormatterBuilder().append(DateTimeFormatter.ISO_LOCAL_DATE)
		.optionalStart()
		.appendLiteral('T')
		.append(DateTimeFormatter.ISO_LOCAL_TIME)
		.optionalStart()
		.appendOffsetId()
		.toFormatter();

	private StoredTimes() {
	}

	/**
	 * The text that a time is stored as.
	 * @param time one of the {@link #TYPES}, or anything else of {@code java.time}
	 * @return the text
	 */
	public static String write(TemporalAccessor time) {
		boolean hasOffset = time instanceof Instant || time instanceof OffsetDateTime || time instanceof ZonedDateTime;
		return hasOffset ? UTC.format(time) : time.toString();
	}

	/**
	 * Reads a time.
	 * @param <T> what to make of it
	 * @param stored the text, or the milliseconds since 1970
	 * @param type one of the {@link #TYPES}
	 * @return the time
	 * @throws DateTimeException if it is no time
	 */
	public static <T> T read(Object stored, Class<T> type) {
		return type.cast((stored instanceof Number millis) ? ofMillis(millis.longValue(), type)
				: ofText(stored.toString().trim(), type));
	}

	/** The driver has turned local times into milliseconds by the default time zone. */
	private static Object ofMillis(long millis, Class<?> type) {
		ZoneId zone = (type == Instant.class || type == OffsetDateTime.class || type == ZonedDateTime.class)
				? ZoneOffset.UTC : ZoneId.systemDefault();
		ZonedDateTime time = Instant.ofEpochMilli(millis).atZone(zone);
		return of(time.toLocalDateTime(), time.getOffset(), type);
	}

	private static Object ofText(String text, Class<?> type) {
		if (type == LocalTime.class && text.indexOf(':') > 0 && text.indexOf(':') < TIME_SEPARATOR) {
			return LocalTime.parse(text);
		}
		boolean blank = text.length() > TIME_SEPARATOR && text.charAt(TIME_SEPARATOR) == ' ';
		TemporalAccessor parsed = ANY
			.parse(blank ? text.substring(0, TIME_SEPARATOR) + 'T' + text.substring(TIME_SEPARATOR + 1) : text);
		LocalTime time = parsed.query(TemporalQueries.localTime());
		ZoneOffset offset = parsed.query(TemporalQueries.offset());
		return of(LocalDate.from(parsed).atTime((time != null) ? time : LocalTime.MIDNIGHT),
				(offset != null) ? offset : ZoneOffset.UTC, type);
	}

	private static Object of(LocalDateTime time, ZoneOffset offset, Class<?> type) {
		if (type == Instant.class) {
			return time.toInstant(offset);
		}
		if (type == OffsetDateTime.class) {
			return time.atOffset(offset);
		}
		if (type == ZonedDateTime.class) {
			return time.atZone(offset);
		}
		if (type == LocalDate.class) {
			return time.toLocalDate();
		}
		return (type == LocalTime.class) ? time.toLocalTime() : time;
	}

}
