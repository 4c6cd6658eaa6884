package io.zova.maintenance;

import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

import io.zova.ZovaDatabase;
import io.zova.ZovaException;
import io.zova.format.NewDatabase;
import io.zova.maintenance.salvage.SalvageOptions;

/**
 * A process that makes copies until it is killed, or under a limit that it can't keep.
 * Started by {@link KilledCopyIT}.
 */
final class CopyingProcess {

	private CopyingProcess() {
	}

	/**
	 * Does what it is told.
	 * @param arguments the task, the source and where to copy to
	 * @throws InterruptedException never
	 */
	public static void main(String[] arguments) throws InterruptedException {
		Path source = Path.of(arguments[1]);
		Path target = Path.of(arguments[2]);
		switch (arguments[0]) {
			case "stop-in-the-middle" -> copy(source, target, CopyOptions.defaults().reportingTo((done, left) -> {
				if (left < done) {
					say("in the middle");
					waitForever();
				}
			}));
			case "one-after-the-other" -> {
				for (int i = 0;; i++) {
					copy(source, target.resolve(i + ".zova"), CopyOptions.defaults());
					say(i + ".zova");
				}
			}
			case "salvage" -> {
				for (int i = 0;; i++) {
					ZovaDatabase.salvage(source, target.resolve(i + ".zova"),
							(i % 2 == 0) ? SalvageOptions.defaults().withDamagedPages() : SalvageOptions.defaults());
					say(i + ".zova");
				}
			}
			case "backup" -> sayStatus(() -> copy(source, target, CopyOptions.defaults()));
			case "create" -> sayStatus(() -> NewDatabase.create(target, 65536));
			default -> throw new IllegalArgumentException(arguments[0]);
		}
	}

	private static void copy(Path source, Path destination, CopyOptions options) {
		try (ZovaDatabase database = ZovaDatabase.open(source)) {
			new Backup(database.sql()).to(destination, options);
		}
	}

	private static void sayStatus(Runnable call) {
		try {
			call.run();
			say("OK");
		}
		catch (ZovaException ex) {
			say(ex.status().name());
		}
	}

	private static void waitForever() {
		try {
			new CountDownLatch(1).await();
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static void say(String line) {
		System.out.println("> " + line);
		System.out.flush();
	}

}
