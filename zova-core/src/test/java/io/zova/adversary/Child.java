package io.zova.adversary;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A process with the class path of the tests that says in lines what it has done, and may
 * be killed.
 */
final class Child implements AutoCloseable {

	private final Process process;

	private final List<String> lines = new ArrayList<>();

	private final Thread reader;

	private Child(Process process) {
		this.process = process;
		this.reader = new Thread(this::read, "lines of a child");
		this.reader.setDaemon(true);
		this.reader.start();
	}

	static Child start(Class<?> main, Object... arguments) throws IOException {
		return start(Map.of(), main, arguments);
	}

	static Child start(Map<String, String> environment, Class<?> main, Object... arguments) throws IOException {
		List<String> command = new ArrayList<>();
		command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
		command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx192m", "-cp",
				System.getProperty("java.class.path"), main.getName()));
		for (Object argument : arguments) {
			command.add(argument.toString());
		}
		ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
		builder.environment().putAll(environment);
		return new Child(builder.start());
	}

	private void read() {
		try (var output = this.process.inputReader(StandardCharsets.UTF_8)) {
			for (String line = output.readLine(); line != null; line = output.readLine()) {
				synchronized (this.lines) {
					this.lines.add(line);
					this.lines.notifyAll();
				}
			}
		}
		catch (IOException ex) {
			// It was killed, or asked to end.
		}
		synchronized (this.lines) {
			this.lines.notifyAll();
		}
	}

	/** Waits until some of its lines are such, or it has ended. */
	boolean await(Predicate<String> such, int count, Duration time) throws InterruptedException {
		long deadline = System.nanoTime() + time.toNanos();
		synchronized (this.lines) {
			while (count(such) < count) {
				long left = deadline - System.nanoTime();
				if (left <= 0 || !this.reader.isAlive()) {
					return false;
				}
				TimeUnit.NANOSECONDS.timedWait(this.lines, Math.min(left, 100_000_000));
			}
			return true;
		}
	}

	/** How many of its lines are such. */
	long count(Predicate<String> such) {
		synchronized (this.lines) {
			return this.lines.stream().filter(such).count();
		}
	}

	List<String> lines() {
		synchronized (this.lines) {
			return List.copyOf(this.lines);
		}
	}

	/** What it has said that is a failure. */
	static List<String> failures(List<String> lines) {
		return lines.stream().filter((line) -> line.startsWith("failed")).toList();
	}

	/**
	 * Kills it as nothing can be prevented from: signal 9.
	 * @return all that it has said
	 */
	List<String> kill() throws InterruptedException {
		assertThat(this.process.isAlive()).as("it has ended by itself, saying %s", lines()).isTrue();
		// By its handle: the process itself would close the pipe with the last lines in
		// it.
		this.process.toHandle().destroyForcibly();
		return waitFor(128 + 9);
	}

	/**
	 * Closes its standard input, the sign to come to an end.
	 * @return all that it has said
	 */
	List<String> finish() throws IOException, InterruptedException {
		this.process.getOutputStream().close();
		return waitFor(0);
	}

	private List<String> waitFor(int status) throws InterruptedException {
		assertThat(this.process.waitFor(60, TimeUnit.SECONDS)).as("its end, having said %s", lines()).isTrue();
		this.reader.join(TimeUnit.SECONDS.toMillis(60));
		assertThat(this.process.exitValue()).as("its status, having said %s", lines()).isEqualTo(status);
		return lines();
	}

	@Override
	public void close() {
		this.process.destroyForcibly();
	}

}
