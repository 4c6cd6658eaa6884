package io.zova.store;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
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
import io.zova.maintenance.DatabaseInfo;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Many threads use a set at once: none sees half a commit, none is told that the files
 * are busy.
 */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class SetUnderLoadTests {

	private static final int WRITERS = 3;

	private static final int READERS = 3;

	private static final int COMMITS = 40;

	@TempDir
	Path directory;

	private ZovaDatabase set(JournalMode mode) {
		Path main = this.directory.resolve("main.zova");
		ZovaDatabase.create(main).close();
		for (StoreRole role : StoreRole.values()) {
			Path store = this.directory.resolve(role.storeName() + ".zova");
			Stores.create(role, store);
			Stores.of(main).bind(role, store);
		}
		ZovaDatabase database = ZovaDatabase.open(main, ZovaOptions.builder().journalMode(mode).build());
		JdbcClient.create(database.dataSource()).sql("create table article (id integer primary key)").update();
		database.graphs().create("library");
		return database;
	}

	@ParameterizedTest
	@EnumSource(names = { "DELETE", "WAL" })
	void everyThreadSeesWholeCommitsAndNoneIsBusy(JournalMode mode) throws Exception {
		ExecutorService threads = Executors.newFixedThreadPool(WRITERS + READERS);
		AtomicBoolean writing = new AtomicBoolean(true);
		try (ZovaDatabase database = set(mode)) {
			List<Future<?>> writers = new ArrayList<>();
			List<Future<?>> readers = new ArrayList<>();
			for (int i = 0; i < READERS; i++) {
				readers.add(threads.submit(reading(database, writing)));
			}
			for (int i = 0; i < WRITERS; i++) {
				int first = i * COMMITS;
				writers.add(threads.submit(() -> {
					for (int id = first; id < first + COMMITS; id++) {
						write(database, id);
					}
				}));
			}
			for (Future<?> writer : writers) {
				writer.get();
			}
			writing.set(false);
			for (Future<?> reader : readers) {
				reader.get();
			}
			assertThat(database.objects().stream()).hasSize(WRITERS * COMMITS);
		}
		finally {
			writing.set(false);
			threads.shutdownNow();
		}
		ZovaDatabase.open(this.directory.resolve("main.zova")).close();
	}

	private static void write(ZovaDatabase database, int id) {
		new TransactionTemplate(database.transactionManager()).executeWithoutResult((status) -> {
			JdbcClient.create(database.dataSource()).sql("insert into article values (?)").param(id).update();
			database.objects().put(ByteBuffer.allocate(Integer.BYTES).putInt(0, id).array());
			database.graphs().graph("library").putNode("article-" + id, "article");
		});
	}

	private static Callable<Long> reading(ZovaDatabase database, AtomicBoolean writing) {
		TransactionTemplate readOnly = new TransactionTemplate(database.transactionManager());
		readOnly.setReadOnly(true);
		JdbcClient jdbc = JdbcClient.create(database.dataSource());
		return () -> {
			long seen = 0;
			while (writing.get()) {
				long before = seen;
				seen = readOnly.execute((status) -> {
					long articles = jdbc.sql("select count(*) from article").query(Long.class).single();
					assertThat(database.objects().stream().count()).isEqualTo(articles);
					assertThat(database.graphs().info("library").nodeCount()).isEqualTo(articles);
					return articles;
				});
				assertThat(seen).isGreaterThanOrEqualTo(before);
				DatabaseInfo.Counts counts = database.info().counts();
				assertThat(counts.objects()).as("one call, one state of all files").isEqualTo(counts.graphNodes());
			}
			return seen;
		};
	}

}
