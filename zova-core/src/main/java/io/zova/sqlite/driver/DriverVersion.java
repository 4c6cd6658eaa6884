package io.zova.sqlite.driver;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicBoolean;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sqlite.SQLiteJDBCLoader;

/**
 * Warns of a driver that is older than the one that Zova is tested with. Spring Boot
 * manages the driver's version too, and so can give an application another one without
 * being asked.
 */
public final class DriverVersion {

	/** The version that the tests run with: {@code sqlite-jdbc.version} of the POM. */
	static final String TESTED = "3.54.1.0";

	private static final Logger logger = LoggerFactory.getLogger(DriverVersion.class);

	private static final AtomicBoolean LOOKED = new AtomicBoolean();

	private DriverVersion() {
	}

	/** Looks once. */
	public static void look() {
		if (!LOOKED.getAndSet(true)) {
			warnOf(SQLiteJDBCLoader.getVersion());
		}
	}

	static void warnOf(String found) {
		if (isOlder(found)) {
			logger.warn(
					"The SQLite driver org.xerial:sqlite-jdbc is {}, older than {}, which Zova is tested with. Spring "
							+ "Boot's version management may have chosen it: set the property sqlite-jdbc.version to {} "
							+ "in the build, or import io.zova:zova-bom before Spring Boot's dependencies",
					found, TESTED, TESTED);
		}
	}

	private static boolean isOlder(String found) {
		try {
			return Arrays.compare(numbers(found), numbers(TESTED)) < 0;
		}
		catch (NumberFormatException ex) {
			// A build of somebody's own, or a driver that does not know.
			return false;
		}
	}

	private static int[] numbers(String version) {
		return Arrays.stream(version.split("\\.")).mapToInt(Integer::parseInt).toArray();
	}

}
