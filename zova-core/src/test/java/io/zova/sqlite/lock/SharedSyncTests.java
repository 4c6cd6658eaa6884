package io.zova.sqlite.lock;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import io.zova.ZovaStatus;
import io.zova.sqlite.lock.SharedSync.Commit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

@Timeout(120)
class SharedSyncTests {

	private final SharedSync sync = new SharedSync();

	private final ExecutorService threads = Executors.newCachedThreadPool();

	@AfterEach
	void stop() {
		this.threads.shutdownNow();
	}

	@Test
	void aSyncCoversExactlyTheCommitsThatWereNotedWhenItBegan() throws Exception {
		Semaphore mayEnd = new Semaphore(0);
		CountDownLatch begun = new CountDownLatch(1);
		AtomicInteger syncs = new AtomicInteger();
		Future<?> leader = this.threads.submit(() -> {
			Commit commit = this.sync.committed(List.of());
			this.sync.await(commit, () -> {
				syncs.incrementAndGet();
				begun.countDown();
				mayEnd.acquireUninterruptibly();
			});
			return null;
		});
		begun.await();
		CountDownLatch noted = new CountDownLatch(4);
		List<Future<?>> late = new ArrayList<>();
		for (int i = 0; i < 4; i++) {
			late.add(this.threads.submit(() -> {
				Commit commit = this.sync.committed(List.of());
				noted.countDown();
				this.sync.await(commit, syncs::incrementAndGet);
				return null;
			}));
		}
		noted.await();
		assertThat(late).noneMatch(Future::isDone);
		mayEnd.release();
		leader.get();
		for (Future<?> each : late) {
			each.get();
		}
		assertThat(syncs).as("one for the first, one for the four after it").hasValue(2);
		assertThat(this.sync.commits()).isEqualTo(5);
		assertThat(this.sync.syncs()).isEqualTo(2);
	}

	@Test
	void whatSqliteHasSyncedItselfIsAnnouncedAfterTheCommitsBeforeIt() throws SQLException {
		List<String> announced = new ArrayList<>();
		this.sync.durable(List.of((durable) -> announced.add("first " + durable)));
		assertThat(announced).containsExactly("first true");
		Commit waiting = this.sync.committed(List.of((durable) -> announced.add("second " + durable)));
		this.sync.durable(List.of((durable) -> announced.add("third " + durable)));
		assertThat(announced).containsExactly("first true");
		this.sync.await(waiting, () -> {
		});
		assertThat(announced).containsExactly("first true", "second true", "third true");
	}

	@Test
	void thousandsOfCommitsOfManyThreadsAllEndAndAnnounceInTheirOrder() throws Exception {
		int each = 3000;
		Semaphore gate = new Semaphore(1);
		AtomicInteger inLog = new AtomicInteger();
		AtomicInteger onDisk = new AtomicInteger();
		ConcurrentLinkedQueue<Integer> announced = new ConcurrentLinkedQueue<>();
		List<Future<?>> all = new ArrayList<>();
		for (int thread = 0; thread < 8; thread++) {
			all.add(this.threads.submit(() -> {
				for (int i = 0; i < each; i++) {
					gate.acquire();
					int number = inLog.incrementAndGet();
					Commit commit = this.sync.committed(List.of((durable) -> announced.add(number)));
					gate.release();
					this.sync.await(commit, () -> onDisk.set(inLog.get()));
					assertThat(onDisk.get()).isGreaterThanOrEqualTo(number);
				}
				return null;
			}));
		}
		for (Future<?> one : all) {
			one.get();
		}
		assertThat(List.copyOf(announced)).hasSize(8 * each).isSorted();
	}

	@Test
	void whenASyncFailsAllWhoWaitLearnThatTheOutcomeIsUnknownAndNobodyWritesAgain() throws Exception {
		Semaphore mayEnd = new Semaphore(0);
		CountDownLatch begun = new CountDownLatch(1);
		List<Boolean> announced = Collections.synchronizedList(new ArrayList<>());
		Future<SQLException> leader = this.threads.submit(() -> outcome(announced, () -> {
			begun.countDown();
			mayEnd.acquireUninterruptibly();
			throw new SQLException("the disk is gone");
		}));
		begun.await();
		CountDownLatch noted = new CountDownLatch(3);
		List<Future<SQLException>> others = new ArrayList<>();
		for (int i = 0; i < 3; i++) {
			others.add(this.threads.submit(() -> {
				Commit commit = this.sync.committed(List.of(announced::add));
				noted.countDown();
				return failure(commit, () -> {
					throw new AssertionError("nobody syncs after a failure");
				});
			}));
		}
		noted.await();
		mayEnd.release();
		others.add(leader);
		for (Future<SQLException> other : others) {
			assertThat(ZovaStatus.of(other.get())).isEqualTo(ZovaStatus.OUTCOME_UNKNOWN);
			assertThat((Throwable) other.get()).hasMessageContaining("It is not rolled back")
				.hasMessageContaining("proves nothing")
				.hasMessageContaining("the disk is gone");
			assertThat(other.get().getSQLState()).isEqualTo("08007");
		}
		assertThat(announced).containsExactly(false, false, false, false);
		assertThatExceptionOfType(SQLException.class).isThrownBy(this.sync::requireSound)
			.withMessageContaining("Nothing is written any more")
			.satisfies((ex) -> assertThat(ZovaStatus.of(ex)).isEqualTo(ZovaStatus.OUTCOME_UNKNOWN));
		assertThat((Throwable) outcome(announced, () -> {
		})).as("a commit that was under way").hasMessageContaining("unknown");
	}

	@Test
	void aFailureThatIsNoSqlExceptionCountsAsOne() {
		SQLException failure = outcome(new ArrayList<>(), () -> {
			throw new OutOfMemoryError("no memory for the statement");
		});
		assertThat(ZovaStatus.of(failure)).isEqualTo(ZovaStatus.OUTCOME_UNKNOWN);
		assertThatExceptionOfType(SQLException.class).isThrownBy(this.sync::requireSound);
	}

	@Test
	void whereTheLeadersDatabaseIsClosedAnotherLeads() throws Exception {
		Semaphore mayEnd = new Semaphore(0);
		CountDownLatch begun = new CountDownLatch(1);
		CountDownLatch noted = new CountDownLatch(1);
		Future<SQLException> blocker = this.threads.submit(() -> outcome(new ArrayList<>(), () -> {
			begun.countDown();
			mayEnd.acquireUninterruptibly();
		}));
		begun.await();
		AtomicInteger closed = new AtomicInteger();
		Future<SQLException> leader = this.threads.submit(() -> {
			Commit commit = this.sync.committed(List.of());
			noted.countDown();
			return failure(commit, () -> {
				closed.incrementAndGet();
				throw new SharedSync.Unavailable("a.zova", null);
			});
		});
		noted.await();
		Future<SQLException> follower = this.threads.submit(() -> outcome(new ArrayList<>(), () -> {
		}));
		while (this.sync.commits() < 3) {
			Thread.onSpinWait();
		}
		mayEnd.release();
		assertThat((Throwable) blocker.get()).isNull();
		assertThat((Throwable) leader.get()).hasMessageContaining("closed");
		assertThat((Throwable) follower.get()).isNull();
		assertThat(closed).hasValue(1);
		assertThatNoException().isThrownBy(this.sync::requireSound);
	}

	@Test
	void anInterruptDoesNotEndTheWaitAndIsKept() throws Exception {
		Semaphore mayEnd = new Semaphore(0);
		CountDownLatch begun = new CountDownLatch(1);
		CountDownLatch noted = new CountDownLatch(1);
		Future<SQLException> leader = this.threads.submit(() -> outcome(new ArrayList<>(), () -> {
			begun.countDown();
			mayEnd.acquireUninterruptibly();
		}));
		begun.await();
		boolean[] kept = new boolean[1];
		Thread waiting = new Thread(() -> {
			Commit commit = this.sync.committed(List.of());
			noted.countDown();
			SQLException failure = failure(commit, () -> {
			});
			kept[0] = Thread.interrupted() && failure == null;
		});
		waiting.start();
		noted.await();
		waiting.interrupt();
		waiting.join(50);
		assertThat(waiting.isAlive()).isTrue();
		mayEnd.release();
		waiting.join();
		leader.get();
		assertThat(kept[0]).isTrue();
	}

	@Test
	void whoWaitsForADiskThatDoesNotAnswerLearnsThatInTheEnd() throws Exception {
		SharedSync impatient = new SharedSync(Duration.ofMillis(50));
		Semaphore mayEnd = new Semaphore(0);
		CountDownLatch begun = new CountDownLatch(1);
		Future<?> leader = this.threads.submit(() -> {
			impatient.await(impatient.committed(List.of()), () -> {
				begun.countDown();
				mayEnd.acquireUninterruptibly();
			});
			return null;
		});
		begun.await();
		Commit late = impatient.committed(List.of());
		assertThatExceptionOfType(SQLException.class).isThrownBy(() -> impatient.await(late, () -> {
		})).withMessageContaining("did not answer").satisfies((ex) -> {
			assertThat(ZovaStatus.of(ex)).isEqualTo(ZovaStatus.OUTCOME_UNKNOWN);
			assertThat(ex.getSQLState()).isEqualTo("08007");
		});
		mayEnd.release();
		leader.get(60, TimeUnit.SECONDS);
		assertThatNoException().isThrownBy(impatient::requireSound);
		assertThatNoException().isThrownBy(() -> impatient.await(impatient.committed(List.of()), () -> {
		}));
	}

	private SQLException outcome(List<Boolean> announced, SharedSync.Log log) {
		return failure(this.sync.committed(List.of(announced::add)), log);
	}

	private SQLException failure(Commit commit, SharedSync.Log log) {
		try {
			this.sync.await(commit, log);
			return null;
		}
		catch (SQLException ex) {
			return ex;
		}
	}

}
