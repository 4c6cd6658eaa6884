package io.zova;

import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

import org.jspecify.annotations.Nullable;

import io.zova.format.StorePolicy;
import io.zova.sqlite.function.SqlFunction;

/**
 * How to open or create a database. Everything has a default; what concerns SQLite's own
 * settings is left as SQLite has it unless named here.
 */
public final class ZovaOptions {

	private static final ZovaOptions DEFAULTS = builder().build();

	private final Builder values;

	private ZovaOptions(Builder values) {
		this.values = values;
	}

	/**
	 * The options that apply when none are given.
	 * @return the defaults
	 */
	public static ZovaOptions defaults() {
		return DEFAULTS;
	}

	/**
	 * Starts with the defaults.
	 * @return a builder
	 */
	public static Builder builder() {
		return new Builder();
	}

	/**
	 * Starts with these options.
	 * @return a builder
	 */
	public Builder toBuilder() {
		return this.values.copy();
	}

	public boolean readOnly() {
		return this.values.readOnly || this.values.immutable;
	}

	public boolean immutable() {
		return this.values.immutable;
	}

	public boolean foreignFile() {
		return this.values.foreignFile;
	}

	/**
	 * How long a statement may run.
	 * @return the time, zero for as long as it takes
	 */
	public Duration statementTimeout() {
		Duration chosen = this.values.statementTimeout;
		if (chosen != null) {
			return chosen;
		}
		return this.values.foreignFile ? Builder.FOREIGN_STATEMENT_TIMEOUT : Duration.ZERO;
	}

	public Duration busyTimeout() {
		return this.values.busyTimeout;
	}

	public Duration lockWaitTimeout() {
		return this.values.lockWaitTimeout;
	}

	public Duration closeTimeout() {
		return this.values.closeTimeout;
	}

	public Duration leakDetectionThreshold() {
		return this.values.leakDetectionThreshold;
	}

	public TransactionBegin transactionBegin() {
		return this.values.transactionBegin;
	}

	public OptionalInt pageSize() {
		return (this.values.pageSize == 0) ? OptionalInt.empty() : OptionalInt.of(this.values.pageSize);
	}

	public Optional<JournalMode> journalMode() {
		return Optional.ofNullable(this.values.journalMode);
	}

	public Optional<Synchronous> synchronous() {
		return Optional.ofNullable(this.values.synchronous);
	}

	public OptionalLong cacheSizeKiB() {
		return (this.values.cacheSizeKiB < 0) ? OptionalLong.empty() : OptionalLong.of(this.values.cacheSizeKiB);
	}

	public OptionalLong mmapSize() {
		return (this.values.mmapSize < 0) ? OptionalLong.empty() : OptionalLong.of(this.values.mmapSize);
	}

	public int maximumPoolSize() {
		return this.values.maximumPoolSize;
	}

	public int minimumIdle() {
		return this.values.minimumIdle;
	}

	public int statementCacheSize() {
		return this.values.statementCacheSize;
	}

	public OptionalLong vectorResidentMemory() {
		return (this.values.vectorResidentMemory < 0) ? OptionalLong.empty()
				: OptionalLong.of(this.values.vectorResidentMemory);
	}

	public OptionalLong graphResidentMemory() {
		return (this.values.graphResidentMemory < 0) ? OptionalLong.empty()
				: OptionalLong.of(this.values.graphResidentMemory);
	}

	public boolean graphChecksTargets() {
		return this.values.graphChecksTargets;
	}

	/**
	 * Which files the database may name as its bound stores.
	 * @return the policy
	 */
	public StorePolicy boundStores() {
		StorePolicy policy = this.values.boundStores;
		return (policy != null) ? policy : this.values.foreignFile ? StorePolicy.DENY : StorePolicy.ANY;
	}

	public int notificationQueueCapacity() {
		return this.values.notificationQueueCapacity;
	}

	public ForeignTransaction foreignTransaction() {
		return this.values.foreignTransaction;
	}

	public int notificationsPerTransaction() {
		return this.values.notificationsPerTransaction;
	}

	public long notificationBytesPerTransaction() {
		return this.values.notificationBytesPerTransaction;
	}

	public List<SqlFunction> functions() {
		return this.values.functions;
	}

	/**
	 * When a transaction that may write takes the file's write lock. Transactions that
	 * are read-only never do.
	 */
	public enum TransactionBegin {

		/**
		 * With its first statement. All it reads is one state of the database, the newest
		 * one, and nobody can change it before the transaction ends.
		 */
		IMMEDIATE,

		/**
		 * With its first statement that writes. Until then each statement reads the
		 * newest commit and holds no lock afterwards (read committed), so what was read
		 * before the first write may have changed by then. From then on, and in
		 * transactions with the isolation {@code REPEATABLE_READ} or
		 * {@code SERIALIZABLE}, it is as with {@link #IMMEDIATE}.
		 */
		FIRST_WRITE

	}

	/**
	 * How SQLite makes a transaction atomic. Modes that give up crash safety are not on
	 * offer.
	 */
	public enum JournalMode {

		/** A rollback journal that is deleted at each commit; SQLite's default. */
		DELETE,

		/** A rollback journal that is cut to zero length. */
		TRUNCATE,

		/** A rollback journal whose header is overwritten. */
		PERSIST,

		/**
		 * A write-ahead log: read-only transactions, reads outside transactions and the
		 * writer don't wait for each other.
		 */
		WAL;

		/**
		 * The mode's name in SQL.
		 * @return the name
		 */
		public String sql() {
			return name().toLowerCase(Locale.ROOT);
		}

	}

	/**
	 * When SQLite waits for the disk.
	 */
	public enum Synchronous {

		/**
		 * In WAL mode, a power failure may lose the last commits but damages nothing.
		 * With a rollback journal a power failure can, rarely, damage the file.
		 */
		NORMAL,

		/**
		 * Each commit is on disk when it returns; SQLite's default. With the journal mode
		 * DELETE, a power failure may still undo the very last one: choose EXTRA there.
		 */
		FULL,

		/** As FULL, and the directory is synced after the journal is deleted. */
		EXTRA,

		/**
		 * A transaction that writes returns from its commit only when it is on disk, and
		 * everything that it has seen; commits that come at the same time wait for one
		 * fsync. Events and notifications go out only then. Others may read a commit a
		 * moment before it is on disk, and a power failure in that moment takes back what
		 * they have read: this is the difference to FULL. For files in WAL mode, with the
		 * native library; everywhere else the same as FULL.
		 */
		GROUPED;

		/**
		 * The setting's name in SQL.
		 * @return the name
		 */
		public String sql() {
			return (this == GROUPED) ? FULL.sql() : name().toLowerCase(Locale.ROOT);
		}

	}

	/**
	 * What happens to a write outside any transaction of this database while the thread
	 * is in a transaction of another transaction manager: it would be committed at once,
	 * and stay when that transaction is rolled back.
	 */
	public enum ForeignTransaction {

		/** Write, and say nothing. */
		ALLOW,

		/** Write, and log a warning, once for each name of a transaction. */
		WARN,

		/** Refuse to write. */
		FAIL

	}

	/**
	 * Collects options.
	 */
	public static final class Builder {

		private static final int LARGEST_PAGE = 65536;

		private static final int SMALLEST_PAGE = 512;

		private static final Duration FOREIGN_STATEMENT_TIMEOUT = Duration.ofSeconds(30);

		private boolean readOnly;

		private boolean immutable;

		private boolean foreignFile;

		private @Nullable Duration statementTimeout;

		private Duration busyTimeout = Duration.ofSeconds(5);

		private Duration lockWaitTimeout = Duration.ofSeconds(30);

		private Duration closeTimeout = Duration.ofSeconds(10);

		private Duration leakDetectionThreshold = Duration.ZERO;

		private TransactionBegin transactionBegin = TransactionBegin.IMMEDIATE;

		private int pageSize;

		private @Nullable JournalMode journalMode;

		private @Nullable Synchronous synchronous;

		private long cacheSizeKiB = -1;

		private long mmapSize = -1;

		private int maximumPoolSize = 32;

		private int minimumIdle = 1;

		private int statementCacheSize = 256;

		private long vectorResidentMemory = -1;

		private long graphResidentMemory = -1;

		private boolean graphChecksTargets;

		private @Nullable StorePolicy boundStores;

		private int notificationQueueCapacity = 1024;

		private ForeignTransaction foreignTransaction = ForeignTransaction.WARN;

		private int notificationsPerTransaction = 100_000;

		private long notificationBytesPerTransaction = 32L << 20;

		private List<SqlFunction> functions = List.of();

		private Builder() {
		}

		private Builder copy() {
			Builder copy = new Builder();
			copy.readOnly = this.readOnly;
			copy.immutable = this.immutable;
			copy.foreignFile = this.foreignFile;
			copy.statementTimeout = this.statementTimeout;
			copy.busyTimeout = this.busyTimeout;
			copy.lockWaitTimeout = this.lockWaitTimeout;
			copy.closeTimeout = this.closeTimeout;
			copy.leakDetectionThreshold = this.leakDetectionThreshold;
			copy.transactionBegin = this.transactionBegin;
			copy.pageSize = this.pageSize;
			copy.journalMode = this.journalMode;
			copy.synchronous = this.synchronous;
			copy.cacheSizeKiB = this.cacheSizeKiB;
			copy.mmapSize = this.mmapSize;
			copy.maximumPoolSize = this.maximumPoolSize;
			copy.minimumIdle = this.minimumIdle;
			copy.statementCacheSize = this.statementCacheSize;
			copy.vectorResidentMemory = this.vectorResidentMemory;
			copy.graphResidentMemory = this.graphResidentMemory;
			copy.graphChecksTargets = this.graphChecksTargets;
			copy.boundStores = this.boundStores;
			copy.notificationQueueCapacity = this.notificationQueueCapacity;
			copy.foreignTransaction = this.foreignTransaction;
			copy.notificationsPerTransaction = this.notificationsPerTransaction;
			copy.notificationBytesPerTransaction = this.notificationBytesPerTransaction;
			copy.functions = this.functions;
			return copy;
		}

		/**
		 * Opens the file for reading only. Default: for reading and writing.
		 * @param readOnly whether writes are refused
		 * @return this builder
		 */
		public Builder readOnly(boolean readOnly) {
			this.readOnly = readOnly;
			return this;
		}

		/**
		 * Opens the file for reading only, and promises that nobody changes it while it
		 * is open. Then it takes no lock and needs no files beside it, so that a file in
		 * WAL mode can be read in a directory that can't be written. If somebody does
		 * change it, reads may give wrong answers or fail. Default: no such promise.
		 * @param immutable whether the file stays as it is
		 * @return this builder
		 */
		public Builder immutable(boolean immutable) {
			this.immutable = immutable;
			return this;
		}

		/**
		 * Opens a file that somebody else has made, and that the application does not
		 * trust: an upload, a file from a customer. Its views, triggers, indexes,
		 * generated columns and rules may then call only functions that are innocuous
		 * ({@code PRAGMA trusted_schema=off}), damaged pages are noticed early
		 * ({@code PRAGMA cell_size_check=on}), and no statement runs longer than
		 * {@link #statementTimeout}. The page on security says what this protects from,
		 * and what not. Default: the file is the application's own.
		 * @param foreign whether the file is from elsewhere
		 * @return this builder
		 */
		public Builder foreignFile(boolean foreign) {
			this.foreignFile = foreign;
			return this;
		}

		/**
		 * How long a statement may run, until it has given its last row or is closed. One
		 * that takes longer is stopped with an error, and what it held is free for
		 * others. The time it waits for locks does not count. Default: as long as it
		 * takes; in {@linkplain #foreignFile foreign} files 30 seconds.
		 * @param timeout the time, zero for as long as it takes
		 * @return this builder
		 */
		public Builder statementTimeout(Duration timeout) {
			this.statementTimeout = atMostAnInt("statementTimeout", timeout);
			return this;
		}

		/**
		 * When a transaction that may write takes the write lock. Default: IMMEDIATE.
		 * @param begin the rule
		 * @return this builder
		 */
		public Builder transactionBegin(TransactionBegin begin) {
			Arguments.required("begin", begin);
			this.transactionBegin = begin;
			return this;
		}

		/**
		 * How long SQLite waits for a lock that another process holds. Default: 5
		 * seconds.
		 * @param timeout the time, zero to fail at once
		 * @return this builder
		 */
		public Builder busyTimeout(Duration timeout) {
			this.busyTimeout = atMostAnInt("busyTimeout", timeout);
			return this;
		}

		/**
		 * How long a thread waits for another one of this process that writes, and for a
		 * connection of the pool. Default: 30 seconds.
		 * @param timeout the time
		 * @return this builder
		 */
		public Builder lockWaitTimeout(Duration timeout) {
			this.lockWaitTimeout = atMostAnInt("lockWaitTimeout", timeout);
			return this;
		}

		/**
		 * How long {@link ZovaDatabase#close()} waits for borrowed connections. Default:
		 * 10 seconds.
		 * @param timeout the time
		 * @return this builder
		 */
		public Builder closeTimeout(Duration timeout) {
			this.closeTimeout = atMostAnInt("closeTimeout", timeout);
			return this;
		}

		/**
		 * Logs where a connection was borrowed that has not been returned after this
		 * time. Default: zero, which is off.
		 * @param threshold the time, at least 2 seconds, or zero
		 * @return this builder
		 */
		public Builder leakDetectionThreshold(Duration threshold) {
			this.leakDetectionThreshold = atMostAnInt("leakDetectionThreshold", threshold);
			return this;
		}

		/**
		 * The page size of a new file. An existing file keeps its own. Default: SQLite's,
		 * 4096.
		 * @param bytes a power of two from 512 to 65536, or 0 for the default
		 * @return this builder
		 */
		public Builder pageSize(int bytes) {
			boolean powerOfTwo = Integer.bitCount(bytes) == 1 && bytes >= SMALLEST_PAGE && bytes <= LARGEST_PAGE;
			require(bytes == 0 || powerOfTwo, "pageSize", "a power of two from 512 to 65536, or 0", bytes);
			this.pageSize = bytes;
			return this;
		}

		/**
		 * The journal mode to set. WAL stays with the file. Default: as the file is; a
		 * new file has a rollback journal.
		 * @param mode the mode, or {@code null} to leave it
		 * @return this builder
		 */
		public Builder journalMode(@Nullable JournalMode mode) {
			this.journalMode = mode;
			return this;
		}

		/**
		 * When to wait for the disk. Default: SQLite's, FULL.
		 * @param synchronous the setting, or {@code null} to leave it
		 * @return this builder
		 */
		public Builder synchronous(@Nullable Synchronous synchronous) {
			this.synchronous = synchronous;
			return this;
		}

		/**
		 * The page cache of each connection. Default: SQLite's, 2000 KiB.
		 * @param kib its size in KiB
		 * @return this builder
		 */
		public Builder cacheSizeKiB(long kib) {
			require(kib >= 0 && kib <= Integer.MAX_VALUE, "cacheSizeKiB", "from 0 to 2147483647", kib);
			this.cacheSizeKiB = kib;
			return this;
		}

		/**
		 * How much of the file is read through a memory map. Default: SQLite's, nothing.
		 * @param bytes the size in bytes
		 * @return this builder
		 */
		public Builder mmapSize(long bytes) {
			require(bytes >= 0, "mmapSize", "not negative", bytes);
			this.mmapSize = bytes;
			return this;
		}

		/**
		 * How many connections may be in use at a time. Default: 32. They cost little,
		 * and threads that wait to write hold one each: where these take up the pool,
		 * readers wait too.
		 * @param connections the number
		 * @return this builder
		 */
		public Builder maximumPoolSize(int connections) {
			require(connections >= 1, "maximumPoolSize", "at least 1", connections);
			this.maximumPoolSize = connections;
			return this;
		}

		/**
		 * How many connections stay open when nobody uses them. Default: 1.
		 * @param connections the number
		 * @return this builder
		 */
		public Builder minimumIdle(int connections) {
			require(connections >= 0, "minimumIdle", "not negative", connections);
			this.minimumIdle = connections;
			return this;
		}

		/**
		 * How many compiled statements each connection keeps. Default: 256.
		 * @param statements the number, 0 to keep none
		 * @return this builder
		 */
		public Builder statementCacheSize(int statements) {
			require(statements >= 0, "statementCacheSize", "not negative", statements);
			this.statementCacheSize = statements;
			return this;
		}

		/**
		 * How much memory the vectors of all collections together may take, so that
		 * searches need not read them from the file. Default: a quarter of what the JVM
		 * may use for its heap.
		 * @param bytes the size in bytes, 0 for none
		 * @return this builder
		 */
		public Builder vectorResidentMemory(long bytes) {
			require(bytes >= 0, "vectorResidentMemory", "not negative", bytes);
			this.vectorResidentMemory = bytes;
			return this;
		}

		/**
		 * How much of the heap the edges of all graphs together may take, so that
		 * neighbors and walks need not be read from the file. A graph is read into memory
		 * when it has been asked so much that this will pay. Default: a sixteenth of what
		 * the JVM may use for its heap.
		 * @param bytes the size in bytes, 0 for none
		 * @return this builder
		 */
		public Builder graphResidentMemory(long bytes) {
			require(bytes >= 0, "graphResidentMemory", "not negative", bytes);
			this.graphResidentMemory = bytes;
			return this;
		}

		/**
		 * Puts nodes of graphs only if the objects, chunks and vectors exist that they
		 * stand for, as {@link io.zova.graph.GraphOperations#checkingTargets()} does for
		 * single calls. Default: no, as other Zova libraries.
		 * @param check whether to check
		 * @return this builder
		 */
		public Builder graphChecksTargets(boolean check) {
			this.graphChecksTargets = check;
			return this;
		}

		/**
		 * Which files the database may name as its bound stores. Whoever made the file
		 * has chosen them. Default: ANY, as other Zova libraries; in
		 * {@linkplain #foreignFile foreign} files DENY.
		 * @param policy the policy
		 * @return this builder
		 */
		public Builder boundStores(StorePolicy policy) {
			Arguments.required("policy", policy);
			this.boundStores = policy;
			return this;
		}

		/**
		 * How many notifications wait in the queue of a subscription before the oldest is
		 * dropped. Default: 1024.
		 * @param notifications the number
		 * @return this builder
		 */
		public Builder notificationQueueCapacity(int notifications) {
			require(notifications >= 1, "notificationQueueCapacity", "at least 1", notifications);
			this.notificationQueueCapacity = notifications;
			return this;
		}

		/**
		 * What happens to writes while the thread is in a transaction of another
		 * transaction manager. Default: they are logged.
		 * @param policy what happens
		 * @return this builder
		 */
		public Builder foreignTransaction(ForeignTransaction policy) {
			Arguments.required("policy", policy);
			this.foreignTransaction = policy;
			return this;
		}

		/**
		 * How many notifications may wait for the commit of one transaction. A publish
		 * beyond that is refused, unless nobody subscribes to its channel. Default:
		 * 100,000.
		 * @param notifications the number
		 * @return this builder
		 */
		public Builder notificationsPerTransaction(int notifications) {
			require(notifications >= 1, "notificationsPerTransaction", "at least 1", notifications);
			this.notificationsPerTransaction = notifications;
			return this;
		}

		/**
		 * How many bytes of channels and payloads may wait for the commit of one
		 * transaction. A publish beyond that is refused, unless nobody subscribes to its
		 * channel. Default: 32 MiB.
		 * @param bytes the length in UTF-8
		 * @return this builder
		 */
		public Builder notificationBytesPerTransaction(long bytes) {
			require(bytes >= 1, "notificationBytesPerTransaction", "at least 1", bytes);
			this.notificationBytesPerTransaction = bytes;
			return this;
		}

		/**
		 * SQL functions of the application, for all connections. Default: none.
		 * @param functions the functions, no two of the same name
		 * @return this builder
		 */
		public Builder functions(SqlFunction... functions) {
			return functions(Arrays.asList(Arguments.required("functions", functions)));
		}

		/**
		 * SQL functions of the application, for all connections. Default: none.
		 * @param functions the functions, no two of the same name
		 * @return this builder
		 */
		public Builder functions(Collection<? extends SqlFunction> functions) {
			this.functions = List.copyOf(Arguments.requiredEach("functions", functions));
			return this;
		}

		/**
		 * The options collected so far.
		 * @return immutable options
		 */
		public ZovaOptions build() {
			require(!this.foreignFile || this.mmapSize <= 0, "mmapSize",
					"0 for a foreign file, which could be cut short while it is mapped and so end the process",
					this.mmapSize);
			return new ZovaOptions(copy());
		}

		private static Duration atMostAnInt(String name, Duration duration) {
			Arguments.required(name, duration);
			require(!duration.isNegative() && duration.compareTo(Duration.ofMillis(Integer.MAX_VALUE)) <= 0, name,
					"from 0 to 2147483647 milliseconds", duration);
			return duration;
		}

		private static void require(boolean condition, String name, String rule, Object given) {
			if (!condition) {
				throw new ZovaException(ZovaStatus.INVALID_ARGUMENT, name + " must be " + rule + ", not " + given);
			}
		}

	}

}
