package io.zova.adversary;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

import io.zova.ZovaDatabase;
import io.zova.ZovaOptions;
import io.zova.object.ObjectId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Two processes want one name for their copies: one gets it, the other hears that it is
 * taken, and nobody ever sees a part of a file. What has a name already keeps it,
 * whatever it is.
 */
@Adversary
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "links and pipes are made as on Unix")
class PublishingTests {

	private static final int RACES = Campaign.isCut() ? 40 : 600;

	private static final Duration TIME = Duration.ofMinutes(10);

	@TempDir(factory = InMemory.class)
	Path folder;

	@Test
	void oneOfTwoProcessesGetsTheName() throws Exception {
		Campaign.of("Publishing", "races", 0.6, 1).run((random, tally) -> {
			Path directory = Files.createTempDirectory(this.folder, "races");
			Publishers.prepare(directory);
			try (Child first = Child.start(Publishers.class, directory, random.nextLong());
					Child second = Child.start(Publishers.class, directory, random.nextLong())) {
				assertThat(first.await("ready"::equals, 1, TIME) && second.await("ready"::equals, 1, TIME))
					.as("%s %s", first.lines(), second.lines())
					.isTrue();
				for (int race = 0; race < RACES; race++) {
					race(directory, race, List.of(first, second), tally);
				}
				Files.createFile(directory.resolve("end"));
				assertThat(Child.failures(first.finish())).isEmpty();
				assertThat(Child.failures(second.finish())).isEmpty();
			}
			assertThat(names(directory)).as("what is left")
				.allMatch((name) -> name.matches("source\\.(zova|db)|go\\d+|end|race\\d+\\.zova"));
		});
	}

	/** While they race, whoever looks sees nothing or a whole file. */
	private static void race(Path directory, int race, List<Child> children, Tally tally) throws Exception {
		Path destination = directory.resolve("race" + race + ".zova");
		Files.createFile(directory.resolve("go" + race));
		String ended = "ended " + race + " ";
		while (children.stream().anyMatch((child) -> results(child, ended).isEmpty())) {
			if (Files.exists(destination, LinkOption.NOFOLLOW_LINKS)) {
				requireWhole(destination);
				tally.count("looks at a new file");
			}
			for (Child child : children) {
				assertThat(Child.failures(child.lines())).isEmpty();
			}
		}
		List<String> results = new ArrayList<>();
		children.forEach((child) -> results.addAll(results(child, ended)));
		assertThat(results).as("results of race %d", race).containsExactlyInAnyOrder("won", "lost");
		requireWhole(destination);
		tally.count("races");
	}

	private static List<String> results(Child child, String ended) {
		return child.lines()
			.stream()
			.filter((line) -> line.startsWith(ended))
			.map((line) -> line.substring(ended.length()))
			.toList();
	}

	private static void requireWhole(Path file) {
		try (ZovaDatabase database = ZovaDatabase.open(file, ZovaOptions.builder().readOnly(true).build())) {
			for (ObjectId id : database.objects().page(null, 100).stream().map((info) -> info.id()).toList()) {
				assertThat(ObjectId.ofContent(database.objects().get(id))).isEqualTo(id);
			}
		}
	}

	@Test
	void whatHasTheNameKeepsIt() throws Exception {
		Campaign.of("Publishing", "destinations", 0.3, 40).run((random, tally) -> {
			Path directory = Files.createTempDirectory(this.folder, "destinations");
			Publishers.prepare(directory);
			Path outside = Files.createTempDirectory(this.folder, "outside");
			Path destination = directory.resolve("taken.zova");
			String what = occupy(destination, outside, random);
			List<String> before = describe(directory, outside);
			for (String task : Publishers.TASKS) {
				assertThat(Publishers.make(task, directory, destination)).as("%s to %s", task, what).isEqualTo("lost");
				assertThat(describe(directory, outside)).as("after a %s to %s", task, what).isEqualTo(before);
				tally.count("copies refused");
			}
		});
	}

	private static String occupy(Path destination, Path outside, Random random) throws Exception {
		Path target = outside.resolve("target.zova");
		switch (random.nextInt(7)) {
			case 0 -> {
				Files.createSymbolicLink(destination, target);
				return "a link that leads nowhere";
			}
			case 1 -> {
				Files.writeString(target, "precious");
				Files.createSymbolicLink(destination, target);
				return "a link to a file";
			}
			case 2 -> {
				Files.createSymbolicLink(destination, outside);
				return "a link to a directory";
			}
			case 3 -> {
				Files.createDirectory(destination);
				return "a directory";
			}
			case 4 -> {
				assertThat(new ProcessBuilder("mkfifo", destination.toString()).start().waitFor()).isZero();
				return "a pipe";
			}
			case 5 -> {
				Files.createSymbolicLink(destination, destination);
				return "a link to itself";
			}
			default -> {
				Files.writeString(target, "precious");
				Files.createLink(destination, target);
				return "a second name of a file";
			}
		}
	}

	private static List<String> names(Path directory) throws IOException {
		try (Stream<Path> entries = Files.list(directory)) {
			return entries.map((entry) -> entry.getFileName().toString()).sorted().toList();
		}
	}

	private static List<String> describe(Path... directories) throws IOException {
		List<String> description = new ArrayList<>();
		for (Path directory : directories) {
			for (String name : names(directory)) {
				Path entry = directory.resolve(name);
				var attributes = Files.readAttributes(entry, "unix:size,mode,ino", LinkOption.NOFOLLOW_LINKS);
				description.add(entry + " " + new java.util.TreeMap<>(attributes));
			}
		}
		return description;
	}

}
