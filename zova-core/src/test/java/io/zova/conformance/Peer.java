package io.zova.conformance;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The real engine in a process of its own: one request a line out, one answer a line
 * back. For one thread.
 */
final class Peer implements AutoCloseable {

	private static final JsonMapper JSON = JsonMapper.builder().build();

	private static final Duration PATIENCE = Duration.ofSeconds(60);

	/** Stands in the queue of answers for the end of the program's output. */
	private static final String END = "";

	private static final int STDERR_KEPT = 4_000;

	private final Process process;

	private final OutputStream requests;

	private final BlockingQueue<String> answers = new LinkedBlockingQueue<>();

	private final StringBuilder stderr = new StringBuilder();

	private int number;

	private Peer(Process process) {
		this.process = process;
		this.requests = process.getOutputStream();
		daemon("peer-stdout", this::readAnswers);
		daemon("peer-stderr", this::drainErrors);
	}

	/**
	 * Starts the program that the system property {@code zova.peer} names.
	 * @return the running engine
	 */
	static Peer start() {
		return start(System.getProperty("zova.peer", "zova-peer"));
	}

	/**
	 * Starts the program with a working directory, which relative paths in files begin
	 * at.
	 * @param directory the working directory
	 * @return the running engine
	 */
	static Peer startIn(Path directory) {
		String program = Path.of(System.getProperty("zova.peer", "zova-peer")).toAbsolutePath().toString();
		try {
			return new Peer(new ProcessBuilder(program).directory(directory.toFile()).start());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	static Peer start(String... command) {
		try {
			return new Peer(new ProcessBuilder(command).start());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Calls an operation and waits for its answer.
	 * @param operation the name of the operation
	 * @param namesAndValues the arguments: name, value, name, value, …; a null value
	 * counts as absent
	 * @return the answer, a null node for operations without one
	 * @throws PeerException if the engine refused
	 * @throws IllegalStateException if the program ended or kept silent for a minute
	 */
	JsonNode call(String operation, @Nullable Object... namesAndValues) {
		return call(PATIENCE, operation, namesAndValues);
	}

	JsonNode call(Duration patience, String operation, @Nullable Object... namesAndValues) {
		Map<String, @Nullable Object> request = new LinkedHashMap<>();
		request.put("id", ++this.number);
		request.put("op", operation);
		for (int i = 0; i < namesAndValues.length; i += 2) {
			request.put(String.valueOf(namesAndValues[i]), namesAndValues[i + 1]);
		}
		send(operation, JSON.writeValueAsString(request));
		JsonNode answer = JSON.readTree(receive(operation, patience));
		JsonNode error = answer.get("error");
		if (error != null) {
			throw new PeerException(operation, error.path("status").asString(), error.path("code").asInt(),
					error.path("message").asString());
		}
		if (answer.path("id").asInt() != this.number) {
			throw new IllegalStateException("%s: asked as %d, answered %s".formatted(operation, this.number, answer));
		}
		return answer.path("ok");
	}

	/**
	 * Creates a database in a new file under the name {@code main}.
	 * @param path the file
	 */
	void create(Path path) {
		call("create", "path", path.toString());
	}

	/**
	 * Opens a file under the name {@code main}.
	 * @param path the file
	 */
	void open(Path path) {
		call("open", "path", path.toString());
	}

	/**
	 * Closes the database of the name {@code main}.
	 */
	void closeDatabase() {
		call("close");
	}

	/**
	 * Tells whether the program still runs.
	 * @return whether it runs
	 */
	boolean isAlive() {
		return this.process.isAlive();
	}

	/**
	 * Ends the program. Open databases are dropped, an open transaction is lost.
	 */
	@Override
	public void close() {
		try {
			this.requests.close();
		}
		catch (IOException ex) {
			// It ended by itself, and with it the pipe.
		}
		try {
			if (!this.process.waitFor(10, TimeUnit.SECONDS)) {
				kill();
			}
		}
		catch (InterruptedException ex) {
			kill();
			Thread.currentThread().interrupt();
		}
	}

	private void kill() {
		this.process.destroyForcibly();
	}

	private void send(String operation, String line) {
		try {
			this.requests.write((line + '\n').getBytes(StandardCharsets.UTF_8));
			this.requests.flush();
		}
		catch (IOException ex) {
			throw ended(operation);
		}
	}

	private String receive(String operation, Duration patience) {
		try {
			String line = this.answers.poll(patience.toMillis(), TimeUnit.MILLISECONDS);
			if (line == null) {
				kill();
				throw new IllegalStateException(
						"%s: no answer of the peer within %s, so it was killed".formatted(operation, patience));
			}
			if (line.equals(END)) {
				this.answers.add(END);
				throw ended(operation);
			}
			return line;
		}
		catch (InterruptedException ex) {
			kill();
			Thread.currentThread().interrupt();
			throw new IllegalStateException(operation + ": interrupted while the peer worked, so it was killed", ex);
		}
	}

	private IllegalStateException ended(String operation) {
		synchronized (this.stderr) {
			return new IllegalStateException("%s: the peer has ended. %s".formatted(operation, this.stderr));
		}
	}

	private void readAnswers() {
		try (BufferedReader reader = new BufferedReader(
				new InputStreamReader(this.process.getInputStream(), StandardCharsets.UTF_8))) {
			for (String line = reader.readLine(); line != null; line = reader.readLine()) {
				this.answers.add(line);
			}
		}
		catch (IOException ex) {
			// The process was killed: that is the end of its answers too.
		}
		this.answers.add(END);
	}

	private void drainErrors() {
		byte[] buffer = new byte[8192];
		try (InputStream in = this.process.getErrorStream()) {
			for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
				synchronized (this.stderr) {
					this.stderr.append(new String(buffer, 0, read, StandardCharsets.UTF_8));
					this.stderr.delete(0, Math.max(0, this.stderr.length() - STDERR_KEPT));
				}
			}
		}
		catch (IOException ex) {
			// The process was killed.
		}
	}

	private static void daemon(String name, Runnable work) {
		Thread thread = new Thread(work, name);
		thread.setDaemon(true);
		thread.start();
	}

	/**
	 * Bytes as an argument.
	 * @param bytes the bytes
	 * @return the argument
	 */
	static Map<String, String> binary(byte[] bytes) {
		return Map.of("hex", HexFormat.of().formatHex(bytes));
	}

	/**
	 * The bytes of an answer.
	 * @param node the answer, or a part of it
	 * @return the bytes
	 */
	static byte[] bytes(JsonNode node) {
		return HexFormat.of().parseHex(node.path("hex").asString());
	}

}
