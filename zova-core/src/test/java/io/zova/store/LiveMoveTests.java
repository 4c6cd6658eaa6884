package io.zova.store;

import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

import io.zova.ZovaDatabase;
import io.zova.ZovaOptions;
import io.zova.ZovaOptions.JournalMode;
import io.zova.format.StoreRole;
import io.zova.object.ObjectId;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Stores are split off and joined while other threads read and write: whoever looks finds
 * everything in one place, and nothing is written to the other.
 */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class LiveMoveTests {

	private static final int MOVES = 3;

	private static final int WRITERS = 2;

	@TempDir
	Path directory;

	private final AtomicBoolean moving = new AtomicBoolean(true);

	private final List<ObjectId> written = new CopyOnWriteArrayList<>();

	private Path main() {
		return this.directory.resolve("main.zova");
	}

	@ParameterizedTest
	@EnumSource(value = JournalMode.class, names = { "DELETE", "WAL" })
	void nobodyMissesOrLosesAnythingWhileStoresAreSplitOffAndJoined(JournalMode mode) throws Exception {
		FilledFile.create(main());
		ExecutorService threads = Executors.newCachedThreadPool();
		List<Future<?>> others = new ArrayList<>();
		try (ZovaDatabase database = ZovaDatabase.open(main(), ZovaOptions.builder().journalMode(mode).build())) {
			for (int writer = 0; writer < WRITERS; writer++) {
				others.add(threads.submit(writing(database, writer)));
			}
			others.add(threads.submit(readingByCalls(database)));
			others.add(threads.submit(readingBySql(database)));
			others.add(threads.submit(readingInTransactions(database)));
			StoreOptions options = StoreOptions.defaults().allowingWal();
			for (int move = 0; move < MOVES; move++) {
				for (StoreRole role : StoreRole.values()) {
					Path store = this.directory.resolve(role.name().toLowerCase(Locale.ROOT) + move + ".zova");
					database.stores().split(role, store, options);
				}
				assertThat(rowsInMain(database)).as("rows left in the main file").isZero();
				if (move < MOVES - 1) {
					for (StoreRole role : StoreRole.values()) {
						database.stores().join(role);
						Files.delete(this.directory.resolve(role.name().toLowerCase(Locale.ROOT) + move + ".zova"));
					}
				}
			}
			this.moving.set(false);
			for (Future<?> other : others) {
				other.get();
			}
			assertThat(this.written).isNotEmpty().allMatch((id) -> database.objects().exists(id));
		}
		finally {
			this.moving.set(false);
			threads.shutdownNow();
		}
		for (StoreRole role : StoreRole.values()) {
			assertThat(FilledFile.rows(main(), role)).as("written to the main file").isEmpty();
		}
		ZovaDatabase.open(main()).close();
	}

	private static long rowsInMain(ZovaDatabase database) {
		return JdbcClient.create(database.dataSource())
			.sql("select (select count(*) from _zova_objects) + (select count(*) from _zova_chunks) + "
					+ "(select count(*) from _zova_vectors) + (select count(*) from _zova_graph_nodes)")
			.query(Long.class)
			.single();
	}

	private Callable<Void> writing(ZovaDatabase database, int writer) {
		TransactionTemplate transaction = new TransactionTemplate(database.transactionManager());
		return () -> {
			for (int i = 0; this.moving.get(); i++) {
				byte[] content = ByteBuffer.allocate(8).putInt(writer).putInt(i).array();
				String name = writer + "-" + i;
				this.written.add(database.objects().put(content));
				transaction.executeWithoutResult((status) -> {
					database.vectors().collection("notes").put(name, writer, 1);
					database.graphs().graph("people").putNode(name, "person");
				});
				assertThat(database.objects().get(this.written.get(this.written.size() - 1))).hasSize(8);
				assertThat(database.graphs().graph("people").nodeExists(name)).isTrue();
				assertThat(database.vectors().collection("notes").exists(name)).isTrue();
			}
			return null;
		};
	}

	private Callable<Void> readingByCalls(ZovaDatabase database) {
		ObjectId id = ObjectId.ofContent(FilledFile.content(1));
		return () -> {
			while (this.moving.get()) {
				assertThat(database.objects().exists(id)).isTrue();
				assertThat(database.objects().get(id)).isEqualTo(FilledFile.content(1));
				assertThat(database.graphs().graph("people").nodeExists("n4")).isTrue();
				assertThat(database.graphs().graph("people").reachable("n3", "n5")).isTrue();
				assertThat(database.vectors().collection("notes").search(1, 7, -7).get(0).id()).isEqualTo("v7");
			}
			return null;
		};
	}

	private Callable<Void> readingBySql(ZovaDatabase database) {
		JdbcClient jdbc = JdbcClient.create(database.dataSource());
		return () -> {
			while (this.moving.get()) {
				assertThat(jdbc.sql("select count(*) from zova_graph_walk('people', 'n3') where max_depth = 5")
					.query(Integer.class)
					.single()).isEqualTo(3);
				assertThat(jdbc.sql("select vector_id from zova_vector_search('notes', ?) where top_k = 1")
					.param(new byte[] { 0, 0, -32, 64, 0, 0, -32, -64 })
					.query(String.class)
					.single()).isEqualTo("v7");
			}
			return null;
		};
	}

	private Callable<Void> readingInTransactions(ZovaDatabase database) {
		ObjectId id = ObjectId.ofContent(FilledFile.content(1));
		JdbcClient jdbc = JdbcClient.create(database.dataSource());
		TransactionTemplate readOnly = new TransactionTemplate(database.transactionManager());
		readOnly.setReadOnly(true);
		return () -> {
			while (this.moving.get()) {
				readOnly.executeWithoutResult((status) -> {
					jdbc.sql("select 1").query(Integer.class).single();
					assertThat(database.objects().exists(id)).isTrue();
					assertThat(database.graphs().graph("people").nodeExists("n4")).isTrue();
					assertThat(database.vectors().collection("notes").exists("v7")).isTrue();
				});
			}
			return null;
		};
	}

}
