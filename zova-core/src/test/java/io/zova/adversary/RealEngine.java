package io.zova.adversary;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The real engine's opinion of a file, where its program was built for the conformance
 * tests.
 */
public final class RealEngine {

	private static final Path PROGRAM = Path.of(System.getProperty("zova.peer", "no-peer"));

	private static final JsonMapper JSON = JsonMapper.builder().build();

	private RealEngine() {
	}

	/**
	 * Whether its program was built.
	 * @return {@code true} if it can be asked
	 */
	public static boolean isThere() {
		return Files.isExecutable(PROGRAM);
	}

	/**
	 * Opens a file and makes a verified copy of it.
	 * @param file the file
	 * @param copy where to
	 */
	public static void verify(Path file, Path copy) throws IOException, InterruptedException {
		String requests = List.of(JSON.createObjectNode().put("op", "open").put("path", file.toString()),
				JSON.createObjectNode().put("op", "backup_to").put("destination", copy.toString()).put("verify", true),
				JSON.createObjectNode().put("op", "close"))
			.stream()
			.map((request) -> request.toString() + "\n")
			.collect(Collectors.joining());
		Process process = new ProcessBuilder(PROGRAM.toString()).redirectErrorStream(true).start();
		process.getOutputStream().write(requests.getBytes(StandardCharsets.UTF_8));
		process.getOutputStream().close();
		String answers = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
		assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
		assertThat(answers).as("the real engine's answers").doesNotContain("\"error\"");
		assertThat(answers.lines()).as("the real engine's answers").hasSize(3);
	}

}
