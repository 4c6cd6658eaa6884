package io.zova.adversary;

import java.util.ArrayList;
import java.util.List;

import io.zova.adversary.RegisterChecker.Kind;
import io.zova.adversary.RegisterChecker.Operation;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The checker tells histories that are linearizable from those that were made not to be.
 */
class RegisterCheckerTests {

	private final List<Operation> history = new ArrayList<>();

	@Test
	void aReadSeesTheWriteBeforeIt() {
		write(1, 0, 1);
		read(1, 2, 3);
		assertThat(RegisterChecker.check(this.history)).isEmpty();
	}

	@Test
	void aReadMaySeeAWriteThatIsNotAnsweredYet() {
		write(1, 0, 9);
		read(0, 1, 2);
		read(1, 3, 4);
		assertThat(RegisterChecker.check(this.history)).isEmpty();
	}

	@Test
	void aReadIsStale() {
		write(1, 0, 1);
		read(0, 2, 3);
		assertThat(RegisterChecker.check(this.history)).hasSize(1);
	}

	@Test
	void aReadGoesBack() {
		write(1, 0, 9);
		read(1, 1, 2);
		read(0, 3, 4);
		assertThat(RegisterChecker.check(this.history)).hasSize(1);
	}

	@Test
	void twoComparisonsBothSucceed() {
		compareAndSet(0, 1, true, 0, 9);
		compareAndSet(0, 2, true, 1, 8);
		assertThat(RegisterChecker.check(this.history)).hasSize(1);
	}

	@Test
	void oneOfTwoComparisonsSucceeds() {
		compareAndSet(0, 1, true, 0, 9);
		compareAndSet(0, 2, false, 1, 8);
		read(1, 10, 11);
		assertThat(RegisterChecker.check(this.history)).isEmpty();
	}

	@Test
	void aWriteIsLostToAnExchange() {
		write(1, 0, 1);
		this.history.add(new Operation(Kind.EXCHANGE, 0, 2, true, 2, 3));
		assertThat(RegisterChecker.check(this.history)).hasSize(1);
	}

	private void write(int value, long begin, long end) {
		this.history.add(new Operation(Kind.WRITE, 0, value, true, begin, end));
	}

	private void read(int value, long begin, long end) {
		this.history.add(new Operation(Kind.READ, value, 0, true, begin, end));
	}

	private void compareAndSet(int expected, int value, boolean success, long begin, long end) {
		this.history.add(new Operation(Kind.COMPARE_AND_SET, expected, value, success, begin, end));
	}

}
