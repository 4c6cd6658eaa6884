package io.zova.boot.backup;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.InitializingBean;

import io.zova.ZovaDatabase;
import io.zova.maintenance.CopyOptions;

/**
 * Makes backups into a directory while the application works, by schedule or on demand,
 * one at a time, and removes the oldest ones. They are named by the begin of the
 * database's id and their time in UTC: {@code app-3f2a91c0-20261130T031500Z.zova}.
 * <p>
 * A backup that fails leaves the older ones as they are.
 */
public class Backups implements InitializingBean, DisposableBean {

	private static final Logger log = LoggerFactory.getLogger(Backups.class);

	private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'")
		.withZone(ZoneOffset.UTC);

	private static final String TIME_PATTERN = "-\\d{8}T\\d{6}Z\\.zova";

	private final ZovaDatabase database;

	private final Path directory;

	private final String stem;

	private final @Nullable BackupSchedule schedule;

	private final int keep;

	private final boolean verify;

	private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor((task) -> {
		Thread thread = new Thread(task, "zova-backup");
		thread.setDaemon(true);
		return thread;
	});

	private final AtomicBoolean running = new AtomicBoolean();

	private final AtomicLong successes = new AtomicLong();

	private final AtomicLong failures = new AtomicLong();

	private final AtomicLong successNanos = new AtomicLong();

	private final AtomicLong failureNanos = new AtomicLong();

	private volatile Progress progress = new Progress(0, 0);

	private volatile @Nullable Outcome last;

	private volatile @Nullable Instant lastGood;

	/**
	 * Backups of a database.
	 * @param database the database
	 * @param directory where to; it is created if it is missing
	 * @param stem how their names begin
	 * @param schedule when, or {@code null} for only on demand
	 * @param keep how many to keep
	 * @param verify whether each is read back before it gets its name
	 */
	public Backups(ZovaDatabase database, Path directory, String stem, @Nullable BackupSchedule schedule, int keep,
			boolean verify) {
		this.database = database;
		this.directory = directory;
		this.stem = stem;
		this.schedule = schedule;
		this.keep = keep;
		this.verify = verify;
	}

	@Override
	public void afterPropertiesSet() {
		this.lastGood = newestTime();
		plan();
	}

	@Override
	public void destroy() {
		this.thread.shutdownNow();
	}

	private void plan() {
		Duration delay = (this.schedule != null) ? this.schedule.delay(ZonedDateTime.now()) : null;
		if (delay != null) {
			try {
				this.thread.schedule(this::runAsPlanned, delay.toMillis(), TimeUnit.MILLISECONDS);
			}
			catch (RejectedExecutionException ex) {
				log.debug("No backup is planned any more: the application stops", ex);
			}
		}
	}

	private void runAsPlanned() {
		try {
			run();
		}
		finally {
			plan();
		}
	}

	/**
	 * Begins a backup on the backups' own thread, if none is running.
	 * @return what is known of it, or of the one that is running
	 */
	public State start() {
		if (this.running.compareAndSet(false, true)) {
			try {
				this.thread.execute(this::make);
			}
			catch (RejectedExecutionException ex) {
				this.running.set(false);
				throw ex;
			}
		}
		return state();
	}

	/**
	 * Makes a backup on the calling thread, unless one is running.
	 * @return how it ended, {@code null} if another one is running
	 */
	public @Nullable Outcome run() {
		return this.running.compareAndSet(false, true) ? make() : null;
	}

	private Outcome make() {
		Instant start = Instant.now();
		try {
			this.progress = new Progress(0, 0);
			String name = backup(start);
			Outcome outcome = new Outcome(true, start, Duration.between(start, Instant.now()), name);
			this.successes.incrementAndGet();
			this.successNanos.addAndGet(outcome.took().toNanos());
			this.last = outcome;
			this.lastGood = start;
			rotate(name);
			return outcome;
		}
		catch (RuntimeException ex) {
			Outcome outcome = new Outcome(false, start, Duration.between(start, Instant.now()), "");
			this.failures.incrementAndGet();
			this.failureNanos.addAndGet(outcome.took().toNanos());
			this.last = outcome;
			log.error("The backup into {} failed; older ones are kept", this.directory, ex);
			return outcome;
		}
		finally {
			this.running.set(false);
		}
	}

	private String backup(Instant start) {
		try {
			// A link to one can't be made again.
			if (!Files.isDirectory(this.directory)) {
				Files.createDirectories(this.directory);
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException("The directory for backups could not be made", ex);
		}
		CopyOptions options = CopyOptions.defaults()
			.reportingTo((done, left) -> this.progress = new Progress(done, left));
		String name = freeName(start);
		this.database.backup(this.directory.resolve(name), this.verify ? options : options.withoutVerification());
		return name;
	}

	/** There may be one of this second, also of a second that comes twice. */
	private String freeName(Instant start) {
		Instant time = start;
		String name = name(time);
		while (Files.exists(this.directory.resolve(name), LinkOption.NOFOLLOW_LINKS)) {
			time = time.plusSeconds(1);
			name = name(time);
		}
		return name;
	}

	private String name(Instant time) {
		return this.stem + "-" + TIME.format(time) + ".zova";
	}

	/**
	 * The newest stays, also where the clock has gone back and its name is not the last.
	 */
	private void rotate(String newest) {
		List<Path> others = backups().stream().filter((backup) -> !backup.endsWith(newest)).toList();
		for (Path old : others.subList(0, Math.max(0, others.size() + 1 - this.keep))) {
			try {
				Files.deleteIfExists(old);
			}
			catch (IOException ex) {
				log.warn("The old backup {} could not be removed", old, ex);
			}
		}
	}

	/** The oldest first, which their names tell. */
	private List<Path> backups() {
		Pattern name = Pattern.compile(Pattern.quote(this.stem) + TIME_PATTERN);
		List<Path> backups = new ArrayList<>();
		if (!Files.isDirectory(this.directory)) {
			return backups;
		}
		try (DirectoryStream<Path> entries = Files.newDirectoryStream(this.directory)) {
			for (Path entry : entries) {
				if (name.matcher(entry.getFileName().toString()).matches()) {
					backups.add(entry);
				}
			}
		}
		catch (IOException | DirectoryIteratorException ex) {
			log.warn("The backups in {} could not be listed, so that none is removed", this.directory, ex);
			return List.of();
		}
		backups.sort(null);
		return backups;
	}

	private @Nullable Instant newestTime() {
		List<Path> backups = backups();
		if (backups.isEmpty()) {
			return null;
		}
		String name = backups.get(backups.size() - 1).getFileName().toString();
		String time = name.substring(this.stem.length() + 1, name.length() - ".zova".length());
		try {
			return TIME.parse(time, Instant::from);
		}
		catch (java.time.format.DateTimeParseException ex) {
			// Digits that are no time: not one of ours.
			return null;
		}
	}

	/**
	 * What is known of backups.
	 * @return the state of this moment
	 */
	public State state() {
		return new State(this.running.get(), this.progress.done(), this.progress.left(), this.last, this.lastGood);
	}

	/**
	 * How many backups have ended.
	 * @param success those that were made, or those that failed
	 * @return the number since the application started
	 */
	public long count(boolean success) {
		return (success ? this.successes : this.failures).get();
	}

	/**
	 * How long they have taken together.
	 * @param success those that were made, or those that failed
	 * @return the nanoseconds
	 */
	public long nanos(boolean success) {
		return (success ? this.successNanos : this.failureNanos).get();
	}

	private record Progress(long done, long left) {

	}

	/**
	 * What is known of backups.
	 *
	 * @param running whether one is being made
	 * @param pagesDone how many pages of it, or of the last one, are copied
	 * @param pagesLeft how many are left
	 * @param last how the last one ended, {@code null} if there was none
	 * @param lastGood when the last good one began, also one from before the application
	 * started; {@code null} if there is none
	 */
	public record State(boolean running, long pagesDone, long pagesLeft, @Nullable Outcome last,
			@Nullable Instant lastGood) {

	}

	/**
	 * How a backup ended.
	 *
	 * @param success whether it was made
	 * @param at when it began
	 * @param took how long it took
	 * @param name its name, empty if it failed
	 */
	public record Outcome(boolean success, Instant at, Duration took, String name) {

	}

}
