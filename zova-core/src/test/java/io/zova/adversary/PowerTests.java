package io.zova.adversary;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.TreeMap;

import io.zova.RandomBytes;
import io.zova.ZovaDatabase;
import io.zova.ZovaOptions;
import io.zova.ZovaOptions.JournalMode;
import io.zova.ZovaOptions.Synchronous;
import io.zova.adversary.Recording.Entry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.util.FileSystemUtils;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * The power is cut: what a process did to its files is recorded, and played back up to
 * random moments onto a {@link Disk} that has lost any part of what was not synced. The
 * file then opens, nothing in it is there by half, and what was acknowledged by then is
 * there, as far as the mode promises it.
 */
@Adversary
@EnabledOnOs(value = OS.LINUX, disabledReason = "the recorder is preloaded, which needs Linux")
class PowerTests {

	private static final int WRITERS = 2;

	private static final int CUTS = Campaign.isCut() ? 20 : 100;

	private static final String FILE = "cut.zova";

	@TempDir(factory = InMemory.class)
	Path folder;

	/**
	 * Who says what is promised: everything acknowledged; all but the last transaction,
	 * whose journal may come back because the folder is not synced; only that the file is
	 * sound; or not even that.
	 */
	private enum Promise {

		ALL(0), ALL_BUT_ONE(1), SOUND(Integer.MAX_VALUE), NOTHING(Integer.MAX_VALUE);

		private final int mayLose;

		Promise(int mayLose) {
			this.mayLose = mayLose;
		}

	}

	@ParameterizedTest
	@CsvSource({ "WAL, FULL, ALL", "WAL, GROUPED, ALL", "WAL, NORMAL, SOUND", "DELETE, EXTRA, ALL",
			"DELETE, FULL, ALL_BUT_ONE", "DELETE, NORMAL, NOTHING", "TRUNCATE, FULL, ALL", "PERSIST, FULL, ALL" })
	void whatIsPromisedSurvivesACut(JournalMode mode, Synchronous synchronous, Promise promise) throws Exception {
		Campaign
			.of("Power", "%s, synchronous %s".formatted(mode.sql(), synchronous.name().toLowerCase(Locale.ROOT)),
					1.0 / 10, 50)
			.run((random, tally) -> attempt(new Case(mode, synchronous, promise, ""), random, tally));
	}

	/**
	 * A judge who lets this pass would let everything pass. The last one is SQLite's own:
	 * a journal that was removed may come back.
	 */
	@ParameterizedTest
	@CsvSource({ "WAL, EXTRA, -wal", "WAL, GROUPED, -wal", "DELETE, EXTRA, -journal", "DELETE, EXTRA, .zova",
			"DELETE, FULL, ''" })
	void aLostSyncIsFound(JournalMode mode, Synchronous synchronous, String lost) throws Exception {
		Campaign
			.of("Power",
					"found: fsyncs of %s lost in mode %s".formatted(lost.isEmpty() ? "the folder" : lost,
							(synchronous == Synchronous.GROUPED) ? "wal, grouped" : mode.sql()),
					1.0 / 40, 1)
			.run((random, tally) -> assertThatThrownBy(() -> {
				for (int run = 0; run < 10; run++) {
					attempt(new Case(mode, synchronous, Promise.ALL, lost), random, tally);
				}
			}).isInstanceOf(BrokenPromise.class));
	}

	@Test
	void aPublishedCopyIsThereAndWholeAndNoCopyIsHalf() throws Exception {
		Campaign.of("Power", "published copies", 1.0 / 9, 50).run((random, tally) -> {
			Path start = Files.createTempDirectory(this.folder, "power").toRealPath();
			Path source = this.folder.resolve(random.nextLong() + ".zova");
			try (ZovaDatabase database = ZovaDatabase.create(source)) {
				new TiedTransactions(database).prepare(WRITERS);
				// What is left of a file that had a copy's name before.
				leaveJournal(source, start.resolve("2.zova-journal"));
				new TiedTransactions(database).commit(0, random);
			}
			Disk disk = Disk.of(start);
			Path log = start.resolveSibling(start.getFileName() + ".log");
			try (Child child = Child.start(Recording.environment(start, log, random.nextInt(300), ""), Copier.class,
					source, start.resolve("1.zova"), start.resolve("2.zova"))) {
				child.finish();
			}
			List<Entry> entries = Recording.read(log);
			tally.count("runs");
			Set<String> published = new HashSet<>();
			int played = 0;
			for (int moment : moments(entries, random)) {
				for (; played < moment; played++) {
					disk.apply(entries.get(played));
					entries.get(played)
						.text()
						.lines()
						.filter((line) -> line.startsWith("published "))
						.forEach((line) -> published.add(line.substring("published ".length())));
				}
				Path image = Files.createTempDirectory(this.folder, "cut");
				disk.cut(image, random, random.nextBoolean() ? 512 : 4096);
				for (String name : List.of("1.zova", "2.zova")) {
					assertThat(Files.exists(image.resolve(name)) || !published.contains(name)).as(name).isTrue();
					if (Files.exists(image.resolve(name))) {
						assertThat(found(image.resolve(name))).as(name).isEqualTo(Map.of(0, 1, 1, 0));
						tally.count("copies found and whole");
					}
				}
				FileSystemUtils.deleteRecursively(image);
				tally.count("cuts");
			}
			FileSystemUtils.deleteRecursively(start);
		});
	}

	/** A journal that would be played back into whatever file it is found beside. */
	private static void leaveJournal(Path source, Path journal) throws Exception {
		Path other = source.resolveSibling(source.getFileName() + ".other");
		Files.copy(source, other);
		try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + other);
				Statement statement = connection.createStatement()) {
			statement.execute("pragma cache_size = 1");
			statement.execute("begin");
			statement.execute("update progress set sequence = 7");
			statement.execute("create table t(x)");
			for (int row = 0; row < 200; row++) {
				statement.execute("insert into t values (randomblob(1000))");
			}
			Files.copy(other.resolveSibling(other.getFileName() + "-journal"), journal);
		}
	}

	private void attempt(Case what, Random random, Tally tally) throws Exception {
		Path start = Files.createTempDirectory(this.folder, "power").toRealPath();
		int pageSize = 512 << random.nextInt(5);
		try (ZovaDatabase database = ZovaDatabase.create(start.resolve(FILE),
				ZovaOptions.builder().pageSize(pageSize).build())) {
			new TiedTransactions(database).prepare(WRITERS);
		}
		Disk disk = attempt(what, start, new Marks(), random, tally);
		if (random.nextInt(3) == 0) {
			// Another process goes on where the first has lost its power, and so does it.
			Path image = cut(disk, random);
			Path copy = Files.createTempDirectory(this.folder, "copy");
			FileSystemUtils.copyRecursively(image, copy);
			attempt(what, image.toRealPath(), Marks.of(found(copy.resolve(FILE))), random, tally);
			FileSystemUtils.deleteRecursively(copy);
		}
	}

	private Disk attempt(Case what, Path start, Marks marks, Random random, Tally tally) throws Exception {
		Disk disk = Disk.of(start);
		List<Entry> entries = record(what, start, random);
		tally.count("runs");
		tally.count("writes, fsyncs and other calls recorded", entries.size());
		int[] moments = moments(entries, random);
		int played = 0;
		for (int moment : moments) {
			for (; played < moment; played++) {
				disk.apply(entries.get(played));
				marks.note(entries.get(played));
			}
			check(what, cut(disk, random), marks, random, tally);
			tally.count("cuts");
		}
		FileSystemUtils.deleteRecursively(start);
		return disk;
	}

	private static List<Entry> record(Case what, Path start, Random random) throws Exception {
		Path log = start.resolveSibling(start.getFileName() + ".log");
		int transactions = 5 + random.nextInt(20);
		int cache = random.nextBoolean() ? 2_000 : 20;
		try (Child child = Child.start(Recording.environment(start, log, random.nextInt(300), what.lost),
				TiedWriters.class, start.resolve(FILE), what.mode, what.synchronous, random.nextLong(), 0, WRITERS,
				transactions, cache)) {
			child.await((line) -> line.equals("closed"), 1, Duration.ofMinutes(2));
			assertThat(Child.failures(child.finish())).isEmpty();
		}
		return Recording.read(log);
	}

	/** Some are anywhere, some where more happened than that bytes were written. */
	private static int[] moments(List<Entry> entries, Random random) {
		int[] turns = IntStream.range(0, entries.size())
			.filter((entry) -> "CLUTSE".indexOf(entries.get(entry).kind()) >= 0)
			.toArray();
		return IntStream.generate(() -> {
			boolean anywhere = random.nextBoolean() || turns.length == 0;
			int near = anywhere ? random.nextInt(entries.size() + 1)
					: turns[random.nextInt(turns.length)] + random.nextInt(3);
			return Math.min(near, entries.size());
		}).limit(CUTS).sorted().toArray();
	}

	private Path cut(Disk disk, Random random) throws IOException {
		Path image = Files.createTempDirectory(this.folder, "cut");
		disk.cut(image, random, random.nextBoolean() ? 512 : 4096);
		if (random.nextInt(4) == 0) {
			// Whatever the memory shared by readers of the log was left as.
			byte[] anything = RandomBytes.of(random.nextInt(3) * 32768, random);
			Files.write(image.resolve(FILE + "-shm"), anything);
		}
		return image;
	}

	private static void check(Case what, Path image, Marks marks, Random random, Tally tally) throws Exception {
		try {
			if (RealEngine.isThere() && random.nextInt(4) == 0) {
				RealEngine.verify(image.resolve(FILE), image.resolve("copy.zova"));
				tally.count("files repaired and verified by the real engine");
			}
			Map<Integer, Integer> found = found(image.resolve(FILE));
			if (marks.lostOf(found) > what.promise.mayLose) {
				throw new AssertionError("acknowledged were %s, found %s".formatted(marks.acknowledged, found));
			}
		}
		catch (RuntimeException | AssertionError ex) {
			if (what.promise != Promise.NOTHING) {
				throw new BrokenPromise(ex);
			}
			tally.count("files damaged, as this setting allows");
		}
		FileSystemUtils.deleteRecursively(image);
	}

	private static Map<Integer, Integer> found(Path file) {
		try (ZovaDatabase database = ZovaDatabase.open(file)) {
			return new TiedTransactions(database).check();
		}
	}

	/**
	 * After a cut, what was promised is not there.
	 */
	private static final class BrokenPromise extends AssertionError {

		private static final long serialVersionUID = 1L;

		BrokenPromise(Throwable cause) {
			super(cause.getMessage(), cause);
		}

	}

	/**
	 * What is recorded, and what is promised there.
	 */
	private record Case(JournalMode mode, Synchronous synchronous, Promise promise, String lost) {

	}

	/**
	 * What a process has said so far of its transactions, acknowledging or announcing
	 * them.
	 */
	private static final class Marks {

		private final Map<Integer, Integer> acknowledged = new TreeMap<>();

		private String begun = "";

		static Marks of(Map<Integer, Integer> found) {
			Marks marks = new Marks();
			marks.acknowledged.putAll(found);
			return marks;
		}

		/** How many of the transactions are not there. */
		int lostOf(Map<Integer, Integer> found) {
			return this.acknowledged.entrySet()
				.stream()
				.mapToInt((one) -> Math.max(0, one.getValue() - found.get(one.getKey())))
				.sum();
		}

		void note(Entry entry) {
			if (entry.kind() != 'A') {
				return;
			}
			String text = this.begun + entry.text();
			int end = text.lastIndexOf('\n') + 1;
			this.begun = text.substring(end);
			text.substring(0, end).lines().map((line) -> line.split(" ")).forEach((words) -> {
				switch (words[0]) {
					case "done" -> note(Integer.parseInt(words[1]), Integer.parseInt(words[2]));
					case "notified" -> note(TiedTransactions.parse(words[1])[0], TiedTransactions.parse(words[1])[1]);
					default -> {
					}
				}
			});
		}

		private void note(int writer, int sequence) {
			this.acknowledged.merge(writer, sequence, Math::max);
		}

	}

}
