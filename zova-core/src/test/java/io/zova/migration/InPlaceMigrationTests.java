package io.zova.migration;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import io.zova.ZovaDatabase;
import io.zova.ZovaException;
import io.zova.ZovaStatus;
import io.zova.format.StoreRole;
import io.zova.format.TestFiles;
import io.zova.maintenance.CopyOptions;
import io.zova.sqlite.driver.DriverConnections;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * The migrated file takes the place of the old one, which is kept.
 */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "An open file can't be replaced there")
class InPlaceMigrationTests {

	private static final CopyOptions IMPATIENT = CopyOptions.defaults().withBusyTimeout(Duration.ZERO);

	@TempDir
	Path directory;

	private OldFiles files;

	private Path file;

	@BeforeEach
	void prepare() {
		this.files = new OldFiles(this.directory);
		this.file = this.files.path("app.zova");
	}

	private byte[] put(String fixture) throws Exception {
		Files.move(this.files.put(fixture), this.file);
		return Files.readAllBytes(this.file);
	}

	private void requireMigrated(int format) throws Exception {
		try (ZovaDatabase database = ZovaDatabase.open(this.file)) {
			assertThat(database.vectors().list()).isNotEmpty();
		}
		assertThat(TestFiles.texts(this.file, "pragma integrity_check")).containsExactly("ok");
		assertThat(this.files.path("app.format-" + format + ".zova")).exists();
	}

	@ParameterizedTest
	@ValueSource(ints = { 3, 5, 7, 8, 9, 11 })
	void theNewFileIsInPlaceAndTheOldOneIsKept(int format) throws Exception {
		byte[] before = put("format-" + format + "-a");
		MigrationReport report = ZovaDatabase.migrateInPlace(this.file, CopyOptions.defaults());
		assertThat(TestFiles.namesIn(this.directory)).containsExactly("app.format-" + format + ".zova", "app.zova");
		assertThat(report.kept()).isEqualTo(this.files.path("app.format-" + format + ".zova").toRealPath())
			.hasBinaryContent(before);
		assertThat(report.from().number()).isEqualTo(format);
		assertThat(report.verification()).isPresent();
		requireMigrated(format);
		assertThat(TestFiles.statusOf(() -> ZovaDatabase.migrateInPlace(this.file, CopyOptions.defaults())))
			.isEqualTo(ZovaStatus.NO_MIGRATION_PATH);
	}

	@Test
	void aFileOfThatNameIsNeverOverwritten() throws Exception {
		put("format-9-a");
		Files.writeString(this.files.path("app.format-9.zova"), "somebody else's");
		assertThat(this.files.refused(ZovaStatus.DESTINATION_EXISTS,
				() -> ZovaDatabase.migrateInPlace(this.file, CopyOptions.defaults())))
			.hasMessageContaining("app.format-9.zova")
			.hasMessageContaining("move it elsewhere");
	}

	@Test
	void whatIsInTheLogComesAlongAndNoLogIsLeftBesideTheNewFile() throws Exception {
		put("format-9-a");
		TestFiles.execute(this.file, "pragma journal_mode=wal");
		Path live = this.files.path("live.zova");
		try (Connection writer = DriverConnections.readWrite(this.file, 0).open()) {
			TestFiles.execute(writer, "create table in_the_log as select 42 as answer");
			Files.copy(this.file, live);
			Files.copy(this.files.path("app.zova-wal"), this.files.path("live.zova-wal"));
			Files.copy(this.files.path("app.zova-shm"), this.files.path("live.zova-shm"));
		}
		Files.delete(this.file);
		ZovaDatabase.migrateInPlace(live, CopyOptions.defaults());
		assertThat(TestFiles.namesIn(this.directory)).containsExactly("live.format-9.zova", "live.zova");
		for (String name : TestFiles.namesIn(this.directory)) {
			assertThat(TestFiles.texts(this.files.path(name), "select answer from in_the_log")).containsExactly("42");
		}
		assertThat(TestFiles.texts(live, "pragma journal_mode")).containsExactly("wal");
	}

	@Test
	void aTransactionThatWasKilledIsRolledBackFirst() throws Exception {
		byte[] before = put("format-6-a");
		Path killed = this.files.path("killed.zova");
		try (Connection writer = DriverConnections.readWrite(this.file, 0).open()) {
			TestFiles.execute(writer, "pragma cache_size=1");
			TestFiles.execute(writer, "begin");
			TestFiles.execute(writer, "delete from notes");
			TestFiles.execute(writer, "create table big as with recursive n(i) as (select 1 union all select i + 1 "
					+ "from n where i < 500) select randomblob(2000) as b from n");
			Files.copy(this.file, killed);
			Files.copy(this.files.path("app.zova-journal"), this.files.path("killed.zova-journal"));
		}
		Files.delete(this.file);
		ZovaDatabase.migrateInPlace(killed, CopyOptions.defaults());
		assertThat(TestFiles.namesIn(this.directory)).containsExactly("killed.format-6.zova", "killed.zova");
		assertThat(this.files.path("killed.format-6.zova")).hasBinaryContent(before);
		assertThat(TestFiles.texts(killed, "select count(*) from notes")).containsExactly("40");
	}

	@ParameterizedTest
	@ValueSource(strings = { "delete", "wal" })
	void whileSomebodyElseHasTheFileOpenItIsRefused(String mode) throws Exception {
		put("format-8-a");
		TestFiles.execute(this.file, "pragma journal_mode=" + mode);
		try (Connection other = DriverConnections.readWrite(this.file, 0).open()) {
			TestFiles.execute(other, "begin");
			TestFiles.texts(other, "select * from notes");
			assertThatThrownBy(() -> ZovaDatabase.migrateInPlace(this.file, IMPATIENT))
				.isInstanceOf(ZovaException.class)
				.extracting("status")
				.isEqualTo(ZovaStatus.BUSY);
			assertThat(this.files.others("app.zova")).noneMatch((name) -> name.contains("format"));
		}
		ZovaDatabase.migrateInPlace(this.file, IMPATIENT);
		requireMigrated(8);
	}

	@ParameterizedTest
	@ValueSource(strings = { "delete", "wal" })
	void nobodyElseCanReadOrWriteUntilTheEnd(String mode) throws Exception {
		put("format-8-a");
		TestFiles.execute(this.file, "pragma journal_mode=" + mode);
		ZovaDatabase.migrateInPlace(this.file,
				CopyOptions.defaults()
					.reportingTo((done,
							left) -> assertThatThrownBy(() -> TestFiles.texts(this.file, "select count(*) from notes"))
								.hasMessageContaining("BUSY")));
		requireMigrated(8);
	}

	/** One replaces the file; the other must not replace it by what it was before. */
	@Test
	void ofTwoWhoStartAtTheSameTimeOneMigratesAndTheOtherFindsItDone() throws Exception {
		put("format-7-a");
		CountDownLatch inside = new CountDownLatch(1);
		ExecutorService threads = Executors.newFixedThreadPool(2);
		try {
			Future<?> first = threads.submit(() -> ZovaDatabase.migrateInPlace(this.file,
					CopyOptions.defaults().reportingTo((done, left) -> inside.countDown())));
			assertThat(inside.await(30, TimeUnit.SECONDS)).isTrue();
			Future<ZovaStatus> second = threads.submit(() -> TestFiles.statusOf(() -> ZovaDatabase
				.migrateInPlace(this.file, CopyOptions.defaults().withBusyTimeout(Duration.ofSeconds(60)))));
			first.get(60, TimeUnit.SECONDS);
			try (Connection writer = DriverConnections.readWrite(this.file, 30_000).open()) {
				TestFiles.execute(writer, "create table written_by_the_first (a)");
			}
			assertThat(second.get(60, TimeUnit.SECONDS)).isEqualTo(ZovaStatus.NO_MIGRATION_PATH);
		}
		finally {
			threads.shutdownNow();
		}
		assertThat(TestFiles.texts(this.file, "select count(*) from written_by_the_first")).containsExactly("0");
		requireMigrated(7);
	}

	@Test
	void whatAKilledRunHasLeftIsGoneOnFrom() throws Exception {
		byte[] before = put("format-9-a");
		Files.createLink(this.files.path("app.format-9.zova"), this.file);
		ZovaDatabase.migrateInPlace(this.file, CopyOptions.defaults());
		assertThat(TestFiles.namesIn(this.directory)).containsExactly("app.format-9.zova", "app.zova");
		assertThat(this.files.path("app.format-9.zova")).hasBinaryContent(before);
		requireMigrated(9);
	}

	@Test
	void aDamagedFileStays() throws Exception {
		put("format-9-a");
		TestFiles.execute(this.file, "update _zova_chunks set data = zeroblob(size_bytes)");
		this.files.refused(ZovaStatus.OBJECT_CORRUPT,
				() -> ZovaDatabase.migrateInPlace(this.file, CopyOptions.defaults()));
	}

	@Test
	void aLinkStaysALink() throws Exception {
		put("format-9-a");
		Path links = Files.createDirectory(this.files.path("links"));
		Path link = Files.createSymbolicLink(links.resolve("link.zova"), this.file);
		ZovaDatabase.migrateInPlace(link, CopyOptions.defaults());
		assertThat(Files.isSymbolicLink(link)).isTrue();
		assertThat(TestFiles.namesIn(links)).containsExactly("link.zova");
		requireMigrated(9);
	}

	@Test
	void permissionsAreThoseOfTheOldFile() throws Exception {
		put("format-9-a");
		Set<PosixFilePermission> few = PosixFilePermissions.fromString("rw-------");
		Files.setPosixFilePermissions(this.file, few);
		ZovaDatabase.migrateInPlace(this.file, CopyOptions.defaults());
		assertThat(Files.getPosixFilePermissions(this.file)).isEqualTo(few);
	}

	@Test
	void aSetGetsNewStoresBesideTheOldOnes() throws Exception {
		Files.move(this.files.putSet("format-9-a-objects", "store"), this.file);
		Path oldStore = this.files.path("app.objects.zova");
		Files.move(this.files.path("format-9-a-objects-store.zova"), oldStore);
		TestFiles.execute(this.file, "update _zova_bound_stores set path = 'app.objects.zova'");
		this.files.remember();
		byte[] store = Files.readAllBytes(oldStore);
		MigrationReport report = ZovaDatabase.migrateInPlace(this.file, CopyOptions.defaults());
		assertThat(report.stores()).containsOnlyKeys(StoreRole.OBJECTS);
		assertThat(TestFiles.namesIn(this.directory))
			.isEqualTo(List.of("app-2.objects.zova", "app.format-9.zova", "app.objects.zova", "app.zova"));
		assertThat(oldStore).hasBinaryContent(store);
		try (ZovaDatabase database = ZovaDatabase.open(this.file)) {
			assertThat(database.info().counts().objects()).isEqualTo(8);
		}
		ZovaDatabase.restore(this.file, this.files.path("one.zova"));
		assertThat(TestFiles.texts(this.files.path("one.zova"), "select count(*) from _zova_objects"))
			.containsExactly("8");
		ZovaDatabase.migrate(this.files.path("app.format-9.zova"), this.files.path("again.zova"));
	}

}
