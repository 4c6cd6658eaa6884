package io.zova.samples.notebook;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A tab of {@link Chromium}: goes to pages, does what a user does there, and writes down
 * every error of the console.
 */
final class BrowserPage implements WebSocket.Listener {

	private static final Duration PATIENCE = Duration.ofSeconds(20);

	private final JsonMapper json = new JsonMapper();

	private final Map<Integer, CompletableFuture<JsonNode>> answers = new ConcurrentHashMap<>();

	private final AtomicInteger number = new AtomicInteger();

	private final List<String> errors = new CopyOnWriteArrayList<>();

	private final StringBuilder message = new StringBuilder();

	private volatile CompletableFuture<JsonNode> loaded = new CompletableFuture<>();

	private WebSocket socket;

	private BrowserPage() {
	}

	static BrowserPage connect(HttpClient client, URI uri) {
		BrowserPage page = new BrowserPage();
		page.socket = client.newWebSocketBuilder().buildAsync(uri, page).join();
		for (String domain : List.of("Page", "Runtime", "Log", "DOM")) {
			page.call(domain + ".enable", Map.of());
		}
		return page;
	}

	/**
	 * What the console has complained about on all pages so far: failed scripts, failed
	 * requests, and what a page has reported itself.
	 */
	List<String> errors() {
		return this.errors;
	}

	/** Goes to an address and waits until the page is there. */
	void open(String address) {
		afterLoading(() -> call("Page.navigate", Map.of("url", address)));
	}

	/** Does something that leads to another page, and waits until that is there. */
	void afterLoading(Runnable action) {
		CompletableFuture<JsonNode> next = new CompletableFuture<>();
		this.loaded = next;
		action.run();
		get(next);
	}

	/** The value of an expression of JavaScript. */
	JsonNode evaluate(String expression) {
		JsonNode result = call("Runtime.evaluate",
				Map.of("expression", expression, "returnByValue", true, "awaitPromise", true));
		if (result.has("exceptionDetails")) {
			throw new IllegalStateException(expression + ": " + result.get("exceptionDetails"));
		}
		return result.path("result").path("value");
	}

	String text(String selector) {
		return evaluate("document.querySelector('" + selector + "')?.textContent ?? ''").asString().trim();
	}

	List<String> texts(String selector) {
		return evaluate("[...document.querySelectorAll('" + selector + "')].map((e) => e.textContent.trim())")
			.valueStream()
			.map(JsonNode::asString)
			.toList();
	}

	/** Types into a field, key by key. */
	void type(String selector, String text) {
		evaluate("document.querySelector('" + selector + "').focus()");
		call("Input.insertText", Map.of("text", text));
	}

	/** Chooses a file in a field of a form. */
	void choose(String selector, Path file) {
		JsonNode root = call("DOM.getDocument", Map.of()).get("root");
		JsonNode field = call("DOM.querySelector", Map.of("nodeId", root.get("nodeId").asInt(), "selector", selector));
		call("DOM.setFileInputFiles",
				Map.of("nodeId", field.get("nodeId").asInt(), "files", List.of(file.toAbsolutePath().toString())));
	}

	/** Clicks with the mouse, in the middle of an element. */
	void click(String selector) {
		JsonNode at = evaluate("(() => { const r = document.querySelector('" + selector
				+ "').getBoundingClientRect(); return { x: r.x + r.width / 2, y: r.y + r.height / 2 } })()");
		for (String type : List.of("mousePressed", "mouseReleased")) {
			call("Input.dispatchMouseEvent", Map.of("type", type, "x", at.get("x").asDouble(), "y",
					at.get("y").asDouble(), "button", "left", "clickCount", 1));
		}
	}

	/** Waits until an expression is true. */
	void await(String expression) throws InterruptedException {
		long deadline = System.nanoTime() + PATIENCE.toNanos();
		while (!evaluate("Boolean(" + expression + ")").asBoolean()) {
			if (System.nanoTime() > deadline) {
				throw new IllegalStateException(
						"Never true: " + expression + "\n" + evaluate("document.body.innerText").asString());
			}
			TimeUnit.MILLISECONDS.sleep(20);
		}
	}

	void screenshot(Path file) throws IOException {
		String data = call("Page.captureScreenshot", Map.of("format", "png")).get("data").asString();
		Files.write(file, Base64.getDecoder().decode(data));
	}

	void close() {
		this.socket.abort();
	}

	private JsonNode call(String method, Map<String, Object> parameters) {
		int id = this.number.incrementAndGet();
		CompletableFuture<JsonNode> answer = new CompletableFuture<>();
		this.answers.put(id, answer);
		String text = this.json.writeValueAsString(Map.of("id", id, "method", method, "params", parameters));
		this.socket.sendText(text, true).join();
		JsonNode message = get(answer);
		if (message.has("error")) {
			throw new IllegalStateException(method + ": " + message.get("error"));
		}
		return message.get("result");
	}

	private static JsonNode get(CompletableFuture<JsonNode> future) {
		try {
			return future.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
		}
		catch (InterruptedException | ExecutionException | TimeoutException ex) {
			throw new IllegalStateException("No answer of the browser", ex);
		}
	}

	@Override
	public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
		this.message.append(data);
		if (last) {
			received(this.json.readTree(this.message.toString()));
			this.message.setLength(0);
		}
		socket.request(1);
		return null;
	}

	private void received(JsonNode message) {
		if (message.has("id")) {
			CompletableFuture<JsonNode> answer = this.answers.remove(message.get("id").asInt());
			if (answer != null) {
				answer.complete(message);
			}
			return;
		}
		JsonNode parameters = message.path("params");
		switch (message.path("method").asString("")) {
			case "Page.loadEventFired" -> this.loaded.complete(parameters);
			case "Runtime.exceptionThrown" -> this.errors.add(parameters.path("exceptionDetails").toString());
			case "Runtime.consoleAPICalled" -> {
				if (List.of("error", "warning", "assert").contains(parameters.path("type").asString())) {
					this.errors.add(parameters.path("args").toString());
				}
			}
			case "Log.entryAdded" -> {
				if (List.of("error", "warning").contains(parameters.path("entry").path("level").asString())) {
					this.errors.add(parameters.path("entry").toString());
				}
			}
			default -> {
			}
		}
	}

}
