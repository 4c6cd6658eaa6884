package io.zova.conformance;

import java.util.stream.LongStream;

/**
 * Which random sequences run. Without a property just those that a test names.
 * {@code -Dzova.conformance.seed=N} repeats one, {@code -Dzova.conformance.seeds=N} runs
 * the first N, {@code -Dzova.conformance.minutes=N} runs others than those until the time
 * is over, from {@code -Dzova.conformance.from=N}.
 */
final class Seeds {

	private static final long FIRST_OTHER = 1_000;

	private Seeds() {
	}

	static LongStream or(long... kept) {
		Long one = Long.getLong("zova.conformance.seed");
		if (one != null) {
			return LongStream.of(one);
		}
		Long count = Long.getLong("zova.conformance.seeds");
		if (count != null) {
			return LongStream.rangeClosed(1, count);
		}
		Long minutes = Long.getLong("zova.conformance.minutes");
		if (minutes != null) {
			long deadline = System.nanoTime() + minutes * 60_000_000_000L;
			return LongStream.iterate(Long.getLong("zova.conformance.from", FIRST_OTHER), (seed) -> seed + 1)
				.takeWhile((seed) -> System.nanoTime() < deadline);
		}
		return LongStream.of(kept);
	}

}
