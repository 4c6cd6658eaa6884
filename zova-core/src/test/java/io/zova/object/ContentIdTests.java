package io.zova.object;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.util.List;
import java.util.TreeSet;

import io.zova.ZovaDatabase;
import io.zova.ZovaException;
import io.zova.ZovaStatus;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.ser.std.ToStringSerializer;

import org.springframework.core.convert.support.DefaultConversionService;
import org.springframework.jdbc.core.SingleColumnRowMapper;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Object and chunk ids travel through text, JSON, columns and collections unchanged.
 */
class ContentIdTests {

	private static final String ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

	private final ObjectId abc = ObjectId.ofContent("abc".getBytes(StandardCharsets.US_ASCII));

	@Test
	void textFormIsLowerCaseHexadecimalAndReadsBackInEitherCase() {
		assertThat(this.abc).hasToString(ABC);
		assertThat(ObjectId.parse(ABC)).isEqualTo(this.abc).hasSameHashCodeAs(this.abc);
		assertThat(ChunkId.parse(ABC.toUpperCase())).hasToString(ABC);
	}

	@ParameterizedTest
	@ValueSource(ints = { 0, 1, 31, 33, 64 })
	void anyLengthButThirtyTwoIsRefused(int length) {
		assertThatExceptionOfType(ZovaException.class).isThrownBy(() -> ObjectId.of(new byte[length]))
			.withMessage("An object id has 32 bytes, got " + length)
			.satisfies((ex) -> assertThat(ex.status()).isEqualTo(ZovaStatus.INVALID_ARGUMENT));
		assertThatExceptionOfType(ZovaException.class).isThrownBy(() -> ChunkId.of(new byte[length]))
			.withMessage("A chunk id has 32 bytes, got " + length);
	}

	@Test
	void textThatIsNoIdIsRefused() {
		for (String text : List.of("", "ba78", ABC + "00", ABC.replace('a', 'g'))) {
			assertThatExceptionOfType(ZovaException.class).as(text)
				.isThrownBy(() -> ObjectId.parse(text))
				.satisfies((ex) -> assertThat(ex.status()).isEqualTo(ZovaStatus.INVALID_ARGUMENT));
		}
	}

	@Test
	void changingAnArrayOutsideDoesNotChangeTheId() {
		byte[] bytes = this.abc.toBytes();
		ObjectId id = ObjectId.of(bytes);
		bytes[0] = 0;
		id.toBytes()[1] = 0;
		assertThat(id).isEqualTo(this.abc);
	}

	@Test
	void objectAndChunkOfTheSameBytesAreNotEqual() {
		assertThat((Object) ChunkId.parse(ABC)).isNotEqualTo(this.abc);
	}

	@Test
	void orderIsThatOfUnsignedBytes() {
		ObjectId low = ObjectId.parse("7f" + ABC.substring(2));
		ObjectId high = ObjectId.parse("80" + ABC.substring(2));
		assertThat(new TreeSet<>(List.of(high, low))).containsExactly(low, high);
	}

	@Test
	void anIdSurvivesJavaSerialization() throws Exception {
		ByteArrayOutputStream out = new ByteArrayOutputStream();
		new ObjectOutputStream(out).writeObject(this.abc);
		assertThat(new ObjectInputStream(new ByteArrayInputStream(out.toByteArray())).readObject()).isEqualTo(this.abc);
	}

	@Test
	void jacksonReadsItFromAStringAndWritesItWithToString() {
		JsonMapper json = JsonMapper.builder()
			.addModule(new SimpleModule().addSerializer(ObjectId.class, ToStringSerializer.instance))
			.build();
		assertThat(json.writeValueAsString(new Article("t", this.abc)))
			.isEqualTo("{\"title\":\"t\",\"pdf\":\"" + ABC + "\"}");
		assertThat(JsonMapper.shared().readValue("{\"title\":\"t\",\"pdf\":\"" + ABC + "\"}", Article.class))
			.isEqualTo(new Article("t", this.abc));
	}

	@Test
	void springConvertsPathVariablesAndColumns() {
		DefaultConversionService conversions = new DefaultConversionService();
		assertThat(conversions.convert(ABC, ObjectId.class)).isEqualTo(this.abc);
		assertThat(conversions.convert(this.abc.toBytes(), ObjectId.class)).isEqualTo(this.abc);
		assertThat(conversions.convert(this.abc.toBytes(), ChunkId.class)).isEqualTo(ChunkId.parse(ABC));
		assertThat(conversions.convert(this.abc, String.class)).isEqualTo(ABC);
	}

	@Test
	void anIdIsAParameterAndAColumnOfJdbcClient() {
		SingleConnectionDataSource dataSource = new SingleConnectionDataSource("jdbc:sqlite::memory:", true);
		try {
			JdbcClient jdbc = JdbcClient.create(dataSource);
			jdbc.sql("create table article (title text, pdf blob)").update();
			jdbc.sql("insert into article (title, pdf) values (?, ?)").param("t").param(this.abc).update();
			jdbc.sql("insert into article (title, pdf) values (:title, :pdf)")
				.param("title", "u")
				.param("pdf", ObjectId.parse(ABC))
				.update();
			assertThat(jdbc.sql("select typeof(pdf) || length(pdf) from article").query(String.class).list())
				.containsExactly("blob32", "blob32");
			assertThat(jdbc.sql("select pdf from article where pdf = ?")
				.param(this.abc)
				.query((row, number) -> ObjectId.of(row.getBytes(1)))
				.list()).containsExactly(this.abc, this.abc);
			assertThat(jdbc.sql("select title, pdf from article where title = 't'").query(Article.class).single())
				.isEqualTo(new Article("t", this.abc));
		}
		finally {
			dataSource.destroy();
		}
	}

	@Test
	void anIdIsAParameterOfPlainJdbcOnOurConnection(@TempDir Path directory) throws Exception {
		try (ZovaDatabase database = ZovaDatabase.create(directory.resolve("ids.zova"));
				Connection connection = database.dataSource().getConnection()) {
			JdbcClient jdbc = JdbcClient.create(database.dataSource());
			jdbc.sql("create table article (title text, pdf blob)").update();
			try (PreparedStatement insert = connection.prepareStatement("insert into article values ('t', ?)")) {
				insert.setObject(1, this.abc);
				insert.executeUpdate();
			}
			assertThat(jdbc.sql("select typeof(pdf) || length(pdf) from article").query(String.class).single())
				.isEqualTo("blob32");
			assertThat(jdbc.sql("select pdf from article where pdf = ?")
				.param(this.abc)
				.query(new SingleColumnRowMapper<>(ObjectId.class))
				.single()).isEqualTo(this.abc);
			assertThat(jdbc.sql("select * from article").query(Article.class).single())
				.isEqualTo(new Article("t", this.abc));
		}
	}

	record Article(String title, ObjectId pdf) {
	}

}
