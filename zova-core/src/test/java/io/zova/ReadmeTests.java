package io.zova;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import javax.sql.DataSource;

import io.zova.graph.Graph;
import io.zova.graph.GraphOperations;
import io.zova.graph.Neighbor;
import io.zova.graph.NeighborQuery;
import io.zova.graph.WalkStep;
import io.zova.kv.Codecs;
import io.zova.kv.KeyValueOperations;
import io.zova.maintenance.check.CheckOptions;
import io.zova.maintenance.check.DoctorReport;
import io.zova.maintenance.salvage.SalvageOptions;
import io.zova.maintenance.salvage.SalvageReport;
import io.zova.notification.Notification;
import io.zova.notification.NotificationOperations;
import io.zova.notification.Subscription;
import io.zova.object.ObjectId;
import io.zova.object.ObjectOperations;
import io.zova.sqlite.function.ScalarFunction;
import io.zova.sqlite.function.SqlType;
import io.zova.sqlite.function.TableFunction;
import io.zova.vector.VectorCollection;
import io.zova.vector.VectorMatch;
import io.zova.vector.VectorOperations;
import io.zova.vector.VectorQuery;
import io.zova.vector.VectorSpace;
import io.zova.vector.VectorValues;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * The Java code of the README and of the pages below docs is the code of these methods.
 */
class ReadmeTests extends NewDatabase {

	private JdbcClient jdbc;

	private ObjectOperations objects;

	private VectorOperations vectors;

	private GraphOperations graphs;

	private KeyValueOperations keyValues;

	private NotificationOperations notifications;

	@BeforeEach
	void fill() {
		this.jdbc = JdbcClient.create(this.database.dataSource());
		this.objects = this.database.objects();
		this.vectors = this.database.vectors();
		this.graphs = this.database.graphs();
		this.keyValues = this.database.keyValues();
		this.notifications = this.database.notifications();
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
	void olderFiles() throws Exception {
		Path file = io.zova.format.TestFiles.fixture("format-9-a", this.directory);
		Path newFile = this.directory.resolve("migrated.zova");
		switch (ZovaDatabase.probe(file).support()) {
			case CURRENT -> ZovaDatabase.open(file).close();
			case MIGRATABLE -> ZovaDatabase.migrate(file, newFile);
			case LEGACY, FUTURE -> throw new IllegalStateException(file + " can't be read by this version");
		}
		ZovaDatabase.open(newFile).close();
	}

	@Test
	void oneCommitOrNothing() throws Exception {
		this.jdbc.sql("create table article(id text primary key, title text, pdf blob)").update();
		this.database.vectors().create("articles", VectorSpace.cosine(3));
		this.database.graphs().create("library").putNode("b", "article");
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
		ObjectId pdf = this.objects.put(content);
		this.jdbc.sql("insert into article(id, title, pdf) values (?, ?, ?)")
			.params(id, "Title of " + id, pdf)
			.update();
		this.vectors.collection("articles").put(id, 0.1f, 0.2f, 0.3f);
		this.graphs.graph("library").putNode(id, "article");
		this.graphs.graph("library").putEdge(id, "cites", "b");
		this.keyValues.namespace("drafts").map(Codecs.utf8(), Codecs.utf8()).put(id, "done");
		this.notifications.publish("articles", id);
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
		List<VectorMatch> nearest = vectors.collection("articles")
			.search(VectorQuery.near(question).limit(10).candidates("select id from article where lang = ?", "de"));
		assertThat(nearest).extracting(VectorMatch::id).containsExactly("b", "a");
	}

	@Test
	void startingACollectionAndAGraphTwice() {
		for (int start = 0; start < 2; start++) {
			vectors.createIfMissing("articles", VectorSpace.cosine(3));
			graphs.createIfMissing("library");
		}
		assertThat(this.vectors.info("articles").space().dimensions()).isEqualTo(3);
		assertThat(this.graphs.exists("library")).isTrue();
	}

	@Test
	void anObject() {
		ObjectId id = objects.put("Hello".getBytes(StandardCharsets.UTF_8));
		byte[] all = objects.get(id);
		byte[] part = objects.readRange(id, 1, 3); // ell
		assertThat(new String(all, StandardCharsets.UTF_8)).isEqualTo("Hello");
		assertThat(new String(part, StandardCharsets.UTF_8)).isEqualTo("ell");
	}

	@Test
	void aCollection() {
		VectorCollection articles = vectors.create("articles", VectorSpace.cosine(3));
		articles.put("a", 0.1f, 0.2f, 0.3f);
		articles.put("b", 0.3f, 0.2f, 0.1f);
		List<VectorMatch> nearest = articles.search(1, 0.3f, 0.3f, 0.1f);
		assertThat(nearest).extracting(VectorMatch::id).containsExactly("b");
	}

	@Test
	void aVectorInSql() {
		VectorCollection articles = this.vectors.create("articles", VectorSpace.cosine(3));
		articles.put("a", 0.1f, 0.2f, 0.3f);
		articles.put("b", 0.3f, 0.2f, 0.1f);
		byte[] query = VectorValues.of(0.3f, 0.2f, 0.1f).toStored();
		List<String> ids = jdbc
			.sql("select vector_id from zova_vector_search('articles', ?) where top_k = 2 order by rank")
			.param(query)
			.query(String.class)
			.list();
		assertThat(ids).containsExactly("b", "a");
	}

	@Test
	void aGraph() {
		graphs.createIfMissing("library");
		Graph library = graphs.graph("library");
		library.putNode("a", "article");
		library.putNode("b", "article");
		library.putEdge("b", "cites", "a");
		List<Neighbor> cited = library.neighbors(NeighborQuery.of("b").edgeType("cites"));
		List<WalkStep> path = library.shortestPath("b", "a");
		assertThat(cited).extracting(Neighbor::nodeId).containsExactly("a");
		assertThat(path).extracting(WalkStep::nodeId).containsExactly("b", "a");
	}

	@Test
	void aMap() {
		Map<String, Long> visits = keyValues.namespace("visits").map(Codecs.utf8(), Codecs.int64());
		visits.merge("home", 1L, Long::sum);
		visits.merge("home", 1L, Long::sum);
		assertThat(visits).containsExactly(Map.entry("home", 2L));
	}

	@Test
	void foreignKeysAreOffForOneConnection() throws SQLException {
		DataSource dataSource = this.database.dataSource();
		this.jdbc.sql("create table author(id integer primary key)").update();
		this.jdbc.sql("create table book(id integer primary key, author references author)").update();
		this.jdbc.sql("insert into author values (1)").update();
		this.jdbc.sql("insert into book values (1, 1)").update();
		assertThatExceptionOfType(DataIntegrityViolationException.class)
			.isThrownBy(() -> this.jdbc.sql("delete from author where id = 1").update());
		try (Connection connection = dataSource.getConnection(); Statement statement = connection.createStatement()) {
			statement.execute("pragma foreign_keys=off");
			statement.execute("delete from author where id = 1");
		}
		assertThat(this.jdbc.sql("pragma foreign_keys").query(Integer.class).single()).isOne();
		assertThat(this.jdbc.sql("pragma foreign_key_check").query().listOfRows()).hasSize(1);
		jdbc.sql("delete from book where not exists (select 1 from author a where a.id = book.author)").update();
		assertThat(this.jdbc.sql("pragma foreign_key_check").query().listOfRows()).isEmpty();
	}

	@Test
	void anExistingFile() throws SQLException {
		Path old = this.directory.resolve("old.db");
		try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + old);
				Statement statement = connection.createStatement()) {
			statement.executeUpdate("create table author(id integer primary key)");
			statement.executeUpdate("create table book(id integer primary key, author references author)");
			statement.executeUpdate("insert into book values (7, 1)");
			statement.executeUpdate("pragma user_version=5");
		}
		Path file = this.directory.resolve("app.zova");
		ZovaDatabase.convert(old, file);
		try (ZovaDatabase database = ZovaDatabase.open(file)) {
			JdbcClient jdbc = JdbcClient.create(database.dataSource());
			assertThat(jdbc.sql("select author from book where id = 7").query(Integer.class).single()).isOne();
			assertThat(jdbc.sql("pragma user_version").query(Integer.class).single()).isEqualTo(5);
			assertThat(jdbc.sql("pragma foreign_key_check").query().singleRow()).containsEntry("table", "book");
			database.backup(this.directory.resolve("backup.zova"));
			assertThatExceptionOfType(DataIntegrityViolationException.class)
				.isThrownBy(() -> jdbc.sql("insert into book values (8, 1)").update());
			assertThatExceptionOfType(DataIntegrityViolationException.class)
				.isThrownBy(() -> jdbc.sql("update book set author = 2").update());
		}
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
	void salvage() {
		Path file = this.directory.resolve("damaged.zova");
		Path destination = this.directory.resolve("saved.zova");
		database.backup(file);
		DoctorReport doctor = ZovaDatabase.doctor(file, CheckOptions.thorough());
		SalvageReport plan = ZovaDatabase.salvage(file, SalvageOptions.defaults());
		SalvageReport saved = ZovaDatabase.salvage(file, destination, SalvageOptions.defaults());
		assertThat(doctor.needsAttention()).isFalse();
		assertThat(plan.published()).isFalse();
		assertThat(saved.published()).isTrue();
	}

	@Test
	void salvageOfDamagedPages() {
		Path file = this.directory.resolve("damaged.zova");
		Path destination = this.directory.resolve("saved.zova");
		database.backup(file);
		SalvageReport forced = ZovaDatabase.salvage(file, destination, SalvageOptions.defaults().withDamagedPages());
		assertThat(forced.published()).isTrue();
	}

}
