package io.zova.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Runs a workload of the real engine in its own process and reads how fast it was. The
 * system property {@code zova.peer} names the program; without it there is nothing to
 * compare with.
 */
public final class PeerBench {

	private static final Pattern RESULT = Pattern
		.compile("\\{[^{}]*\"items_per_second\":([0-9.eE+]+)[^{}]*\"name\":\"([a-z_]+)\"[^{}]*}");

	private PeerBench() {
	}

	/**
	 * Runs a workload.
	 * @param arguments the members of the request, as JSON
	 * @return items per second of each part; nothing without a peer
	 * @throws IOException if the peer cannot be run
	 */
	public static Map<String, Double> run(String arguments) throws IOException {
		String program = System.getProperty("zova.peer");
		if (program == null) {
			return Map.of();
		}
		Process process = new ProcessBuilder(program).redirectError(ProcessBuilder.Redirect.DISCARD).start();
		try (Writer out = new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8);
				BufferedReader in = new BufferedReader(
						new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
			out.write("{\"id\":1,\"op\":\"bench\"," + arguments + "}\n");
			out.flush();
			String answer = in.readLine();
			if (answer == null || !answer.contains("\"ok\"")) {
				throw new IOException("The peer answered " + answer);
			}
			Map<String, Double> results = new LinkedHashMap<>();
			Matcher matcher = RESULT.matcher(answer);
			while (matcher.find()) {
				results.put(matcher.group(2), Double.parseDouble(matcher.group(1)));
			}
			System.out.println("  peer's check: " + answer.substring(answer.indexOf("\"check\"")));
			return results;
		}
	}

}
