package io.zova.object;

import java.io.ByteArrayOutputStream;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

import io.zova.ZovaDatabase;
import io.zova.ZovaOptions;
import io.zova.sqlite.SqlAccess;
import io.zova.sqlite.ZovaConnection;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.jdbc.core.simple.JdbcClient;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * How often each chunk is named is remembered for all connections of a file, and never
 * wrong, whoever writes in between.
 */
class RememberedCountsTests extends ObjectFixture {

	private final byte[][] pieces = new byte[200][];

	private final List<ObjectId> ids = new ArrayList<>();

	private Random random = new Random(1);

	@BeforeEach
	void storeMoreRowsThanScansAreMadeFor() {
		for (int i = 0; i < this.pieces.length; i++) {
			this.pieces[i] = random(20 + i, i);
		}
		this.jdbc.sql("create table note (text)").update();
		this.transaction.executeWithoutResult((status) -> {
			while (manifestRows() < ChunkRemoval.FEW_ROWS + 300) {
				this.ids.add(store(this.objects));
			}
		});
	}

	@Test
	void whatOneConnectionHasCountedServesAllOthers() throws Exception {
		count();
		try (Connection other = this.database.dataSource().getConnection();
				ZovaDatabase again = ZovaDatabase.open(this.file)) {
			try (Statement statement = other.createStatement()) {
				statement.executeUpdate("insert into note values ('x')");
			}
			assertThat(known(this.database.sql())).isTrue();
			ObjectTemplate elsewhere = new ObjectTemplate(again.sql());
			this.ids.add(store(elsewhere));
			elsewhere.delete(this.ids.remove(0));
			JdbcClient.create(again.dataSource()).sql("insert into note values ('y')").update();
			this.objects.put(random(100_000, 5));
			try (ObjectWriter writer = this.objects.writer()) {
				writer.write(random(100_000, 6));
				writer.finish();
			}
			assertThat(known(this.database.sql())).isTrue();
			assertThat(known(again.sql())).isTrue();
			assertCountsAreRight("the end");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "raw SQL", "a trigger", "another process", "a rollback", "a savepoint" })
	void countsAreForgottenAfter(String disturbance) throws Exception {
		count();
		ObjectId id = this.ids.get(0);
		switch (disturbance) {
			case "raw SQL" -> this.jdbc.sql("""
					insert into _zova_object_chunks
					select object_id, 1000, chunk_hash, 0, 1 from _zova_object_chunks limit 1""").update();
			case "a trigger" -> {
				this.jdbc.sql("""
						create trigger more after insert on note begin
							update _zova_object_chunks set chunk_hash =
								(select chunk_hash from _zova_chunks order by rowid desc limit 1)
							where chunk_index = 0;
						end""").update();
				this.jdbc.sql("insert into note values ('x')").update();
			}
			case "another process" -> foreign("update _zova_object_chunks set chunk_hash = "
					+ "(select chunk_hash from _zova_chunks order by rowid desc limit 1) where chunk_index = 1");
			case "a rollback" -> this.transaction.executeWithoutResult((status) -> {
				this.objects.delete(id);
				status.setRollbackOnly();
			});
			default -> this.transaction.executeWithoutResult((status) -> {
				Object savepoint = status.createSavepoint();
				this.objects.delete(id);
				status.rollbackToSavepoint(savepoint);
			});
		}
		assertThat(known(this.database.sql())).isFalse();
		assertCountsAreRight(disturbance);
	}

	@Test
	void withinATransactionTheyFollowWhatItDoes() {
		count();
		this.transaction.executeWithoutResult((status) -> {
			for (int i = 0; i < 10; i++) {
				this.objects.delete(this.ids.remove(0));
				this.ids.add(store(this.objects));
				assertThat(known(this.database.sql())).isTrue();
			}
			assertCountsAreRight("in the transaction");
			status.createSavepoint();
			this.objects.delete(this.ids.remove(0));
			assertThat(known(this.database.sql())).isTrue();
			Object savepoint = status.createSavepoint();
			this.objects.delete(this.ids.get(0));
			status.rollbackToSavepoint(savepoint);
			assertCountsAreRight("after a rollback to a savepoint");
			this.objects.delete(this.ids.remove(0));
		});
		assertCountsAreRight("after the transaction");
		assertNothingIsLooseOrMissing("after the transaction");
	}

	/** Steps of all kinds in any order, the counts compared with a scan after each. */
	@ParameterizedTest
	@EnumSource(names = { "DELETE", "WAL" })
	void theyAreRightAfterAnythingThatHappens(ZovaOptions.JournalMode mode) throws Exception {
		this.database.close();
		reopen(ZovaDatabase.open(this.file, ZovaOptions.builder().journalMode(mode).build()));
		long seed = System.nanoTime();
		this.random = new Random(seed);
		try (ZovaDatabase again = ZovaDatabase.open(this.file)) {
			ObjectTemplate elsewhere = new ObjectTemplate(again.sql());
			ObjectTemplate second = new ObjectTemplate(this.database.sql());
			for (int step = 0; step < 120; step++) {
				int action = this.random.nextInt(12);
				String reason = "step %d, action %d, seed %d".formatted(step, action, seed);
				ObjectId id = this.ids.get(this.random.nextInt(this.ids.size()));
				switch (action) {
					case 0, 1 -> {
						this.objects.delete(id);
						this.ids.remove(id);
					}
					case 2 -> {
						elsewhere.delete(id);
						this.ids.remove(id);
					}
					case 3 -> this.ids.add(store(elsewhere));
					case 4 -> this.jdbc.sql("insert into note values ('x')").update();
					case 5 -> foreign("insert into note values ('y')");
					case 6 -> foreign("update _zova_object_chunks set chunk_hash = (select chunk_hash from "
							+ "_zova_object_chunks order by rowid desc limit 1) where rowid = "
							+ "(select min(rowid) from _zova_object_chunks)");
					case 7 -> this.jdbc.sql("""
							update _zova_object_chunks set chunk_hash = (select max(chunk_hash) from
								_zova_object_chunks) where rowid = (select max(rowid) from _zova_object_chunks)
							""").update();
					case 8 -> this.transaction.executeWithoutResult((status) -> {
						this.objects.delete(id);
						store(second);
						status.setRollbackOnly();
					});
					case 9 -> this.transaction.executeWithoutResult((status) -> {
						second.delete(id);
						this.ids.remove(id);
						this.ids.add(store(this.objects));
						if (this.random.nextBoolean()) {
							this.objects.delete(this.ids.remove(0));
						}
					});
					case 10 -> this.transaction.executeWithoutResult((status) -> {
						this.ids.add(store(this.objects));
						Object savepoint = status.createSavepoint();
						this.objects.delete(id);
						store(second);
						status.rollbackToSavepoint(savepoint);
						this.objects.delete(this.ids.remove(0));
					});
					default -> this.transaction.executeWithoutResult((status) -> {
						this.jdbc.sql("savepoint mine").update();
						this.objects.delete(id);
						boolean undone = this.random.nextBoolean();
						this.jdbc.sql(undone ? "rollback to mine" : "release mine").update();
						if (!undone) {
							this.ids.remove(id);
						}
						store(second);
					});
				}
				if (this.random.nextInt(3) > 0) {
					assertCountsAreRight(reason);
				}
				if (action != 6 && action != 7) {
					assertThat(
							this.jdbc.sql("select count(*) from pragma_foreign_key_check").query(Long.class).single())
						.as(reason)
						.isZero();
				}
			}
		}
	}

	private void count() {
		for (int i = 0; i < 3; i++) {
			this.objects.delete(this.ids.remove(0));
		}
		assertThat(known(this.database.sql())).isTrue();
	}

	private boolean known(SqlAccess sql) {
		return sql.write("look what is known", (connection) -> {
			ZovaConnection zova = connection.unwrap(ZovaConnection.class);
			return ReferenceKnowledge.of(zova).at(zova, false) != null;
		});
	}

	private void assertCountsAreRight(String reason) {
		this.database.sql().write("compare counts", (connection) -> {
			ZovaConnection zova = connection.unwrap(ZovaConnection.class);
			ReferenceCounts counts = ReferenceKnowledge.of(zova).at(zova, true);
			if (counts != null) {
				for (byte[] piece : this.pieces) {
					ChunkId chunk = ChunkId.ofContent(piece);
					assertThat(counts.count(chunk.toBytes())).as("%s, chunk %s", reason, chunk)
						.isEqualTo(rowsOf(connection, chunk));
				}
			}
			return true;
		});
	}

	private static int rowsOf(Connection connection, ChunkId chunk) throws SQLException {
		try (PreparedStatement statement = connection
			.prepareStatement("select count(*) from _zova_object_chunks where chunk_hash = ?")) {
			statement.setBytes(1, chunk.toBytes());
			try (ResultSet row = statement.executeQuery()) {
				row.next();
				return row.getInt(1);
			}
		}
	}

	private void assertNothingIsLooseOrMissing(String reason) {
		assertThat(this.jdbc.sql("""
				select (select count(*) from _zova_chunks where chunk_hash not in
						(select chunk_hash from _zova_object_chunks))
					+ (select count(*) from pragma_foreign_key_check)""").query(Long.class).single()).as(reason)
			.isZero();
	}

	/** Nobody in this process hears of what a plain connection does. */
	private void foreign(String sql) throws SQLException {
		try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + this.file);
				Statement statement = connection.createStatement()) {
			statement.executeUpdate(sql);
		}
	}

	private ObjectId store(ObjectTemplate target) {
		while (true) {
			ByteArrayOutputStream content = new ByteArrayOutputStream();
			List<ObjectManifest.Entry> entries = new ArrayList<>();
			int count = 5 + this.random.nextInt(15);
			for (int i = 0; i < count; i++) {
				byte[] piece = this.pieces[this.random.nextInt(this.pieces.length)];
				ChunkId chunk = ChunkId.ofContent(piece);
				target.putChunk(chunk, piece);
				entries.add(new ObjectManifest.Entry(i, chunk, content.size(), piece.length));
				content.writeBytes(piece);
			}
			ObjectId id = ObjectId.ofContent(content.toByteArray());
			if (!target.exists(id)) {
				target.assemble(id, content.size(), entries, StorageProfile.DEDUPLICATION);
				return id;
			}
		}
	}

}
