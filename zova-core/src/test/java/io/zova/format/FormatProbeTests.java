package io.zova.format;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.zova.ZovaDatabase;
import io.zova.ZovaException;
import io.zova.ZovaStatus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class FormatProbeTests {

	@TempDir
	Path directory;

	@ParameterizedTest
	@CsvSource({ "format-3-a, 3, MIGRATABLE", "format-3-019-a, 3, MIGRATABLE", "format-8-a, 8, MIGRATABLE",
			"format-9-a, 9, MIGRATABLE", "format-11-a, 11, MIGRATABLE", "format-12-a, 12, CURRENT",
			"format-12-b-all-main, 12, CURRENT", "format-12-b-all-graphs-store, 12, CURRENT" })
	void aFileOfARealReleaseIsRecognised(String fixture, int number, FormatVersion.Support support) throws Exception {
		Path file = TestFiles.fixture(fixture, this.directory);
		byte[] before = Files.readAllBytes(file);
		FormatVersion version = FormatProbe.probe(file);
		assertThat(version.number()).isEqualTo(number);
		assertThat(version.support()).isEqualTo(support);
		assertThat(file).hasBinaryContent(before);
	}

	@Test
	void onlyTheIdentityIsLookedAt() throws Exception {
		Path file = this.directory.resolve("a.zova");
		NewDatabase.create(file, 0);
		TestFiles.execute(file, "drop table _zova_kv",
				"update _zova_meta set value = '77' where key = 'format_version'");
		assertThat(FormatProbe.probe(file)).isEqualTo(new FormatVersion(77));
		assertThat(FormatProbe.probe(file).support()).isEqualTo(FormatVersion.Support.FUTURE);
	}

	@ParameterizedTest
	@CsvSource({ "a.db, NOT_ZOVA_PATH", "missing.zova, NOT_ZOVA_DATABASE", "missing/a.zova, CANT_OPEN",
			"directory.zova, NOT_ZOVA_DATABASE", "empty.zova, NOT_ZOVA_DATABASE", "garbage.zova, NOT_ZOVA_DATABASE",
			"plain.zova, NOT_ZOVA_DATABASE", "unknown-schema.zova, NOT_ZOVA_DATABASE", "truncated.zova, CORRUPT" })
	void whatIsNoZovaFileHasNoFormat(String name, ZovaStatus status) throws Exception {
		Files.createDirectory(this.directory.resolve("directory.zova"));
		Files.createFile(this.directory.resolve("empty.zova"));
		Files.write(this.directory.resolve("garbage.zova"), new byte[4096]);
		TestFiles.execute(Files.createFile(this.directory.resolve("plain.zova")), "create table t (a)");
		Path whole = this.directory.resolve("whole.zova");
		NewDatabase.create(whole, 0);
		Files.write(this.directory.resolve("truncated.zova"), Arrays.copyOf(Files.readAllBytes(whole), 4096 * 2));
		byte[] unknownSchema = Files.readAllBytes(whole);
		unknownSchema[47] = 0x7f;
		Files.write(this.directory.resolve("unknown-schema.zova"), unknownSchema);
		assertThat(TestFiles.statusOf(() -> FormatProbe.probe(this.directory.resolve(name)))).isEqualTo(status);
	}

	@Test
	void anEmptyFileIsCalledEmpty() throws Exception {
		Path file = Files.createFile(this.directory.resolve("empty.zova"));
		assertThatExceptionOfType(ZovaException.class).isThrownBy(() -> FormatProbe.probe(file))
			.withMessageContaining("it is empty. Delete it");
	}

	@Test
	void aFileWhoseWriterEndedInTheMiddleIsToBeOpenedFirst() throws Exception {
		Path file = this.directory.resolve("a.zova");
		NewDatabase.create(file, 0);
		Files.write(this.directory.resolve("a.zova-journal"), new byte[] { 1 });
		assertThatExceptionOfType(ZovaException.class).isThrownBy(() -> FormatProbe.probe(file))
			.withMessageContaining("open the file once with write access")
			.satisfies((ex) -> assertThat(ex.status()).isEqualTo(ZovaStatus.READ_ONLY));
		ZovaDatabase.open(file).close();
		assertThat(FormatProbe.probe(file)).isEqualTo(FormatVersion.CURRENT);
	}

}
