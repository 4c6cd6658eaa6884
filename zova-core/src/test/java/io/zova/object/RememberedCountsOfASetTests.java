package io.zova.object;

import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.transaction.support.TransactionTemplate;

import io.zova.ZovaDatabase;
import io.zova.ZovaOptions;
import io.zova.ZovaOptions.JournalMode;
import io.zova.format.StoreRole;
import io.zova.format.TestFiles;
import io.zova.sqlite.ZovaConnection;
import io.zova.store.StoreOptions;
import io.zova.store.Stores;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Where objects are in a store, how often each chunk is named is remembered too, so that
 * single deletions don't look through all rows.
 */
@Timeout(60)
class RememberedCountsOfASetTests {

	@TempDir
	Path directory;

	private final Random random = new Random(1);

	private final byte[][] pieces = new byte[100][];

	private final List<ObjectId> ids = new ArrayList<>();

	private ZovaDatabase database;

	@ParameterizedTest
	@EnumSource(value = JournalMode.class, names = { "DELETE", "WAL" })
	void countsAreKnownAndRightWhoeverWrites(JournalMode mode) throws Exception {
		Path main = this.directory.resolve("main.zova");
		Path store = this.directory.resolve("objects.zova");
		Stores.create(StoreRole.OBJECTS, store);
		ZovaDatabase.create(main).close();
		Stores.of(main).bind(StoreRole.OBJECTS, store);
		for (int i = 0; i < this.pieces.length; i++) {
			this.pieces[i] = new byte[20 + i];
			this.random.nextBytes(this.pieces[i]);
		}
		try (ZovaDatabase opened = ZovaDatabase.open(main, ZovaOptions.builder().journalMode(mode).build())) {
			this.database = opened;
			new TransactionTemplate(opened.transactionManager()).executeWithoutResult((status) -> {
				for (int i = 0; i < 100; i++) {
					store();
				}
			});
			deleteOne();
			deleteOne();
			deleteOne();
			assertThat(known()).as("counts are known after deletions").isTrue();
			requireRight();
			store();
			deleteOne();
			assertThat(known()).isTrue();
			requireRight();
			TestFiles.execute(main, "pragma busy_timeout=10000", "attach '" + store + "' as s", "begin immediate",
					"delete from s._zova_object_chunks where object_id = (select min(object_id) from s._zova_objects)",
					"delete from s._zova_objects where object_id = (select min(object_id) from s._zova_objects)",
					"update _zova_bound_stores set object_epoch = object_epoch + 1",
					"update s._zova_meta set value = value + 1 where key = 'object_epoch'", "commit");
			this.ids.removeIf((id) -> !opened.objects().exists(id));
			assertThat(this.ids).hasSize(96);
			assertThat(known()).as("another process has deleted").isFalse();
			requireRight();
			opened.stores().join(StoreRole.OBJECTS);
			requireRight();
			deleteOne();
			requireRight();
			opened.stores()
				.split(StoreRole.OBJECTS, this.directory.resolve("again.zova"), StoreOptions.defaults().allowingWal());
			requireRight();
			while (!this.ids.isEmpty()) {
				deleteOne();
			}
			assertThat(opened.objects().count()).isZero();
		}
		assertThat(TestFiles.texts(this.directory.resolve("again.zova"),
				"select count(*) from _zova_chunks where chunk_hash in (select chunk_hash from _zova_object_chunks)"))
			.containsExactly("0");
	}

	private void deleteOne() {
		this.database.objects().delete(this.ids.remove(this.ids.size() - 1));
	}

	private boolean known() {
		return this.database.sql().write("look what is known", (connection) -> {
			ZovaConnection zova = connection.unwrap(ZovaConnection.class);
			return ReferenceKnowledge.of(zova).at(connection, false) != null;
		});
	}

	private void requireRight() {
		boolean compared = this.database.sql().write("compare counts", (connection) -> {
			ZovaConnection zova = connection.unwrap(ZovaConnection.class);
			ReferenceCounts counts = ReferenceKnowledge.of(zova).at(connection, true);
			if (counts == null) {
				return false;
			}
			for (byte[] piece : this.pieces) {
				byte[] chunk = ChunkId.ofContent(piece).toBytes();
				try (PreparedStatement statement = connection
					.prepareStatement("select count(*) from _zova_object_chunks where chunk_hash = ?")) {
					statement.setBytes(1, chunk);
					try (ResultSet row = statement.executeQuery()) {
						row.next();
						assertThat(counts.count(chunk)).isEqualTo(row.getInt(1));
					}
				}
			}
			return true;
		});
		assertThat(compared).isTrue();
	}

	private void store() {
		ByteArrayOutputStream content = new ByteArrayOutputStream();
		List<ObjectManifest.Entry> entries = new ArrayList<>();
		int count = 10 + this.random.nextInt(10);
		for (int i = 0; i < count; i++) {
			byte[] piece = this.pieces[this.random.nextInt(this.pieces.length)];
			ChunkId chunk = ChunkId.ofContent(piece);
			this.database.objects().putChunk(chunk, piece);
			entries.add(new ObjectManifest.Entry(i, chunk, content.size(), piece.length));
			content.writeBytes(piece);
		}
		ObjectId id = ObjectId.ofContent(content.toByteArray());
		this.database.objects().assemble(id, content.size(), entries, StorageProfile.DEDUPLICATION);
		this.ids.add(id);
	}

}
