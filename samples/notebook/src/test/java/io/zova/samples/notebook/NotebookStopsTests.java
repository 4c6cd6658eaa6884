package io.zova.samples.notebook;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

import io.zova.ZovaDatabase;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * An application that stops finishes its requests, and only then closes its database.
 */
@Timeout(60)
class NotebookStopsTests {

	@TempDir
	private Path directory;

	@Test
	void aRequestInFlightIsAnsweredAndItsTransactionIsInTheFile() throws Exception {
		Path file = this.directory.resolve("notebook.zova");
		ConfigurableApplicationContext context = new SpringApplicationBuilder(NotebookApplication.class,
				SlowController.class)
			.run("--zova.path=" + file, "--server.port=0");
		String port = context.getEnvironment().getRequiredProperty("local.server.port");
		SlowController slow = context.getBean(SlowController.class);
		HttpClient client = HttpClient.newHttpClient();
		CompletableFuture<HttpResponse<String>> response = client
			.sendAsync(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/slow"))
				.POST(HttpRequest.BodyPublishers.noBody())
				.build(), HttpResponse.BodyHandlers.ofString());
		assertThat(slow.inside().await(10, TimeUnit.SECONDS)).isTrue();
		Thread stopping = new Thread(context::close, "stopping");
		stopping.start();
		stopping.join(500);
		assertThat(stopping.isAlive()).isTrue();
		assertThat(context.getBean(ZovaDatabase.class).databaseId()).isPresent();
		slow.goOn().countDown();
		assertThat(response.get(10, TimeUnit.SECONDS).body()).isEqualTo("written");
		stopping.join();
		try (ZovaDatabase database = ZovaDatabase.open(file)) {
			assertThat(JdbcClient.create(database.dataSource())
				.sql("select title from document")
				.query(String.class)
				.list()).containsExactly("slow");
		}
	}

	@RestController
	static class SlowController {

		private final CountDownLatch inside = new CountDownLatch(1);

		private final CountDownLatch goOn = new CountDownLatch(1);

		private final JdbcClient jdbc;

		SlowController(JdbcClient jdbc) {
			this.jdbc = jdbc;
		}

		CountDownLatch inside() {
			return this.inside;
		}

		CountDownLatch goOn() {
			return this.goOn;
		}

		@Transactional
		@PostMapping("/slow")
		public String write() throws InterruptedException {
			this.jdbc.sql("insert into document (title, content_type, content, added) values ('slow', '', '', '')")
				.update();
			this.inside.countDown();
			this.goOn.await();
			return "written";
		}

	}

}
