package io.zova.adversary;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What clients did to lists, and saw of them. Each list has a key, and no value is ever
 * appended twice.
 */
final class History {

	private History() {
	}

	/**
	 * A transaction. Its times, by {@link System#nanoTime()}, are before it began and
	 * after its end was reported; on Linux they can be compared between processes.
	 *
	 * @param client who ran it
	 * @param begin before it began
	 * @param end after it ended
	 * @param committed whether it was committed; if not, it was rolled back
	 * @param oneState whether all its reads see one state of the database. If not, those
	 * before its first append each see the newest one
	 * @param operations what it did, in order
	 */
	record Transaction(String client, long begin, long end, boolean committed, boolean oneState,
			List<Operation> operations) {

		Transaction {
			operations = List.copyOf(operations);
		}

		/** As one line. */
		String format() {
			return "%s %d %d %s %s %s".formatted(this.client, this.begin, this.end, this.committed, this.oneState,
					this.operations.stream().map(Operation::format).collect(Collectors.joining(" ")));
		}

		static Transaction parse(String line) {
			String[] words = line.trim().split(" ");
			return new Transaction(words[0], Long.parseLong(words[1]), Long.parseLong(words[2]),
					Boolean.parseBoolean(words[3]), Boolean.parseBoolean(words[4]),
					Arrays.stream(words).skip(5).map(Operation::parse).toList());
		}

		@Override
		public String toString() {
			return this.client + "@" + this.begin + (this.committed ? "" : " rolled back") + this.operations;
		}

	}

	/**
	 * An append or a read.
	 *
	 * @param key the list
	 * @param kind what it was
	 * @param values what was appended, one value, or what was seen, in any order
	 * @param begin before it began
	 * @param end after it ended
	 */
	record Operation(Kind kind, int key, List<Integer> values, long begin, long end) {

		Operation {
			values = List.copyOf(values);
		}

		String format() {
			return "%s:%d:%s:%d:%d".formatted(this.kind, this.key,
					this.values.stream().map(Object::toString).collect(Collectors.joining(",")), this.begin, this.end);
		}

		static Operation parse(String word) {
			String[] parts = word.split(":");
			List<Integer> values = parts[2].isEmpty() ? List.of()
					: Arrays.stream(parts[2].split(",")).map(Integer::valueOf).toList();
			return new Operation(Kind.valueOf(parts[0]), Integer.parseInt(parts[1]), values, Long.parseLong(parts[3]),
					Long.parseLong(parts[4]));
		}

		@Override
		public String toString() {
			return this.kind + " " + this.key + this.values;
		}

	}

	/**
	 * What an operation was.
	 */
	enum Kind {

		/** A value was appended. */
		APPEND,

		/** A value was appended within a savepoint that was then rolled back. */
		UNDONE,

		/** The list was read. */
		READ

	}

}
