package io.zova.adversary;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.List;
import java.util.Random;

import io.zova.ZovaDatabase;
import io.zova.ZovaException;
import io.zova.ZovaOptions;
import io.zova.ZovaStatus;

/**
 * A process that makes copies to destinations that another process wants at the same
 * time.
 */
final class Publishers {

	static final List<String> TASKS = List.of("create", "backup", "compact", "restore", "convert");

	private Publishers() {
	}

	static void prepare(Path directory) throws Exception {
		SampleFile.create(directory.resolve("source.zova"), ZovaOptions.defaults());
		try (Connection plain = DriverManager.getConnection("jdbc:sqlite:" + directory.resolve("source.db"));
				Statement statement = plain.createStatement()) {
			statement.execute("create table t as select randomblob(10000) as a");
		}
	}

	/**
	 * Makes a copy for each race: as soon as a file {@code go} with the race's number
	 * appears, to {@code race} with the same number, until there is a file {@code end}.
	 * @param arguments the directory and a seed
	 */
	public static void main(String[] arguments) throws Exception {
		Path directory = Path.of(arguments[0]);
		Random random = new Random(Long.parseLong(arguments[1]));
		say("ready");
		for (int race = 0; !Files.exists(directory.resolve("end")); race++) {
			Path go = directory.resolve("go" + race);
			while (!Files.exists(go) && !Files.exists(directory.resolve("end"))) {
				Thread.onSpinWait();
			}
			if (Files.exists(go)) {
				String task = TASKS.get(random.nextInt(TASKS.size()));
				try {
					say("ended " + race + " " + make(task, directory, directory.resolve("race" + race + ".zova")));
				}
				catch (Exception | Error ex) {
					say("failed " + task + ": " + ex);
				}
			}
		}
		System.exit(0);
	}

	/**
	 * Makes a copy.
	 * @return {@code won}, or {@code lost} if the name was taken
	 */
	static String make(String task, Path directory, Path destination) {
		Path source = directory.resolve("source.zova");
		try {
			switch (task) {
				case "create" -> ZovaDatabase.create(destination).close();
				case "backup" -> {
					try (ZovaDatabase database = readOnly(source)) {
						database.backup(destination);
					}
				}
				case "compact" -> {
					try (ZovaDatabase database = readOnly(source)) {
						database.compact(destination);
					}
				}
				case "restore" -> ZovaDatabase.restore(source, destination);
				default -> ZovaDatabase.convert(directory.resolve("source.db"), destination);
			}
			return "won";
		}
		catch (ZovaException ex) {
			if (ex.status() == ZovaStatus.DESTINATION_EXISTS) {
				return "lost";
			}
			throw ex;
		}
	}

	private static ZovaDatabase readOnly(Path source) {
		return ZovaDatabase.open(source, ZovaOptions.builder().readOnly(true).build());
	}

	private static void say(String what) {
		System.out.println(what.replaceAll("\\s+", " "));
		System.out.flush();
	}

}
