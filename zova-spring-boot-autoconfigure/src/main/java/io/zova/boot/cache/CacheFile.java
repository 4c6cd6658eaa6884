package io.zova.boot.cache;

import java.util.List;
import java.util.Optional;

import io.zova.kv.KeyRange;
import io.zova.kv.KeyValueNamespace;
import io.zova.kv.KeyValueOperations;

/**
 * The entries of a cache in the file. A second namespace holds their keys in the order in
 * which they leave, so that neither an expired entry nor one too many is looked for. All
 * calls that write belong into one transaction each.
 */
final class CacheFile {

	/** More than one, so that a put after a quiet time removes more than it adds. */
	private static final int SWEPT_AT_A_PUT = 10;

	private static final byte[] EMPTY = {};

	private final KeyValueNamespace entries;

	private final KeyValueNamespace places;

	private final long maximumSize;

	/** How many entries can be added before they have to be counted. */
	private long room;

	CacheFile(KeyValueOperations keyValues, String name, long maximumSize) {
		this.entries = keyValues.namespace("cache:" + name);
		this.places = keyValues.namespace("cache-places:" + name);
		this.maximumSize = maximumSize;
	}

	Optional<byte[]> find(byte[] key) {
		return this.entries.find(key);
	}

	/**
	 * Puts an entry, and removes some that have expired and those that are too many.
	 * @return how many were removed
	 */
	long put(byte[] key, CacheEntry entry, long now) {
		boolean isNew = removePlace(key).isEmpty();
		this.entries.put(key, entry.bytes());
		this.places.put(entry.place(key), EMPTY);
		return sweep(now) + (isNew ? evict() : 0);
	}

	boolean delete(byte[] key) {
		removePlace(key);
		return this.entries.delete(key);
	}

	boolean clear() {
		this.places.clear();
		return this.entries.clear() > 0;
	}

	long size() {
		return this.entries.count();
	}

	private Optional<byte[]> removePlace(byte[] key) {
		Optional<byte[]> old = this.entries.find(key);
		old.flatMap(CacheEntry::of).ifPresent((entry) -> this.places.delete(entry.place(key)));
		return old;
	}

	private long sweep(long now) {
		KeyRange expired = KeyRange.all().to(CacheEntry.firstAfter(now), false).limit(SWEPT_AT_A_PUT);
		return remove(this.places.keys(expired));
	}

	/** Makes room for a tenth more at a time, because counting takes time. */
	private synchronized long evict() {
		if (this.maximumSize == Long.MAX_VALUE || --this.room >= 0) {
			return 0;
		}
		long size = size();
		long surplus = size - this.maximumSize;
		long removed = (surplus > 0) ? remove(this.places.keys(KeyRange.all().limit(surplus + this.maximumSize / 10)))
				: 0;
		this.room = Math.max(0, this.maximumSize - size + removed);
		return removed;
	}

	private long remove(List<byte[]> places) {
		long removed = 0;
		for (byte[] place : places) {
			byte[] key = CacheEntry.keyOf(place);
			if (this.entries.find(key)
				.flatMap(CacheEntry::of)
				.filter((entry) -> java.util.Arrays.equals(entry.place(key), place))
				.isPresent()) {
				this.entries.delete(key);
				removed++;
			}
			this.places.delete(place);
		}
		return removed;
	}

}
