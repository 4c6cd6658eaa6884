package io.zova;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Where the driver cannot load its native library, the error says so each time. A child
 * process shows it, because a process loads it only once.
 */
@Timeout(60)
class WithoutDriverLibraryTests {

	@Test
	void everyWayToAFileSaysWhyAndWhatToDo(@TempDir Path directory) throws Exception {
		Path file = Files.createFile(directory.resolve("no-directory"));
		ZovaDatabase.create(directory.resolve("test.zova")).close();
		for (String call : List.of("open", "create", "memory", "probe")) {
			try (ChildJvm child = ChildJvm.start(List.of(), Attempt.class, file, directory, call)) {
				for (int attempt = 0; attempt < 2; attempt++) {
					assertThat(answer(child)).startsWith("> CANT_OPEN SQLite's native library could not be loaded")
						.contains("temporary directory " + file, "org.sqlite.tmpdir names another");
				}
			}
		}
		try (var files = Files.list(directory)) {
			assertThat(files).hasSize(2);
		}
	}

	/** The driver logs the reason before. */
	private static String answer(ChildJvm child) throws Exception {
		String line = child.readLine();
		while (line != null && !line.startsWith("> ")) {
			line = child.readLine();
		}
		return line;
	}

	/**
	 * Tries twice.
	 */
	static final class Attempt {

		private Attempt() {
		}

		public static void main(String[] arguments) {
			System.setProperty("org.sqlite.tmpdir", arguments[0]);
			Path directory = Path.of(arguments[1]);
			for (int attempt = 0; attempt < 2; attempt++) {
				try {
					switch (arguments[2]) {
						case "open" -> ZovaDatabase.open(directory.resolve("test.zova")).close();
						case "create" -> ZovaDatabase.create(directory.resolve("new.zova")).close();
						case "memory" -> ZovaDatabase.inMemory().close();
						default -> ZovaDatabase.probe(directory.resolve("test.zova"));
					}
					System.out.println("> done");
				}
				catch (Throwable ex) {
					System.out.println("> " + ((ex instanceof ZovaException zova) ? zova.status() : ex.getClass()) + " "
							+ ex.getMessage());
				}
			}
		}

	}

}
