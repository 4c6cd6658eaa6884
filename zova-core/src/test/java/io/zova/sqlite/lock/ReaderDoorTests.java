package io.zova.sqlite.lock;

import java.sql.SQLException;
import java.time.Duration;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Readers may stay inside between their reads, but not so that there is always one.
 */
@Timeout(20)
class ReaderDoorTests {

	private final ReaderDoor door = new ReaderDoor();

	private final Guest first = new Guest();

	private final Guest second = new Guest();

	private final Guest third = new Guest();

	@Test
	void whoComesInLaterMayStayNoLongerThanTheFirst() throws SQLException {
		long until = enter(this.first);
		assertThat(until - System.nanoTime()).isBetween(0L, ReaderDoor.STAY.toNanos());
		assertThat(enter(this.second)).isEqualTo(until);
		this.door.leaveRead(this.first);
		assertThat(enter(this.first)).isEqualTo(until);
	}

	@Test
	void whenTheTimeIsOverNobodyMayStayUntilAllHaveBeenOut() throws SQLException {
		long until = enter(this.first);
		passTimeUntil(until);
		assertThat(enter(this.second)).as("the first reads on").isEqualTo(until);
		this.door.leaveRead(this.first);
		assertThat(enter(this.third)).as("the second is inside").isEqualTo(until);
		this.door.leaveRead(this.second);
		this.door.leaveRead(this.third);
		assertThat(enter(this.first)).as("nobody was inside").isGreaterThan(System.nanoTime());
	}

	@Test
	void thoseWhoOnlyStayLeaveForTheNextToComeWhenTheTimeIsOver() throws SQLException {
		long until = enter(this.first);
		enter(this.second);
		this.first.reads = null;
		this.second.reads = null;
		assertThat(enter(this.third)).isEqualTo(until);
		assertThat(this.first.inside && this.second.inside).isTrue();
		this.third.reads = null;
		passTimeUntil(until);
		this.door.leaveRead(this.third);
		assertThat(enter(this.third)).isGreaterThan(System.nanoTime());
		assertThat(this.first.inside || this.second.inside).isFalse();
	}

	@Test
	void aWriterSendsThoseAwayWhoOnlyStay() throws SQLException {
		enter(this.first);
		enter(this.second);
		this.first.reads = null;
		this.second.reads = null;
		this.door.shutOut(this.third, patience());
		assertThat(this.first.inside || this.second.inside).isFalse();
		this.door.letIn(this.third);
		assertThat(this.door.isToBeLeft()).isFalse();
		assertThat(enter(this.first)).isGreaterThan(System.nanoTime());
	}

	private long enter(Guest guest) throws SQLException {
		// As if each were a thread of its own.
		guest.reads = new Thread();
		guest.inside = true;
		return this.door.enterRead(guest, patience());
	}

	private static Deadline patience() {
		return Deadline.after(Duration.ofSeconds(10));
	}

	private static void passTimeUntil(long nanoTime) {
		while (System.nanoTime() - nanoTime <= 0) {
			Thread.onSpinWait();
		}
	}

	/**
	 * Leaves when it is asked to and does not read.
	 */
	private final class Guest implements ReaderDoor.Reader {

		private @Nullable Thread reads;

		private boolean inside;

		@Override
		public @Nullable Thread readingThread() {
			return this.reads;
		}

		@Override
		public void leaveIfIdle() {
			if (this.reads == null) {
				this.inside = false;
				ReaderDoorTests.this.door.leaveRead(this);
			}
		}

	}

}
