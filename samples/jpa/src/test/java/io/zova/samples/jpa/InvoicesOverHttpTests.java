package io.zova.samples.jpa;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

import io.zova.object.ObjectId;
import io.zova.object.ObjectOperations;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Entities and objects are filed together or not at all.
 */
@DirtiesContext
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT)
class InvoicesOverHttpTests {

	@TempDir
	static Path directory;

	private final HttpClient client = HttpClient.newHttpClient();

	@LocalServerPort
	private int port;

	@Autowired
	private ObjectOperations objects;

	@Autowired
	private JdbcClient jdbc;

	@DynamicPropertySource
	static void inATemporaryFile(DynamicPropertyRegistry registry) {
		registry.add("zova.path", () -> directory.resolve("invoices.zova").toString());
	}

	@Test
	void anInvoiceIsFiledWithItsScan() throws Exception {
		assertThat(put("2026-001", "the scan").statusCode()).isEqualTo(201);
		assertThat(get("/invoices").body()).contains("2026-001");
		assertThat(get("/invoices/2026-001/scan").body()).isEqualTo("the scan");
		assertThat(get("/invoices/nope/scan").statusCode()).isEqualTo(404);
	}

	@Test
	void aNumberThatIsTakenStoresNeitherEntityNorScan() throws Exception {
		assertThat(put("2026-002", "first").statusCode()).isEqualTo(201);
		assertThat(put("2026-002", "second").statusCode()).isEqualTo(409);
		assertThat(this.objects.exists(id("first"))).isTrue();
		assertThat(this.objects.exists(id("second"))).isFalse();
		assertThat(get("/invoices/2026-002/scan").body()).isEqualTo("first");
	}

	@Test
	void flywayHasMadeTheTable() {
		assertThat(this.jdbc.sql("select max(version) from flyway_schema_history").query(String.class).single())
			.isEqualTo("1");
	}

	private static ObjectId id(String content) {
		return ObjectId.ofContent(content.getBytes(StandardCharsets.UTF_8));
	}

	private HttpResponse<String> put(String number, String scan) throws Exception {
		return send(request("/invoices/" + number).header("Content-Type", "application/octet-stream")
			.PUT(HttpRequest.BodyPublishers.ofString(scan)));
	}

	private HttpResponse<String> get(String path) throws Exception {
		return send(request(path));
	}

	private HttpRequest.Builder request(String path) {
		return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + this.port + path))
			.timeout(Duration.ofSeconds(30));
	}

	private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
		return this.client.send(request.build(), HttpResponse.BodyHandlers.ofString());
	}

}
