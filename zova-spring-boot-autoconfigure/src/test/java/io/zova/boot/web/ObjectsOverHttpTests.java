package io.zova.boot.web;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;

import jakarta.servlet.MultipartConfigElement;
import jakarta.servlet.Filter;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import org.apache.catalina.Context;
import org.apache.catalina.Wrapper;
import org.apache.catalina.startup.Tomcat;
import org.apache.tomcat.util.descriptor.web.FilterDef;
import org.apache.tomcat.util.descriptor.web.FilterMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.test.util.TestPropertyValues;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.io.Resource;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.context.support.AnnotationConfigWebApplicationContext;
import org.springframework.web.multipart.MultipartFile;
import org.springframework.web.servlet.DispatcherServlet;
import org.springframework.web.servlet.config.annotation.EnableWebMvc;

import io.zova.ZovaDatabase;
import io.zova.boot.ZovaAutoConfiguration;
import io.zova.boot.ZovaTemplatesAutoConfiguration;
import io.zova.boot.ZovaWebMvcAutoConfiguration;
import io.zova.object.ObjectId;
import io.zova.object.ObjectOperations;
import io.zova.object.ObjectResource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * A controller that returns objects, behind a real server, as HTTP clients see it.
 */
@Timeout(60)
class ObjectsOverHttpTests {

	private static final byte[] CONTENT = random(500_000);

	private static final String CHANGED = "Mon, 02 Nov 2026 10:00:00 GMT";

	@TempDir
	Path directory;

	private final HttpClient client = HttpClient.newHttpClient();

	private final AtomicReference<Runnable> beforeHeaders = new AtomicReference<>(() -> {
	});

	private final Tomcat tomcat = new Tomcat();

	private ZovaDatabase database;

	private ObjectId id;

	@BeforeEach
	void start() throws Exception {
		AnnotationConfigWebApplicationContext context = new AnnotationConfigWebApplicationContext();
		TestPropertyValues.of("zova.path=" + this.directory.resolve("app.zova")).applyTo(context);
		context.register(Application.class);
		this.tomcat.setBaseDir(this.directory.toString());
		this.tomcat.setPort(0);
		Context root = this.tomcat.addContext("", this.directory.toString());
		Wrapper servlet = Tomcat.addServlet(root, "app", new DispatcherServlet(context));
		servlet.setLoadOnStartup(1);
		servlet.setMultipartConfigElement(new MultipartConfigElement(this.directory.toString()));
		root.addServletMappingDecoded("/", "app");
		addFilter(root);
		this.tomcat.getConnector();
		this.tomcat.start();
		this.database = context.getBean(ZovaDatabase.class);
		this.id = this.database.objects().put(CONTENT);
	}

	@AfterEach
	void stop() throws Exception {
		this.tomcat.stop();
		this.tomcat.destroy();
	}

	@Test
	void anObjectIsServedWithItsTagAndType() throws Exception {
		HttpResponse<byte[]> response = send(get());
		assertThat(response.statusCode()).isEqualTo(200);
		assertThat(response.body()).isEqualTo(CONTENT);
		assertThat(header(response, "ETag")).isEqualTo(tag());
		assertThat(header(response, "Content-Type")).isEqualTo("application/pdf");
		assertThat(header(response, "Content-Length")).isEqualTo("500000");
		assertThat(header(response, "Accept-Ranges")).isEqualTo("bytes");
		assertThat(send(get().header("If-None-Match", tag())).statusCode()).isEqualTo(304);
	}

	@ParameterizedTest
	@ValueSource(strings = { "/entity/", "/body/", "/dated/" })
	void aMissingObjectIsNotFound(String path) throws Exception {
		this.database.objects().delete(this.id);
		for (HttpRequest.Builder request : Arrays.asList(get(path), get(path).header("Range", "bytes=5-9"),
				get(path).header("Range", "bytes=5-9,20-29"), get(path).header("Range", "bytes=900000-"),
				get(path).method("HEAD", HttpRequest.BodyPublishers.noBody()))) {
			HttpResponse<byte[]> response = send(request);
			assertThat(response.statusCode()).isEqualTo(404);
			assertThat(response.headers().map()).doesNotContainKeys("Content-Range");
		}
	}

	@Test
	void otherMissingFilesAreLeftToTheApplication() throws Exception {
		assertThat(send(get("/file/")).statusCode()).isEqualTo(410);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "bytes=5-9", "bytes=900000-" })
	void headTellsTheLengthAndReadsNothing(String range) throws Exception {
		HttpRequest.Builder request = get().method("HEAD", HttpRequest.BodyPublishers.noBody());
		HttpResponse<byte[]> response = send(range.isEmpty() ? request : request.header("Range", range));
		assertThat(response.statusCode()).isEqualTo(200);
		assertThat(header(response, "Content-Length")).isEqualTo("500000");
		assertThat(header(response, "Content-Type")).isEqualTo("application/pdf");
		assertThat(header(response, "ETag")).isEqualTo(tag());
		assertThat(response.headers().firstValue("Content-Range")).isEmpty();
		assertThat(bytesRead()).isZero();
	}

	@ParameterizedTest
	@ValueSource(strings = { "/entity/", "/body/" })
	void aRangeBehindTheEndIsRefusedAndReadsNothing(String path) throws Exception {
		HttpResponse<byte[]> response = send(get(path).header("Range", "bytes=900000-"));
		assertThat(response.statusCode()).isEqualTo(416);
		assertThat(header(response, "Content-Range")).isEqualTo("bytes */500000");
		assertThat(response.body()).isEmpty();
		assertThat(bytesRead()).isZero();
	}

	@Test
	void aRangeReadsNoMoreThanItSends() throws Exception {
		HttpResponse<byte[]> response = send(get().header("Range", "bytes=400000-400009"));
		assertThat(response.statusCode()).isEqualTo(206);
		assertThat(header(response, "Content-Range")).isEqualTo("bytes 400000-400009/500000");
		assertThat(response.body()).isEqualTo(Arrays.copyOfRange(CONTENT, 400_000, 400_010));
		assertThat(bytesRead()).isLessThan(100_000);
		response = send(get().header("Range", "bytes=0-4,499995-"));
		assertThat(response.statusCode()).isEqualTo(206);
		assertThat(header(response, "Content-Type")).startsWith("multipart/byteranges");
		assertThat(new String(response.body(), StandardCharsets.ISO_8859_1)).contains("bytes 0-4/500000",
				"bytes 499995-499999/500000");
	}

	@Test
	void aRangeOfWhatTheClientHasIsAPart() throws Exception {
		assertThat(send(get().header("Range", "bytes=5-9").header("If-Range", tag())).statusCode()).isEqualTo(206);
		HttpResponse<byte[]> dated = send(get("/dated/").header("Range", "bytes=5-9").header("If-Range", CHANGED));
		assertThat(dated.statusCode()).isEqualTo(206);
		assertThat(dated.body()).isEqualTo(Arrays.copyOfRange(CONTENT, 5, 10));
	}

	@ParameterizedTest
	@ValueSource(strings = { "\"another\"", "W/\"another\"", "W/own", "Mon, 02 Nov 2026 10:00:01 GMT",
			"Sun, 01 Nov 2026 10:00:00 GMT", "nonsense" })
	void aRangeOfWhatTheClientDoesNotHaveIsEverything(String ifRange) throws Exception {
		String validator = ifRange.equals("W/own") ? "W/" + tag() : ifRange;
		for (String range : Arrays.asList("bytes=5-9", "bytes=0-4,7-9", "bytes=900000-")) {
			for (String path : Arrays.asList("/entity/", "/dated/", "/body/")) {
				HttpResponse<byte[]> response = send(get(path).header("Range", range).header("If-Range", validator));
				assertThat(response.statusCode()).isEqualTo(200);
				assertThat(response.body()).isEqualTo(CONTENT);
				assertThat(response.headers().firstValue("Content-Range")).isEmpty();
				assertThat(header(response, "Content-Length")).isEqualTo("500000");
			}
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "bytes=400000-400009", "bytes=0-4,300000-400000" })
	void anObjectThatIsDeletedAfterItWasOpenedIsNotFound(String range) throws Exception {
		this.beforeHeaders.set(() -> this.database.objects().deleteAll(java.util.List.of(this.id)));
		HttpResponse<byte[]> response = send(range.isEmpty() ? get() : get().header("Range", range));
		assertThat(response.statusCode()).isEqualTo(404);
		assertThat(new String(response.body(), StandardCharsets.ISO_8859_1)).contains("The object does not exist");
		assertThat(response.headers().map()).doesNotContainKeys("Content-Range");
	}

	@Test
	void anObjectThatIsDeletedWhileItIsSentBreaksTheConnection() throws Exception {
		byte[] large = random(32 << 20);
		this.id = this.database.objects().put(large);
		HttpResponse<InputStream> response = this.client.send(get().build(), HttpResponse.BodyHandlers.ofInputStream());
		try (InputStream body = response.body()) {
			assertThat(body.readNBytes(1_000)).isEqualTo(Arrays.copyOf(large, 1_000));
			this.database.objects().delete(this.id);
			assertThatExceptionOfType(IOException.class).isThrownBy(body::readAllBytes);
		}
		assertThat(bytesRead()).isLessThan(large.length);
	}

	private HttpRequest.Builder get() {
		return get("/entity/");
	}

	private HttpRequest.Builder get(String path) {
		return HttpRequest
			.newBuilder(URI.create("http://127.0.0.1:" + this.tomcat.getConnector().getLocalPort() + path + this.id))
			.timeout(Duration.ofSeconds(30));
	}

	private HttpResponse<byte[]> send(HttpRequest.Builder request) throws IOException, InterruptedException {
		return this.client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
	}

	private static String header(HttpResponse<?> response, String name) {
		return response.headers().firstValue(name).orElse("none");
	}

	private String tag() {
		return '"' + this.id.toString() + '"';
	}

	private long bytesRead() {
		return this.database.statistics().objects().bytesRead();
	}

	/** Runs something when the headers are known and no content has been read. */
	@Test
	void aDownloadHasATagATypeAndAName() throws Exception {
		HttpResponse<byte[]> response = send(get("/download/"));
		assertThat(response.body()).isEqualTo(CONTENT);
		assertThat(header(response, "ETag")).isEqualTo(tag());
		assertThat(header(response, "Content-Type")).isEqualTo("application/pdf");
		assertThat(header(response, "X-Content-Type-Options")).isEqualTo("nosniff");
		assertThat(header(response, "Content-Disposition")).startsWith("attachment;")
			.contains("filename*=UTF-8''%C3%9Cbersicht%20%221%22.pdf");
		assertThat(send(get("/download/").header("If-None-Match", tag())).statusCode()).isEqualTo(304);
		assertThat(send(get("/download/").header("Range", "bytes=5-9")).body())
			.isEqualTo(Arrays.copyOfRange(CONTENT, 5, 10));
		assertThat(header(send(get("/shown/")), "Content-Disposition")).startsWith("inline");
	}

	@Test
	void anUploadGoesIntoAnObject() throws Exception {
		byte[] content = random(300_000);
		HttpResponse<byte[]> put = send(
				HttpRequest.newBuilder(uri("/upload")).PUT(HttpRequest.BodyPublishers.ofByteArray(content)));
		assertThat(put.statusCode()).isEqualTo(200);
		assertThat(this.database.objects().get(ObjectId.ofContent(content))).isEqualTo(content);
		byte[] other = random(200_000);
		ByteArrayOutputStream form = new ByteArrayOutputStream();
		form.writeBytes("--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.bin\"\r\n\r\n".getBytes());
		form.writeBytes(other);
		form.writeBytes("\r\n--x--\r\n".getBytes());
		HttpResponse<byte[]> post = send(HttpRequest.newBuilder(uri("/form"))
			.header("Content-Type", "multipart/form-data; boundary=x")
			.POST(HttpRequest.BodyPublishers.ofByteArray(form.toByteArray())));
		assertThat(post.statusCode()).isEqualTo(200);
		assertThat(this.database.objects().get(ObjectId.ofContent(other))).isEqualTo(other);
	}

	private URI uri(String path) {
		return URI.create("http://127.0.0.1:" + this.tomcat.getConnector().getLocalPort() + path);
	}

	private void addFilter(Context root) {
		FilterDef definition = new FilterDef();
		definition.setFilterName("headers");
		definition.setFilter((Filter) (request, response, chain) -> chain.doFilter(request,
				new HttpServletResponseWrapper((HttpServletResponse) response) {
					@Override
					public void addHeader(String name, String value) {
						ObjectsOverHttpTests.this.beforeHeaders.get().run();
						super.addHeader(name, value);
					}
				}));
		root.addFilterDef(definition);
		FilterMap everywhere = new FilterMap();
		everywhere.setFilterName("headers");
		everywhere.addURLPattern("/*");
		root.addFilterMap(everywhere);
	}

	private static byte[] random(int length) {
		byte[] bytes = new byte[length];
		new Random(length).nextBytes(bytes);
		return bytes;
	}

	@Configuration(proxyBeanMethods = false)
	@EnableWebMvc
	@ImportAutoConfiguration({ ZovaAutoConfiguration.class, ZovaTemplatesAutoConfiguration.class,
			ZovaWebMvcAutoConfiguration.class })
	@Import({ Files.class, OtherErrors.class })
	static class Application {

	}

	@RestController
	static class Files {

		@Autowired
		private ObjectOperations objects;

		@GetMapping("/entity/{id}")
		ResponseEntity<Resource> entity(@PathVariable ObjectId id) {
			ObjectResource file = this.objects.asResource(id);
			return ResponseEntity.ok().eTag(file.eTag()).contentType(MediaType.APPLICATION_PDF).body(file);
		}

		@GetMapping("/dated/{id}")
		ResponseEntity<ObjectResource> dated(@PathVariable ObjectId id) {
			return ResponseEntity.ok().header("Last-Modified", CHANGED).body(this.objects.asResource(id));
		}

		@GetMapping("/body/{id}")
		ObjectResource body(@PathVariable ObjectId id) {
			return this.objects.asResource(id).withFilename("file.pdf");
		}

		@GetMapping("/file/{id}")
		String file(@PathVariable ObjectId id) throws IOException {
			throw new java.io.FileNotFoundException(id.toString());
		}

		@GetMapping("/download/{id}")
		ResponseEntity<ObjectResource> download(@PathVariable ObjectId id) {
			ObjectResource file = this.objects.asResource(id).withFilename("Übersicht \"1\".pdf");
			return ObjectResponse.attachment(file, MediaType.APPLICATION_PDF);
		}

		@GetMapping("/shown/{id}")
		ResponseEntity<ObjectResource> shown(@PathVariable ObjectId id) {
			return ObjectResponse.inline(this.objects.asResource(id), MediaType.APPLICATION_PDF);
		}

		@PutMapping("/upload")
		ObjectId upload(InputStream body) {
			return this.objects.put(body);
		}

		@PostMapping("/form")
		ObjectId form(@RequestParam MultipartFile file) throws IOException {
			return this.objects.put(file.getInputStream());
		}

	}

	/** The application's own answers come after those for objects. */
	@RestControllerAdvice
	static class OtherErrors {

		@ExceptionHandler
		ResponseEntity<String> gone(Exception ex) {
			return ResponseEntity.status(410).body(ex.getMessage());
		}

	}

}
