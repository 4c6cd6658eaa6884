package io.zova.format;

import java.nio.file.Path;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

import io.zova.ZovaDatabase;
import io.zova.ZovaOptions;
import io.zova.ZovaStatus;

import static org.assertj.core.api.Assertions.assertThat;

class ExtensionChecksTests {

	@TempDir
	Path directory;

	private Path file;

	@BeforeEach
	void createFileWithTrigramExtension() throws Exception {
		this.file = this.directory.resolve("test.zova");
		NewDatabase.create(this.file, 0);
		TestFiles.execute(this.file, "create table _zova_ext_trgm_meta (key text primary key, value text not null)",
				"insert into _zova_ext_trgm_meta values ('extension_version', '0.1.0')",
				"create table _zova_ext_trgm_indexes (a)", "create table _zova_ext_trgm_documents (a)",
				"create table _zova_ext_trgm_terms (a)", "create table _zova_ext_trgm_postings (a)",
				"insert into _zova_extensions values ('trgm', '0.1.0', '_zova_ext_trgm_', '1.0.0', 'sql,trgm', 1, 1, '')");
	}

	@Test
	void aFileWithTheTrigramExtensionOpens() {
		assertThat(TestFiles.statusOfOpening(this.file)).isEqualTo(ZovaStatus.OK);
	}

	@Test
	void oneThatIsOpenedForWritingIsWarnedOf() {
		Logger logger = (Logger) LoggerFactory.getLogger(InstalledExtensions.class);
		ListAppender<ILoggingEvent> log = new ListAppender<>();
		log.start();
		logger.addAppender(log);
		try {
			ZovaDatabase.open(this.file, ZovaOptions.builder().readOnly(true).build()).close();
			assertThat(log.list).isEmpty();
			try (ZovaDatabase database = ZovaDatabase.open(this.file)) {
				database.backup(this.file.resolveSibling("backup.zova"));
			}
		}
		finally {
			logger.detachAppender(log);
		}
		assertThat(log.list).singleElement().satisfies((event) -> {
			assertThat(event.getLevel()).isEqualTo(Level.WARN);
			assertThat(event.getFormattedMessage()).startsWith(this.file + " has the extension 'trgm'")
				.contains("delete the document", "EXTENSION_INVALID");
		});
	}

	@ParameterizedTest
	@CsvSource(quoteCharacter = '"', textBlock = """
			required = 0,                      EXTENSION_INVALID
			storage_prefix = '_zova_ext_x_',   EXTENSION_INVALID
			name = 'TRGM',                     EXTENSION_INVALID
			name = '',                         EXTENSION_INVALID
			version = '',                      EXTENSION_INVALID
			version = '0.1.1',                 EXTENSION_INCOMPATIBLE
			zova_abi_min = '0.21.0',           OK
			zova_abi_min = '0.4294967295.0',   OK
			zova_abi_min = '0.4294967296.0',   EXTENSION_INCOMPATIBLE
			zova_abi_min = '0.021.0',          EXTENSION_INCOMPATIBLE
			zova_abi_min = '1.3.0',            EXTENSION_INCOMPATIBLE
			zova_abi_min = '1.4.0',            EXTENSION_INCOMPATIBLE
			zova_abi_min = 'x',                EXTENSION_INCOMPATIBLE
			zova_abi_min = '',                 EXTENSION_INVALID
			capabilities = 'anything',         OK
			manifest_json = 'not json',        OK
			installed_at_unix = -5,            OK
			""")
	void eachColumnOfTheRowIsCheckedByItsRule(String change, ZovaStatus status) throws Exception {
		TestFiles.execute(this.file, "update _zova_extensions set " + change);
		assertThat(TestFiles.statusOfOpening(this.file)).isEqualTo(status);
	}

	@ParameterizedTest
	@ValueSource(strings = { "drop table _zova_ext_trgm_meta", "drop table _zova_ext_trgm_indexes",
			"drop table _zova_ext_trgm_documents", "drop table _zova_ext_trgm_terms",
			"drop table _zova_ext_trgm_postings", "delete from _zova_ext_trgm_meta",
			"update _zova_ext_trgm_meta set value = '0.2.0'", "delete from _zova_extensions",
			"create table _zova_ext_x (a)", "create view _zova_ext_x as select 1",
			"create index _zova_ext_x on _zova_kv (value)" })
	void missingOrOwnerlessStorageDoesNotOpen(String statement) throws Exception {
		TestFiles.execute(this.file, statement);
		assertThat(TestFiles.statusOfOpening(this.file)).isEqualTo(ZovaStatus.EXTENSION_INVALID);
	}

	@Test
	void anExtensionThatThisLibraryDoesNotHaveIsNamed() throws Exception {
		TestFiles.execute(this.file,
				"insert into _zova_extensions values ('geo', '1', '_zova_ext_geo_', '1.0.0', '', 1, 1, '')");
		assertThat(TestFiles.statusOfOpening(this.file)).isEqualTo(ZovaStatus.EXTENSION_UNAVAILABLE);
	}

	@Test
	void otherObjectsOnPrivateTablesOpen() throws Exception {
		TestFiles.execute(this.file, "create index mine on _zova_ext_trgm_terms (a)",
				"create table _zova_ext_trgm_more (a)");
		assertThat(TestFiles.statusOfOpening(this.file)).isEqualTo(ZovaStatus.OK);
	}

}
