package io.zova.samples.notebook;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A Chromium without a window, driven through its DevTools protocol. It is the one that
 * is installed: nothing is downloaded.
 */
final class Chromium implements AutoCloseable {

	private static final Duration PATIENCE = Duration.ofSeconds(30);

	private static final List<String> NAMES = List.of("chromium", "chromium-browser", "google-chrome",
			"google-chrome-stable", "chrome");

	private final HttpClient client = HttpClient.newHttpClient();

	private final JsonMapper json = new JsonMapper();

	private final List<BrowserPage> pages = new ArrayList<>();

	private final Process process;

	private final int port;

	private Chromium(Process process, int port) {
		this.process = process;
		this.port = port;
	}

	/**
	 * Looks for an installed Chromium: the one that the system property
	 * {@code notebook.chromium} names, or one on the path.
	 * @return its executable
	 */
	static Optional<Path> installed() {
		String named = System.getProperty("notebook.chromium", "");
		Stream<Path> candidates = named.isEmpty()
				? Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
					.filter((directory) -> !directory.isEmpty())
					.flatMap((directory) -> NAMES.stream().map((name) -> Path.of(directory, name)))
				: Stream.of(Path.of(named));
		return candidates.filter(Files::isExecutable).findFirst();
	}

	/**
	 * Starts the browser.
	 * @param executable the browser
	 * @param profile an empty directory for what it keeps
	 * @return the browser
	 */
	static Chromium start(Path executable, Path profile) throws IOException, InterruptedException {
		List<String> command = List.of(executable.toString(), "--headless", "--no-sandbox", "--disable-gpu",
				"--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update",
				"--disable-sync", "--disable-dev-shm-usage", "--window-size=900,560", "--remote-debugging-port=0",
				"--user-data-dir=" + profile, "about:blank");
		Process process = new ProcessBuilder(command).redirectErrorStream(true)
			.redirectOutput(profile.resolve("output.txt").toFile())
			.start();
		try {
			return new Chromium(process, port(process, profile));
		}
		catch (IOException | InterruptedException | RuntimeException ex) {
			process.destroyForcibly();
			throw ex;
		}
	}

	/** The browser writes down the port that it has chosen. */
	private static int port(Process process, Path profile) throws IOException, InterruptedException {
		Path file = profile.resolve("DevToolsActivePort");
		long deadline = System.nanoTime() + PATIENCE.toNanos();
		while (process.isAlive() && System.nanoTime() < deadline) {
			if (Files.exists(file)) {
				List<String> lines = Files.readAllLines(file);
				if (lines.size() > 1) {
					return Integer.parseInt(lines.get(0));
				}
			}
			TimeUnit.MILLISECONDS.sleep(20);
		}
		throw new IOException("The browser did not start: " + Files.readString(profile.resolve("output.txt")));
	}

	/**
	 * Opens a new tab.
	 * @return its page, still empty
	 */
	BrowserPage newPage() throws IOException, InterruptedException {
		HttpRequest request = HttpRequest
			.newBuilder(URI.create("http://127.0.0.1:" + this.port + "/json/new?about:blank"))
			.PUT(HttpRequest.BodyPublishers.noBody())
			.timeout(PATIENCE)
			.build();
		JsonNode target = this.json.readTree(this.client.send(request, HttpResponse.BodyHandlers.ofString()).body());
		BrowserPage page = BrowserPage.connect(this.client, URI.create(target.get("webSocketDebuggerUrl").asString()));
		this.pages.add(page);
		return page;
	}

	@Override
	public void close() {
		this.pages.forEach(BrowserPage::close);
		this.process.descendants().forEach(ProcessHandle::destroyForcibly);
		this.process.destroyForcibly();
		try {
			this.process.waitFor(10, TimeUnit.SECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

}
