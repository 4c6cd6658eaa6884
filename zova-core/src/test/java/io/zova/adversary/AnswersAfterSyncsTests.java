package io.zova.adversary;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.zova.ZovaDatabase;
import io.zova.ZovaOptions.Synchronous;
import io.zova.ZovaStatus;
import io.zova.adversary.Recording.Entry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a process writes, syncs and answers is recorded: no commit is answered, and nobody
 * notified of it, before an fsync of the log has ended that began after the last write of
 * the commit.
 */
@EnabledOnOs(value = OS.LINUX, disabledReason = "the recorder is preloaded, which needs Linux")
class AnswersAfterSyncsTests {

	private static final int THREADS = 16;

	private static final int TRANSACTIONS = 200;

	@TempDir(factory = InMemory.class)
	Path folder;

	@ParameterizedTest
	@EnumSource(names = { "FULL", "GROUPED" })
	void noCommitIsAnsweredBeforeItsSync(Synchronous synchronous) throws Exception {
		Recorded recorded = record(synchronous, Map.of());
		assertThat(recorded.lines()).doesNotContain("failed").contains("closed", "sound");
		Answers answers = answers(recorded);
		assertThat(answers.early()).isEmpty();
		assertThat(answers.checked()).isEqualTo(THREADS * TRANSACTIONS);
		if (synchronous == Synchronous.GROUPED) {
			assertThat(answers.syncs()).as("fsyncs of the log").isLessThan(answers.checked() * 3 / 4);
		}
		else {
			assertThat(answers.syncs()).as("fsyncs of the log").isGreaterThanOrEqualTo(answers.checked());
		}
	}

	/** A judge who lets this pass would let everything pass. */
	@Test
	void whatIsAnsweredTooEarlyIsFound() throws Exception {
		assertThat(answers(record(Synchronous.NORMAL, Map.of())).early()).isNotEmpty();
	}

	@Test
	void afterAFailedSyncNobodyIsToldThatACommitStaysAndNothingIsWritten() throws Exception {
		Recorded recorded = record(Synchronous.GROUPED, Map.of("ZOVA_POWER_FAIL", "40"));
		Answers answers = answers(recorded);
		assertThat(answers.early()).isEmpty();
		List<String> failures = recorded.lines().stream().filter((line) -> line.startsWith("failed ")).toList();
		assertThat(answers.checked() + failures.size()).isEqualTo(THREADS * TRANSACTIONS);
		// SQLite syncs a new log itself, and undoes a commit for which that fails.
		assertThat(failures).allMatch((line) -> line.contains("I/O error"));
		assertThat(failures).filteredOn((line) -> line.contains(ZovaStatus.OUTCOME_UNKNOWN.name()))
			.anyMatch((line) -> line.contains("It is not rolled back"))
			.anyMatch((line) -> line.contains("Nothing is written any more"))
			.allMatch((line) -> line.contains("proves nothing"));
		assertThat(recorded.lines()).contains("unsound " + ZovaStatus.OUTCOME_UNKNOWN)
			.anyMatch((line) -> line.startsWith("count "));
		Set<String> done = new HashSet<>();
		Set<String> notified = new HashSet<>();
		for (String line : recorded.lines()) {
			if (line.startsWith("done ")) {
				done.add(line.substring("done ".length()));
			}
			else if (line.startsWith("notified ")) {
				notified.add(line.substring("notified ".length()));
			}
		}
		assertThat(done).containsAll(notified);
	}

	private Recorded record(Synchronous synchronous, Map<String, String> more) throws Exception {
		Path start = Files.createTempDirectory(this.folder, "answers").toRealPath();
		Path file = start.resolve("small.zova");
		ZovaDatabase.create(file).close();
		Path log = start.resolveSibling(start.getFileName() + ".log");
		Map<String, String> environment = new HashMap<>(Recording.environment(start, log, 500, ""));
		environment.putAll(more);
		try (Child child = Child.start(environment, SmallWriters.class, file, "WAL", synchronous, THREADS,
				TRANSACTIONS)) {
			List<String> lines = child.finish();
			return new Recorded(lines, Recording.read(log));
		}
	}

	private static Answers answers(Recorded recorded) {
		Map<Integer, Integer> lastWrites = new HashMap<>();
		Map<Integer, Integer> begun = new HashMap<>();
		List<String> early = new ArrayList<>();
		long log = -1;
		int syncedUpTo = -1;
		int checked = 0;
		int syncs = 0;
		for (int moment = 0; moment < recorded.entries().size(); moment++) {
			Entry entry = recorded.entries().get(moment);
			if (entry.kind() == 'C' && entry.text().endsWith("-wal")) {
				log = entry.inode();
			}
			else if (entry.kind() == 'W' && entry.inode() == log) {
				lastWrites.put(entry.thread(), moment);
			}
			else if (entry.kind() == 'S' && entry.inode() == log) {
				begun.put(entry.thread(), moment);
			}
			else if (entry.kind() == 'E' && entry.inode() == log) {
				syncedUpTo = Math.max(syncedUpTo, begun.remove(entry.thread()));
				syncs++;
			}
			else if (entry.kind() == 'A' && entry.text().startsWith("done ")) {
				// What a thread has committed it has written itself.
				Integer written = lastWrites.remove(entry.thread());
				if (written == null || written > syncedUpTo) {
					early.add(entry.text().strip() + " written " + written + ", synced up to " + syncedUpTo);
				}
				checked++;
			}
		}
		return new Answers(early, checked, syncs);
	}

	private record Recorded(List<String> lines, List<Entry> entries) {

	}

	private record Answers(List<String> early, int checked, int syncs) {

	}

}
