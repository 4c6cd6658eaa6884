package io.zova.benchmarks.object;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The real engine in a process of its own, asked for its own figures.
 */
final class RealEngine implements AutoCloseable {

	private final Process process;

	private final BufferedWriter requests;

	private final BufferedReader answers;

	RealEngine(Path program) throws IOException {
		this.process = new ProcessBuilder(program.toString()).redirectError(ProcessBuilder.Redirect.DISCARD).start();
		this.requests = this.process.outputWriter(StandardCharsets.UTF_8);
		this.answers = this.process.inputReader(StandardCharsets.UTF_8);
	}

	/**
	 * Runs a workload.
	 * @param workload its name and arguments as members of a JSON object
	 * @return the answer
	 * @throws IOException if the program does not answer
	 */
	String bench(String workload) throws IOException {
		this.requests.write("{\"id\":1,\"op\":\"bench\",\"replace\":true,\"keep\":false," + workload + "}\n");
		this.requests.flush();
		String answer = this.answers.readLine();
		if (answer == null || !answer.contains("\"ok\"")) {
			throw new IOException("The real engine answered " + answer);
		}
		return answer;
	}

	static double seconds(String answer, String name) {
		Matcher result = Pattern.compile("\\{[^{}]*\"name\":\"" + name + "\"[^{}]*}").matcher(answer);
		if (!result.find()) {
			throw new IllegalArgumentException("No result " + name + " in " + answer);
		}
		Matcher seconds = Pattern.compile("\"seconds\":([0-9.e+-]+)").matcher(result.group());
		if (!seconds.find()) {
			throw new IllegalArgumentException("No seconds in " + result.group());
		}
		return Double.parseDouble(seconds.group(1));
	}

	static String check(String answer, String name) {
		Matcher check = Pattern.compile("\"" + name + "\":(?:\\{\"hex\":)?\"?([0-9a-f]+)").matcher(answer);
		return check.find() ? check.group(1) : "";
	}

	@Override
	public void close() {
		this.process.destroy();
	}

}
