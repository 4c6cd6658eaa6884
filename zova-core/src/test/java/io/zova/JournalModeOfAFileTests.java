package io.zova;

import java.nio.file.Path;

import io.zova.ZovaOptions.JournalMode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.jdbc.core.simple.JdbcClient;

import static org.assertj.core.api.Assertions.assertThat;

class JournalModeOfAFileTests {

	@TempDir
	private Path directory;

	@Test
	void eachModeCanBeChangedToEachOther() {
		for (JournalMode from : JournalMode.values()) {
			for (JournalMode to : JournalMode.values()) {
				Path file = this.directory.resolve(from + "-" + to + ".zova");
				ZovaDatabase.create(file, mode(from)).close();
				try (ZovaDatabase database = ZovaDatabase.open(file, mode(to))) {
					JdbcClient jdbc = JdbcClient.create(database.dataSource());
					jdbc.sql("create table t(v)").update();
					assertThat(jdbc.sql("pragma journal_mode").query(String.class).single()).isEqualTo(to.sql());
				}
			}
		}
	}

	private static ZovaOptions mode(JournalMode mode) {
		return ZovaOptions.builder().journalMode(mode).build();
	}

}
