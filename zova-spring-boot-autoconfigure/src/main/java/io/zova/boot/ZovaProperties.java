package io.zova.boot;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

import io.zova.ZovaOptions;
import io.zova.ZovaOptions.ForeignTransaction;
import io.zova.ZovaOptions.JournalMode;
import io.zova.ZovaOptions.Synchronous;
import io.zova.ZovaOptions.TransactionBegin;
import io.zova.format.StorePolicy;
import io.zova.format.StoreRole;
import io.zova.boot.backup.BackupSchedule;

/**
 * What an application configures under {@code zova}.
 *
 * @param path Path of the database file; its name ends in .zova. The value :memory: gives
 * a database in memory that is gone when the application stops. Without it there is no
 * database.
 * @param create Whether to create the file if it does not exist.
 * @param readOnly Whether to refuse every write.
 * @param immutable Whether to open the file for reading only, with the promise that
 * nobody changes it meanwhile: it takes no lock and needs no files beside it, so that a
 * file in WAL mode can be read in a directory that cannot be written.
 * @param foreignFile Whether somebody else has made the file. Its views, triggers,
 * indexes and rules may then call only innocuous functions.
 * @param statementTimeout How long a statement may run before it is stopped, zero for as
 * long as it takes. The default is zero, for a foreign file 30 seconds.
 * @param migration What happens at the start to a file of an older format: never, it is
 * refused; on-start, it is migrated, verified and replaced by the new file, and kept
 * beside it under the name app.format-9.zova, for app.zova of format 9.
 * @param lockWaitTimeout How long a transaction waits for another one of this application
 * that writes, or for a connection of the pool.
 * @param transaction Settings of transactions.
 * @param sqlite Settings of SQLite.
 * @param pool Settings of the connection pool.
 * @param vector Settings of vector search.
 * @param graph Settings of graphs.
 * @param notifications Settings of notifications.
 * @param health Settings of the health check.
 * @param stores Files of their own for objects, vectors or graphs.
 * @param backup Settings of backups.
 * @param cache Settings of Spring's cache, where spring.cache.type is zova.
 */
@ConfigurationProperties("zova")
public record ZovaProperties(@Nullable String path, @DefaultValue("true") boolean create,
		@DefaultValue("false") boolean readOnly, @DefaultValue("false") boolean immutable,
		@DefaultValue("false") boolean foreignFile, @Nullable Duration statementTimeout,
		@DefaultValue("never") Migration migration, @DefaultValue("30s") Duration lockWaitTimeout,
		@DefaultValue Transaction transaction, @DefaultValue Sqlite sqlite, @DefaultValue Pool pool,
		@DefaultValue Vector vector, @DefaultValue Graph graph, @DefaultValue Notifications notifications,
		@DefaultValue Health health, @DefaultValue Stores stores, @DefaultValue Backup backup,
		@DefaultValue Cache cache) {

	/** The value of {@code zova.path} for a database in memory. */
	static final String IN_MEMORY = ":memory:";

	public ZovaProperties {
		requireNoWal(stores, sqlite);
		Rule.notNegative("zova.lock-wait-timeout", lockWaitTimeout);
		Rule.require(migration == Migration.NEVER || (!readOnly && !immutable), "zova.migration", migration,
				"A migration writes: set it to never, or zova.read-only and zova.immutable to false.");
		if (statementTimeout != null) {
			Rule.notNegative("zova.statement-timeout", statementTimeout);
		}
		if (foreignFile && sqlite.mmapSize != null) {
			Rule.require(sqlite.mmapSize.toBytes() == 0, "zova.sqlite.mmap-size", sqlite.mmapSize,
					"A foreign file (zova.foreign-file) takes no memory map: cut short, it would end the process.");
		}
	}

	private static void requireNoWal(Stores stores, Sqlite sqlite) {
		Rule.require(stores.allowWal || !stores.areConfigured() || sqlite.journalMode != JournalMode.WAL,
				"zova.sqlite.journal-mode", "wal",
				"With stores (zova.stores) a crash can tear a commit of files in WAL "
						+ "mode, so that the database does not open any more. Use delete, or set zova.stores.allow-wal.");
	}

	/**
	 * The options that these properties stand for.
	 * @return the options
	 */
	public ZovaOptions toOptions() {
		ZovaOptions.Builder options = ZovaOptions.builder()
			.readOnly(this.readOnly)
			.immutable(this.immutable)
			.foreignFile(this.foreignFile)
			.lockWaitTimeout(this.lockWaitTimeout)
			.transactionBegin(this.transaction.begin)
			.foreignTransaction(this.transaction.foreign)
			.busyTimeout(this.sqlite.busyTimeout)
			.journalMode(this.sqlite.journalMode)
			.synchronous(this.sqlite.synchronous)
			.maximumPoolSize(this.pool.maximumSize)
			.minimumIdle(Math.min(this.pool.minimumIdle, this.pool.maximumSize))
			.statementCacheSize(this.pool.statementCacheSize)
			.leakDetectionThreshold(this.pool.leakDetectionThreshold)
			.closeTimeout(this.pool.closeTimeout)
			.graphChecksTargets(this.graph.checkTargets)
			.notificationQueueCapacity(this.notifications.queueCapacity)
			.notificationsPerTransaction(this.notifications.maxPerTransaction)
			.notificationBytesPerTransaction(this.notifications.maxBytesPerTransaction.toBytes());
		if (this.stores.policy != null) {
			options.boundStores(this.stores.policy);
		}
		if (this.statementTimeout != null) {
			options.statementTimeout(this.statementTimeout);
		}
		if (this.sqlite.pageSize != null) {
			options.pageSize((int) this.sqlite.pageSize.toBytes());
		}
		if (this.sqlite.cacheSize != null) {
			options.cacheSizeKiB(this.sqlite.cacheSize.toKilobytes());
		}
		if (this.sqlite.mmapSize != null) {
			options.mmapSize(this.sqlite.mmapSize.toBytes());
		}
		if (this.vector.residentMemory != null) {
			options.vectorResidentMemory(this.vector.residentMemory.toBytes());
		}
		if (this.graph.residentMemory != null) {
			options.graphResidentMemory(this.graph.residentMemory.toBytes());
		}
		return options.build();
	}

	/**
	 * What happens at the start to a file of an older format.
	 */
	public enum Migration {

		/** The application does not start, and says what to do. */
		NEVER,

		/** The file is migrated and replaced. */
		ON_START

	}

	/**
	 * Settings of transactions.
	 *
	 * @param begin When a transaction that is not read-only takes the write lock: with
	 * its first statement (immediate), or with the first that writes (first-write). Until
	 * then, each statement of the latter reads the newest commit.
	 * @param foreign What happens to a write outside any transaction of Zova's while the
	 * thread is in a transaction of another transaction manager, which its rollback would
	 * not undo.
	 */
	public record Transaction(@DefaultValue("immediate") TransactionBegin begin,
			@DefaultValue("warn") ForeignTransaction foreign) {

	}

	/**
	 * Settings of SQLite. What is not set stays as SQLite or the file has it.
	 *
	 * @param busyTimeout How long to wait for a lock that another process holds.
	 * @param pageSize Page size of a new file: a power of two from 512B to 64KB. An
	 * existing file keeps its own. SQLite's default is 4KB.
	 * @param journalMode Journal mode to set. An existing file keeps its own if this is
	 * not set; a new one gets WAL.
	 * @param synchronous When SQLite waits for the disk. SQLite's default is full: each
	 * commit is on disk when it returns. With grouped, a transaction that writes returns
	 * from its commit only when it is on disk, and everything that it has seen; commits
	 * that come at the same time wait for one fsync. Events and notifications go out only
	 * then. Others may read a commit a moment before it is on disk, and a power failure
	 * in that moment takes back what they have read: this is the difference to full.
	 * @param cacheSize Page cache of each connection. SQLite's default is 2000KB.
	 * @param mmapSize How much of the file is read through a memory map. SQLite's default
	 * is nothing.
	 */
	public record Sqlite(@DefaultValue("5s") Duration busyTimeout, @Nullable DataSize pageSize,
			@Nullable JournalMode journalMode, @Nullable Synchronous synchronous, @Nullable DataSize cacheSize,
			@Nullable DataSize mmapSize) {

		private static final long SMALLEST_PAGE = 512;

		private static final long LARGEST_PAGE = 65_536;

		public Sqlite {
			Rule.notNegative("zova.sqlite.busy-timeout", busyTimeout);
			if (pageSize != null) {
				long bytes = pageSize.toBytes();
				Rule.require(bytes >= SMALLEST_PAGE && bytes <= LARGEST_PAGE && Long.bitCount(bytes) == 1,
						"zova.sqlite.page-size", pageSize, "It must be a power of two from 512B to 64KB.");
			}
			if (cacheSize != null) {
				Rule.require(!cacheSize.isNegative() && cacheSize.toKilobytes() <= Integer.MAX_VALUE,
						"zova.sqlite.cache-size", cacheSize, "It must be from 0B to 2TB.");
			}
			if (mmapSize != null) {
				Rule.require(!mmapSize.isNegative(), "zova.sqlite.mmap-size", mmapSize, "It must not be negative.");
			}
		}

	}

	/**
	 * Settings of the connection pool.
	 *
	 * @param maximumSize How many connections may be in use at a time.
	 * @param minimumIdle How many connections stay open when nobody uses them.
	 * @param statementCacheSize How many compiled statements each connection keeps.
	 * @param leakDetectionThreshold After what time a connection that was not returned is
	 * logged with the place where it was borrowed. Zero is off, else at least 2 seconds.
	 * @param closeTimeout How long the application waits for connections in use when it
	 * stops.
	 */
	public record Pool(@DefaultValue("32") int maximumSize, @DefaultValue("1") int minimumIdle,
			@DefaultValue("256") int statementCacheSize, @DefaultValue("0s") Duration leakDetectionThreshold,
			@DefaultValue("10s") Duration closeTimeout) {

		private static final Duration SHORTEST_LEAK = Duration.ofSeconds(2);

		public Pool {
			Rule.require(maximumSize >= 1, "zova.pool.maximum-size", maximumSize, "It must be at least 1.");
			Rule.require(minimumIdle >= 0, "zova.pool.minimum-idle", minimumIdle, "It must not be negative.");
			Rule.require(statementCacheSize >= 0, "zova.pool.statement-cache-size", statementCacheSize,
					"It must not be negative; 0 keeps none.");
			Rule.require(leakDetectionThreshold.isZero() || leakDetectionThreshold.compareTo(SHORTEST_LEAK) >= 0,
					"zova.pool.leak-detection-threshold", leakDetectionThreshold,
					"It must be 0 (off) or at least 2 seconds.");
			Rule.notNegative("zova.pool.close-timeout", closeTimeout);
		}

	}

	/**
	 * Settings of vector search.
	 *
	 * @param residentMemory How much memory the vectors that are kept ready for search
	 * may take. Collections that do not fit are scanned from the file, with the same
	 * result. The default is a share of the heap's maximum.
	 * @param preload Names of the collections that are read into memory when the
	 * application starts; an asterisk stands for all. One that does not exist yet is
	 * logged as a warning. Without it, a collection is read at its first search.
	 */
	public record Vector(@Nullable DataSize residentMemory, @DefaultValue List<String> preload) {

		public Vector {
			if (residentMemory != null) {
				Rule.require(!residentMemory.isNegative(), "zova.vector.resident-memory", residentMemory,
						"It must not be negative.");
			}
		}

	}

	/**
	 * Settings of graphs.
	 *
	 * @param residentMemory How much of the heap the edges of graphs may take that are
	 * kept ready for neighbors and walks. Graphs that do not fit are asked in the file,
	 * with the same result. The default is a share of the heap's maximum.
	 * @param checkTargets Whether nodes are put only if the objects, chunks and vectors
	 * exist that they stand for.
	 */
	public record Graph(@Nullable DataSize residentMemory, @DefaultValue("false") boolean checkTargets) {

		public Graph {
			if (residentMemory != null) {
				Rule.require(!residentMemory.isNegative(), "zova.graph.resident-memory", residentMemory,
						"It must not be negative.");
			}
		}

	}

	/**
	 * Settings of notifications.
	 *
	 * @param events Channels whose notifications are published as application events,
	 * where an asterisk stands for any characters. Nothing is published if this is empty.
	 * @param queueCapacity How many notifications wait for each subscriber. When one is
	 * too slow, the oldest are dropped first.
	 * @param maxPerTransaction How many notifications may wait for the commit of one
	 * transaction. More are refused, or only counted where nobody listens.
	 * @param maxBytesPerTransaction How many bytes of channels and payloads may wait for
	 * the commit of one transaction. More are refused, or only counted where nobody
	 * listens.
	 */
	public record Notifications(@DefaultValue("*") List<String> events, @DefaultValue("1024") int queueCapacity,
			@DefaultValue("100000") int maxPerTransaction, @DefaultValue("32MB") DataSize maxBytesPerTransaction) {

		private static final Pattern CHANNELS = Pattern.compile("[A-Za-z0-9_.:*-]{1,128}");

		public Notifications {
			Rule.require(events.stream().allMatch((channel) -> CHANNELS.matcher(channel).matches()),
					"zova.notifications.events", events,
					"They must be channels of the characters A-Z a-z 0-9 _ . : -, with * for any of them.");
			Rule.require(queueCapacity >= 1, "zova.notifications.queue-capacity", queueCapacity,
					"It must be at least 1.");
			Rule.require(maxPerTransaction >= 1, "zova.notifications.max-per-transaction", maxPerTransaction,
					"It must be at least 1.");
			Rule.require(maxBytesPerTransaction.toBytes() >= 1, "zova.notifications.max-bytes-per-transaction",
					maxBytesPerTransaction, "It must be at least 1B.");
		}

	}

	/**
	 * Settings of the health check.
	 *
	 * @param interval How often the file is checked in the background.
	 * @param timeout How long one check may take. A check that takes longer is broken off
	 * and says so; that alone does not make the application unhealthy.
	 * @param minimumFreeSpace What should be free on the disks of the files. The
	 * application is unhealthy if it is less.
	 */
	public record Health(@DefaultValue("5m") Duration interval, @DefaultValue("2s") Duration timeout,
			@DefaultValue("10MB") DataSize minimumFreeSpace) {

		private static final Duration SHORTEST = Duration.ofSeconds(1);

		public Health {
			Rule.require(interval.compareTo(SHORTEST) >= 0, "zova.health.interval", interval,
					"It must be at least 1 second. To switch the check off, set management.health.zova.enabled=false.");
			Rule.require(timeout.compareTo(SHORTEST) >= 0, "zova.health.timeout", timeout,
					"It must be at least 1 second.");
			Rule.require(!minimumFreeSpace.isNegative(), "zova.health.minimum-free-space", minimumFreeSpace,
					"It must be 0B, for any, or more.");
		}

	}

	/**
	 * Files of their own for objects, vectors or graphs. Each is created and bound at the
	 * first start, while the main file holds nothing of its kind.
	 *
	 * @param policy Which files the main file may name as its stores: any, those in its
	 * own directory (same-directory), or none (deny). The default is any, for a foreign
	 * file deny.
	 * @param allowWal Whether the files may be in WAL mode. There each file commits by
	 * itself: if the process or machine dies at that moment, one file can have a
	 * transaction that another has not. The database does not open then, and only a
	 * backup helps, or binding the store again with what it holds.
	 * @param object The file for objects.
	 * @param vector The file for vectors.
	 * @param graph The file for graphs.
	 */
	public record Stores(@Nullable StorePolicy policy, @DefaultValue("false") boolean allowWal,
			@DefaultValue Store object, @DefaultValue Store vector, @DefaultValue Store graph) {

		boolean areConfigured() {
			return this.object.path != null || this.vector.path != null || this.graph.path != null;
		}

		/** The path for a role, if one is configured. */
		@Nullable String path(StoreRole role) {
			return switch (role) {
				case OBJECTS -> this.object.path;
				case VECTORS -> this.vector.path;
				case GRAPHS -> this.graph.path;
			};
		}

	}

	/**
	 * Settings of backups.
	 *
	 * @param directory Directory of the backups. Without it there are none.
	 * @param schedule When backups are made: an interval such as 6h, or a cron expression
	 * such as 0 0 3 * * *. Without it they are made only on demand.
	 * @param keep How many backups are kept; older ones are removed after a new one was
	 * made.
	 * @param verify Whether each backup is read back and checked before it gets its name.
	 * @param failedStatus Health status after a backup that failed, until one is made.
	 */
	public record Backup(@Nullable String directory, @Nullable String schedule, @DefaultValue("7") int keep,
			@DefaultValue("true") boolean verify, @DefaultValue("UNKNOWN") String failedStatus) {

		public Backup {
			Rule.require(keep >= 1, "zova.backup.keep", keep, "At least 1 backup must be kept.");
			if (schedule != null) {
				Rule.require(directory != null, "zova.backup.schedule", schedule,
						"Backups need a directory: set zova.backup.directory.");
				requireSchedule(schedule);
			}
		}

		private static void requireSchedule(String schedule) {
			try {
				BackupSchedule.parse(schedule);
			}
			catch (IllegalArgumentException ex) {
				Rule.require(false, "zova.backup.schedule", schedule,
						"It is an interval such as 6h or a cron expression such as 0 0 3 * * *: " + ex.getMessage()
								+ ".");
			}
		}

	}

	/**
	 * Settings of Spring's cache.
	 *
	 * @param timeToLive How long an entry lives, 0 for ever.
	 * @param timesToLive How long an entry lives, by the name of its cache. The default
	 * is zova.cache.time-to-live.
	 * @param maximumSize How many entries each cache may have; when it is full, those
	 * leave that expire first, and then the oldest. Without it nothing limits them.
	 * @param maximumSizes How many entries a cache may have, by its name. The default is
	 * zova.cache.maximum-size.
	 * @param nullValues Whether null is kept, so that it is not asked for again.
	 * @param transactionAware Whether puts and evictions wait until the open transaction
	 * has committed, instead of being part of it.
	 * @param trustedPackages Packages whose classes may be made of JSON that is read from
	 * the file, besides those of the application. Without it these and values of the JDK
	 * are all.
	 */
	public record Cache(@DefaultValue("0s") Duration timeToLive, @DefaultValue Map<String, Duration> timesToLive,
			@Nullable Long maximumSize, @DefaultValue Map<String, Long> maximumSizes,
			@DefaultValue("true") boolean nullValues, @DefaultValue("false") boolean transactionAware,
			@DefaultValue List<String> trustedPackages) {

		public Cache {
			requireTime("zova.cache.time-to-live", timeToLive);
			timesToLive.forEach((name, time) -> requireTime("zova.cache.times-to-live." + name, time));
			if (maximumSize != null) {
				requireSize("zova.cache.maximum-size", maximumSize);
			}
			maximumSizes.forEach((name, size) -> requireSize("zova.cache.maximum-sizes." + name, size));
		}

		private static void requireTime(String name, Duration time) {
			Rule.require(!time.isNegative(), name, time, "It must be 0, for ever, or more.");
		}

		private static void requireSize(String name, long size) {
			Rule.require(size >= 1, name, size, "It must be 1 or more.");
		}

	}

	/**
	 * A file of its own.
	 *
	 * @param path Path of the file; its name ends in .zova. Without it the main file
	 * holds everything of this kind, or the store that it names.
	 */
	public record Store(@Nullable String path) {

	}

}
