package io.zova.samples.notebook;

import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * 200 users at once, for a minute: half of them add documents, half of them search, and
 * meanwhile documents are added that are rolled back.
 */
@DirtiesContext
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT)
class NotebookUnderLoadIT {

	private static final int USERS = 200;

	private static final Duration TIME = Duration.ofSeconds(Long.getLong("notebook.load.seconds", 60));

	@TempDir
	static Path directory;

	private final HttpClient client = HttpClient.newBuilder().followRedirects(HttpClient.Redirect.NORMAL).build();

	private final Map<Long, String> added = new ConcurrentHashMap<>();

	private final Map<Long, Integer> heard = new ConcurrentHashMap<>();

	private final Queue<String> errors = new ConcurrentLinkedQueue<>();

	private final AtomicInteger searches = new AtomicInteger();

	@LocalServerPort
	private int port;

	@Autowired
	private Notebook notebook;

	@Autowired
	private JdbcClient jdbc;

	@Autowired
	private PlatformTransactionManager transactions;

	@DynamicPropertySource
	static void inATemporaryFile(DynamicPropertyRegistry registry) {
		registry.add("zova.path", () -> directory.resolve("notebook.zova").toString());
	}

	@Test
	void noErrorNoLostDocumentAndOneEventForEachThatWasCommitted() throws Exception {
		listen();
		long end = System.nanoTime() + TIME.toNanos();
		List<Thread> users = new ArrayList<>();
		for (int i = 0; i < USERS; i++) {
			int user = i;
			users.add(new Thread(() -> use(user, end), "user-" + i));
		}
		users.add(new Thread(() -> rollBack(end), "rolls-back"));
		users.forEach(Thread::start);
		for (Thread user : users) {
			user.join();
		}
		assertThat(this.errors).isEmpty();
		List<Long> stored = this.jdbc.sql("select id from document order by id").query(Long.class).list();
		assertThat(stored).containsExactlyElementsOf(new TreeSet<>(this.added.keySet()));
		for (Map.Entry<Long, String> document : this.added.entrySet()) {
			assertThat(get("/documents/" + document.getKey() + "/content").body()).isEqualTo(document.getValue());
		}
		long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
		while (this.heard.size() < stored.size() && System.nanoTime() < deadline) {
			TimeUnit.MILLISECONDS.sleep(20);
		}
		assertThat(new TreeSet<>(this.heard.keySet())).isEqualTo(new TreeSet<>(stored));
		assertThat(this.heard.values()).allMatch((times) -> times == 1);
		System.out.println("notebook under load: " + USERS + " users, " + TIME.toSeconds() + " s, " + stored.size()
				+ " documents added, " + this.searches + " searches, 0 errors");
	}

	private void use(int user, long end) {
		for (int i = 0; System.nanoTime() < end; i++) {
			try {
				if (user % 2 == 0) {
					add("Document " + i + " of user " + user + " about subject " + (user * 31 + i) % 97);
				}
				else {
					search("subject " + (user + i) % 97);
				}
			}
			catch (Exception ex) {
				this.errors.add(ex.toString());
			}
		}
	}

	private void add(String text) throws Exception {
		HttpResponse<String> response = send(NotebookOverHttpTests.upload(request("/documents"), "note.txt", text));
		String path = response.uri().getPath();
		if (response.statusCode() != 200 || !path.startsWith("/documents/")) {
			this.errors.add(response.statusCode() + " " + response.body());
			return;
		}
		this.added.put(Long.parseLong(path.substring("/documents/".length())), text);
	}

	private void search(String question) throws Exception {
		HttpResponse<String> response = get("/?q=" + URLEncoder.encode(question, StandardCharsets.UTF_8));
		if (response.statusCode() != 200) {
			this.errors.add(response.statusCode() + " " + response.body());
		}
		this.searches.incrementAndGet();
	}

	/**
	 * A rolled-back document's number is given to the next one: an event too many would
	 * make two for one number.
	 */
	private void rollBack(long end) {
		TransactionTemplate transaction = new TransactionTemplate(this.transactions);
		byte[] content = "never stored".getBytes(StandardCharsets.UTF_8);
		float[] meaning = this.notebook.understand("never", content);
		while (System.nanoTime() < end) {
			transaction.executeWithoutResult((status) -> {
				this.notebook.add("never", "text/plain", content, meaning);
				status.setRollbackOnly();
			});
		}
	}

	private void listen() throws Exception {
		CountDownLatch connected = new CountDownLatch(1);
		this.client.sendAsync(request("/events").build(), HttpResponse.BodyHandlers.ofLines())
			.thenAcceptAsync((response) -> {
				try (Stream<String> lines = response.body()) {
					lines.forEach((line) -> {
						if (line.startsWith(":")) {
							connected.countDown();
						}
						if (line.startsWith("id:")) {
							this.heard.merge(Long.parseLong(line.substring(3)), 1, Integer::sum);
						}
					});
				}
			}, (task) -> new Thread(task, "listener").start());
		assertThat(connected.await(20, TimeUnit.SECONDS)).isTrue();
	}

	private HttpResponse<String> get(String path) throws Exception {
		return send(request(path));
	}

	private HttpRequest.Builder request(String path) {
		return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + this.port + path));
	}

	private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
		return this.client.send(request.build(), HttpResponse.BodyHandlers.ofString());
	}

}
