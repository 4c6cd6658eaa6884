package io.zova.adversary;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

import io.zova.adversary.History.Kind;
import io.zova.adversary.History.Operation;
import io.zova.adversary.History.Transaction;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The checker finds each anomaly in a history that was made to have it, and none where
 * there is none.
 */
class ListAppendCheckerTests {

	private static final int X = 1;

	private static final int Y = 2;

	private final List<Transaction> history = new ArrayList<>();

	@Test
	void transactionsOneAfterAnotherAreInOrder() {
		run(0, 1, append(X, 1), append(Y, 2));
		run(2, 3, read(X, 1), append(X, 3), read(X, 1, 3));
		run(4, 5, read(X, 1, 3), read(Y, 2));
		assertThat(check(Map.of(X, List.of(1, 3), Y, List.of(2)))).isEmpty();
	}

	@Test
	void transactionsAtTheSameTimeMayBeInAnyOrder() {
		run(0, 9, append(X, 1), append(Y, 2));
		run(1, 8, read(X), read(Y));
		run(2, 7, read(X, 1), read(Y, 2));
		assertThat(check(Map.of(X, List.of(1), Y, List.of(2)))).isEmpty();
	}

	@Test
	void anAcknowledgedAppendIsLost() {
		run(0, 1, append(X, 1));
		run(2, 3, append(X, 2));
		assertThat(check(Map.of(X, List.of(1)))).singleElement().asString().startsWith("lost: 2");
	}

	@Test
	void whatWasRolledBackIsSeen() {
		this.history.add(new Transaction("a", 0, 9, false, true, List.of(append(X, 1))));
		run(1, 8, read(X, 1));
		assertThat(check(Map.of(X, List.of()))).singleElement().asString().startsWith("G1a: 1");
	}

	@Test
	void whatASavepointTookBackIsStillThere() {
		run(0, 1, append(X, 1), new Operation(Kind.UNDONE, X, List.of(2), 0, 1));
		assertThat(check(Map.of(X, List.of(1, 2)))).singleElement().asString().startsWith("G1a: 2");
	}

	@Test
	void theMiddleOfATransactionIsSeen() {
		run(0, 9, append(X, 1), append(X, 2));
		run(1, 8, read(X, 1));
		assertThat(check(Map.of(X, List.of(1, 2)))).singleElement().asString().startsWith("G1b");
	}

	@Test
	void halfATransactionIsSeen() {
		run(0, 9, append(X, 1), append(Y, 2));
		run(1, 8, read(X, 1), read(Y));
		assertThat(check(Map.of(X, List.of(1), Y, List.of(2)))).singleElement().asString().startsWith("G-single");
	}

	@Test
	void twoTransactionsOverwriteEachOther() {
		run(0, 9, append(X, 1), append(Y, 4));
		run(0, 9, append(X, 2), append(Y, 3));
		assertThat(check(Map.of(X, List.of(1, 2), Y, List.of(3, 4)))).singleElement().asString().startsWith("G0");
	}

	@Test
	void twoTransactionsSeeEachOther() {
		run(0, 9, append(X, 1), read(Y, 2));
		run(0, 9, append(Y, 2), read(X, 1));
		assertThat(check(Map.of(X, List.of(1), Y, List.of(2)))).singleElement().asString().startsWith("G1c");
	}

	@Test
	void anUpdateIsLost() {
		run(0, 9, read(X), append(X, 1));
		run(0, 9, read(X), append(X, 2));
		assertThat(check(Map.of(X, List.of(1, 2)))).singleElement().asString().startsWith("G-single");
	}

	@Test
	void aWriteSkews() {
		run(0, 9, read(X), append(Y, 1));
		run(0, 9, read(Y), append(X, 2));
		assertThat(check(Map.of(X, List.of(2), Y, List.of(1)))).singleElement().asString().startsWith("G2");
	}

	@Test
	void aFinishedCommitIsNotSeen() {
		run(0, 1, append(X, 1));
		run(2, 3, read(X));
		assertThat(check(Map.of(X, List.of(1)))).singleElement().asString().startsWith("G-single in real time");
	}

	@Test
	void aReadGoesBack() {
		run(0, 9, append(X, 1));
		run(1, 2, read(X, 1));
		run(3, 4, read(X));
		assertThat(check(Map.of(X, List.of(1)))).singleElement().asString().startsWith("G-single in real time");
	}

	@Test
	void ownAppendsAreNotSeen() {
		run(0, 1, append(X, 1), read(X));
		assertThat(check(Map.of(X, List.of(1)))).singleElement().asString().startsWith("internal");
	}

	@Test
	void anAppendInTheMiddleIsNotSeen() {
		run(0, 9, append(X, 1));
		run(0, 9, append(X, 2));
		run(1, 8, read(X, 2));
		assertThat(check(Map.of(X, List.of(1, 2)))).singleElement().asString().startsWith("holes");
	}

	@Test
	void aValueIsThereTwice() {
		run(0, 1, append(X, 1));
		assertThat(check(Map.of(X, List.of(1, 1)))).anyMatch((anomaly) -> anomaly.startsWith("duplicate"));
	}

	@Test
	void readsBeforeTheFirstWriteMaySeeDifferentStatesButNotOldOnes() {
		Operation early = new Operation(Kind.READ, X, List.of(), 1, 2);
		Operation late = new Operation(Kind.READ, Y, List.of(2), 5, 6);
		Operation write = new Operation(Kind.APPEND, Y, List.of(3), 7, 8);
		run(3, 4, append(X, 1), append(Y, 2));
		this.history.add(new Transaction("reader", 0, 9, true, false, List.of(early, late, write)));
		Map<Integer, List<Integer>> lists = Map.of(X, List.of(1), Y, List.of(2, 3));
		assertThat(check(lists)).isEmpty();
		this.history.add(new Transaction("of one state", 0, 9, true, true, List.of(early, late)));
		assertThat(check(lists)).singleElement().asString().startsWith("G-single");
		this.history.remove(2);
		Operation tooOld = new Operation(Kind.READ, X, List.of(), 5, 6);
		this.history.add(new Transaction("other", 0, 9, true, false, List.of(tooOld)));
		assertThat(check(lists)).singleElement().asString().startsWith("G-single in real time");
	}

	@Test
	void readsAfterTheFirstWriteSeeOneState() {
		run(3, 4, append(X, 1), append(Y, 2));
		this.history
			.add(new Transaction("writer", 0, 9, true, false, List.of(new Operation(Kind.APPEND, 3, List.of(9), 1, 2),
					new Operation(Kind.READ, X, List.of(), 1, 2), new Operation(Kind.READ, Y, List.of(2), 5, 6))));
		assertThat(check(Map.of(X, List.of(1), Y, List.of(2), 3, List.of(9)))).singleElement()
			.asString()
			.startsWith("G-single");
	}

	@Test
	void aTransactionIsTheSameAfterItWasALine() {
		run(0, 9, append(X, 1), read(Y), read(X, 1, 2));
		Transaction transaction = this.history.get(0);
		assertThat(Transaction.parse(transaction.format())).isEqualTo(transaction);
	}

	private List<String> check(Map<Integer, List<Integer>> lists) {
		return ListAppendChecker.check(this.history, lists);
	}

	private void run(long begin, long end, Operation... operations) {
		this.history.add(new Transaction("c" + this.history.size(), begin, end, true, true, Arrays.asList(operations)));
	}

	private static Operation append(int key, int value) {
		return new Operation(Kind.APPEND, key, List.of(value), 0, 0);
	}

	private static Operation read(int key, Integer... values) {
		return new Operation(Kind.READ, key, Arrays.asList(values), 0, 0);
	}

}
