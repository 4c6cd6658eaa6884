package io.zova.samples.notebook;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * The notebook as its users see it: in a browser, where one is installed.
 */
@Timeout(120)
@DirtiesContext
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT)
class NotebookInABrowserTests {

	private static final Map<String, String> DOCUMENTS = Map.of("bread.txt",
			"Knead flour, water, salt and yeast, let the dough rise and bake the loaf.", "pizza.txt",
			"Roll out the dough thinly, add tomatoes and mozzarella and bake it very hot.", "engine.txt",
			"The pistons drive the crankshaft, which turns the wheels of the car.", "cat.txt",
			"The cat sleeps on the sofa and purrs.", "contract.txt",
			"The tenant pays the rent on the first of each month.");

	@TempDir
	static Path directory;

	/** The browser may still write there while its last process ends. */
	@TempDir(cleanup = CleanupMode.NEVER)
	private Path profile;

	@LocalServerPort
	private int port;

	@Autowired
	private Notebook notebook;

	private Chromium browser;

	@DynamicPropertySource
	static void inATemporaryFile(DynamicPropertyRegistry registry) {
		registry.add("zova.path", () -> directory.resolve("notebook.zova").toString());
	}

	@BeforeEach
	void start() throws Exception {
		assumeTrue(Chromium.installed().isPresent(),
				"No Chromium on the PATH, so the page is not tested in one: install it, or name it with "
						+ "-Dnotebook.chromium=PATH");
		this.notebook.newest(Integer.MAX_VALUE).forEach(this.notebook::delete);
		this.browser = Chromium.start(Chromium.installed().orElseThrow(), this.profile);
	}

	@AfterEach
	void stop() {
		if (this.browser != null) {
			this.browser.close();
		}
	}

	@Test
	void documentsAreAddedSeenByOthersFoundByMeaningAndRelated() throws Exception {
		BrowserPage reader = this.browser.newPage();
		reader.open(address("/"));
		assertThat(reader.text("h1")).isEqualTo("Notebook");
		assertThat(reader.texts("#newest li")).isEmpty();
		awaitLiveEvents(reader);
		BrowserPage writer = this.browser.newPage();
		for (String name : DOCUMENTS.keySet().stream().sorted().toList()) {
			add(writer, name, DOCUMENTS.get(name));
			assertThat(writer.text("h2")).isEqualTo(name);
			reader.await("document.querySelector('#newest li.fresh a')?.textContent === '" + name + "'");
		}
		assertThat(reader.texts("#newest li.fresh")).containsExactly("pizza.txt", "engine.txt", "contract.txt",
				"cat.txt", "bread.txt");
		add(writer, "kitten.txt", "A kitten is napping on the couch, purring softly.");
		assertThat(writer.texts("#related a")).startsWith("cat.txt");
		writer.afterLoading(() -> writer.click("#related a"));
		assertThat(writer.text("h2")).isEqualTo("cat.txt");
		assertThat(writer.texts("#related a")).contains("kitten.txt");
		reader.await("document.querySelectorAll('#newest li.fresh').length === " + (DOCUMENTS.size() + 1));
		reader.type("input[name=q]", "How do I make a sourdough?");
		reader.afterLoading(() -> reader.click(".search button"));
		assertThat(reader.texts("#found a")).hasSize(DOCUMENTS.size() + 1).startsWith("bread.txt", "pizza.txt");
		reader.screenshot(Files.createDirectories(Path.of("target")).resolve("notebook.png"));
		reader.afterLoading(() -> reader.click("#found a"));
		assertThat(reader.text("h2")).isEqualTo("bread.txt");
		String downloaded = reader
			.evaluate("fetch(document.querySelector('a[href$=content]').href).then((r) => r.text())")
			.asString();
		assertThat(downloaded).isEqualTo(DOCUMENTS.get("bread.txt"));
		assertThat(reader.errors()).isEmpty();
		assertThat(writer.errors()).isEmpty();
	}

	@Test
	void aDocumentThatIsDeletedIsGoneFromThePage() throws Exception {
		BrowserPage page = this.browser.newPage();
		add(page, "mistake.txt", "A mistake.");
		page.afterLoading(() -> page.click("form[action$=delete] button"));
		assertThat(page.texts("#newest a")).doesNotContain("mistake.txt");
		assertThat(page.errors()).isEmpty();
	}

	@Test
	void theNameOfAFileIsShownAsItIs() throws Exception {
		BrowserPage page = this.browser.newPage();
		String name = "<img src=x onerror=console.error(1)> & 'co'.txt";
		page.open(address("/"));
		awaitLiveEvents(page);
		BrowserPage writer = this.browser.newPage();
		add(writer, name, "harmless");
		page.await("document.querySelector('#newest li.fresh a') !== null");
		assertThat(page.text("#newest li.fresh a")).isEqualTo(name);
		page.open(address("/"));
		assertThat(page.texts("#newest a")).contains(name);
		assertThat(page.errors()).isEmpty();
		assertThat(writer.errors()).isEmpty();
	}

	private void add(BrowserPage page, String name, String content) throws IOException {
		Path file = Files.writeString(directory.resolve(name), content);
		page.open(address("/"));
		page.choose("input[name=file]", file);
		page.afterLoading(() -> page.click(".add button"));
	}

	/** The page keeps its connection for events in a constant of its script. */
	private static void awaitLiveEvents(BrowserPage page) throws InterruptedException {
		page.await("events.readyState === EventSource.OPEN");
	}

	private String address(String path) {
		return "http://127.0.0.1:" + this.port + path;
	}

}
