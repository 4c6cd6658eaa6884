package io.zova.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The real engine, which does the workload in a process of its own and times it there.
 *
 * @param workload the name of the workload in that program
 * @param arguments its sizes
 * @param checks which of its check values to compare, by name
 */
public record RealEngine(String workload, Map<String, Object> arguments, List<String> checks) implements Contender {

	private static final Path PROGRAM = Path
		.of(System.getProperty("zova.peer", "../zova-core/src/test/peer/target/release/zova-peer"));

	private static final JsonMapper JSON = JsonMapper.builder().build();

	/**
	 * Where the program is that contains the engine.
	 * @return its path; it may not exist
	 */
	public static Path program() {
		return PROGRAM;
	}

	/**
	 * Why the engine cannot take part on this machine.
	 * @return the reason, {@code null} if it can
	 */
	public static @Nullable String reasonOfAbsence() {
		return Files.isExecutable(PROGRAM) ? null : "not built, which needs cargo and clang";
	}

	@Override
	public String name() {
		return "real engine 1.3.0";
	}

	@Override
	public @Nullable String absent() {
		return reasonOfAbsence();
	}

	@Override
	public Measured run(Path folder) throws IOException {
		Map<String, Object> request = new LinkedHashMap<>(this.arguments);
		request.put("op", "bench");
		request.put("workload", this.workload);
		request.put("dir", folder.toString());
		JsonNode answer = ask(JSON.writeValueAsString(request));
		Measured measured = Measured.start();
		for (JsonNode result : answer.path("results")) {
			String unit = result.path("bytes").asLong() > 0 && result.path("items").asLong() == 1 ? "mb_per_second"
					: "items_per_second";
			measured.perSecond().put(result.path("name").asString(), result.path(unit).asDouble());
		}
		for (String check : this.checks) {
			measured.check(check, text(answer.path("check").path(check)));
		}
		return measured;
	}

	/** Hits by their ids, binary values by their digits. */
	private static String text(JsonNode value) {
		if (value.isArray()) {
			return value.valueStream().map((hit) -> hit.path("id").asString()).toList().toString();
		}
		return value.has("hex") ? value.path("hex").asString() : value.asString();
	}

	private static JsonNode ask(String request) throws IOException {
		Process process = new ProcessBuilder(PROGRAM.toString()).redirectError(ProcessBuilder.Redirect.DISCARD).start();
		try (BufferedReader answers = new BufferedReader(
				new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
			process.getOutputStream().write((request + '\n').getBytes(StandardCharsets.UTF_8));
			process.getOutputStream().close();
			JsonNode answer = JSON.readTree(String.valueOf(answers.readLine()));
			if (!answer.has("ok")) {
				throw new IOException(request + " was answered by " + answer);
			}
			return answer.path("ok");
		}
		finally {
			process.destroy();
		}
	}

}
