package io.zova.store;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

import io.zova.ZovaDatabase;
import io.zova.ZovaException;
import io.zova.ZovaOptions;
import io.zova.ZovaOptions.JournalMode;
import io.zova.ZovaStatus;
import io.zova.format.StorePolicy;
import io.zova.format.StoreRole;
import io.zova.format.TestFiles;
import io.zova.object.ObjectId;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Another process changes which stores a file has, which this one has open.
 */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class OtherProcessesAndStoresTests {

	@TempDir
	Path directory;

	private Path main() {
		return this.directory.resolve("main.zova");
	}

	private Path store() {
		return this.directory.resolve("objects.zova");
	}

	private void inAnotherProcess(String task) throws Exception {
		inAnotherProcess(task, Path.of(""), main(), store());
	}

	private static void inAnotherProcess(String task, Path workingDirectory, Path main, Path store) throws Exception {
		Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
				"-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx64m", "-cp",
				System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
				MovingProcess.class.getName(), task, main.toString(), store.toString())
			.directory(workingDirectory.toAbsolutePath().toFile())
			.redirectErrorStream(true)
			.start();
		String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
		assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
		assertThat(output).contains("> done");
	}

	private static void eventually(BooleanSupplier condition) throws InterruptedException {
		long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
		while (!condition.getAsBoolean()) {
			assertThat(System.nanoTime()).as("deadline").isLessThan(deadline);
			Thread.sleep(5);
		}
	}

	@Test
	void whatAnotherProcessSplitsBindsAndJoinsIsWrittenAndReadWhereItIs() throws Exception {
		FilledFile.create(main());
		ObjectId known = ObjectId.ofContent(FilledFile.content(1));
		try (ZovaDatabase database = ZovaDatabase.open(main(),
				ZovaOptions.builder().journalMode(JournalMode.WAL).build())) {
			assertThat(database.objects().exists(known)).isTrue();
			inAnotherProcess("split");
			ObjectId written = database.objects().put("after the split".getBytes());
			assertThat(rowsInMain(database)).as("nothing is written to the main file").isZero();
			assertThat(database.objects().exists(written)).isTrue();
			assertThat(database.objects().exists(known)).isTrue();

			inAnotherProcess("join");
			eventually(() -> database.objects().exists(written));
			ObjectId later = database.objects().put("after the join".getBytes());
			assertThat(rowsInMain(database)).isEqualTo(7);

			inAnotherProcess("split");
			eventually(() -> database.objects().count() == 7);
			inAnotherProcess("unbind");
			eventually(() -> database.objects().count() == 0);
			inAnotherProcess("rebind");
			eventually(() -> database.objects().exists(later));
			new TransactionTemplate(database.transactionManager()).executeWithoutResult((status) -> {
				database.objects().put("in a transaction".getBytes());
				database.graphs().graph("people").putNode("later", "person");
			});
			assertThat(database.objects().count()).isEqualTo(8);
			assertThat(rowsInMain(database)).isZero();
		}
		ZovaDatabase.open(main()).close();
	}

	@Test
	void relativePathsOfAnotherWorkingDirectoryAreFoundFromHere() throws Exception {
		FilledFile.create(main());
		inAnotherProcess("split", this.directory, Path.of("main.zova"), Path.of("objects.zova"));
		assertThat(Stores.of(main()).info(StoreRole.OBJECTS).orElseThrow().path()).isEqualTo(store().toString());
		Stores.of(main())
			.bind(StoreRole.OBJECTS, Path.of("").toAbsolutePath().relativize(store()),
					StoreOptions.defaults().keepingRelativePath());
		TestFiles.execute(main(), "update _zova_bound_stores set path = 'objects.zova'");
		inAnotherProcess("join", this.directory.getParent(), main(), store());
		try (ZovaDatabase database = ZovaDatabase.open(main())) {
			assertThat(database.objects().count()).isEqualTo(5);
		}
	}

	private static long rowsInMain(ZovaDatabase database) {
		return JdbcClient.create(database.dataSource())
			.sql("select count(*) from _zova_objects")
			.query(Long.class)
			.single();
	}

	@ParameterizedTest
	@EnumSource(value = JournalMode.class, names = { "DELETE", "WAL" })
	void aSplitOfWhichNobodyToldIsNoticedBeforeAnythingIsWritten(JournalMode mode) throws Exception {
		FilledFile.create(main());
		StoreOptions options = StoreOptions.defaults().allowingWal();
		try (ZovaDatabase database = ZovaDatabase.open(main(), ZovaOptions.builder().journalMode(mode).build())) {
			database.objects().put("before".getBytes());
			bindPastThisProcess(database, options);
			ObjectId id = database.objects().put("after".getBytes());
			assertThat(database.objects().exists(id)).isTrue();
			assertThat(rowsInMain(database)).isZero();
		}
	}

	/** What a split leaves in the files, without telling anybody here. */
	private void bindPastThisProcess(ZovaDatabase database, StoreOptions options) throws Exception {
		Path copy = this.directory.resolve("copy.zova");
		database.backup(copy);
		Stores.of(copy).split(StoreRole.OBJECTS, store(), options);
		String row = TestFiles
			.texts(copy, "select quote(role)||','||quote(name)||','||quote(path)||','||quote(store_id)||','"
					+ "||quote(bound_set_id)||','||object_epoch||',null,null,'||created_at_unix from _zova_bound_stores")
			.get(0);
		String table = TestFiles.texts(copy, "select sql from sqlite_schema where name = '_zova_bound_stores'").get(0);
		TestFiles.execute(main(), "pragma busy_timeout=10000", "begin immediate", table,
				"insert into _zova_bound_stores(role,name,path,store_id,bound_set_id,object_epoch,vector_epoch,"
						+ "graph_epoch,created_at_unix) values (" + row + ")",
				"delete from _zova_object_chunks", "delete from _zova_objects", "delete from _zova_chunks", "commit");
	}

	@Test
	void aStoreThatThePolicyForbidsIsRefusedAlsoWhenAnotherProcessBindsIt() throws Exception {
		FilledFile.create(main());
		try (ZovaDatabase database = ZovaDatabase.open(main(),
				ZovaOptions.builder().boundStores(StorePolicy.DENY).build())) {
			inAnotherProcess("split");
			assertThatExceptionOfType(ZovaException.class).isThrownBy(() -> database.objects().put("x".getBytes()))
				.satisfies((ex) -> assertThat(ex.status()).isEqualTo(ZovaStatus.BOUND_STORE_INVALID));
			assertThatExceptionOfType(DataAccessException.class)
				.isThrownBy(() -> database.objects().put("x".getBytes()));
		}
	}

}
