package io.zova;

import java.nio.file.Path;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.zova.sqlite.ConnectionPool;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

import static org.assertj.core.api.Assertions.assertThat;

class OpeningIsLoggedTests {

	@Test
	void whatWasSetIsLoggedOnce(@TempDir Path directory) throws Exception {
		Logger logger = (Logger) LoggerFactory.getLogger(ConnectionPool.class);
		ListAppender<ILoggingEvent> log = new ListAppender<>();
		log.start();
		logger.addAppender(log);
		logger.setLevel(Level.INFO);
		try {
			ZovaOptions options = ZovaOptions.builder()
				.journalMode(ZovaOptions.JournalMode.WAL)
				.synchronous(ZovaOptions.Synchronous.NORMAL)
				.build();
			try (ZovaDatabase database = ZovaDatabase.create(directory.resolve("a.zova"), options);
					var first = database.dataSource().getConnection();
					var second = database.dataSource().getConnection()) {
				assertThat(first.isValid(1) && second.isValid(1)).isTrue();
			}
			ZovaDatabase.create(directory.resolve("b.zova")).close();
		}
		finally {
			logger.detachAppender(log);
			logger.setLevel(null);
		}
		assertThat(log.list).extracting(ILoggingEvent::getFormattedMessage)
			.containsExactly(
					"Opened " + directory.resolve("a.zova")
							+ " with [pragma journal_mode=wal, pragma synchronous=normal]",
					"Opened " + directory.resolve("b.zova") + " with SQLite's default settings");
		assertThat(log.list).extracting(ILoggingEvent::getLevel).containsOnly(Level.INFO);
	}

}
