package io.zova.store;

import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.Statement;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.dao.DataAccessException;

import io.zova.ZovaDatabase;
import io.zova.ZovaException;
import io.zova.ZovaStatus;
import io.zova.format.StoreRole;
import io.zova.format.TestFiles;
import io.zova.sqlite.driver.DriverConnections;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Paths, files and statements by which somebody could make a set read or write what it
 * should not, and two who change a set at the same time.
 */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "links and pipes are needed")
@Timeout(60)
class HostileStoresTests {

	@TempDir
	Path directory;

	private Path main() {
		return this.directory.resolve("main.zova");
	}

	private Path store() {
		return this.directory.resolve("objects.zova");
	}

	private Path set() {
		Path main = FilledFile.create(main());
		Stores.of(main).split(StoreRole.OBJECTS, store());
		return main;
	}

	private static ZovaStatus opening(Path main) {
		return TestFiles.statusOf(() -> ZovaDatabase.open(main).close());
	}

	@ParameterizedTest
	@ValueSource(strings = { "pipe", "device", "loop", "dangling" })
	void whatIsNoFileIsNeverOpened(String kind) throws Exception {
		Path main = set();
		Path moved = Files.move(store(), this.directory.resolve("moved.zova"));
		switch (kind) {
			case "pipe" -> assertThat(new ProcessBuilder("mkfifo", store().toString()).start().waitFor()).isZero();
			case "device" -> Files.createSymbolicLink(store(), Path.of("/dev/zero"));
			case "loop" -> Files.createSymbolicLink(store(), store());
			default -> Files.createSymbolicLink(store(), this.directory.resolve("nowhere.zova"));
		}
		assertThat(opening(main)).isIn(ZovaStatus.CANT_OPEN, ZovaStatus.NOT_ZOVA_DATABASE);
		assertThat(TestFiles.statusOf(() -> Stores.of(main).bind(StoreRole.OBJECTS, store())))
			.isIn(ZovaStatus.CANT_OPEN, ZovaStatus.NOT_ZOVA_DATABASE);
		Path other = FilledFile.create(this.directory.resolve("other.zova"));
		assertThat(TestFiles.statusOf(() -> Stores.of(other).split(StoreRole.OBJECTS, store())))
			.isEqualTo(ZovaStatus.DESTINATION_EXISTS);
		assertThat(Files.exists(store(), LinkOption.NOFOLLOW_LINKS)).isTrue();
		assertThat(this.directory.resolve("nowhere.zova")).doesNotExist();
		Stores.of(main).bind(StoreRole.OBJECTS, moved);
		assertThat(opening(main)).isEqualTo(ZovaStatus.OK);
	}

	@Test
	void aMainFileIsNoStoreOfItselfOrOfAnotherByWhateverName() throws Exception {
		Path main = FilledFile.create(main());
		Path hardLink = Files.createLink(this.directory.resolve("hard.zova"), main);
		Path link = Files.createSymbolicLink(this.directory.resolve("link.zova"), main);
		Path empty = this.directory.resolve("empty.zova");
		ZovaDatabase.create(empty).close();
		for (Path path : List.of(main, hardLink, link)) {
			assertThat(TestFiles.statusOf(() -> Stores.of(empty).bind(StoreRole.OBJECTS, path)))
				.isEqualTo(ZovaStatus.NOT_ZOVA_DATABASE);
		}
		assertThat(opening(main)).isEqualTo(ZovaStatus.OK);
		Files.delete(hardLink);
		Stores.of(main).split(StoreRole.OBJECTS, store());
		TestFiles.execute(main, "update _zova_bound_stores set path = '" + main + "'");
		assertThat(opening(main)).isEqualTo(ZovaStatus.NOT_ZOVA_DATABASE);
	}

	/**
	 * Another application's file stays as it is, to the byte, and gets no files beside
	 * it.
	 */
	@Test
	void aMainFileThatNamesAFileOfAnotherApplicationDoesNotOpenAndChangesNothingThere() throws Exception {
		Path main = set();
		Path foreign = Files.createDirectory(this.directory.resolve("foreign"));
		Path theirs = Files.createFile(foreign.resolve("theirs.zova"));
		TestFiles.execute(theirs, "pragma journal_mode=wal", "create table secret (a)",
				"insert into secret values (1)");
		byte[] before = Files.readAllBytes(theirs);
		TestFiles.execute(main, "update _zova_bound_stores set path = '" + theirs + "'");
		assertThat(opening(main)).isEqualTo(ZovaStatus.NOT_ZOVA_DATABASE);
		assertThat(TestFiles.statusOf(() -> Stores.of(main).join(StoreRole.OBJECTS)))
			.isEqualTo(ZovaStatus.NOT_ZOVA_DATABASE);
		assertThat(theirs).hasBinaryContent(before);
		assertThat(TestFiles.texts(theirs, "select a from secret")).containsExactly("1");
		Path second = FilledFile.create(foreign.resolve("second.zova"));
		Path victim = foreign.resolve("victim.zova");
		Stores.of(second).split(StoreRole.OBJECTS, victim);
		before = Files.readAllBytes(victim);
		TestFiles.execute(main, "update _zova_bound_stores set path = '" + victim + "'");
		assertThat(opening(main)).isEqualTo(ZovaStatus.BOUND_STORE_INVALID);
		assertThat(victim).hasBinaryContent(before);
		assertThat(opening(second)).isEqualTo(ZovaStatus.OK);
	}

	@Test
	void dotsBehindALinkAreRecordedAsWhatTheyLeadTo() throws Exception {
		Path main = FilledFile.create(main());
		Path deep = Files.createDirectories(this.directory.resolve("large/disk"));
		Path link = Files.createSymbolicLink(this.directory.resolve("link"), deep);
		Path given = link.resolve("../objects.zova");
		StoreInfo split = Stores.of(main).split(StoreRole.OBJECTS, given).store();
		assertThat(split.reachable()).isTrue();
		assertThat(this.directory.resolve("large/objects.zova")).exists();
		assertThat(opening(main)).isEqualTo(ZovaStatus.OK);
		Stores.of(main).bind(StoreRole.OBJECTS, given);
		assertThat(opening(main)).isEqualTo(ZovaStatus.OK);
		Path throughLink = Files.move(this.directory.resolve("large/objects.zova"), deep.resolve("objects.zova"));
		assertThat(Stores.of(main).bind(StoreRole.OBJECTS, link.resolve("objects.zova")).path())
			.as("a link stays a link")
			.isEqualTo(link.resolve("objects.zova").toString());
		assertThat(throughLink).exists();
		assertThat(opening(main)).isEqualTo(ZovaStatus.OK);
	}

	@Test
	void whatSqlAttachesOrDetachesHarmsNobodyElse() throws Exception {
		Path main = set();
		Path other = this.directory.resolve("other.zova");
		Stores.create(StoreRole.OBJECTS, other);
		try (ZovaDatabase database = ZovaDatabase.open(main)) {
			try (Connection connection = database.dataSource().getConnection();
					Statement statement = connection.createStatement()) {
				statement.execute("detach object_store");
				statement.execute("attach '" + other + "' as object_store");
			}
			catch (java.sql.SQLException ex) {
				// Refused is as good.
				assertThat(ex.getMessage()).isNotEmpty();
			}
			assertThat(database.objects().count()).isEqualTo(5);
			database.objects().put("more".getBytes());
			try (Connection connection = database.dataSource().getConnection();
					Statement statement = connection.createStatement()) {
				statement.execute("attach '" + other + "' as graph_store");
			}
			database.stores().split(StoreRole.GRAPHS, this.directory.resolve("graphs.zova"));
			assertThat(database.graphs().graph("people").nodeExists("n1")).isTrue();
			assertThat(database.objects().count()).isEqualTo(6);
		}
		assertThat(TestFiles.texts(other, "select count(*) from _zova_objects")).containsExactly("0");
		assertThat(opening(main)).isEqualTo(ZovaStatus.OK);
	}

	@Test
	void aConnectionThatHasTakenTheNameOfAStoreGetsAnErrorAndIsNotUsedAgain() throws Exception {
		Path main = FilledFile.create(main());
		Path other = this.directory.resolve("other.zova");
		Stores.create(StoreRole.OBJECTS, other);
		try (ZovaDatabase database = ZovaDatabase.open(main)) {
			try (Connection connection = database.dataSource().getConnection();
					Statement statement = connection.createStatement()) {
				statement.execute("attach '" + other + "' as object_store");
				database.stores().split(StoreRole.OBJECTS, store());
				assertThatExceptionOfType(java.sql.SQLException.class)
					.isThrownBy(() -> statement.executeQuery("select count(*) from _zova_kv"))
					.withMessageContaining("object_store");
			}
			assertThat(database.objects().count()).isEqualTo(5);
		}
	}

	/** The second has looked before the first was done, and must look again. */
	@Test
	void ofTwoProcessesThatSplitAtTheSameTimeTheSecondIsRefused() throws Exception {
		Path main = FilledFile.create(main());
		Path twin = Files.copy(main, this.directory.resolve("twin.zova"));
		Stores.of(twin).split(StoreRole.OBJECTS, store());
		Path second = this.directory.resolve("second.zova");
		try (Connection first = DriverConnections.readWrite(main, 0).open();
				Statement statement = first.createStatement()) {
			statement.execute("attach '" + twin + "' as twin");
			statement.execute("begin immediate");
			CompletableFuture<ZovaStatus> other = new CompletableFuture<>();
			Thread thread = new Thread(
					() -> other.complete(TestFiles.statusOf(() -> Stores.of(main).split(StoreRole.OBJECTS, second))));
			thread.start();
			long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
			while (!waitsForTheFirst(thread)) {
				assertThat(System.nanoTime()).as("deadline").isLessThan(deadline);
			}
			statement.execute(
					TestFiles.texts(twin, "select sql from sqlite_schema where name = '_zova_bound_stores'").get(0));
			statement.execute("insert into main._zova_bound_stores select * from twin._zova_bound_stores");
			for (String table : List.of("_zova_object_chunks", "_zova_objects", "_zova_chunks")) {
				statement.execute("delete from main." + table);
			}
			statement.execute("commit");
			assertThat(other.get(30, TimeUnit.SECONDS)).isEqualTo(ZovaStatus.BOUND_STORE_EXISTS);
		}
		assertThat(second).doesNotExist();
		assertThat(Stores.of(main).info(StoreRole.OBJECTS).orElseThrow().path()).isEqualTo(store().toString());
		try (ZovaDatabase database = ZovaDatabase.open(main)) {
			assertThat(database.objects().count()).isEqualTo(5);
		}
	}

	private static boolean waitsForTheFirst(Thread thread) {
		return !thread.isAlive() || Arrays.stream(thread.getStackTrace())
			.anyMatch(
					(frame) -> frame.getClassName().endsWith("StoreChange") && frame.getMethodName().equals("execute"));
	}

	@Test
	void anOlderFileInThePlaceOfAnOpenStoreIsNotWritten() throws Exception {
		Path main = set();
		Path older = Files.copy(store(), this.directory.resolve("older.copy"));
		try (ZovaDatabase database = ZovaDatabase.open(main)) {
			database.objects().put("more".getBytes());
			byte[] before = Files.readAllBytes(older);
			Files.move(older, store(), StandardCopyOption.REPLACE_EXISTING);
			assertThatExceptionOfType(ZovaException.class).isThrownBy(database::requireFileInPlace)
				.withMessageContaining("replaced");
			assertThatExceptionOfType(DataAccessException.class)
				.isThrownBy(() -> database.objects().put("lost".getBytes()));
			assertThat(store()).hasBinaryContent(before);
		}
		assertThat(opening(main)).isEqualTo(ZovaStatus.BOUND_STORE_INVALID);
	}

}
