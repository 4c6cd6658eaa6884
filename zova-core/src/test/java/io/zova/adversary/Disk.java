package io.zova.adversary;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;

import io.zova.RandomBytes;
import io.zova.adversary.Recording.Entry;
import org.jspecify.annotations.Nullable;

/**
 * A folder on a disk that keeps what was synced, and of the rest whatever it likes: each
 * sector of each write, each change of a length and each created or removed name may be
 * there or not, and where a file became longer without its bytes there may be anything. A
 * file's name is safe when the folder was synced, not when the file was: less than the
 * usual file systems promise. What is in folders of the folder is lost.
 */
final class Disk {

	private final Map<String, Stored> safeNames = new TreeMap<>();

	private final List<Renamed> names = new ArrayList<>();

	private final Map<Long, Stored> files = new HashMap<>();

	private final Map<Long, Long> syncs = new HashMap<>();

	private final long folder;

	private long time;

	private Disk(long folder) {
		this.folder = folder;
	}

	/** A disk on which everything that a folder holds is safe. */
	static Disk of(Path folder) throws IOException {
		Disk disk = new Disk(inode(folder));
		try (Stream<Path> files = Files.list(folder)) {
			for (Path file : files.toList()) {
				Stored stored = new Stored(Files.readAllBytes(file));
				disk.files.put(inode(file), stored);
				disk.safeNames.put(file.getFileName().toString(), stored);
			}
		}
		return disk;
	}

	private static long inode(Path path) throws IOException {
		return (Long) Files.getAttribute(path, "unix:ino");
	}

	void apply(Entry entry) {
		this.time++;
		switch (entry.kind()) {
			case 'C' -> {
				Stored created = new Stored(new byte[0]);
				this.files.put(entry.inode(), created);
				this.names.add(new Renamed(this.time, entry.text(), created));
			}
			case 'L' -> this.names.add(new Renamed(this.time, entry.text(), file(entry)));
			case 'U' -> this.names.add(new Renamed(this.time, entry.text(), null));
			case 'W', 'T' -> file(entry).unsafe.add(new Change(this.time, entry));
			case 'S' -> this.syncs.put((long) entry.thread(), this.time);
			case 'E' -> synced(entry, this.syncs.remove((long) entry.thread()));
			default -> {
			}
		}
	}

	private Stored file(Entry entry) {
		Stored file = this.files.get(entry.inode());
		if (file == null) {
			throw new IllegalStateException("Nobody has created the file of " + entry.kind() + " " + entry.inode());
		}
		return file;
	}

	private void synced(Entry entry, long begin) {
		if (entry.inode() != this.folder) {
			Stored file = this.files.get(entry.inode());
			if (file != null) {
				file.synced(begin);
			}
			return;
		}
		while (!this.names.isEmpty() && this.names.get(0).time < begin) {
			put(this.safeNames, this.names.remove(0));
		}
	}

	private static void put(Map<String, Stored> names, Renamed change) {
		if (change.file == null) {
			names.remove(change.name);
		}
		else {
			names.put(change.name, change.file);
		}
	}

	/**
	 * Cuts the power now.
	 * @param target an empty folder, which gets what the disk then holds
	 * @param random decides what of the rest it has kept
	 * @param sector how many bytes are written as one
	 */
	void cut(Path target, Random random, int sector) throws IOException {
		Luck luck = Luck.of(random, this.time);
		Map<String, Stored> there = new TreeMap<>(this.safeNames);
		this.names.stream().filter((change) -> luck.keeps(change.time)).forEach((change) -> put(there, change));
		for (Map.Entry<String, Stored> file : there.entrySet()) {
			if (!file.getKey().contains("/")) {
				Files.write(target.resolve(file.getKey()), file.getValue().cut(luck, sector));
			}
		}
	}

	/**
	 * What becomes of unsynced changes: nothing, everything, all to a moment, or each by
	 * itself.
	 */
	private record Luck(Random random, long until, double before, double after, boolean whole) {

		static Luck of(Random random, long now) {
			boolean whole = random.nextBoolean();
			return switch (random.nextInt(6)) {
				case 0 -> new Luck(random, 0, 0, 0, true);
				case 1 -> new Luck(random, 0, 1, 1, true);
				case 2 -> new Luck(random, now - random.nextInt(40), 1, 0, whole);
				// What comes later is there, what it builds on isn't.
				case 3 -> new Luck(random, now - random.nextInt(40), 0, 1, whole);
				case 4 -> new Luck(random, 0, 0, 0.95, whole);
				default -> new Luck(random, 0, 0, random.nextDouble(), whole);
			};
		}

		boolean keeps(long time) {
			double chance = (time < this.until) ? this.before : this.after;
			return this.random.nextDouble() < chance;
		}

	}

	private record Renamed(long time, String name, @Nullable Stored file) {

	}

	private record Change(long time, Entry entry) {

		boolean isWrite() {
			return this.entry.kind() == 'W';
		}

	}

	/**
	 * A file, with or without a name.
	 */
	private static final class Stored {

		private final Content safe;

		private final List<Change> unsafe = new ArrayList<>();

		Stored(byte[] content) {
			this.safe = new Content(content);
		}

		void synced(long begin) {
			while (!this.unsafe.isEmpty() && this.unsafe.get(0).time() < begin) {
				Change change = this.unsafe.remove(0);
				if (change.isWrite()) {
					this.safe.write(change.entry(), 0, change.entry().content().length);
				}
				else {
					this.safe.resize((int) change.entry().offset());
				}
			}
		}

		byte[] cut(Luck luck, int sector) {
			Content content = this.safe.copy();
			for (Change change : this.unsafe) {
				if (change.isWrite()) {
					write(content, change, luck, luck.whole() ? Integer.MAX_VALUE : sector);
				}
				else if (luck.keeps(change.time())) {
					lengthen(content, (int) change.entry().offset(), luck);
				}
			}
			return content.toBytes();
		}

		private static void write(Content content, Change change, Luck luck, int sector) {
			Entry entry = change.entry();
			int begin = (int) entry.offset();
			int end = begin + entry.content().length;
			for (int from = begin; from < end;) {
				int to = (int) Math.min((from / sector + 1L) * sector, end);
				if (luck.keeps(change.time())) {
					lengthen(content, Math.max(content.size, to), luck);
					content.write(entry, from - begin, to - begin);
				}
				from = to;
			}
		}

		private static void lengthen(Content content, int length, Luck luck) {
			int before = content.size;
			content.resize(length);
			if (length > before && luck.random().nextInt(4) == 0) {
				byte[] anything = RandomBytes.of(length - before, luck.random());
				System.arraycopy(anything, 0, content.bytes, before, anything.length);
			}
		}

	}

	/**
	 * Bytes that become more and less.
	 */
	private static final class Content {

		private byte[] bytes;

		private int size;

		Content(byte[] bytes) {
			this.bytes = bytes;
			this.size = bytes.length;
		}

		Content copy() {
			return new Content(toBytes());
		}

		byte[] toBytes() {
			return Arrays.copyOf(this.bytes, this.size);
		}

		void resize(int newSize) {
			if (newSize > this.bytes.length) {
				this.bytes = Arrays.copyOf(this.bytes, Math.max(newSize, 2 * this.bytes.length));
			}
			else if (newSize < this.size) {
				Arrays.fill(this.bytes, newSize, this.size, (byte) 0);
			}
			this.size = newSize;
		}

		void write(Entry entry, int from, int to) {
			int offset = (int) entry.offset();
			resize(Math.max(this.size, offset + to));
			System.arraycopy(entry.content(), from, this.bytes, offset + from, to - from);
		}

	}

}
