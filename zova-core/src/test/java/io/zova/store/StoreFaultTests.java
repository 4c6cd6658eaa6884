package io.zova.store;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.SQLException;
import java.util.HexFormat;
import java.util.Locale;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;

import io.zova.ZovaDatabase;
import io.zova.ZovaException;
import io.zova.ZovaOptions;
import io.zova.ZovaOptions.JournalMode;
import io.zova.ZovaStatus;
import io.zova.format.StorePolicy;
import io.zova.format.StoreRole;
import io.zova.format.TestFiles;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * A store is not what its main file means, or not where, or goes away.
 */
class StoreFaultTests {

	@TempDir
	Path directory;

	private Path store(StoreRole role) {
		return this.directory.resolve(role.name().toLowerCase(Locale.ROOT) + ".zova");
	}

	private Path set(StoreRole role) {
		Path main = FilledFile.create(this.directory.resolve("main.zova"));
		Stores.of(main).split(role, store(role));
		return main;
	}

	private static ZovaStatus opening(Path main) {
		return TestFiles.statusOf(() -> ZovaDatabase.open(main).close());
	}

	@ParameterizedTest
	@EnumSource
	void aMissingStoreIsNamedAndFoundAgainByBinding(StoreRole role) throws Exception {
		Path main = set(role);
		Path moved = Files.move(store(role), this.directory.resolve("moved.zova"));
		assertThatExceptionOfType(ZovaException.class).isThrownBy(() -> ZovaDatabase.open(main))
			.withMessageContaining(store(role).toString())
			.satisfies((ex) -> assertThat(ex.status()).isEqualTo(ZovaStatus.NOT_ZOVA_DATABASE));
		TestFiles.execute(main, "update _zova_bound_stores set path = '" + this.directory + "/none/a.zova'");
		assertThat(opening(main)).isEqualTo(ZovaStatus.CANT_OPEN);
		Stores.of(main).bind(role, moved);
		assertThat(opening(main)).isEqualTo(ZovaStatus.OK);
	}

	@Test
	void swappedStoresOfTwoSetsAreNoticed() throws Exception {
		Path main = set(StoreRole.OBJECTS);
		Path other = FilledFile.create(this.directory.resolve("other.zova"));
		Path otherStore = this.directory.resolve("other-objects.zova");
		Stores.of(other).split(StoreRole.OBJECTS, otherStore);
		Path between = Files.move(otherStore, this.directory.resolve("between.zova"));
		Files.move(store(StoreRole.OBJECTS), otherStore);
		Files.move(between, store(StoreRole.OBJECTS));
		for (Path swapped : new Path[] { main, other }) {
			assertThatExceptionOfType(ZovaException.class).isThrownBy(() -> ZovaDatabase.open(swapped))
				.withMessageContaining("store_id")
				.satisfies((ex) -> assertThat(ex.status()).isEqualTo(ZovaStatus.BOUND_STORE_INVALID));
		}
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void anOlderFileOfASetIsNoticedAndTakenAsItIsByBinding(boolean storeIsOlder) throws Exception {
		Path main = set(StoreRole.VECTORS);
		Path aged = storeIsOlder ? store(StoreRole.VECTORS) : main;
		Path older = Files.copy(aged, this.directory.resolve("older.copy"));
		try (ZovaDatabase database = ZovaDatabase.open(main)) {
			database.vectors().collection("notes").put("later", 1, 1);
		}
		Files.move(older, aged, StandardCopyOption.REPLACE_EXISTING);
		assertThatExceptionOfType(ZovaException.class).isThrownBy(() -> ZovaDatabase.open(main))
			.withMessageContaining(storeIsOlder ? "it has seen change 0, and the main file has seen change 1"
					: "it has seen change 1, and the main file has seen change 0")
			.satisfies((ex) -> assertThat(ex.status()).isEqualTo(ZovaStatus.BOUND_STORE_INVALID));
		Stores.of(main).bind(StoreRole.VECTORS, store(StoreRole.VECTORS));
		try (ZovaDatabase database = ZovaDatabase.open(main)) {
			assertThat(database.vectors().collection("notes").exists("later")).isEqualTo(!storeIsOlder);
		}
	}

	@ParameterizedTest
	@CsvSource({ "text, NOT_ZOVA_DATABASE", "empty, NOT_ZOVA_DATABASE", "main, NOT_ZOVA_DATABASE",
			"other role, NOT_ZOVA_DATABASE", "directory, CANT_OPEN", "sqlite, NOT_ZOVA_DATABASE" })
	void whatIsNoStoreOfTheRoleIsRefusedByOpenAndByBind(String foreign, ZovaStatus status) throws Exception {
		Path main = set(StoreRole.GRAPHS);
		Path store = store(StoreRole.GRAPHS);
		Files.delete(store);
		switch (foreign) {
			case "text" -> Files.writeString(store, "no database ".repeat(1000));
			case "empty" -> Files.createFile(store);
			case "main" -> ZovaDatabase.create(store).close();
			case "other role" -> Stores.create(StoreRole.OBJECTS, store);
			case "directory" -> Files.createDirectory(store);
			default -> {
				Files.createFile(store);
				TestFiles.execute(store, "create table a (b)");
			}
		}
		assertThat(opening(main)).isEqualTo(status);
		assertThat(TestFiles.statusOf(() -> Stores.of(main).bind(StoreRole.GRAPHS, store))).isEqualTo(status);
		assertThat(Stores.of(main).info(StoreRole.GRAPHS)).isPresent();
	}

	@ParameterizedTest
	@EnumSource
	void aStoreIsNoMainFile(StoreRole role) {
		set(role);
		assertThatExceptionOfType(ZovaException.class).isThrownBy(() -> ZovaDatabase.open(store(role)))
			.withMessageContaining("Open the file that it is bound to")
			.satisfies((ex) -> assertThat(ex.status()).isEqualTo(ZovaStatus.BOUND_STORE_INVALID));
		assertThat(TestFiles.statusOf(() -> Stores.of(store(role)).split(role, this.directory.resolve("a.zova"))))
			.isEqualTo(ZovaStatus.BOUND_STORE_INVALID);
	}

	@Test
	void ofTwoMainFilesThatBindOneStoreTheFirstIsRefused() throws Exception {
		Path main = set(StoreRole.OBJECTS);
		Path copy = Files.copy(main, this.directory.resolve("copy-of-main.zova"));
		assertThat(opening(copy)).isEqualTo(ZovaStatus.OK);
		Stores.of(copy).bind(StoreRole.OBJECTS, store(StoreRole.OBJECTS), StoreOptions.defaults().takingOver());
		assertThat(opening(copy)).isEqualTo(ZovaStatus.OK);
		assertThatExceptionOfType(ZovaException.class).isThrownBy(() -> ZovaDatabase.open(main))
			.withMessageContaining("bound to another main file since");
	}

	@Test
	void aBindingChangedByAnotherWhileTheSetIsOpenStopsWrites() throws Exception {
		Path main = set(StoreRole.OBJECTS);
		try (ZovaDatabase database = ZovaDatabase.open(main)) {
			TestFiles.execute(main, "update _zova_bound_stores set bound_set_id = replace(bound_set_id, '0', '1')");
			assertThatExceptionOfType(DataAccessException.class)
				.isThrownBy(() -> database.objects().put("lost".getBytes()))
				.withMessageContaining("bound to another main file since");
		}
		assertThat(TestFiles.texts(store(StoreRole.OBJECTS), "select count(*) from _zova_objects"))
			.containsExactly("5");
	}

	@ParameterizedTest
	@EnumSource(JournalMode.class)
	void aStoreThatIsReplacedOrWhoseDirectoryIsGoneWhileItIsOpenIsReadOnAndNotWritten(JournalMode mode)
			throws Exception {
		Path main = FilledFile.create(this.directory.resolve("main.zova"));
		Path mount = Files.createDirectory(this.directory.resolve("mount"));
		Path store = mount.resolve("objects.zova");
		Stores.of(main).split(StoreRole.OBJECTS, store);
		try (ZovaDatabase database = ZovaDatabase.open(main, ZovaOptions.builder().journalMode(mode).build())) {
			database.objects().put("before".getBytes());
			Files.move(mount, this.directory.resolve("unmounted"));
			assertThat(database.objects().stream().toList()).hasSize(6);
			assertThatExceptionOfType(ZovaException.class).isThrownBy(database::requireFileInPlace)
				.withMessageContaining(store.toString());
			assertThatExceptionOfType(ZovaException.class).isThrownBy(() -> database.objects().put("lost".getBytes()))
				.withMessageContaining(store.toString())
				.satisfies((ex) -> assertThat(ex.status()).isEqualTo(ZovaStatus.READ_ONLY));
			assertThat(database.objects().stream().toList()).hasSize(6);
		}
		assertThat(opening(main)).isEqualTo(ZovaStatus.CANT_OPEN);
		Files.move(this.directory.resolve("unmounted"), mount);
		try (ZovaDatabase database = ZovaDatabase.open(main)) {
			assertThat(database.objects().stream().toList()).hasSize(6);
		}
	}

	@Test
	void aRelativePathIsFoundBesideTheMainFileFromAnyWorkingDirectory() {
		Path main = set(StoreRole.OBJECTS);
		Path relative = Path.of("").toAbsolutePath().relativize(store(StoreRole.OBJECTS));
		Stores.of(main).bind(StoreRole.OBJECTS, relative, StoreOptions.defaults().keepingRelativePath());
		assertThat(opening(main)).as("from the working directory").isEqualTo(ZovaStatus.OK);
		execute(main, "update _zova_bound_stores set path = 'objects.zova'");
		assertThat(Path.of("objects.zova")).doesNotExist();
		assertThat(opening(main)).as("beside the main file").isEqualTo(ZovaStatus.OK);
		try (ZovaDatabase database = ZovaDatabase.open(main)) {
			assertThat(database.stores().info(StoreRole.OBJECTS).orElseThrow().reachable()).isTrue();
			database.objects().put("more".getBytes());
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "file:objects.zova", "FILE:/tmp/objects.zova", "a\nb.zova", "a\u0000b.zova",
			"a\u001b[31mb.zova", "objects.zova?mode=memory", "", ":memory:" })
	void pathsThatSqliteOrATerminalCouldTakeForSomethingElseAreRefused(String path) throws Exception {
		Path main = set(StoreRole.OBJECTS);
		execute(main, "update _zova_bound_stores set path = cast(x'"
				+ HexFormat.of().formatHex(path.getBytes(StandardCharsets.UTF_8)) + "' as text)");
		assertThatExceptionOfType(ZovaException.class).isThrownBy(() -> ZovaDatabase.open(main)).satisfies((ex) -> {
			assertThat(ex.status()).isEqualTo(ZovaStatus.NOT_ZOVA_PATH);
			assertThat(ex.getMessage()).doesNotContain("\n", "\u001b", "\u0000");
		});
	}

	@Test
	void thePolicyLooksAtWhereAFileReallyIs() throws Exception {
		Path main = set(StoreRole.OBJECTS);
		Path elsewhere = Files.createDirectory(this.directory.resolve("elsewhere"));
		ZovaOptions sameDirectory = ZovaOptions.builder().boundStores(StorePolicy.SAME_DIRECTORY).build();
		ZovaOptions deny = ZovaOptions.builder().boundStores(StorePolicy.DENY).build();
		ZovaOptions foreign = ZovaOptions.builder().foreignFile(true).build();
		ZovaDatabase.open(main, sameDirectory).close();
		for (ZovaOptions options : new ZovaOptions[] { deny, foreign }) {
			assertThat(TestFiles.statusOf(() -> ZovaDatabase.open(main, options)))
				.isEqualTo(ZovaStatus.BOUND_STORE_INVALID);
		}
		Path moved = Files.move(store(StoreRole.OBJECTS), elsewhere.resolve("objects.zova"));
		Files.createSymbolicLink(store(StoreRole.OBJECTS), moved);
		assertThat(opening(main)).isEqualTo(ZovaStatus.OK);
		assertThat(TestFiles.statusOf(() -> ZovaDatabase.open(main, sameDirectory)))
			.isEqualTo(ZovaStatus.BOUND_STORE_INVALID);
		try (ZovaDatabase database = ZovaDatabase.open(FilledFile.create(this.directory.resolve("second.zova")),
				sameDirectory)) {
			assertThat(TestFiles
				.statusOf(() -> database.stores().split(StoreRole.GRAPHS, elsewhere.resolve("graphs.zova"))))
				.isEqualTo(ZovaStatus.BOUND_STORE_INVALID);
		}
		assertThat(elsewhere.resolve("graphs.zova")).doesNotExist();
	}

	@Test
	void aTornSetIsNoticedWhileItIsOpenAndAtTheNextOpening() throws Exception {
		Path main = set(StoreRole.OBJECTS);
		TestFiles.execute(main, "pragma journal_mode = wal");
		TestFiles.execute(store(StoreRole.OBJECTS), "pragma journal_mode = wal");
		String torn = "update _zova_meta set value = '7' where key = 'object_epoch'";
		try (ZovaDatabase database = ZovaDatabase.open(main)) {
			TestFiles.execute(store(StoreRole.OBJECTS), torn);
			assertThatExceptionOfType(DataAccessException.class)
				.isThrownBy(() -> database.objects().get(database.objects().stream().findFirst().orElseThrow().id()))
				.withMessageContaining("have seen different changes");
		}
		assertThatExceptionOfType(ZovaException.class).isThrownBy(() -> ZovaDatabase.open(main))
			.withMessageContaining("a crash has torn a commit");
	}

	@Test
	void rowsOfARoleInTheMainFileOfASetAreIgnored() throws Exception {
		Path main = set(StoreRole.GRAPHS);
		execute(main, "insert into _zova_graphs(name, created_order) values ('stray', 1)");
		try (ZovaDatabase database = ZovaDatabase.open(main)) {
			assertThat(database.graphs().exists("stray")).isFalse();
			assertThat(JdbcClient.create(database.dataSource())
				.sql("select name from _zova_graphs")
				.query(String.class)
				.list()).as("SQL of the application means what it says").containsExactly("stray");
		}
	}

	private static void execute(Path file, String sql) {
		try {
			TestFiles.execute(file, sql);
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
