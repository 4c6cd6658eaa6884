package io.zova.benchmarks.sidebyside;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import io.zova.benchmarks.Contender;
import io.zova.benchmarks.Measured;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A library for Python, installed into a virtual environment that is made here and used
 * by nothing else.
 *
 * @param name the name of the library in the script
 * @param data the vectors that all contenders use
 */
record PythonPeer(String name, ExactSearch.Data data) implements Contender {

	/** The run may start in the folder of this module or in the one above. */
	private static final Path MODULE = Path.of(Files.isDirectory(Path.of("zova-benchmarks")) ? "zova-benchmarks" : "")
		.toAbsolutePath();

	private static final Path SCRIPT = MODULE.resolve("src/main/python/exact_search.py");

	private static final Path ENVIRONMENT = MODULE.resolve("target/python-peers");

	private static final Path PYTHON = ENVIRONMENT.resolve("bin/python");

	@Override
	public @Nullable String absent() {
		if (Files.isExecutable(PYTHON) && probe() == null) {
			return null;
		}
		try {
			call(List.of("python3", "-m", "venv", ENVIRONMENT.toString()));
		}
		catch (IOException ex) {
			return "a virtual environment of Python 3 cannot be made (" + ex.getMessage() + ")";
		}
		try {
			call(List.of(PYTHON.toString(), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "numpy",
					"usearch==2.26.6", "sqlite-vec==0.1.9", "apsw"));
		}
		catch (IOException ex) {
			return "pip cannot install it (" + ex.getMessage() + ")";
		}
		return probe();
	}

	/** Why the library cannot be used, or nothing if it can. */
	private @Nullable String probe() {
		try {
			call(List.of(PYTHON.toString(), SCRIPT.toString(), this.name, "probe"));
			return null;
		}
		catch (IOException ex) {
			return "it is installed, but cannot be used (" + ex.getMessage() + ")";
		}
	}

	@Override
	public Measured run(Path folder) throws IOException {
		Path file = folder.resolve("vectors.f32");
		this.data.write(file);
		List<String> command = new ArrayList<>(
				List.of(PYTHON.toString(), SCRIPT.toString(), this.name, file.toString()));
		for (int number : new int[] { this.data.count(), this.data.dimensions(), ExactSearch.QUERIES,
				ExactSearch.LIMIT }) {
			command.add(String.valueOf(number));
		}
		JsonNode answer = JsonMapper.builder().build().readTree(call(command));
		Measured measured = Measured.start();
		if (this.name.equals("sqlite-vec")) {
			measured.perSecond().put("vector_put_many", answer.path("put").asDouble());
		}
		measured.perSecond().put("vector_search", answer.path("search").asDouble());
		measured.check("first_query",
				answer.path("first").valueStream().map((row) -> ExactSearch.id(row.asInt())).toList());
		return measured;
	}

	/** The last line of what it printed; as an error, why it failed. */
	private static String call(List<String> command) throws IOException {
		Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
		process.getOutputStream().close();
		List<String> lines = new String(process.getInputStream().readAllBytes()).lines().toList();
		String last = lines.isEmpty() ? "" : lines.get(lines.size() - 1);
		try {
			if (process.waitFor() != 0) {
				throw new IOException(Path.of(command.get(0)).getFileName() + " failed: " + last);
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IOException("interrupted", ex);
		}
		return last;
	}

}
