package io.zova.object;

import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import io.zova.TestSeed;
import io.zova.ZovaDatabase;
import io.zova.ZovaOptions;
import io.zova.sqlite.SqlAccess;
import io.zova.sqlite.ZovaConnection;
import io.zova.transaction.TransactionListener;
import io.zova.transaction.TransactionListeners;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sqlite.SQLiteConnection;

import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * How often each chunk is named is remembered for all connections of a file, and never
 * wrong, whoever writes in between.
 */
class RememberedCountsTests extends ObjectFixture {

	private final byte[][] pieces = new byte[200][];

	private final List<ObjectId> ids = new ArrayList<>();

	private Random random = new Random(1);

	/** How often there were counts to compare. */
	private int compared;

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
	@ValueSource(strings = { "raw SQL", "a trigger", "another process", "a rollback", "a savepoint",
			"a commit that fails", "a connection that is closed", "the driver" })
	void countsAreForgottenAfter(String disturbance) throws Exception {
		count();
		ObjectId id = this.ids.get(5);
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
			case "a commit that fails" -> {
				this.jdbc
					.sql("create table mention (file blob references _zova_objects(object_id)"
							+ " deferrable initially deferred)")
					.update();
				this.jdbc.sql("insert into mention values (?)").param(id).update();
				count();
				assertThatExceptionOfType(DataAccessException.class).isThrownBy(() -> this.objects.delete(id));
				assertThat(this.objects.exists(id)).isTrue();
			}
			case "a connection that is closed" -> {
				Connection connection = this.database.dataSource().getConnection();
				connection.setAutoCommit(false);
				new ObjectTemplate(new SqlAccess(new SingleConnectionDataSource(connection, true))).delete(id);
				connection.close();
				assertThat(this.objects.exists(id)).isTrue();
			}
			case "the driver" -> this.transaction.executeWithoutResult((status) -> {
				this.objects.delete(this.ids.remove(0));
				this.jdbc.sql("select 1").query((row) -> {
					SQLiteConnection driver = row.getStatement().getConnection().unwrap(SQLiteConnection.class);
					try (Statement statement = driver.createStatement()) {
						statement.executeUpdate("update _zova_object_chunks set chunk_hash = "
								+ "(select chunk_hash from _zova_chunks order by rowid desc limit 1) where chunk_index = 1");
					}
				});
			});
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

	/** Its own thread goes on for a moment, while the next writer is at work already. */
	@Test
	void aTransactionThatIsCutOffNotesNothingMore() throws Exception {
		count();
		byte[] chunk = this.objects.manifest(this.ids.get(0)).chunks().get(0).chunk().shared();
		try (Connection connection = this.database.dataSource().getConnection()) {
			connection.setAutoCommit(false);
			beginToWrite(connection);
			ReferenceKnowledge.noting(connection, (notes) -> {
				connection.abort(Runnable::run);
				count();
				notes.add(chunk, -1);
			});
		}
		assertThat(known(this.database.sql())).isTrue();
		assertCountsAreRight("after the end of the one that was cut off");
	}

	/** It was cut off after it had looked and before it is listened to. */
	@Test
	void whatIsFollowedAfterItsEndHidesNoLaterEnd() throws Exception {
		count();
		ReferenceKnowledge knowledge;
		try (Connection connection = this.database.dataSource().getConnection()) {
			ZovaConnection zova = connection.unwrap(ZovaConnection.class);
			knowledge = ReferenceKnowledge.of(zova);
			connection.setAutoCommit(false);
			beginToWrite(connection);
			connection.abort(Runnable::run);
			knowledge.follow(zova.listeners());
		}
		assertALaterRollbackIsNoticed();
	}

	@Test
	void anEndThatNobodyTellsHidesNoLaterEnd() throws Exception {
		count();
		ZovaConnection zova = this.database.sql().read("look", (connection) -> connection.unwrap(ZovaConnection.class));
		ReferenceKnowledge.of(zova).follow(new TransactionListeners() {

			@Override
			public <L extends TransactionListener> L get(Object key, Supplier<L> first) {
				return first.get();
			}

			@Override
			public @Nullable TransactionListener find(Object key) {
				return null;
			}

		});
		assertALaterRollbackIsNoticed();
	}

	private void assertALaterRollbackIsNoticed() {
		count();
		this.transaction.executeWithoutResult((status) -> {
			this.objects.delete(this.ids.get(0));
			status.setRollbackOnly();
		});
		assertThat(known(this.database.sql())).isFalse();
		assertCountsAreRight("after a rollback");
	}

	private static void beginToWrite(Connection connection) throws SQLException {
		try (Statement statement = connection.createStatement()) {
			statement.executeUpdate("insert into note values ('x')");
		}
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
		long seed = TestSeed.value();
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
		assertThat(this.compared).as("seed %d", seed).isGreaterThan(30);
	}

	@Test
	void theyFollowATransactionThatBeginsWithASavepoint() throws SQLException {
		count();
		try (Connection connection = this.database.dataSource().getConnection();
				Statement statement = connection.createStatement()) {
			ObjectTemplate inside = new ObjectTemplate(new SqlAccess(new SingleConnectionDataSource(connection, true)));
			statement.execute("savepoint outermost");
			inside.delete(this.ids.remove(0));
			statement.execute("release outermost");
			assertThat(known(this.database.sql())).isTrue();
			assertCountsAreRight("after the release");
			statement.execute("savepoint outermost");
			inside.delete(this.ids.get(0));
			statement.execute("rollback to outermost");
			inside.delete(this.ids.remove(1));
			statement.execute("release outermost");
		}
		assertThat(known(this.database.sql())).isFalse();
		assertCountsAreRight("the end");
		assertNothingIsLooseOrMissing("the end");
	}

	/** The same name, the same number of commits, but other content. */
	@Test
	void theyAreNotThoseOfAFileThatIsPutInPlace() throws Exception {
		count();
		Path other = this.directory.resolve("other.zova");
		this.database.backup(other);
		try (ZovaDatabase elsewhere = ZovaDatabase.open(other)) {
			ObjectTemplate there = new ObjectTemplate(elsewhere.sql());
			for (int i = 0; i < 5; i++) {
				store(there);
			}
		}
		Files.move(other, this.file, StandardCopyOption.REPLACE_EXISTING);
		this.database.close();
		reopen(ZovaDatabase.open(this.file));
		assertThat(known(this.database.sql())).isFalse();
		assertCountsAreRight("the other file");
	}

	/**
	 * A deletion of many counts for itself where nothing can be known beyond it: here,
	 * after manifest rows were changed by SQL.
	 */
	@ParameterizedTest
	@ValueSource(strings = { "nothing", "a chunk of the next", "a chunk of the one before", "another row" })
	void deletionsOfManyAreRightWhateverTriggersAdd(String added) {
		List<ObjectId> some = new ArrayList<>();
		for (byte owner = 0; owner < 20; owner++) {
			some.add(storeWithin(this.objects, this.random, owner));
		}
		this.jdbc.sql("create table next (object blob, chunk blob)").update();
		for (int i = 0; i < some.size() - 1; i++) {
			int named = added.equals("a chunk of the next") ? i + 1 : i - 1;
			if (!added.equals("nothing") && named >= 0) {
				ChunkId chunk = this.objects.manifest(some.get(named)).chunks().get(0).chunk();
				this.jdbc.sql("insert into next values (?, ?)").param(some.get(i)).param(chunk).update();
			}
		}
		String change = added.equals("another row") ? "insert into note values ('gone')"
				: "insert into _zova_object_chunks select x'%s', (select count(*) + 1000 from _zova_object_chunks), chunk, 0, 1 from next where object = old.object_id"
					.formatted(this.ids.get(this.ids.size() - 1));
		this.jdbc.sql("create trigger more after delete on _zova_objects begin " + change + "; end").update();
		for (boolean unknown : new boolean[] { true, false }) {
			this.transaction.executeWithoutResult((status) -> {
				if (unknown) {
					this.jdbc.sql("update _zova_object_chunks set offset = offset where rowid = 1").update();
				}
				assertThat(this.objects.deleteAll(some)).isEqualTo(20);
				assertNothingIsLooseOrMissing(added);
				assertCountsAreRight(added);
				status.setRollbackOnly();
			});
		}
		for (ObjectId id : added.equals("a chunk of the one before") ? List.<ObjectId>of() : some) {
			this.objects.delete(id);
			assertNothingIsLooseOrMissing(added);
		}
	}

	@Test
	void inMemoryTheyAreRightAsWell() {
		this.database.close();
		reopen(ZovaDatabase.inMemory());
		this.ids.clear();
		storeMoreRowsThanScansAreMadeFor();
		count();
		this.jdbc.sql("insert into note values ('x')").update();
		this.ids.add(store(this.objects));
		assertThat(known(this.database.sql())).isTrue();
		assertCountsAreRight("in memory");
		this.jdbc.sql("delete from _zova_object_chunks where object_id = ?").param(this.ids.get(0)).update();
		assertThat(known(this.database.sql())).isFalse();
		assertCountsAreRight("after raw SQL");
	}

	/** Both write to one file, and neither waits for the other to have finished. */
	@ParameterizedTest
	@EnumSource(names = { "DELETE", "WAL" })
	@Timeout(60)
	void amongThreadsNoChunkIsLostOrForgotten(ZovaOptions.JournalMode mode) throws Exception {
		this.database.close();
		ZovaOptions options = ZovaOptions.builder().journalMode(mode).build();
		reopen(ZovaDatabase.open(this.file, options));
		ExecutorService threads = Executors.newFixedThreadPool(4);
		try (ZovaDatabase again = ZovaDatabase.open(this.file, options)) {
			List<Future<?>> work = new ArrayList<>();
			for (int thread = 0; thread < 4; thread++) {
				ZovaDatabase own = (thread % 2 == 0) ? this.database : again;
				Random random = new Random(thread);
				int number = thread;
				work.add(threads.submit(() -> {
					ObjectTemplate template = new ObjectTemplate(own.sql());
					TransactionTemplate transaction = new TransactionTemplate(own.transactionManager());
					List<ObjectId> mine = new ArrayList<>();
					for (int step = 0; step < 60; step++) {
						boolean undone = random.nextInt(5) == 0;
						List<ObjectId> before = List.copyOf(mine);
						transaction.executeWithoutResult((status) -> {
							if (mine.size() > 2) {
								template.delete(mine.remove(random.nextInt(mine.size())));
							}
							mine.add(storeWithin(template, random, (byte) number));
							if (undone) {
								status.setRollbackOnly();
							}
						});
						if (undone) {
							mine.clear();
							mine.addAll(before);
						}
					}
					return mine;
				}));
			}
			for (Future<?> each : work) {
				each.get(50, TimeUnit.SECONDS);
			}
		}
		finally {
			threads.shutdownNow();
		}
		assertCountsAreRight("the end");
		assertNothingIsLooseOrMissing("the end");
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
			return ReferenceKnowledge.of(zova).at(connection, false) != null;
		});
	}

	private void assertCountsAreRight(String reason) {
		this.database.sql().write("compare counts", (connection) -> {
			ZovaConnection zova = connection.unwrap(ZovaConnection.class);
			ReferenceCounts counts = ReferenceKnowledge.of(zova).at(connection, true);
			if (counts != null) {
				this.compared++;
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
		return storeWithin(target, this.random, (byte) -1);
	}

	/** The first piece is the owner's, the others are shared by all. */
	private ObjectId storeWithin(ObjectTemplate target, Random random, byte owner) {
		while (true) {
			ByteArrayOutputStream content = new ByteArrayOutputStream();
			List<ObjectManifest.Entry> entries = new ArrayList<>();
			int count = 5 + random.nextInt(15);
			for (int i = 0; i < count; i++) {
				byte[] piece = (i == 0 && owner >= 0) ? new byte[] { owner }
						: this.pieces[random.nextInt(this.pieces.length)];
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
