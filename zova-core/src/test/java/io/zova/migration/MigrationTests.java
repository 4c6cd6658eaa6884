package io.zova.migration;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

import io.zova.ZovaDatabase;
import io.zova.ZovaException;
import io.zova.ZovaStatus;
import io.zova.format.FormatVersion;
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
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * What a migration makes, what it leaves alone, and what it refuses. That the content is
 * right is the matter of {@code FixtureTests}.
 */
class MigrationTests {

	private static final CopyOptions IMPATIENT = CopyOptions.defaults().withBusyTimeout(Duration.ZERO);

	@TempDir
	Path directory;

	private OldFiles files;

	private Path destination;

	@BeforeEach
	void prepare() {
		this.files = new OldFiles(this.directory);
		this.destination = this.files.path("new.zova");
	}

	@ParameterizedTest
	@ValueSource(strings = { "format-3-a", "format-4-a", "format-7-a", "format-8-a", "format-9-a", "format-11-a" })
	void theOldFileStaysAsItIsAndNothingElseIsLeft(String fixture) throws Exception {
		Path old = this.files.put(fixture);
		this.files.remember();
		MigrationReport report = ZovaDatabase.migrate(old, this.destination);
		this.files.requireKept();
		assertThat(this.files.others(fixture + ".zova")).containsExactly("new.zova");
		assertThat(report.from().number()).isEqualTo(TestFiles.description(fixture).path("formatVersion").asLong());
		assertThat(report.file()).isEqualTo(this.destination);
		assertThat(report.kept()).isEqualTo(old);
		assertThat(report.bytes()).isEqualTo(Files.size(this.destination));
		assertThat(report.stores()).isEmpty();
		assertThat(report.leftOut()).isEmpty();
		assertThat(report.verification()).hasValueSatisfying((found) -> {
			assertThat(found.objects()).isEqualTo(8 + (fixture.equals("format-11-a") ? 1 : 0));
			assertThat(found.vectors()).isPositive();
		});
		assertThat(ZovaDatabase.probe(this.destination).support()).isEqualTo(FormatVersion.Support.CURRENT);
		assertThat(TestFiles.texts(this.destination, "pragma integrity_check")).containsExactly("ok");
	}

	@Test
	void aListenerHearsHowFarItHasComeAndCanEndIt() throws Exception {
		Path old = this.files.put("format-7-a");
		List<Long> left = new ArrayList<>();
		ZovaDatabase.migrate(old, this.destination,
				CopyOptions.defaults().reportingTo((done, remaining) -> left.add(remaining)));
		assertThat(left).endsWith(0L);
		Files.delete(this.destination);
		this.files.remember();
		assertThatThrownBy(() -> ZovaDatabase.migrate(old, this.destination,
				CopyOptions.defaults().reportingTo((done, remaining) -> {
					throw new IllegalStateException("enough");
				})))
			.isInstanceOf(IllegalStateException.class);
		this.files.requireUnchanged();
	}

	@ParameterizedTest
	@CsvSource({ "format-12-a, NO_MIGRATION_PATH", "format-9-a-objects-store, BOUND_STORE_INVALID",
			"format-5-a-vectors-store, BOUND_STORE_INVALID", "format-9-a-objects-main, BOUND_STORE_NOT_FOUND",
			"format-3-019-a-both-main, BOUND_STORE_NOT_FOUND" })
	void whatCannotBeMigratedIsRefused(String fixture, ZovaStatus status) throws Exception {
		Path old = this.files.put(fixture);
		this.files.refused(status, () -> ZovaDatabase.migrate(old, this.destination));
	}

	@ParameterizedTest
	@CsvSource({ "missing.zova, CANT_OPEN", "missing/a.zova, CANT_OPEN", "a.db, NOT_ZOVA_PATH",
			"folder.zova, CANT_OPEN", "empty.zova, NOT_ZOVA_DATABASE", "text.zova, NOT_ZOVA_DATABASE",
			"two.zova, UNSUPPORTED_LEGACY_FORMAT", "thirteen.zova, UNSUPPORTED_FUTURE_FORMAT" })
	void aSourceThatIsNoOldFileIsRefused(String name, ZovaStatus status) throws Exception {
		Files.createDirectory(this.files.path("folder.zova"));
		Files.createFile(this.files.path("empty.zova"));
		Files.writeString(this.files.path("text.zova"), "no database, but long enough to be taken for one".repeat(40));
		for (String number : List.of("two 2", "thirteen 13")) {
			Path file = this.files.put("format-9-a");
			TestFiles.execute(file,
					"update _zova_meta set value = '" + number.split(" ")[1] + "' where key = 'format_version'");
			Files.move(file, this.files.path(number.split(" ")[0] + ".zova"));
		}
		ZovaException failure = org.assertj.core.api.Assertions.catchThrowableOfType(ZovaException.class,
				() -> ZovaDatabase.migrate(this.files.path(name), this.destination));
		assertThat(failure.status()).isEqualTo(status);
		assertThat(this.files.others("folder.zova", "empty.zova", "text.zova", "two.zova", "thirteen.zova")).isEmpty();
	}

	@ParameterizedTest
	@CsvSource({ "new.zova, DESTINATION_EXISTS", "format-9-a.zova, DESTINATION_EXISTS", "missing/new.zova, CANT_OPEN",
			"new.db, NOT_ZOVA_PATH" })
	void aDestinationThatCannotBeCreatedIsRefused(String name, ZovaStatus status) throws Exception {
		Path old = this.files.put("format-9-a");
		Files.writeString(this.destination, "somebody else's");
		this.files.refused(status, () -> ZovaDatabase.migrate(old, this.files.path(name)));
	}

	@Test
	void aRecoveryDirectoryOfSomebodyElseStays() throws Exception {
		Path old = this.files.put("format-9-a");
		Path directory = Files.createDirectory(this.files.path("new.zova.migration-recovery"));
		Files.writeString(directory.resolve("owner"), "zova-migration-recovery-v1\n");
		assertThatThrownBy(() -> ZovaDatabase.migrate(old, this.destination)).isInstanceOf(ZovaException.class)
			.hasMessageContaining(directory.toString())
			.extracting("status")
			.isEqualTo(ZovaStatus.DESTINATION_EXISTS);
		assertThat(directory.resolve("owner")).exists();
		assertThat(this.destination).doesNotExist();
	}

	@Test
	void whileSomebodyWritesToTheSourceItIsRefused() throws Exception {
		Path old = this.files.put("format-8-a");
		try (Connection writer = DriverConnections.readWrite(old, 0).open()) {
			TestFiles.execute(writer, "begin immediate");
			assertThat(
					this.files.refused(ZovaStatus.BUSY, () -> ZovaDatabase.migrate(old, this.destination, IMPATIENT)))
				.hasMessageContaining("writes to it");
			TestFiles.execute(writer, "rollback");
			TestFiles.execute(writer, "begin exclusive");
			this.files.refused(ZovaStatus.BUSY, () -> ZovaDatabase.migrate(old, this.destination, IMPATIENT));
			TestFiles.execute(writer, "rollback");
			ZovaDatabase.migrate(old, this.destination, IMPATIENT);
		}
	}

	@Test
	void nobodyElseCanWriteToTheSourceMeanwhile() throws Exception {
		Path old = this.files.put("format-8-a");
		try (Connection other = DriverConnections.readWrite(old, 0).open()) {
			ZovaDatabase.migrate(old, this.destination, CopyOptions.defaults().reportingTo((done, remaining) -> {
				assertThatThrownBy(() -> TestFiles.execute(other, "begin immediate")).hasMessageContaining("BUSY");
				assertThat(readable(other)).isTrue();
			}));
			TestFiles.execute(other, "begin immediate");
		}
	}

	private static boolean readable(Connection connection) {
		try {
			return TestFiles.texts(connection, "select value from _zova_meta where key = 'magic'").contains("zova");
		}
		catch (java.sql.SQLException ex) {
			return false;
		}
	}

	@Test
	void aSourceInWalModeIsReadWithItsLogWhichStays() throws Exception {
		Path old = this.files.put("format-9-a");
		TestFiles.execute(old, "pragma journal_mode=wal");
		Path copy = this.files.path("live.zova");
		try (Connection writer = DriverConnections.readWrite(old, 0).open()) {
			TestFiles.execute(writer, "create table in_the_log as select 42 as answer");
			Files.copy(old, copy);
			Files.copy(this.files.path("format-9-a.zova-wal"), this.files.path("live.zova-wal"));
		}
		byte[] main = Files.readAllBytes(copy);
		byte[] log = Files.readAllBytes(this.files.path("live.zova-wal"));
		ZovaDatabase.migrate(copy, this.destination);
		assertThat(copy).hasBinaryContent(main);
		assertThat(this.files.path("live.zova-wal")).hasBinaryContent(log);
		assertThat(TestFiles.namesIn(this.directory)).contains("new.zova").doesNotContain("new.zova-wal");
		assertThat(TestFiles.texts(this.destination, "select answer from in_the_log")).containsExactly("42");
		assertThat(TestFiles.texts(this.destination, "pragma journal_mode")).containsExactly("wal");
	}

	@Test
	void aSourceWhoseWriterEndedInTheMiddleIsRolledBackFirst() throws Exception {
		Path old = this.files.put("format-6-a");
		byte[] before = Files.readAllBytes(old);
		Path killed = this.files.path("killed.zova");
		try (Connection writer = DriverConnections.readWrite(old, 0).open()) {
			TestFiles.execute(writer, "pragma cache_size=1");
			TestFiles.execute(writer, "begin");
			TestFiles.execute(writer, "delete from notes");
			TestFiles.execute(writer, "create table big as with recursive n(i) as (select 1 union all select i + 1 "
					+ "from n where i < 500) select randomblob(2000) as b from n");
			Files.copy(old, killed);
			Files.copy(this.files.path("format-6-a.zova-journal"), this.files.path("killed.zova-journal"));
		}
		assertThat(Files.readAllBytes(killed)).isNotEqualTo(before);
		ZovaDatabase.migrate(killed, this.destination);
		assertThat(TestFiles.texts(this.destination, "select count(*) from notes")).containsExactly("40");
		assertThat(killed).hasBinaryContent(before);
		assertThat(this.files.path("killed.zova-journal")).doesNotExist();
	}

	@Test
	@DisabledOnOs(OS.WINDOWS)
	void theNewFileCanBeReadByThoseWhoCouldReadTheOldOne() throws Exception {
		Path old = this.files.put("format-9-a");
		Set<PosixFilePermission> few = PosixFilePermissions.fromString("rw-------");
		Files.setPosixFilePermissions(old, few);
		ZovaDatabase.migrate(old, this.destination);
		assertThat(Files.getPosixFilePermissions(this.destination)).isEqualTo(few);
	}

	@Test
	void pageSizeEncodingAndHeaderValuesAreKept() throws Exception {
		Path old = this.files.put("format-9-a");
		TestFiles.execute(old, "pragma application_id=77", "pragma user_version=5", "pragma page_size=1024", "vacuum");
		ZovaDatabase.migrate(old, this.destination);
		assertThat(TestFiles.texts(this.destination, "pragma page_size")).containsExactly("1024");
		assertThat(TestFiles.texts(this.destination, "pragma application_id")).containsExactly("77");
		assertThat(TestFiles.texts(this.destination, "pragma user_version")).containsExactly("5");
	}

	@Test
	void filesBesideTheDestinationAreNotTakenForItsJournal() throws Exception {
		Path old = this.files.put("format-9-a");
		Files.writeString(this.files.path("new.zova-journal"), "of a file that was deleted");
		Files.writeString(this.files.path("new.zova-wal"), "of a file that was deleted");
		ZovaDatabase.migrate(old, this.destination);
		assertThat(this.files.others("format-9-a.zova")).containsExactly("new.zova");
	}

	@ParameterizedTest
	@ValueSource(strings = { "format-9-a-objects", "format-9-a-vectors", "format-5-a-objects", "format-3-019-a-both" })
	void aSetIsMigratedAsASet(String base) throws Exception {
		boolean both = base.endsWith("both");
		Path old = both ? this.files.putSet(base, "objects-store", "vectors-store") : this.files.putSet(base, "store");
		this.files.remember();
		MigrationReport report = ZovaDatabase.migrate(old, this.destination);
		this.files.requireKept();
		assertThat(report.stores()).containsKey(base.contains("vectors") ? StoreRole.VECTORS : StoreRole.OBJECTS)
			.hasSize(both ? 2 : 1);
		assertThat(report.verification()).hasValueSatisfying((found) -> {
			assertThat(found.objects()).isEqualTo(8);
			assertThat(found.vectors()).isPositive();
		});
		assertThat(TestFiles.namesIn(this.directory)).noneMatch((name) -> name.contains("recovery"));
		for (String column : List.of("role", "store_id", "bound_set_id", "created_at_unix")) {
			String rows = "select " + column + " from _zova_bound_stores order by role";
			assertThat(TestFiles.texts(this.destination, rows)).isEqualTo(TestFiles.texts(old, rows));
		}
		report.stores().forEach((role, store) -> {
			assertThat(store).exists().hasFileName("new." + role.name().toLowerCase(java.util.Locale.ROOT) + ".zova");
			assertThat(paths()).contains(store.toString());
		});
		ZovaDatabase.restore(this.destination, this.files.path("one.zova"));
		assertThat(TestFiles.texts(this.files.path("one.zova"), "select count(*) from _zova_objects"))
			.containsExactly("8");
	}

	private List<String> paths() {
		try {
			return TestFiles.texts(this.destination, "select path from _zova_bound_stores");
		}
		catch (java.sql.SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

	@ParameterizedTest
	@CsvSource({ "update _zova_meta set value = '3' where key = 'object_epoch', BOUND_STORE_INVALID",
			"delete from _zova_meta where key = 'store_id', BOUND_STORE_INVALID",
			"update _zova_meta set value = upper(value) where key = 'bound_set_id', BOUND_STORE_INVALID",
			"update _zova_meta set value = '8' where key = 'format_version', UNSUPPORTED_ZOVA_VERSION",
			"update _zova_meta set value = '12' where key = 'format_version', UNSUPPORTED_ZOVA_VERSION",
			"update _zova_meta set value = 'vector_store' where key = 'store_role', NOT_ZOVA_DATABASE",
			"drop table _zova_chunks, NOT_ZOVA_DATABASE",
			"update _zova_chunks set data = zeroblob(size_bytes), OBJECT_CORRUPT" })
	void aSetWithAWrongMemberIsRefused(String change, ZovaStatus status) throws Exception {
		Path old = this.files.putSet("format-9-a-objects", "store");
		TestFiles.execute(this.files.path("format-9-a-objects-store.zova"), change);
		this.files.refused(status, () -> ZovaDatabase.migrate(old, this.destination));
	}

	@Test
	void aNameOfAMemberThatIsTakenIsRefused() throws Exception {
		Path old = this.files.putSet("format-9-a-objects", "store");
		Files.writeString(this.files.path("new.objects.zova"), "somebody else's");
		this.files.refused(ZovaStatus.DESTINATION_EXISTS, () -> ZovaDatabase.migrate(old, this.destination));
	}

	@Test
	void aMemberThatSomebodyWritesToIsBusy() throws Exception {
		Path old = this.files.putSet("format-9-a-objects", "store");
		try (Connection writer = DriverConnections.readWrite(this.files.path("format-9-a-objects-store.zova"), 0)
			.open()) {
			TestFiles.execute(writer, "begin immediate");
			this.files.refused(ZovaStatus.BUSY, () -> ZovaDatabase.migrate(old, this.destination, IMPATIENT));
		}
	}

}
