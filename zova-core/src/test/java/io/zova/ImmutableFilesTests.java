package io.zova;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

import io.zova.ZovaOptions.JournalMode;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * A file that nobody changes needs nothing beside it. {@code PermissionsIT} opens one
 * where nothing can be put beside it.
 */
class ImmutableFilesTests {

	private static final ZovaOptions IMMUTABLE = ZovaOptions.builder().immutable(true).build();

	@TempDir
	private Path directory;

	private Path file;

	@BeforeEach
	void create() {
		this.file = this.directory.resolve("test.zova");
		try (ZovaDatabase database = ZovaDatabase.create(this.file,
				ZovaOptions.builder().journalMode(JournalMode.WAL).build())) {
			database.objects().put("a".getBytes(StandardCharsets.UTF_8));
		}
	}

	@Test
	void itIsReadAndNothingIsPutBesideIt() throws Exception {
		byte[] before = Files.readAllBytes(this.file);
		try (ZovaDatabase database = ZovaDatabase.open(this.file, IMMUTABLE)) {
			assertThat(database.objects().page(null, 10)).hasSize(1);
			try (var files = Files.list(this.directory)) {
				assertThat(files).containsExactly(this.file);
			}
		}
		assertThat(this.file).hasBinaryContent(before);
	}

	@Test
	void itRefusesWrites() {
		assertThat(IMMUTABLE.readOnly()).isTrue();
		assertThat(IMMUTABLE.toBuilder().build().immutable()).isTrue();
		try (ZovaDatabase database = ZovaDatabase.open(this.file, IMMUTABLE)) {
			assertThatExceptionOfType(DataAccessException.class)
				.isThrownBy(() -> JdbcClient.create(database.dataSource()).sql("create table t(v)").update());
			assertThatExceptionOfType(ZovaException.class)
				.isThrownBy(() -> database.objects().put("b".getBytes(StandardCharsets.UTF_8)))
				.withMessageContaining("open it without readOnly and immutable")
				.withMessageContaining("zova.immutable=false");
		}
	}

	@Test
	void commitsThatAreNotInTheFileYetAreNotPassedOver() throws Exception {
		Path copy = this.directory.resolve("copy.zova");
		try (ZovaDatabase database = ZovaDatabase.open(this.file)) {
			database.objects().put("b".getBytes(StandardCharsets.UTF_8));
			Files.copy(this.file, copy);
			Files.copy(this.directory.resolve("test.zova-wal"), this.directory.resolve("copy.zova-wal"));
		}
		assertThatExceptionOfType(ZovaException.class).isThrownBy(() -> ZovaDatabase.open(copy, IMMUTABLE))
			.withMessageContaining("copy.zova-wal")
			.withMessageContaining("Open the file once where it can be written");
		ZovaDatabase.open(copy).close();
		try (ZovaDatabase database = ZovaDatabase.open(copy, IMMUTABLE)) {
			assertThat(database.objects().page(null, 10)).hasSize(2);
		}
	}

	@Test
	void aJournalThatIsKeptIsNoObstacle() {
		try (ZovaDatabase database = ZovaDatabase.open(this.file,
				ZovaOptions.builder().journalMode(JournalMode.PERSIST).build())) {
			database.objects().put("b".getBytes(StandardCharsets.UTF_8));
		}
		assertThat(this.directory.resolve("test.zova-journal")).isNotEmptyFile();
		try (ZovaDatabase database = ZovaDatabase.open(this.file, IMMUTABLE)) {
			assertThat(database.objects().page(null, 10)).hasSize(2);
		}
	}

}
