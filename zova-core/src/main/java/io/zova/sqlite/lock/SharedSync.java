package io.zova.sqlite.lock;

import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.zova.ZovaException;
import io.zova.ZovaStatus;

/**
 * Lets commits of one file that come at the same time share one fsync of its write-ahead
 * log.
 * <p>
 * SQLite has written a commit's pages to the log when it leaves the {@link WriteGate},
 * but nobody has waited for the disk. One of those who have committed, the leader, syncs
 * the log; the others wait for it. A sync makes durable whatever was in the log when it
 * began, whoever wrote it, so it covers all commits that were
 * {@linkplain #committed(List) noted} by then, and everything that their transactions
 * have seen: the log has that before them, or it went from there to the file, which
 * SQLite syncs before it lets anybody overwrite the log. Who commits while the leader
 * syncs waits for the next sync, which one of them leads.
 * <p>
 * If a sync fails, nobody can know any more what the disk has of the log: the system may
 * have dropped the pages and goes on showing them. So all who wait learn that the outcome
 * is unknown, and nobody writes again.
 */
public final class SharedSync {

	private static final Logger logger = LoggerFactory.getLogger(SharedSync.class);

	/** The disk has had its chance; who still waits for another's sync learns that. */
	private static final Duration PATIENCE = Duration.ofSeconds(60);

	/** The SQLState "transaction resolution unknown". */
	private static final String UNKNOWN_STATE = "08007";

	private static final String WHAT_TO_DO = "Find out what is wrong with the disk, stop the application, and restart the "
			+ "machine before you look at the file: until then the system may show what the disk has lost, so that it "
			+ "opens and looks whole proves nothing. Compare it with a backup";

	private final Duration patience;

	private final ReentrantLock lock = new ReentrantLock();

	/** Those that no sync covers yet, in the order of the log. */
	private List<Commit> next = new ArrayList<>();

	private boolean led;

	private volatile @Nullable Throwable failure;

	private final ReentrantLock announcing = new ReentrantLock();

	/** Those with something to announce, in the order of the log. */
	private final Deque<Commit> unannounced = new ArrayDeque<>();

	private final LongAdder syncs = new LongAdder();

	private final LongAdder syncNanos = new LongAdder();

	private final LongAdder commits = new LongAdder();

	private final LongAdder waitNanos = new LongAdder();

	SharedSync() {
		this(PATIENCE);
	}

	SharedSync(Duration patience) {
		this.patience = patience;
	}

	/**
	 * Syncs the log of a file, and those of its stores.
	 */
	@FunctionalInterface
	public interface Log {

		/**
		 * Syncs all that was written before.
		 * @throws SQLException if the disk has failed
		 * @throws Unavailable if nothing was asked of the disk
		 */
		void sync() throws SQLException;

	}

	/**
	 * The log cannot be reached through a database, because that is closed or cannot open
	 * or ask for it; nothing was asked of the disk, or it has not failed.
	 */
	public static final class Unavailable extends SQLException {

		private static final long serialVersionUID = 1L;

		public Unavailable(String name, @Nullable SQLException cause) {
			super("The write-ahead log of " + name + " cannot be reached any more", UNKNOWN_STATE, cause);
		}

	}

	private enum State {

		WAITS, LEADS, DURABLE, UNKNOWN

	}

	/**
	 * A commit that may not be on disk yet.
	 */
	public static final class Commit {

		private final Thread thread = Thread.currentThread();

		private final List<Consumer<Boolean>> announcements;

		private volatile State state = State.WAITS;

		private Commit(List<Consumer<Boolean>> announcements) {
			this.announcements = announcements;
		}

		private void become(State outcome) {
			if (this.state == State.WAITS || this.state == State.LEADS) {
				this.state = outcome;
				LockSupport.unpark(this.thread);
			}
		}

		private boolean isKnown() {
			return this.state == State.DURABLE || this.state == State.UNKNOWN;
		}

	}

	/**
	 * Notes a commit that SQLite has done; to be called inside the write gate, and to be
	 * followed by {@link #await} outside it.
	 * @param announcements what is to be announced, once and in the order of the commits,
	 * by whichever thread finds out first: whether the commit is on disk; if not, nobody
	 * knows. It does not fail and does not wait
	 * @return the commit
	 */
	public Commit committed(List<Consumer<Boolean>> announcements) {
		Commit commit = new Commit(announcements);
		this.commits.increment();
		this.lock.lock();
		try {
			if (!announcements.isEmpty()) {
				this.unannounced.add(commit);
			}
			if (this.failure != null) {
				commit.state = State.UNKNOWN;
			}
			else {
				this.next.add(commit);
			}
		}
		finally {
			this.lock.unlock();
		}
		return commit;
	}

	/**
	 * Notes a commit for which SQLite has waited itself; to be called inside the write
	 * gate. What it announces goes out after that of all commits before it.
	 * @param announcements what is to be announced
	 */
	public void durable(List<Consumer<Boolean>> announcements) {
		Commit commit = new Commit(announcements);
		commit.state = State.DURABLE;
		this.lock.lock();
		try {
			this.unannounced.add(commit);
		}
		finally {
			this.lock.unlock();
		}
		announce();
	}

	/**
	 * Waits until a commit is on disk, or sees to it. Neither an interrupt nor the time
	 * limit of the transaction ends this: the commit has happened, and the caller must
	 * know what has become of it.
	 * @param commit a commit of this thread
	 * @param log what to sync if nobody else does
	 * @throws SQLException if it is not known whether it is on disk
	 */
	public void await(Commit commit, Log log) throws SQLException {
		long start = System.nanoTime();
		boolean interrupted = false;
		try {
			while (!commit.isKnown()) {
				if (commit.state == State.LEADS || takeLead(commit)) {
					lead(commit, log);
					continue;
				}
				long left = this.patience.toNanos() - (System.nanoTime() - start);
				if (left <= 0) {
					giveUp(commit);
				}
				// The lock that was taken since may have used up the sign that it is
				// known.
				if (commit.state == State.WAITS) {
					LockSupport.parkNanos(this, left);
				}
				interrupted |= Thread.interrupted();
			}
			if (!commit.announcements.isEmpty()) {
				announce();
			}
			if (commit.state == State.UNKNOWN) {
				throw unknown();
			}
		}
		finally {
			this.waitNanos.add(System.nanoTime() - start);
			if (interrupted) {
				Thread.currentThread().interrupt();
			}
		}
	}

	private boolean takeLead(Commit commit) {
		this.lock.lock();
		try {
			boolean leads = !this.led && commit.state == State.WAITS;
			if (leads) {
				this.led = true;
				commit.state = State.LEADS;
			}
			return leads;
		}
		finally {
			this.lock.unlock();
		}
	}

	private void lead(Commit leader, Log log) {
		List<Commit> covered = takeNext();
		Throwable failed = null;
		long start = System.nanoTime();
		try {
			log.sync();
		}
		catch (SQLException | RuntimeException | Error ex) {
			failed = ex;
		}
		this.syncs.increment();
		this.syncNanos.add(System.nanoTime() - start);
		this.lock.lock();
		try {
			if (failed == null) {
				covered.forEach((commit) -> commit.become(State.DURABLE));
			}
			else if (failed instanceof Unavailable) {
				// Another database of this process may have the file open, too.
				leader.become(State.UNKNOWN);
				covered.removeIf(Commit::isKnown);
				covered.addAll(this.next);
				this.next = covered;
			}
			else {
				fail(failed, covered);
			}
			handOn();
		}
		finally {
			this.lock.unlock();
		}
	}

	private List<Commit> takeNext() {
		this.lock.lock();
		try {
			List<Commit> covered = this.next;
			this.next = new ArrayList<>();
			return covered;
		}
		finally {
			this.lock.unlock();
		}
	}

	private void handOn() {
		this.next.removeIf(Commit::isKnown);
		this.led = !this.next.isEmpty();
		if (this.led) {
			this.next.get(0).become(State.LEADS);
		}
	}

	private void fail(Throwable cause, List<Commit> covered) {
		this.failure = cause;
		logger.error("An fsync of the write-ahead log has failed ({}): what was committed last may not be on disk, "
				+ "and nothing can tell. Nothing is written any more. {}", cause.getMessage(), WHAT_TO_DO);
		covered.forEach((commit) -> commit.become(State.UNKNOWN));
		this.next.forEach((commit) -> commit.become(State.UNKNOWN));
	}

	private void giveUp(Commit commit) {
		this.lock.lock();
		try {
			if (commit.state == State.WAITS) {
				commit.become(State.UNKNOWN);
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	private SQLException unknown() {
		Throwable cause = this.failure;
		String message = (cause != null)
				? "The transaction is committed, but whether it is on disk is unknown: an fsync of the write-ahead log "
						+ "has failed (" + cause.getMessage() + "). It is not rolled back. " + WHAT_TO_DO
				: "The transaction is committed, but it is not known to be on disk: the database was closed, its log "
						+ "could not be reached, or the disk did not answer within "
						+ Deadline.format(this.patience.toNanos())
						+ ". It is not rolled back: look whether it is there before you repeat it";
		return error(message, cause);
	}

	/**
	 * Refuses to write once a sync has failed.
	 * @throws SQLException that says so
	 */
	public void requireSound() throws SQLException {
		Throwable cause = this.failure;
		if (cause != null) {
			throw error("Nothing is written any more, because an fsync of the write-ahead log has failed ("
					+ cause.getMessage() + "). " + WHAT_TO_DO, cause);
		}
	}

	private static SQLException error(String message, @Nullable Throwable cause) {
		ZovaException status = (cause != null) ? new ZovaException(ZovaStatus.OUTCOME_UNKNOWN, message, cause)
				: new ZovaException(ZovaStatus.OUTCOME_UNKNOWN, message);
		return new SQLNonTransientConnectionException(message, UNKNOWN_STATE, status);
	}

	/**
	 * Tells in the order of the commits: who commits first may find out last.
	 */
	private void announce() {
		this.announcing.lock();
		try {
			Commit known = nextKnown();
			while (known != null) {
				boolean durable = known.state == State.DURABLE;
				known.announcements.forEach((announcement) -> announcement.accept(durable));
				known = nextKnown();
			}
		}
		finally {
			this.announcing.unlock();
		}
	}

	private @Nullable Commit nextKnown() {
		this.lock.lock();
		try {
			Commit first = this.unannounced.peek();
			return (first != null && first.isKnown()) ? this.unannounced.poll() : null;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Syncs now if a commit is not known to be on disk; inside the write gate.
	 * @param log what to sync
	 * @throws SQLException if that is not known then either
	 */
	public void settle(Log log) throws SQLException {
		boolean settled;
		this.lock.lock();
		try {
			settled = this.next.isEmpty() && !this.led;
		}
		finally {
			this.lock.unlock();
		}
		if (!settled) {
			await(committed(List.of()), log);
		}
	}

	/**
	 * How often the log was synced for commits.
	 * @return the number
	 */
	public long syncs() {
		return this.syncs.sum();
	}

	/**
	 * How long that took.
	 * @return the sum
	 */
	public Duration syncTime() {
		return Duration.ofNanos(this.syncNanos.sum());
	}

	/**
	 * How many commits have shared these syncs.
	 * @return the number
	 */
	public long commits() {
		return this.commits.sum();
	}

	/**
	 * How long commits have waited for the disk, all together.
	 * @return the sum
	 */
	public Duration waitTime() {
		return Duration.ofNanos(this.waitNanos.sum());
	}

}
