package io.zova.samples.notebook;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

import io.zova.object.ObjectId;
import io.zova.object.ObjectOperations;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The notebook as its users see it: over HTTP.
 */
@Timeout(60)
@DirtiesContext
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT)
class NotebookOverHttpTests {

	private static final Pattern LINK = Pattern.compile("href=\"/documents/(\\d+)\"");

	@TempDir
	static Path directory;

	private final HttpClient client = HttpClient.newBuilder().followRedirects(HttpClient.Redirect.NORMAL).build();

	@LocalServerPort
	private int port;

	@Autowired
	private ObjectOperations objects;

	@DynamicPropertySource
	static void inATemporaryFile(DynamicPropertyRegistry registry) {
		registry.add("zova.path", () -> directory.resolve("notebook.zova").toString());
	}

	@Test
	void aDocumentIsFoundByItsMeaningAndNotItsWords() throws Exception {
		long bread = add("bread.txt", "Knead flour, water, salt and yeast, let the dough rise and bake the loaf.");
		long engine = add("engine.txt", "The pistons drive the crankshaft, which turns the wheels of the car.");
		String page = get("/?q=" + URLEncoder.encode("How do I make a sourdough?", StandardCharsets.UTF_8)).body();
		String found = page.substring(page.indexOf("id=\"found\""), page.indexOf("</ol>"));
		assertThat(firstLink(found)).isEqualTo(bread);
		page = get("/?q=" + URLEncoder.encode("vehicle motor", StandardCharsets.UTF_8)).body();
		assertThat(firstLink(page.substring(page.indexOf("id=\"found\"")))).isEqualTo(engine);
	}

	@Test
	void documentsOfSimilarMeaningAreRelated() throws Exception {
		long cat = add("cat.txt", "The cat sleeps on the sofa and purrs.");
		long kitten = add("kitten.txt", "A kitten is napping on the couch, purring softly.");
		assertThat(get("/documents/" + kitten).body()).contains("href=\"/documents/" + cat + "\"");
		assertThat(get("/documents/" + cat).body()).contains("href=\"/documents/" + kitten + "\"");
	}

	@Test
	void contentIsDownloadedWholeAndInRanges() throws Exception {
		String text = "0123456789".repeat(20_000);
		long id = add("digits.txt", text);
		HttpResponse<String> whole = get("/documents/" + id + "/content");
		assertThat(whole.body()).isEqualTo(text);
		assertThat(whole.headers().firstValue("Content-Disposition")).get().asString().contains("attachment");
		HttpResponse<String> range = send(
				request("/documents/" + id + "/content").header("Range", "bytes=100005-100014"));
		assertThat(range.statusCode()).isEqualTo(206);
		assertThat(range.body()).isEqualTo("5678901234");
		assertThat(range.headers().firstValue("Content-Range")).contains("bytes 100005-100014/200000");
		assertThat(send(request("/documents/" + id + "/content").header("Range", "bytes=300000-")).statusCode())
			.isEqualTo(416);
		assertThat(send(request("/documents/" + id + "/content").header("Range", "bytes=-4")).body()).isEqualTo("6789");
		HttpResponse<String> parts = send(
				request("/documents/" + id + "/content").header("Range", "bytes=3-7,100000-100002"));
		assertThat(parts.statusCode()).isEqualTo(206);
		assertThat(parts.headers().firstValue("Content-Type")).get().asString().startsWith("multipart/byteranges");
		assertThat(parts.body()).containsSubsequence("bytes 3-7/200000", "34567", "bytes 100000-100002/200000", "012");
		String tag = whole.headers().firstValue("ETag").orElseThrow();
		assertThat(tag).isEqualTo('"' + ObjectId.ofContent(text.getBytes(StandardCharsets.UTF_8)).toString() + '"');
		assertThat(send(request("/documents/" + id + "/content").header("If-None-Match", tag)).statusCode())
			.isEqualTo(304);
	}

	@Test
	void anOpenPageHearsOfEachDocumentOnce() throws Exception {
		BlockingQueue<String> ids = new LinkedBlockingQueue<>();
		CountDownLatch connected = new CountDownLatch(1);
		CompletableFuture<HttpResponse<Stream<String>>> stream = this.client.sendAsync(request("/events").build(),
				HttpResponse.BodyHandlers.ofLines());
		stream.thenAcceptAsync((response) -> response.body().forEach((line) -> {
			if (line.startsWith(":")) {
				connected.countDown();
			}
			if (line.startsWith("id:")) {
				ids.add(line.substring(3));
			}
		}));
		assertThat(connected.await(10, TimeUnit.SECONDS)).isTrue();
		long first = add("first.txt", "first");
		long second = add("second.txt", "second");
		assertThat(ids.poll(10, TimeUnit.SECONDS)).isEqualTo("" + first);
		assertThat(ids.poll(10, TimeUnit.SECONDS)).isEqualTo("" + second);
		assertThat(ids).isEmpty();
	}

	@Test
	void aDeletedDocumentIsGoneButNotBytesThatAnotherOneHas() throws Exception {
		long one = add("one.txt", "The same bytes");
		long two = add("two.txt", "The same bytes");
		ObjectId object = ObjectId.ofContent("The same bytes".getBytes(StandardCharsets.UTF_8));
		send(request("/documents/" + one + "/delete").POST(HttpRequest.BodyPublishers.noBody()));
		assertThat(get("/documents/" + one).statusCode()).isEqualTo(404);
		assertThat(get("/documents/" + two + "/content").body()).isEqualTo("The same bytes");
		send(request("/documents/" + two + "/delete").POST(HttpRequest.BodyPublishers.noBody()));
		assertThat(this.objects.exists(object)).isFalse();
	}

	@Test
	void namesOfFilesAreShownNotRun() throws Exception {
		add("<img src=x onerror=alert(1)>.txt", "harmless");
		assertThat(get("/").body()).doesNotContain("<img src=x").contains("&lt;img src=x");
	}

	@Test
	void healthTellsOfTheFile() throws Exception {
		assertThat(get("/actuator/health").body()).contains("\"zova\":{");
		assertThat(get("/actuator/zova").body()).contains("\"journalMode\":\"wal\"");
	}

	private long add(String name, String content) throws Exception {
		HttpResponse<String> added = send(upload(request("/documents"), name, content));
		assertThat(added.statusCode()).as(added.body()).isEqualTo(200);
		Matcher id = Pattern.compile("/documents/(\\d+)$").matcher(added.uri().getPath());
		assertThat(id.find()).isTrue();
		return Long.parseLong(id.group(1));
	}

	static HttpRequest.Builder upload(HttpRequest.Builder request, String name, String content) {
		String boundary = "----notebook";
		String body = "--" + boundary + "\r\nContent-Disposition: form-data; name=\"file\"; filename=\"" + name
				+ "\"\r\nContent-Type: text/plain\r\n\r\n" + content + "\r\n--" + boundary + "--\r\n";
		return request.header("Content-Type", "multipart/form-data; boundary=" + boundary)
			.POST(HttpRequest.BodyPublishers.ofString(body));
	}

	private static long firstLink(String html) {
		Matcher link = LINK.matcher(html);
		assertThat(link.find()).isTrue();
		return Long.parseLong(link.group(1));
	}

	private HttpResponse<String> get(String path) throws Exception {
		return send(request(path));
	}

	private HttpRequest.Builder request(String path) {
		return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + this.port + path))
			.timeout(Duration.ofSeconds(30));
	}

	private HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
		return this.client.send(request.build(), HttpResponse.BodyHandlers.ofString());
	}

}
