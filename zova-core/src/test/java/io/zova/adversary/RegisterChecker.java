package io.zova.adversary;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Decides whether what clients did to one register can have happened one after another,
 * each operation at some moment between its call and its answer: whether it is
 * linearizable. Searches as Wing and Gong do, and remembers what led nowhere.
 */
final class RegisterChecker {

	private final List<Operation> operations;

	private final Set<State> deadEnds = new HashSet<>();

	private int furthest;

	private RegisterChecker(List<Operation> operations) {
		this.operations = operations.stream().sorted(Comparator.comparingLong(Operation::begin)).toList();
	}

	/**
	 * Checks the history of a register that was empty, which is 0.
	 * @param operations what was done to it
	 * @return what is wrong; empty if nothing
	 */
	static List<String> check(List<Operation> operations) {
		RegisterChecker checker = new RegisterChecker(operations);
		return checker.canGoOn(new BitSet(), 0) ? List.of() : List.of(checker.describe());
	}

	private boolean canGoOn(BitSet done, int value) {
		int first = done.nextClearBit(0);
		if (first == this.operations.size()) {
			return true;
		}
		State state = new State((BitSet) done.clone(), value);
		if (this.deadEnds.contains(state)) {
			return false;
		}
		this.furthest = Math.max(this.furthest, first);
		long firstEnd = Long.MAX_VALUE;
		for (int i = first; i < this.operations.size() && this.operations.get(i).begin <= firstEnd; i++) {
			if (!done.get(i)) {
				firstEnd = Math.min(firstEnd, this.operations.get(i).end);
			}
		}
		for (int i = first; i < this.operations.size() && this.operations.get(i).begin <= firstEnd; i++) {
			Operation operation = this.operations.get(i);
			if (!done.get(i) && operation.agreesWith(value)) {
				done.set(i);
				if (canGoOn(done, operation.valueAfter(value))) {
					return true;
				}
				done.clear(i);
			}
		}
		this.deadEnds.add(state);
		return false;
	}

	private String describe() {
		List<Operation> near = new ArrayList<>(this.operations.subList(Math.max(0, this.furthest - 4),
				Math.min(this.operations.size(), this.furthest + 8)));
		return "not linearizable near " + near;
	}

	private record State(BitSet done, int value) {

	}

	/**
	 * An operation on the register.
	 *
	 * @param kind what it was
	 * @param expected what the register was said to hold: the answer of a read or an
	 * exchange; with a comparison, what it compared with
	 * @param written the new value; 0 removes it
	 * @param success whether a comparison found what it expected
	 * @param begin before the call
	 * @param end after the answer
	 */
	record Operation(Kind kind, int expected, int written, boolean success, long begin, long end) {

		private boolean agreesWith(int value) {
			return switch (this.kind) {
				case WRITE -> true;
				case READ, EXCHANGE -> value == this.expected;
				case COMPARE_AND_SET -> (value == this.expected) == this.success;
			};
		}

		private int valueAfter(int value) {
			boolean writes = this.kind != Kind.READ && this.success;
			return writes ? this.written : value;
		}

	}

	/**
	 * What can be done to a register.
	 */
	enum Kind {

		READ, WRITE, EXCHANGE, COMPARE_AND_SET

	}

}
