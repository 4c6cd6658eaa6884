package io.zova.maintenance;

import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.zova.ZovaDatabase;
import io.zova.format.FormatVersion;
import io.zova.format.TestFiles;

import static org.assertj.core.api.Assertions.assertThat;

class DatabaseInfoTests {

	@TempDir
	Path directory;

	@Test
	void aDatabaseSaysWhatItIsAndWhatIsInIt() throws Exception {
		Path file = SampleDatabase.create(this.directory.resolve("a.zova"));
		String id = TestFiles.texts(file, "select value from _zova_meta where key = 'database_id'").get(0);
		try (ZovaDatabase database = ZovaDatabase.open(file)) {
			DatabaseInfo info = DatabaseInfo.of(database.sql());
			assertThat(info.format()).isEqualTo(FormatVersion.CURRENT);
			assertThat(info.databaseId()).contains(id);
			assertThat(info.bytes()).isEqualTo(Files.size(file)).isEqualTo(info.pages() * info.pageSize());
			assertThat(info.pageSize()).isEqualTo(4096);
			assertThat(info.freePages()).isZero();
			assertThat(info.journalMode()).isEqualTo("delete");
			assertThat(info.counts()).isEqualTo(new DatabaseInfo.Counts(1, 2, 3, 3, 1, 1, 1, 1));
			assertThat(info.extensions()).isEmpty();
			assertThat(info.userTables()).containsExactly("notes");
		}
	}

	@Test
	void aFileOfThePublishedReleaseIsDescribed() throws Exception {
		Path file = TestFiles.fixture("format-12-a", this.directory);
		try (ZovaDatabase database = ZovaDatabase.open(file)) {
			DatabaseInfo info = DatabaseInfo.of(database.sql());
			assertThat(info.databaseId()).contains("13b6fe2af2bd7905fb98b469162557dd79fcf02b61ad2040081389a1ae199bbd");
			assertThat(info.extensions()).containsExactly("trgm");
			assertThat(info.counts().objects()).isEqualTo(9);
			assertThat(info.userTables()).hasSize(2);
		}
	}

	@Test
	void aDatabaseInMemoryAndOneWithoutIdAreDescribed() throws Exception {
		try (ZovaDatabase database = ZovaDatabase.inMemory()) {
			assertThat(DatabaseInfo.of(database.sql()).journalMode()).isEqualTo("memory");
		}
		Path file = SampleDatabase.create(this.directory.resolve("a.zova"));
		TestFiles.execute(file, "delete from _zova_meta where key = 'database_id'", "pragma journal_mode = wal");
		try (ZovaDatabase database = ZovaDatabase.open(file)) {
			assertThat(DatabaseInfo.of(database.sql()).databaseId()).isEmpty();
			assertThat(DatabaseInfo.of(database.sql()).journalMode()).isEqualTo("wal");
		}
	}

}
