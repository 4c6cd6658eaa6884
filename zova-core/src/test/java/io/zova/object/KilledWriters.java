package io.zova.object;

import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Random;

import io.zova.RandomBytes;
import io.zova.ZovaDatabase;
import io.zova.ZovaOptions;
import io.zova.ZovaOptions.JournalMode;

/**
 * A process that stores objects in three ways at a time and deletes some again, says what
 * it has done, and does not expect to come to an end. Started by {@link KilledWritersIT}.
 */
final class KilledWriters {

	private static final int SHARED = 60_000;

	private KilledWriters() {
	}

	/**
	 * Goes on for ever.
	 * @param arguments the file, the journal mode and a seed
	 */
	public static void main(String[] arguments) {
		ZovaOptions options = ZovaOptions.builder().journalMode(JournalMode.valueOf(arguments[1])).build();
		ObjectTemplate objects = ZovaDatabase.open(Path.of(arguments[0]), options).objects();
		long seed = Long.parseLong(arguments[2]);
		new Thread(() -> putAndDelete(objects, new Random(seed))).start();
		new Thread(() -> write(objects, new Random(seed + 1), StorageProfile.DEDUPLICATION)).start();
		new Thread(() -> write(objects, new Random(seed + 2), StorageProfile.STREAMING)).start();
	}

	private static void putAndDelete(ObjectTemplate objects, Random random) {
		Deque<ObjectId> kept = new ArrayDeque<>();
		while (true) {
			ObjectId id = objects.put(content(random, 20_000 + random.nextInt(300_000)));
			say("stored " + id);
			kept.add(id);
			if (kept.size() > 8) {
				ObjectId gone = kept.remove();
				say("deleting " + gone);
				objects.delete(gone);
				say("deleted " + gone);
			}
		}
	}

	private static void write(ObjectTemplate objects, Random random, StorageProfile profile) {
		while (true) {
			try (ObjectWriter writer = objects.writer(profile)) {
				for (int piece = 0; piece < 5; piece++) {
					writer.write(content(random, 400_000));
				}
				if (random.nextInt(3) > 0) {
					say("stored " + writer.finish());
				}
			}
		}
	}

	/** Starts with one of few beginnings, so that objects share chunks. */
	private static byte[] content(Random random, int size) {
		byte[] content = RandomBytes.of(size, random);
		int shared = Math.min(size, SHARED);
		System.arraycopy(GoldenObjects.random(shared, random.nextInt(3)), 0, content, 0, shared);
		return content;
	}

	private static synchronized void say(String what) {
		System.out.println(what);
		System.out.flush();
	}

}
