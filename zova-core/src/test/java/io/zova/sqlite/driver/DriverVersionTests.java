package io.zova.sqlite.driver;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import org.sqlite.SQLiteJDBCLoader;

import static org.assertj.core.api.Assertions.assertThat;

class DriverVersionTests {

	private static final Path PARENT = Path.of("../pom.xml");

	private static final Path BOM = Path.of("../zova-bom/pom.xml");

	@Test
	void anOlderDriverIsWarnedOfWithBothVersionsAndTheCure() {
		assertThat(warnings("3.53.2.1")).singleElement()
			.asString()
			.contains("is 3.53.2.1, older than " + DriverVersion.TESTED,
					"sqlite-jdbc.version to " + DriverVersion.TESTED, "io.zova:zova-bom");
		assertThat(warnings("3.9.0.0")).hasSize(1);
		assertThat(warnings("3.54.1")).hasSize(1);
	}

	@Test
	void theTestedOneANewerOneAndAnUnknownOneAreNot() {
		for (String version : List.of(DriverVersion.TESTED, "3.54.1.1", "3.100.0.0", "4.0.0.0", "unknown")) {
			assertThat(warnings(version)).isEmpty();
		}
	}

	@Test
	void theDriverKnowsItsVersion() {
		assertThat(SQLiteJDBCLoader.getVersion()).matches("\\d+(\\.\\d+){2,3}");
	}

	@Test
	void theTestedVersionIsThatOfTheBuildAndOfTheBom() throws Exception {
		assertThat(DriverVersion.TESTED).isEqualTo(find(PARENT, "<sqlite-jdbc.version>(.*?)</sqlite-jdbc.version>"))
			.isEqualTo(find(BOM, "<sqlite-jdbc.version>(.*?)</sqlite-jdbc.version>"));
	}

	@Test
	void theBomHasTheVersionOfTheBuildAndNamesItsModules() throws Exception {
		String version = "<artifactId>zova-(?:parent|bom)</artifactId>\\s*<version>(.*?)</version>";
		assertThat(find(BOM, version)).isEqualTo(find(PARENT, version));
		assertThat(Files.readString(BOM)).contains("<artifactId>zova-core</artifactId>",
				"<artifactId>zova-spring-boot-autoconfigure</artifactId>",
				"<artifactId>zova-spring-boot-starter</artifactId>", "<artifactId>sqlite-jdbc</artifactId>");
	}

	private static String find(Path pom, String pattern) throws Exception {
		Matcher matcher = Pattern.compile(pattern).matcher(Files.readString(pom));
		assertThat(matcher.find()).as(pattern + " in " + pom).isTrue();
		return matcher.group(1);
	}

	private static List<String> warnings(String found) {
		Logger logger = (Logger) LoggerFactory.getLogger(DriverVersion.class);
		ListAppender<ILoggingEvent> log = new ListAppender<>();
		log.start();
		logger.addAppender(log);
		try {
			DriverVersion.warnOf(found);
		}
		finally {
			logger.detachAppender(log);
		}
		return log.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
	}

}
