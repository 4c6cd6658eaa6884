package io.zova.sqlite.lock;

import java.time.Duration;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Which of two limits ends sooner, and how long they were.
 */
class DeadlineTests {

	@Test
	void whatIsLeftDecidesWhichIsSooner() {
		Deadline longer = Deadline.after(Duration.ofMillis(60));
		while (longer.remainingNanos() > Duration.ofMillis(20).toNanos()) {
			Thread.onSpinWait();
		}
		Deadline shorter = Deadline.after(Duration.ofMillis(40));
		assertThat(longer.isSoonerThan(shorter)).isTrue();
		assertThat(shorter.isSoonerThan(longer)).isFalse();
	}

	@Test
	void whatHasNotBegunIsAsLongAsItWasGiven() {
		assertThat(Deadline.after(Duration.ofSeconds(1)).isSoonerThan(Deadline.after(Duration.ofSeconds(2)))).isTrue();
	}

	@Test
	void wholeSecondsAreSaidInSeconds() {
		assertThat(Deadline.format(1_000_000_000)).isEqualTo("1 s");
		assertThat(Deadline.format(1_500_000_000)).isEqualTo("1500 ms");
		assertThat(Deadline.format(30_500_000_000L)).isEqualTo("30 s");
	}

}
