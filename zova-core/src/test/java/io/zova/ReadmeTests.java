package io.zova;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.zova.graph.NeighborQuery;
import io.zova.kv.Codecs;
import io.zova.notification.Notification;
import io.zova.notification.Subscription;
import io.zova.object.ObjectId;
import io.zova.sqlite.ScalarFunction;
import io.zova.sqlite.SqlType;
import io.zova.sqlite.TableFunction;
import io.zova.vector.VectorMatch;
import io.zova.vector.VectorQuery;
import io.zova.vector.VectorSpace;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * The Java code of the README is the code of these methods.
 */
class ReadmeTests {

	private static final Path README = Path.of("..", "README.md");

	private static final Path SOURCE = Path.of("src/test/java/io/zova/ReadmeTests.java");

	@TempDir
	private Path directory;

	private ZovaDatabase database;

	private JdbcClient jdbc;

	@BeforeEach
	void open() {
		this.database = ZovaDatabase.create(this.directory.resolve("readme.zova"));
		this.jdbc = JdbcClient.create(this.database.dataSource());
	}

	@AfterEach
	void close() {
		this.database.close();
	}

	@Test
	void withoutSpringBoot() {
		Path file = this.directory.resolve("app.zova");
		try (ZovaDatabase database = ZovaDatabase.openOrCreate(file)) {
			ObjectId id = database.objects().put("Hello".getBytes(StandardCharsets.UTF_8));
			byte[] hello = database.objects().get(id);
			assertThat(hello).isEqualTo("Hello".getBytes(StandardCharsets.UTF_8));
		}
	}

	@Test
	void oneCommitOrNothing() throws Exception {
		this.jdbc.sql("create table article(id text primary key, title text, pdf blob)").update();
		this.database.vectors().create("articles", VectorSpace.cosine(3));
		this.database.graphs().graph("library").create().putNode("b", "article");
		Subscription subscription = this.database.notifications().subscribe("articles");
		byte[] pdf = { 1, 2, 3 };

		TransactionTemplate transaction = new TransactionTemplate(this.database.transactionManager());
		assertThatExceptionOfType(IllegalStateException.class)
			.isThrownBy(() -> transaction.executeWithoutResult((status) -> {
				publish("a", pdf);
				throw new IllegalStateException("after everything else");
			}));
		assertThat(this.jdbc.sql("select count(*) from article").query(Integer.class).single()).isZero();
		assertThat(this.database.info().counts().objects()).isZero();
		assertThat(this.database.vectors().collection("articles").exists("a")).isFalse();
		assertThat(this.database.graphs().graph("library").nodeExists("a")).isFalse();
		assertThat(this.database.keyValues().namespace("drafts").count()).isZero();
		assertThat(subscription.tryReceive()).isEmpty();

		transaction.executeWithoutResult((status) -> {
			publish("a", pdf);
			assertThat(subscription.tryReceive()).as("not before the commit").isEmpty();
		});
		assertThat(this.jdbc.sql("select title from article").query(String.class).list()).containsExactly("Title of a");
		assertThat(this.database.info().counts().objects()).isEqualTo(1);
		assertThat(this.database.vectors().collection("articles").exists("a")).isTrue();
		assertThat(this.database.graphs().graph("library").neighbors(NeighborQuery.of("a"))).hasSize(1);
		assertThat(this.database.keyValues().namespace("drafts").count()).isEqualTo(1);
		Optional<Notification> notification = subscription.tryReceive();
		assertThat(notification).map(Notification::payload).contains("a");
	}

	private void publish(String id, byte[] content) {
		ObjectId pdf = database.objects().put(content);
		jdbc.sql("insert into article(id, title, pdf) values (?, ?, ?)")
			.params(id, "Title of " + id, pdf.toBytes())
			.update();
		database.vectors().collection("articles").put(id, 0.1f, 0.2f, 0.3f);
		database.graphs().graph("library").putNode(id, "article");
		database.graphs().graph("library").putEdge(id, "cites", "b");
		database.keyValues().namespace("drafts").map(Codecs.utf8(), Codecs.utf8()).put(id, "done");
		database.notifications().publish("articles", id);
	}

	@Test
	void searchByMeaningAmongSomeRows() {
		this.jdbc.sql("create table article(id text primary key, lang text)").update();
		this.database.vectors().create("articles", VectorSpace.cosine(3));
		for (String id : List.of("a", "b", "c")) {
			this.jdbc.sql("insert into article values (?, ?)").params(id, id.equals("c") ? "en" : "de").update();
			this.database.vectors().collection("articles").put(id, id.charAt(0) - 'a' + 1f, 1f, 1f);
		}
		float[] question = { 3f, 1f, 1f };
		List<VectorMatch> nearest = database.vectors()
			.collection("articles")
			.search(VectorQuery.near(question).limit(10).candidates("select id from article where lang = ?", "de"));
		assertThat(nearest).extracting(VectorMatch::id).containsExactly("b", "a");
	}

	@Test
	void functionsOfYourOwn() {
		TableFunction words = TableFunction.named("words")
			.column("position", SqlType.INTEGER)
			.column("word", SqlType.TEXT)
			.argument("text", SqlType.TEXT)
			.rows((arguments, rows) -> {
				int position = 0;
				for (String word : arguments.text(0).split(" ")) {
					rows.add(++position, word);
				}
			});
		ScalarFunction initial = ScalarFunction.of("initial", 1, (arguments) -> arguments.text(0).substring(0, 1))
			.deterministic();
		ZovaOptions options = ZovaOptions.builder().functions(words, initial).build();
		try (ZovaDatabase database = ZovaDatabase.inMemory(options)) {
			JdbcClient jdbc = JdbcClient.create(database.dataSource());
			jdbc.sql("create table article as select 'red blue' as title").update();
			List<String> found = jdbc
				.sql("select initial(w.word) from article a, words(a.title) w order by w.position desc")
				.query(String.class)
				.list();
			assertThat(found).containsExactly("b", "r");
		}
	}

	@Test
	void copies() {
		Path backup = this.directory.resolve("backup.zova");
		Path restored = this.directory.resolve("restored.zova");
		database.backup(backup); // verified, while others write
		ZovaDatabase.restore(backup, restored);
		assertThat(restored).exists();
	}

	@Test
	void everyBlockOfTheReadmeIsHere() throws Exception {
		String source = normalized(Files.readString(SOURCE));
		Matcher blocks = Pattern.compile("```java\\n(.*?)```", Pattern.DOTALL).matcher(Files.readString(README));
		int found = 0;
		while (blocks.find()) {
			found++;
			assertThat(source.contains(normalized(blocks.group(1)))).as(blocks.group(1)).isTrue();
		}
		assertThat(found).isGreaterThanOrEqualTo(3);
	}

	private static String normalized(String code) {
		return code.lines()
			.map(String::strip)
			.filter((line) -> !line.isEmpty())
			.collect(Collectors.joining(" "))
			.replaceAll("\\s+", "")
			.replace("this.", "");
	}

	@Test
	void everyTestThatTheReadmeNamesExists() throws Exception {
		Set<String> named = Pattern.compile("`(\\w+(?:Tests|[a-z]IT))`")
			.matcher(Files.readString(README))
			.results()
			.map((found) -> found.group(1) + ".java")
			.collect(Collectors.toSet());
		assertThat(named).hasSizeGreaterThan(5);
		try (Stream<Path> sources = Files.walk(Path.of("src/test/java"))) {
			named.removeAll(sources.map((file) -> file.getFileName().toString()).collect(Collectors.toSet()));
		}
		assertThat(named).isEmpty();
	}

	@Test
	void theReadmeShowsTheResultsThatWereKept() throws Exception {
		String readme = Files.readString(README);
		try (Stream<Path> results = Files.list(Path.of("..", "zova-benchmarks", "results"))) {
			List<Path> tables = results.filter((file) -> file.toString().endsWith(".md")).toList();
			assertThat(tables).isNotEmpty();
			for (Path table : tables) {
				assertThat(readme).contains(Files.readString(table).strip());
			}
		}
	}

}
