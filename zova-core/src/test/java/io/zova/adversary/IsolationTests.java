package io.zova.adversary;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

import io.zova.ZovaDatabase;
import io.zova.ZovaOptions;
import io.zova.ZovaOptions.JournalMode;
import io.zova.ZovaOptions.Synchronous;
import io.zova.ZovaOptions.TransactionBegin;
import io.zova.adversary.History.Transaction;
import io.zova.adversary.RegisterChecker.Operation;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What many threads, and those of a second process, did and saw is what they could have
 * done and seen one after another, in an order in which whoever begins after another's
 * end sees it.
 */
@Adversary
class IsolationTests {

	private static final int OPERATIONS = Campaign.isCut() ? 50 : 100;

	@TempDir(factory = InMemory.class)
	Path folder;

	@ParameterizedTest
	@CsvSource({ "DELETE, false, IMMEDIATE", "WAL, false, IMMEDIATE", "DELETE, true, IMMEDIATE", "WAL, true, IMMEDIATE",
			"DELETE, false, FIRST_WRITE", "WAL, false, FIRST_WRITE", "DELETE, true, FIRST_WRITE",
			"WAL, true, FIRST_WRITE" })
	void transactionsSeeWhatTheyArePromised(JournalMode mode, boolean beside, TransactionBegin begin) throws Exception {
		campaign((begin == TransactionBegin.IMMEDIATE) ? "lists" : "lists, read committed", mode, beside)
			.run((random, tally) -> {
				Path file = file(mode);
				try (ZovaDatabase database = open(file, mode, begin)) {
					ListClients.prepare(database);
					List<Transaction> history = new ArrayList<>();
					List<String> lines = beside(beside, begin, ListClients.class, file, random, () -> history
						.addAll(ListClients.run(database, begin, 0, OPERATIONS, random.nextLong(), tally)));
					lines.forEach((line) -> history.add(Transaction.parse(line.substring("ran ".length()))));
					assertThat(ListAppendChecker.check(history, ListClients.lists(database))).isEmpty();
					assertThat(ListClients.disagreements(database)).isEmpty();
					assertNobodyWasRefused(beside, tally);
					tally.count("transactions", history.size());
					tally.count("rolled back", history.stream().filter((one) -> !one.committed()).count());
					tally.count("operations", history.stream().mapToInt((one) -> one.operations().size()).sum());
				}
			});
	}

	@ParameterizedTest
	@CsvSource({ "DELETE, false", "WAL, false", "DELETE, true", "WAL, true" })
	void keyValuesAreLinearizable(JournalMode mode, boolean beside) throws Exception {
		campaign("registers", mode, beside).run((random, tally) -> {
			Path file = file(mode);
			try (ZovaDatabase database = open(file, mode, TransactionBegin.IMMEDIATE)) {
				List<Map<Integer, List<Operation>>> histories = new ArrayList<>();
				List<String> lines = beside(beside, TransactionBegin.IMMEDIATE, RegisterClients.class, file, random,
						() -> histories.add(RegisterClients.run(database, 0, OPERATIONS, random.nextLong(), tally)));
				lines.forEach((line) -> RegisterClients.add(line, histories.get(0)));
				for (List<Operation> history : histories.get(0).values()) {
					assertThat(RegisterChecker.check(history)).isEmpty();
					tally.count("operations", history.size());
				}
				assertNobodyWasRefused(beside, tally);
			}
		});
	}

	/** Threads of one process queue for the file. */
	private static void assertNobodyWasRefused(boolean beside, Tally tally) {
		if (!beside) {
			assertThat(tally.counts()).doesNotContainKey(ListClients.REFUSED);
		}
	}

	private static Campaign campaign(String what, JournalMode mode, boolean beside) {
		return Campaign.of("Isolation",
				"%s, mode %s, %s".formatted(what, mode.sql(), beside ? "two processes" : "one process"), 1.0 / 12, 20);
	}

	private Path file(JournalMode mode) throws Exception {
		Path file = Files.createTempDirectory(this.folder, "isolation").resolve("shared.zova");
		open(file, mode, TransactionBegin.IMMEDIATE).close();
		return file;
	}

	private static ZovaDatabase open(Path file, JournalMode mode, TransactionBegin begin) {
		// Without waiting for the disk there is more at a time.
		return ZovaDatabase.openOrCreate(file,
				ZovaOptions.builder()
					.journalMode(mode)
					.synchronous(Synchronous.NORMAL)
					.transactionBegin(begin)
					.build());
	}

	/** Does something, perhaps beside a second process that does the same. */
	private static List<String> beside(boolean beside, TransactionBegin begin, Class<?> clients, Path file,
			Random random, Work work) throws Exception {
		if (!beside) {
			work.run();
			return List.of();
		}
		try (Child child = Child.start(clients, file, 10, OPERATIONS, random.nextLong(), begin)) {
			assertThat(child.await((line) -> line.equals("opened"), 1, Duration.ofMinutes(2))).as("%s", child.lines())
				.isTrue();
			work.run();
			return child.finish().stream().filter((line) -> line.startsWith("ran ")).toList();
		}
	}

	/**
	 * Does something.
	 */
	@FunctionalInterface
	private interface Work {

		void run() throws Exception;

	}

}
