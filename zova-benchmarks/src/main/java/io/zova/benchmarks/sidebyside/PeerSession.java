package io.zova.benchmarks.sidebyside;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The real engine in a process of its own, asked call by call. It times each call itself,
 * so that the way there does not count.
 */
final class PeerSession implements AutoCloseable {

	private static final JsonMapper JSON = JsonMapper.builder().build();

	private final Process process;

	private final BufferedWriter requests;

	private final BufferedReader answers;

	PeerSession(Path program) throws IOException {
		this.process = new ProcessBuilder(program.toString()).redirectError(ProcessBuilder.Redirect.DISCARD).start();
		this.requests = this.process.outputWriter(StandardCharsets.UTF_8);
		this.answers = this.process.inputReader(StandardCharsets.UTF_8);
	}

	/**
	 * Makes one call.
	 * @param operation its name
	 * @param arguments its arguments
	 * @return how long it took, in seconds
	 * @throws IOException if it failed
	 */
	double call(String operation, Map<String, Object> arguments) throws IOException {
		Map<String, Object> request = new LinkedHashMap<>(arguments);
		request.put("op", operation);
		request.put("timed", true);
		this.requests.write(JSON.writeValueAsString(request) + '\n');
		this.requests.flush();
		JsonNode answer = JSON.readTree(String.valueOf(this.answers.readLine()));
		if (!answer.has("ok")) {
			throw new IOException(operation + " was answered by " + answer);
		}
		return answer.path("seconds").asDouble();
	}

	@Override
	public void close() {
		this.process.destroy();
	}

}
