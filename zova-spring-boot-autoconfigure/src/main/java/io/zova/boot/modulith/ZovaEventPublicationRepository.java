package io.zova.boot.modulith;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.jdbc.core.RowMapper;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.modulith.events.EventPublication.Status;
import org.springframework.modulith.events.core.EventPublicationRepository;
import org.springframework.modulith.events.core.EventSerializer;
import org.springframework.modulith.events.core.PublicationTargetIdentifier;
import org.springframework.modulith.events.core.TargetEventPublication;
import org.springframework.modulith.events.support.CompletionMode;
import org.springframework.util.ClassUtils;

/**
 * Keeps Modulith's event publications in the tables {@code event_publication} and
 * {@code event_publication_archive}, in the transaction that publishes. Times are
 * nanoseconds since 1970.
 */
public final class ZovaEventPublicationRepository implements EventPublicationRepository {

	private static final Logger logger = LoggerFactory.getLogger(ZovaEventPublicationRepository.class);

	private static final String COLUMNS = """
			id, listener_id, event_type, serialized_event, publication_date, completion_date, status,
			completion_attempts, last_resubmission_date
			""";

	private static final String TABLE = """
			create table if not exists NAME (
				id text primary key,
				listener_id text not null,
				event_type text not null,
				serialized_event text not null,
				publication_date integer not null,
				completion_date integer,
				status text not null,
				completion_attempts integer not null,
				last_resubmission_date integer
			)
			""";

	private static final String INDEX = """
			create index if not exists NAME_by_date on NAME (completion_date, publication_date)
			""";

	private static final String INSERT = """
			insert into event_publication (COLUMNS) values (?, ?, ?, ?, ?, ?, ?, ?, ?)
			""".replace("COLUMNS", COLUMNS);

	private static final String MARK = "update event_publication set status = ? where id = ?";

	private static final String RESUBMIT = """
			update event_publication
			set status = 'RESUBMITTED', completion_attempts = completion_attempts + 1, last_resubmission_date = ?
			where id = ? and completion_date is null and status <> 'RESUBMITTED'
			""";

	private static final String COMPLETE = """
			update event_publication set completion_date = ?, status = 'COMPLETED' where id = ?
			""";

	private static final String ARCHIVE = """
			insert or ignore into event_publication_archive (COLUMNS) select COLUMNS from event_publication where id = ?
			""".replace("COLUMNS", COLUMNS);

	private static final String DELETE = "delete from event_publication where id = ?";

	private static final String INCOMPLETE = "completion_date is null ";

	private static final String IN_ORDER = "order by publication_date, id";

	private final JdbcClient jdbc;

	private final EventSerializer serializer;

	private final CompletionMode completion;

	/** Where completed publications are. */
	private final String completed;

	private final ClassLoader classLoader;

	/**
	 * A repository whose tables are made if they are not there.
	 * @param jdbc the database
	 * @param serializer turns events into text and back
	 * @param completion what happens to a publication when it is completed
	 * @param classLoader knows the classes of events
	 */
	public ZovaEventPublicationRepository(JdbcClient jdbc, EventSerializer serializer, CompletionMode completion,
			ClassLoader classLoader) {
		this.jdbc = jdbc;
		this.serializer = serializer;
		this.completion = completion;
		this.completed = (completion == CompletionMode.ARCHIVE) ? "event_publication_archive" : "event_publication";
		this.classLoader = classLoader;
		createTable("event_publication");
		createTable(this.completed);
	}

	private void createTable(String name) {
		this.jdbc.sql(TABLE.replace("NAME", name)).update();
		this.jdbc.sql(INDEX.replace("NAME", name)).update();
	}

	@Override
	public TargetEventPublication create(TargetEventPublication publication) {
		Instant resubmission = publication.getLastResubmissionDate();
		this.jdbc.sql(INSERT)
			.param(publication.getIdentifier().toString())
			.param(publication.getTargetIdentifier().getValue())
			.param(publication.getEvent().getClass().getName())
			.param(serialized(publication.getEvent()))
			.param(nanos(publication.getPublicationDate()))
			.param(publication.getCompletionDate().map(ZovaEventPublicationRepository::nanos).orElse(null))
			.param(publication.getStatus().name())
			.param(publication.getCompletionAttempts())
			.param((resubmission != null) ? nanos(resubmission) : null)
			.update();
		return publication;
	}

	@Override
	public void markProcessing(UUID id) {
		this.jdbc.sql(MARK + " and " + INCOMPLETE).params(Status.PROCESSING.name(), id.toString()).update();
	}

	@Override
	public void markFailed(UUID id) {
		this.jdbc.sql(MARK + " and " + INCOMPLETE).params(Status.FAILED.name(), id.toString()).update();
	}

	/**
	 * Claims a publication for being published again.
	 * @param id the publication
	 * @param at when that is
	 * @return whether nobody else has claimed it
	 */
	@Override
	public boolean markResubmitted(UUID id, Instant at) {
		return this.jdbc.sql(RESUBMIT).params(nanos(at), id.toString()).update() == 1;
	}

	@Override
	public void markCompleted(Object event, PublicationTargetIdentifier target, Instant at) {
		findIncompletePublicationsByEventAndTargetIdentifier(event, target)
			.ifPresent((publication) -> markCompleted(publication.getIdentifier(), at));
	}

	@Override
	public void markCompleted(UUID id, Instant at) {
		if (this.completion != CompletionMode.DELETE) {
			this.jdbc.sql(COMPLETE).params(nanos(at), id.toString()).update();
		}
		if (this.completion == CompletionMode.ARCHIVE) {
			this.jdbc.sql(ARCHIVE).param(id.toString()).update();
		}
		if (this.completion != CompletionMode.UPDATE) {
			this.jdbc.sql(DELETE).param(id.toString()).update();
		}
	}

	@Override
	public List<TargetEventPublication> findIncompletePublications() {
		return find("event_publication", INCOMPLETE + IN_ORDER);
	}

	@Override
	public List<TargetEventPublication> findIncompletePublicationsPublishedBefore(Instant instant) {
		return find("event_publication", INCOMPLETE + "and publication_date < ? " + IN_ORDER, nanos(instant));
	}

	@Override
	public Optional<TargetEventPublication> findIncompletePublicationsByEventAndTargetIdentifier(Object event,
			PublicationTargetIdentifier target) {
		return find("event_publication", INCOMPLETE + "and listener_id = ? and serialized_event = ? " + IN_ORDER,
				target.getValue(), serialized(event))
			.stream()
			.findFirst();
	}

	@Override
	public List<TargetEventPublication> findCompletedPublications() {
		return find(this.completed, "completion_date is not null " + IN_ORDER);
	}

	@Override
	public List<TargetEventPublication> findFailedPublications(FailedCriteria criteria) {
		Instant before = criteria.getPublicationDateReference();
		return find("event_publication",
				INCOMPLETE + "and status = 'FAILED' and publication_date < ? " + IN_ORDER + " limit ?",
				(before != null) ? nanos(before) : Long.MAX_VALUE, criteria.getMaxItemsToRead());
	}

	@Override
	public List<TargetEventPublication> findByStatus(Status status) {
		return find((status == Status.COMPLETED) ? this.completed : "event_publication", "status = ? " + IN_ORDER,
				status.name());
	}

	@Override
	public int countByStatus(Status status) {
		String table = (status == Status.COMPLETED) ? this.completed : "event_publication";
		return this.jdbc.sql("select count(*) from " + table + " where status = ?")
			.param(status.name())
			.query(Integer.class)
			.single();
	}

	@Override
	public void deletePublications(List<UUID> ids) {
		ids.forEach((id) -> this.jdbc.sql(DELETE).param(id.toString()).update());
	}

	@Override
	public void deleteCompletedPublications() {
		deleteCompletedPublicationsBefore(Instant.ofEpochSecond(Long.MAX_VALUE / 1_000_000_000));
	}

	@Override
	public void deleteCompletedPublicationsBefore(Instant instant) {
		this.jdbc.sql("delete from " + this.completed + " where completion_date < ?").param(nanos(instant)).update();
	}

	private List<TargetEventPublication> find(String table, String condition, Object... parameters) {
		RowMapper<Optional<TargetEventPublication>> mapper = (row, number) -> {
			Class<?> type = type(row.getString("event_type"), row.getString("id"));
			if (type == null) {
				return Optional.empty();
			}
			String text = row.getString("serialized_event");
			return Optional.of(new StoredPublication(UUID.fromString(row.getString("id")),
					PublicationTargetIdentifier.of(row.getString("listener_id")),
					() -> this.serializer.deserialize(text, type), instant(row.getLong("publication_date")),
					Optional.ofNullable(date(row, "completion_date")), Status.valueOf(row.getString("status")),
					row.getInt("completion_attempts"), date(row, "last_resubmission_date")));
		};
		return this.jdbc.sql("select " + COLUMNS + " from " + table + " where " + condition)
			.params(List.of(parameters))
			.query(mapper)
			.list()
			.stream()
			.flatMap(Optional::stream)
			.toList();
	}

	private @Nullable Class<?> type(String name, String id) {
		try {
			return ClassUtils.forName(name, this.classLoader);
		}
		catch (ClassNotFoundException | LinkageError ex) {
			logger.warn("The event publication {} is left alone: there is no class {} any more", id, name);
			return null;
		}
	}

	private String serialized(Object event) {
		return this.serializer.serialize(event).toString();
	}

	private static long nanos(Instant instant) {
		return Math.addExact(Math.multiplyExact(instant.getEpochSecond(), 1_000_000_000L), instant.getNano());
	}

	private static @Nullable Instant date(ResultSet row, String column) throws SQLException {
		long nanos = row.getLong(column);
		return row.wasNull() ? null : instant(nanos);
	}

	private static Instant instant(long nanos) {
		return Instant.ofEpochSecond(Math.floorDiv(nanos, 1_000_000_000L), Math.floorMod(nanos, 1_000_000_000L));
	}

	/**
	 * What is stored of a publication. Its event is read when it is asked for.
	 */
	private static final class StoredPublication implements TargetEventPublication {

		private final UUID identifier;

		private final PublicationTargetIdentifier target;

		private final Supplier<Object> event;

		private final Instant publicationDate;

		private Optional<Instant> completionDate;

		private Status status;

		private final int attempts;

		private final @Nullable Instant lastResubmission;

		private StoredPublication(UUID identifier, PublicationTargetIdentifier target, Supplier<Object> event,
				Instant publicationDate, Optional<Instant> completionDate, Status status, int attempts,
				@Nullable Instant lastResubmission) {
			this.identifier = identifier;
			this.target = target;
			this.event = event;
			this.publicationDate = publicationDate;
			this.completionDate = completionDate;
			this.status = status;
			this.attempts = attempts;
			this.lastResubmission = lastResubmission;
		}

		@Override
		public UUID getIdentifier() {
			return this.identifier;
		}

		@Override
		public PublicationTargetIdentifier getTargetIdentifier() {
			return this.target;
		}

		@Override
		public Object getEvent() {
			return this.event.get();
		}

		@Override
		public Instant getPublicationDate() {
			return this.publicationDate;
		}

		@Override
		public Optional<Instant> getCompletionDate() {
			return this.completionDate;
		}

		@Override
		public Status getStatus() {
			return this.status;
		}

		@Override
		public @Nullable Instant getLastResubmissionDate() {
			return this.lastResubmission;
		}

		@Override
		public int getCompletionAttempts() {
			return this.attempts;
		}

		@Override
		public void markCompleted(Instant at) {
			this.completionDate = Optional.of(at);
			this.status = Status.COMPLETED;
		}

		@Override
		public boolean equals(@Nullable Object other) {
			return other instanceof TargetEventPublication that && this.identifier.equals(that.getIdentifier());
		}

		@Override
		public int hashCode() {
			return this.identifier.hashCode();
		}

	}

}
