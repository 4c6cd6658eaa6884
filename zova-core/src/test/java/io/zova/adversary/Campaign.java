package io.zova.adversary;

import java.time.Duration;
import java.time.Instant;
import java.util.Random;

import org.junit.jupiter.api.Assumptions;
import org.opentest4j.TestAbortedException;

/**
 * One case of a family, tried again and again until its time is over, with what was tried
 * and found written to the {@link Report}.
 * <p>
 * Each attempt has a random source of its own, which depends on the seed, the case and
 * the number of the attempt only, so that one that failed can be run again alone.
 * <ul>
 * <li>{@code -Dadversary.minutes=N}: how long each family may take. Without it the cut is
 * made: few attempts, and {@link #CUT_SECONDS} for a family at most.</li>
 * <li>{@code -Dadversary.seed=S}: the seed. Without it a new one.</li>
 * <li>{@code -Dadversary.case=...} and {@code -Dadversary.attempt=N}: only this case,
 * only this attempt.</li>
 * </ul>
 */
final class Campaign {

	/** Most families take less, so that nine fit into four minutes. */
	private static final int CUT_SECONDS = 24;

	private static final long SEED = Long.getLong("adversary.seed", System.nanoTime());

	private static final double MINUTES = Double.parseDouble(System.getProperty("adversary.minutes", "0"));

	private static final String ONLY_CASE = System.getProperty("adversary.case", "");

	private static final int ONLY_ATTEMPT = Integer.getInteger("adversary.attempt", -1);

	private final String family;

	private final String name;

	private final double share;

	private final int cut;

	private Campaign(String family, String name, double share, int cut) {
		this.family = family;
		this.name = name;
		this.share = share;
		this.cut = cut;
	}

	/**
	 * Plans a case.
	 * @param family the family's name, such as Crash; its test class is named CrashTests
	 * @param name the case, as the report shall call it
	 * @param share which part of the family's time it may take
	 * @param cut how many attempts are made in the cut, if that time allows
	 * @return the case
	 */
	static Campaign of(String family, String name, double share, int cut) {
		return new Campaign(family, name, share, cut);
	}

	/** Whether the cut is made, rather than a long run. */
	static boolean isCut() {
		return MINUTES == 0;
	}

	/**
	 * Makes the attempts, until one fails or the time is over. One is always made.
	 * @param attempt what to try
	 * @throws Exception what an attempt threw, after how to run it again was printed
	 */
	void run(Attempt attempt) throws Exception {
		Assumptions.assumeTrue(ONLY_CASE.isEmpty() || ONLY_CASE.equals(this.name), "another case was asked for");
		Tally tally = new Tally();
		Instant begin = Instant.now();
		System.out.printf("%s, %s: seed %d%n", this.family, this.name, SEED);
		int number = Math.max(ONLY_ATTEMPT, 0);
		int tried = 0;
		String result = "held";
		try {
			do {
				tried++;
				attempt.run(new Random(seedOf(number)), tally);
				number++;
			}
			while (ONLY_ATTEMPT < 0 && hasTimeFor(tried, begin));
		}
		catch (TestAbortedException ex) {
			result = ex.getMessage();
			throw ex;
		}
		catch (Exception | Error ex) {
			result = "failed: " + shorten(ex);
			System.out.printf("%s, %s: attempt %d failed. Run it again with%n    %s%n", this.family, this.name, number,
					again(number));
			throw ex;
		}
		finally {
			Duration time = Duration.between(begin, Instant.now());
			Report.write(new Report.Entry(this.family, this.name, begin.toString(), SEED, isCut() ? "cut" : "long",
					tried, tally.counts(), time.toSeconds(), result));
			System.out.printf("%s, %s: %s after %d attempts in %d s, %s%n", this.family, this.name, result, tried,
					time.toSeconds(), tally);
		}
	}

	private boolean hasTimeFor(int tried, Instant begin) {
		double seconds = (isCut() ? CUT_SECONDS : MINUTES * 60) * this.share;
		boolean inTime = Instant.now().isBefore(begin.plusMillis((long) (seconds * 1000)));
		return inTime && (tried < this.cut || !isCut());
	}

	private long seedOf(int number) {
		return (SEED * 31 + this.name.hashCode()) * 1_000_003 + number;
	}

	private String again(int number) {
		return ("./mvnw -B -ntp -pl zova-core -Padversary test -Dtest=%sTests -Dadversary.seed=%d"
				+ " '-Dadversary.case=%s' -Dadversary.attempt=%d")
			.formatted(this.family, SEED, this.name, number);
	}

	private static String shorten(Throwable failure) {
		String message = String.valueOf(failure.getMessage()).strip().replaceAll("\\s+", " ");
		return failure.getClass().getSimpleName() + " " + message.substring(0, Math.min(message.length(), 300));
	}

	/**
	 * Tries something once.
	 */
	@FunctionalInterface
	interface Attempt {

		/**
		 * Makes the attempt and checks what came of it.
		 * @param random decides whatever is left to chance
		 * @param tally counts what was done
		 * @throws Exception if what should hold does not
		 */
		void run(Random random, Tally tally) throws Exception;

	}

}
