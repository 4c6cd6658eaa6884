package io.zova.conformance;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.Random;
import java.util.concurrent.Callable;

import io.zova.ZovaDatabase;
import io.zova.ZovaStatus;
import io.zova.object.ObjectId;
import io.zova.object.ObjectTemplate;
import io.zova.object.ObjectWriter;
import io.zova.object.StorageProfile;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.core.simple.JdbcClient;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Both engines find the same objects damaged, by the same calls, and leave the same rows
 * behind.
 */
@RequiresPeer
class DamagedObjectTests {

	private static final String ROWS = """
			select (select count(*) from _zova_objects) || ' ' || (select count(*) from _zova_object_chunks) || ' '
				|| (select count(*) from _zova_chunks)
			""";

	@TempDir
	Path folder;

	private final byte[] content = new byte[60_000];

	private Path sound;

	private Path damaged;

	private String id = "";

	private Peer peer;

	@BeforeEach
	void store() {
		new Random(1).nextBytes(this.content);
		this.sound = this.folder.resolve("sound.zova");
		this.damaged = this.folder.resolve("damaged.zova");
		try (ZovaDatabase database = ZovaDatabase.create(this.sound)) {
			this.id = database.objects().put(this.content).toString();
			assertThat(database.objects().manifest(ObjectId.parse(this.id)).chunks()).hasSizeGreaterThan(4);
		}
		this.peer = Peer.start();
	}

	@AfterEach
	void close() {
		this.peer.close();
	}

	@ParameterizedTest
	@ValueSource(strings = { "update _zova_chunks set data = zeroblob(size_bytes) where rowid = 3",
			"update _zova_chunks set size_bytes = size_bytes + 1 where rowid = 3",
			"delete from _zova_chunks where rowid = 3", "delete from _zova_chunks",
			"delete from _zova_object_chunks where chunk_index = 3",
			"update _zova_object_chunks set offset = offset + 1 where chunk_index = 3",
			"update _zova_object_chunks set offset = -9223372036854775808 where chunk_index = 3",
			"update _zova_object_chunks set size_bytes = 9223372036854775807 where chunk_index = 3",
			"update _zova_object_chunks set chunk_hash = x'00' where chunk_index = 3",
			"update _zova_object_chunks set chunk_hash = x'' where chunk_index = 3",
			"update _zova_object_chunks set chunk_hash = 'abc' where chunk_index = 3",
			"update _zova_object_chunks set chunk_hash = '12345678901234567890123456789012' where chunk_index = 3",
			"update _zova_object_chunks set chunk_hash = 5 where chunk_index = 3",
			"update _zova_object_chunks set chunk_hash = zeroblob(33) where chunk_index = 3",
			"update _zova_object_chunks set chunk_hash = zeroblob(32) where chunk_index = 3",
			"update _zova_object_chunks set chunk_index = 'abc' where chunk_index = 3",
			"update _zova_object_chunks set chunk_index = -1 where chunk_index = 3",
			"insert into _zova_object_chunks select object_id, chunk_index + 1, chunk_hash, offset + size_bytes, "
					+ "size_bytes from _zova_object_chunks order by chunk_index desc limit 1",
			"update _zova_objects set size_bytes = 0", "update _zova_objects set size_bytes = size_bytes + 1",
			"update _zova_objects set size_bytes = 'abc'", "update _zova_objects set chunk_count = 0",
			"update _zova_objects set chunk_count = chunk_count + 1", "update _zova_objects set chunk_count = -1",
			"update _zova_objects set chunk_count = 0, size_bytes = 0",
			"update _zova_objects set chunker = 'fixed-1m-v1'", "update _zova_objects set chunker = 'other'",
			"update _zova_chunks set chunk_hash = 'abc' where rowid = 3" })
	void bothEnginesSayTheSameOfADamagedObject(String damage) throws Exception {
		Object content = Peer.binary(this.content);
		same(damage, "get", (objects) -> objects.get(id()), () -> this.peer.call("get_object", "object_id", this.id));
		same(damage, "range", (objects) -> objects.readRange(id(), 0, 10),
				() -> this.peer.call("read_object_range", "object_id", this.id, "offset", 0, "len", 10));
		same(damage, "put", (objects) -> objects.put(this.content).toBytes(),
				() -> this.peer.call("put_object", "data", content));
		for (StorageProfile profile : StorageProfile.values()) {
			same(damage, "write " + profile, (objects) -> write(objects, profile), () -> write(profile, content));
		}
		same(damage, "delete", (objects) -> {
			Outcome.deleted(objects.delete(id()), ZovaStatus.OBJECT_NOT_FOUND);
			return null;
		}, () -> this.peer.call("delete_object", "object_id", this.id));
	}

	private ObjectId id() {
		return ObjectId.parse(this.id);
	}

	private byte[] write(ObjectTemplate objects, StorageProfile profile) {
		try (ObjectWriter writer = objects.writer(profile)) {
			writer.write(this.content);
			return writer.finish().toBytes();
		}
	}

	private Object write(StorageProfile profile, Object content) {
		Object writer = this.peer
			.call("object_writer", "profile", (profile == StorageProfile.STREAMING) ? "streaming" : null)
			.path("writer");
		try {
			this.peer.call("writer_write", "writer", writer, "data", content);
		}
		catch (PeerException ex) {
			this.peer.call("writer_cancel", "writer", writer);
			throw ex;
		}
		return this.peer.call("writer_finish", "writer", writer);
	}

	private void same(String damage, String what, Use ours, Callable<?> theirs) throws Exception {
		damage(damage);
		String our;
		try (ZovaDatabase database = ZovaDatabase.open(this.damaged)) {
			our = Outcome.of(() -> ours.use(database.objects())) + ", rows " + rows(database);
		}
		damage(damage);
		this.peer.open(this.damaged);
		String their = Outcome.of(theirs);
		this.peer.closeDatabase();
		try (ZovaDatabase database = ZovaDatabase.open(this.damaged)) {
			their += ", rows " + rows(database);
		}
		assertThat(our).as(what).isEqualTo(their);
	}

	private static String rows(ZovaDatabase database) {
		return JdbcClient.create(database.dataSource()).sql(ROWS).query(String.class).single();
	}

	private void damage(String sql) throws Exception {
		Files.copy(this.sound, this.damaged, StandardCopyOption.REPLACE_EXISTING);
		try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + this.damaged);
				Statement statement = connection.createStatement()) {
			statement.execute("pragma ignore_check_constraints=on");
			statement.execute(sql);
		}
	}

	/**
	 * A call on our objects.
	 */
	@FunctionalInterface
	private interface Use {

		@Nullable Object use(ObjectTemplate objects) throws Exception;

	}

}
