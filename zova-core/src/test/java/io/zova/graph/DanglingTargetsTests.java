package io.zova.graph;

import java.util.List;
import java.util.UUID;

import io.zova.NewDatabase;
import io.zova.ZovaException;
import io.zova.ZovaStatus;
import io.zova.object.ObjectId;
import io.zova.vector.VectorSpace;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.jdbc.core.JdbcTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Which nodes are said to stand for something that does not exist: those whose target was
 * really deleted or never there.
 */
class DanglingTargetsTests extends NewDatabase {

	private Graph graph;

	private JdbcTemplate jdbc;

	@BeforeEach
	void fill() {
		this.graph = this.database.graphs().create("g");
		this.jdbc = new JdbcTemplate(this.database.dataSource());
	}

	private void put(String id, NodeTarget target) {
		this.graph.putNode(id, "k", target);
	}

	private List<String> dangling() {
		return this.graph.dangling().stream().map((dangling) -> dangling.node().id()).toList();
	}

	@Test
	void anObjectAndItsChunksAreMissedOnceTheyAreDeleted() {
		ObjectId id = this.database.objects().put(new byte[] { 1, 2, 3 });
		String chunk = this.database.objects().manifest(id).chunks().get(0).chunk().toString();
		put("object", NodeTarget.object(id.toString()));
		put("chunk", NodeTarget.objectChunk(chunk));
		assertThat(this.graph.dangling()).isEmpty();
		this.database.objects().delete(id);
		assertThat(dangling()).containsExactly("object", "chunk");
		assertThat(this.graph.dangling()).extracting(DanglingTarget::reason)
			.containsExactly("The object does not exist", "The chunk does not exist");
	}

	@Test
	void aVectorIsMissedOnceItOrItsCollectionIsDeleted() {
		this.database.vectors().create("docs", VectorSpace.cosine(2));
		this.database.vectors().collection("docs").put("1", 1, 2);
		this.database.vectors().collection("docs").put("2", 1, 2);
		put("v1", NodeTarget.vector("docs", "1"));
		put("v2", NodeTarget.vector("docs", "2"));
		assertThat(this.graph.dangling()).isEmpty();
		this.database.vectors().collection("docs").delete("2");
		assertThat(dangling()).containsExactly("v2");
		this.database.vectors().delete("docs");
		assertThat(dangling()).containsExactly("v1", "v2");
	}

	@Test
	void aRowIsFoundByItsKeyWhateverTheTypeOfItsColumn() {
		UUID uuid = new UUID(7, 8);
		this.jdbc.execute("create table whole(id integer primary key)");
		this.jdbc.execute("create table untyped(id primary key)");
		this.jdbc.execute("create table bytes(id blob primary key)");
		this.jdbc.execute("create table \"odd \"\" name\"(\"a b\" text primary key)");
		this.jdbc.execute("create table rows(x)");
		this.jdbc.update("insert into whole values (7)");
		this.jdbc.update("insert into untyped values (7), ('8'), (1.5)");
		this.jdbc.update("insert into bytes values (x'00000000000000070000000000000008')");
		this.jdbc.update("insert into \"odd \"\" name\" values ('x')");
		this.jdbc.update("insert into rows values ('x')");
		put("whole", NodeTarget.record("whole", "7"));
		put("number", NodeTarget.record("untyped", "7"));
		put("text", NodeTarget.record("untyped", "8"));
		put("real", NodeTarget.record("untyped", "1.5"));
		put("bytes", NodeTarget.record("bytes", uuid.toString()));
		put("odd", NodeTarget.record("odd \" name", "x"));
		put("rowid", NodeTarget.record("ROWS", "1"));
		assertThat(dangling()).isEmpty();
		put("no whole", NodeTarget.record("whole", "x"));
		put("no number", NodeTarget.record("untyped", "07"));
		put("no text", NodeTarget.record("untyped", "x"));
		put("no bytes", NodeTarget.record("bytes", new UUID(7, 9).toString()));
		put("no row", NodeTarget.record("rows", "2"));
		put("no table", NodeTarget.record("nothing", "1"));
		put("no key", new NodeTarget(TargetType.RECORD, "whole", null));
		assertThat(dangling()).containsExactly("no whole", "no number", "no text", "no bytes", "no row", "no table",
				"no key");
	}

	@Test
	void tablesAndColumnsMayBeCalledAnything() {
		this.jdbc.execute("create table \"API_KEYS %1$s\"(\"TABLE_KEY %s\" text primary key)");
		this.jdbc.update("insert into \"API_KEYS %1$s\" values ('a')");
		put("there", NodeTarget.record("API_KEYS %1$s", "a"));
		put("missing", NodeTarget.record("API_KEYS %1$s", "b"));
		assertThat(dangling()).containsExactly("missing");
	}

	@Test
	void nothingIsClaimedAboutRowsOfViews() {
		this.jdbc.execute("create view seen as select 1 as id");
		put("n", NodeTarget.record("seen", "2"));
		assertThat(this.graph.dangling()).isEmpty();
	}

	@Test
	void onlyTheGraphThatIsAskedForIsLookedThrough() {
		this.database.graphs().create("other").putNode("n", "k", NodeTarget.object("cd".repeat(32)));
		assertThat(this.graph.dangling()).isEmpty();
		assertThat(this.database.graphs().graph("other").dangling()).hasSize(1);
		assertThatExceptionOfType(ZovaException.class)
			.isThrownBy(() -> this.database.graphs().graph("missing").dangling())
			.satisfies((ex) -> assertThat(ex.status()).isEqualTo(ZovaStatus.GRAPH_NOT_FOUND));
	}

}
