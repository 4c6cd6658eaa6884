package io.zova.adversary;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

import tools.jackson.databind.json.JsonMapper;

/**
 * Keeps what was tried and found: a JSON file for each case in {@code target/adversary},
 * and a table of all of them in {@code report.md} beside. With
 * {@code -Dadversary.page=true} their rows are put into the documentation, too, where the
 * rows of other cases stay.
 */
final class Report {

	private static final Path FOLDER = Path.of("target", "adversary");

	private static final Path PAGE = Path.of("..", "docs", "adversary.md");

	private static final String BEGIN = "<!-- results -->\n";

	private static final String END = "<!-- end of results -->\n";

	private static final String HEAD = """
			| family | case | attempts | what was done | result | run | seed |
			|---|---|--:|---|---|---|--:|
			""";

	private static final JsonMapper JSON = JsonMapper.builder().build();

	private Report() {
	}

	static synchronized void write(Entry entry) {
		try {
			Files.createDirectories(FOLDER);
			String name = (entry.family() + " " + entry.name()).toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-");
			Files.writeString(FOLDER.resolve(name + ".json"),
					JSON.writerWithDefaultPrettyPrinter().writeValueAsString(entry));
			Map<String, String> rows = rows(entries());
			Files.writeString(FOLDER.resolve("report.md"), table(rows));
			if (Boolean.getBoolean("adversary.page")) {
				replaceIn(PAGE, rows);
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static List<Entry> entries() throws IOException {
		try (Stream<Path> files = Files.list(FOLDER)) {
			return files.filter((file) -> file.toString().endsWith(".json"))
				.map((file) -> JSON.readValue(file, Entry.class))
				.toList();
		}
	}

	/** By family and case, as they begin. */
	private static Map<String, String> rows(List<Entry> entries) {
		Map<String, String> rows = new TreeMap<>();
		for (Entry entry : entries) {
			rows.put("| %s | %s |".formatted(entry.family(), entry.name()),
					"| %s | %s | %,d | %s | %s | %s, %s, %d s | %d |%n".formatted(entry.family(), entry.name(),
							entry.attempts(), Tally.describe(entry.counts()), entry.result().replace("|", "\\|"),
							entry.run(), entry.date().substring(0, 10), entry.seconds(), entry.seed()));
		}
		return rows;
	}

	private static String table(Map<String, String> rows) {
		return HEAD + String.join("", rows.values());
	}

	private static void replaceIn(Path page, Map<String, String> rows) throws IOException {
		String text = Files.readString(page);
		int begin = text.indexOf(BEGIN) + BEGIN.length();
		int end = text.indexOf(END);
		Map<String, String> all = new TreeMap<>();
		text.substring(begin, end)
			.lines()
			.skip(2)
			.forEach((row) -> all.put(row.substring(0, row.indexOf('|', row.indexOf('|', 1) + 1) + 1), row + "\n"));
		all.putAll(rows);
		Files.writeString(page, text.substring(0, begin) + table(all) + text.substring(end));
	}

	/**
	 * A case and what came of it.
	 *
	 * @param family the family
	 * @param name the case
	 * @param date when it began
	 * @param seed the seed
	 * @param run cut or long
	 * @param attempts how many attempts were made
	 * @param counts what they did, by the plural of its name
	 * @param seconds how long that took
	 * @param result held, or what failed
	 */
	record Entry(String family, String name, String date, long seed, String run, int attempts, Map<String, Long> counts,
			long seconds, String result) {

	}

}
