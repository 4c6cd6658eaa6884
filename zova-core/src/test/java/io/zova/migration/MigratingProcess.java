package io.zova.migration;

import java.nio.file.Path;

import io.zova.ZovaDatabase;
import io.zova.ZovaException;
import io.zova.ZovaStatus;
import io.zova.format.FormatVersion;
import io.zova.maintenance.CopyOptions;

/**
 * A process that migrates a file until it is killed. Started by
 * {@link KilledMigrationTests}.
 */
final class MigratingProcess {

	private MigratingProcess() {
	}

	/**
	 * Does what it is told, once the driver and all classes are there.
	 * @param arguments what to do, a small old file to begin with, the file, the
	 * destination
	 */
	public static void main(String[] arguments) {
		Path small = Path.of(arguments[1]);
		ZovaDatabase.migrate(small, small.resolveSibling("warm" + System.nanoTime() + ".zova"));
		Path file = Path.of(arguments[2]);
		say("begin");
		if (arguments[0].equals("migrate")) {
			ZovaDatabase.migrate(file, Path.of(arguments[3]));
		}
		else {
			start(file);
		}
		say("end");
	}

	/** As an application does it with {@code zova.migration: on-start}. */
	static void start(Path file) {
		try {
			if (ZovaDatabase.probe(file).support() != FormatVersion.Support.MIGRATABLE) {
				return;
			}
		}
		catch (ZovaException ex) {
			if (ex.status() != ZovaStatus.BUSY && ex.status() != ZovaStatus.READ_ONLY) {
				throw ex;
			}
		}
		try {
			ZovaDatabase.migrateInPlace(file, CopyOptions.defaults());
		}
		catch (ZovaException ex) {
			if (ex.status() != ZovaStatus.NO_MIGRATION_PATH) {
				throw ex;
			}
		}
	}

	private static void say(String line) {
		System.out.println("> " + line);
		System.out.flush();
	}

}
