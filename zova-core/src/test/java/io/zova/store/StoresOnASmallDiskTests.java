package io.zova.store;

import java.nio.file.Path;
import java.util.List;
import java.util.Random;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

import io.zova.ZovaDatabase;
import io.zova.ZovaException;
import io.zova.ZovaOptions;
import io.zova.ZovaOptions.JournalMode;
import io.zova.ZovaStatus;
import io.zova.format.StoreRole;
import io.zova.format.TestFiles;
import io.zova.object.ObjectId;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * The file system of a store, or of its main file, is full, can only be read, or goes
 * away.
 */
@EnabledOnOs(OS.LINUX)
class StoresOnASmallDiskTests {

	@TempDir
	Path directory;

	private SmallDisk disk;

	@BeforeEach
	void mount() throws Exception {
		this.disk = new SmallDisk(this.directory.resolve("disk"));
	}

	@AfterEach
	void unmount() throws Exception {
		this.disk.unmount();
	}

	private static ZovaStatus opening(Path main) {
		return TestFiles.statusOf(() -> ZovaDatabase.open(main).close());
	}

	private static byte[] random(int bytes) {
		byte[] content = new byte[bytes];
		new Random(1).nextBytes(content);
		return content;
	}

	private Path set(boolean mainOnDisk) {
		Path main = FilledFile.create((mainOnDisk ? this.disk.path() : this.directory).resolve("main.zova"));
		Stores.of(main)
			.split(StoreRole.OBJECTS, (mainOnDisk ? this.directory : this.disk.path()).resolve("objects.zova"));
		return main;
	}

	@ParameterizedTest
	@CsvSource({ "true, DELETE", "true, TRUNCATE", "true, WAL", "false, DELETE", "false, PERSIST" })
	void aTransactionForWhichOneOfTheFilesHasNoRoomChangesNone(boolean mainOnDisk, JournalMode mode) throws Exception {
		Path main = set(mainOnDisk);
		try (ZovaDatabase database = ZovaDatabase.open(main, ZovaOptions.builder().journalMode(mode).build())) {
			JdbcClient jdbc = JdbcClient.create(database.dataSource());
			jdbc.sql("create table article (pdf blob)").update();
			database.objects().put("before".getBytes());
			List<StoreInfo> before = database.stores().info();
			this.disk.fill(16_384);
			TransactionTemplate transaction = new TransactionTemplate(database.transactionManager());
			assertThatExceptionOfType(DataAccessException.class)
				.isThrownBy(() -> transaction.executeWithoutResult((status) -> {
					database.objects().put(random(600_000));
					jdbc.sql("insert into article values (?)").param(random(600_000)).update();
				}))
				.withMessageContaining("full");
			assertThat(database.objects().count()).isEqualTo(6);
			assertThat(database.stores().info()).isEqualTo(before);
			this.disk.empty();
			transaction.executeWithoutResult((status) -> {
				database.objects().put(random(300_000));
				jdbc.sql("insert into article values (?)").param(random(300_000)).update();
			});
			assertThat(database.objects().count()).isEqualTo(7);
		}
		try (ZovaDatabase database = ZovaDatabase.open(main)) {
			assertThat(database.objects().count()).isEqualTo(7);
			assertThat(JdbcClient.create(database.dataSource())
				.sql("select count(*) from article")
				.query(Long.class)
				.single()).isEqualTo(1);
		}
	}

	/** SQLite commits to the main file before it writes to the log of the store. */
	@Test
	void inWalModeACommitForWhichAStoreHasNoRoomTearsTheSetAndThatIsSaid() throws Exception {
		Path main = set(false);
		TestFiles.execute(this.disk.path().resolve("objects.zova"), "pragma journal_mode = wal");
		try (ZovaDatabase database = ZovaDatabase.open(main,
				ZovaOptions.builder().journalMode(JournalMode.WAL).build())) {
			this.disk.fill(16_384);
			assertThatExceptionOfType(DataAccessException.class)
				.isThrownBy(() -> database.objects().put(random(600_000)))
				.withMessageContaining("full");
			assertThatExceptionOfType(DataAccessException.class)
				.isThrownBy(() -> database.objects().get(ObjectId.ofContent(FilledFile.content(1))))
				.withMessageContaining("have seen different changes");
		}
		this.disk.empty();
		assertThat(opening(main)).isEqualTo(ZovaStatus.BOUND_STORE_INVALID);
		Stores.of(main)
			.bind(StoreRole.OBJECTS, this.disk.path().resolve("objects.zova"), StoreOptions.defaults().allowingWal());
		try (ZovaDatabase database = ZovaDatabase.open(main)) {
			assertThat(database.objects().count()).isEqualTo(5);
		}
	}

	@ParameterizedTest
	@EnumSource
	void aSplitToAFullDiskLeavesNothingThereAndEverythingInTheMainFile(StoreRole role) throws Exception {
		Path main = FilledFile.create(this.directory.resolve("main.zova"));
		List<String> rows = FilledFile.rows(main, role);
		this.disk.fill(32_768);
		assertThat(TestFiles.statusOf(() -> Stores.of(main).split(role, this.disk.path().resolve("store.zova"))))
			.isEqualTo(ZovaStatus.SQLITE_ERROR);
		assertThat(TestFiles.namesIn(this.disk.path())).containsExactly("filler");
		assertThat(FilledFile.rows(main, role)).isEqualTo(rows);
		assertThat(opening(main)).isEqualTo(ZovaStatus.OK);
	}

	@Test
	void aSplitWhoseMainFileCannotBeWrittenLeavesNoStore() throws Exception {
		Path main = FilledFile.create(this.disk.path().resolve("main.zova"));
		List<String> rows = FilledFile.rows(main, StoreRole.OBJECTS);
		this.disk.fill(0);
		assertThat(TestFiles
			.statusOf(() -> Stores.of(main).split(StoreRole.OBJECTS, this.directory.resolve("store.zova"))))
			.isEqualTo(ZovaStatus.SQLITE_ERROR);
		assertThat(TestFiles.namesIn(this.directory)).containsExactly("disk");
		assertThat(FilledFile.rows(main, StoreRole.OBJECTS)).isEqualTo(rows);
		this.disk.empty();
		assertThat(opening(main)).isEqualTo(ZovaStatus.OK);
	}

	@Test
	void aJoinForWhichTheMainFileHasNoRoomLeavesTheSetAsItWas() throws Exception {
		Path main = set(true);
		try (ZovaDatabase database = ZovaDatabase.open(main)) {
			database.objects().put(random(3_000_000));
			database.stores().info();
			this.disk.fill(100_000);
			assertThat(TestFiles.statusOf(() -> database.stores().join(StoreRole.OBJECTS)))
				.isEqualTo(ZovaStatus.SQLITE_ERROR);
			assertThat(database.objects().count()).isEqualTo(6);
			assertThat(database.stores().info(StoreRole.OBJECTS)).isPresent();
			this.disk.empty();
			database.objects().put("more".getBytes());
		}
		assertThat(FilledFile.rows(main, StoreRole.OBJECTS)).isEmpty();
		assertThat(opening(main)).isEqualTo(ZovaStatus.OK);
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void whatCanOnlyBeReadIsReadAndNothingIsWrittenToTheOtherFile(boolean mainOnDisk) throws Exception {
		Path main = set(mainOnDisk);
		this.disk.readOnly(true);
		ZovaOptions readOnly = ZovaOptions.builder().readOnly(true).build();
		try (ZovaDatabase database = ZovaDatabase.open(main, readOnly)) {
			assertThat(database.objects().count()).isEqualTo(5);
		}
		if (mainOnDisk) {
			assertThat(TestFiles.statusOf(() -> ZovaDatabase.open(main).close())).isIn(ZovaStatus.READ_ONLY,
					ZovaStatus.CANT_OPEN, ZovaStatus.OK);
		}
		else {
			try (ZovaDatabase database = ZovaDatabase.open(main)) {
				assertThat(database.objects().count()).isEqualTo(5);
				List<StoreInfo> before = database.stores().info();
				assertThatExceptionOfType(ZovaException.class)
					.isThrownBy(() -> database.objects().put("lost".getBytes()))
					.satisfies((ex) -> assertThat(ex.status()).isEqualTo(ZovaStatus.READ_ONLY));
				assertThat(database.stores().info()).isEqualTo(before);
				assertThat(database.objects().count()).isEqualTo(5);
				database.keyValues().namespace("a").put(new byte[1], new byte[1]);
			}
		}
		Path destination = this.disk.path().resolve("graphs.zova");
		assertThat(TestFiles.statusOf(() -> Stores.of(main).split(StoreRole.GRAPHS, destination)))
			.isIn(ZovaStatus.CANT_OPEN, ZovaStatus.READ_ONLY);
		assertThat(TestFiles.statusOf(() -> Stores.create(StoreRole.GRAPHS, destination)))
			.isEqualTo(ZovaStatus.CANT_OPEN);
		Path empty = this.directory.resolve("empty.zova");
		Stores.create(StoreRole.OBJECTS, empty);
		if (!mainOnDisk) {
			Path other = this.directory.resolve("other.zova");
			ZovaDatabase.create(other).close();
			assertThat(TestFiles.statusOf(() -> Stores.of(other)
				.bind(StoreRole.OBJECTS, this.disk.path().resolve("objects.zova"),
						StoreOptions.defaults().takingOver())))
				.isEqualTo(ZovaStatus.READ_ONLY);
			assertThat(Stores.of(other).info()).isEmpty();
		}
		this.disk.readOnly(false);
		assertThat(opening(main)).isEqualTo(ZovaStatus.OK);
	}

	@ParameterizedTest
	@EnumSource(value = JournalMode.class, names = { "DELETE", "WAL" })
	void aStoreWhoseFileSystemIsGoneIsReadOnAndNotWritten(JournalMode mode) throws Exception {
		Path main = set(false);
		try (ZovaDatabase database = ZovaDatabase.open(main, ZovaOptions.builder().journalMode(mode).build())) {
			database.objects().put("before".getBytes());
			this.disk.takeAway();
			assertThat(database.objects().count()).isEqualTo(6);
			assertThatExceptionOfType(ZovaException.class).isThrownBy(database::requireFileInPlace)
				.withMessageContaining("objects.zova");
			assertThatExceptionOfType(ZovaException.class).isThrownBy(() -> database.objects().put("lost".getBytes()))
				.withMessageContaining("objects.zova");
			assertThat(database.objects().count()).isEqualTo(6);
		}
		assertThat(TestFiles.statusOf(() -> ZovaDatabase.open(main).close())).isEqualTo(ZovaStatus.NOT_ZOVA_DATABASE);
	}

}
