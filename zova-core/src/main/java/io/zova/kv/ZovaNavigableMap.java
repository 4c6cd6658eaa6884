package io.zova.kv;

import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentNavigableMap;

import org.jspecify.annotations.Nullable;

/**
 * A {@link ZovaMap} in the order of its keys. First, last and neighbouring keys are found
 * by one look into the index each; parts of the map are live views that hold nothing.
 *
 * <p>
 * Entries that navigation returns are copies; their {@code setValue} is not supported, as
 * with the JDK's concurrent maps.
 *
 * @param <K> the type of the keys
 * @param <V> the type of the values
 */
public final class ZovaNavigableMap<K, V> extends ZovaMap<K, V> implements ConcurrentNavigableMap<K, V> {

	private final OrderedCodec<K> orderedKeys;

	ZovaNavigableMap(KeyValueNamespace store, OrderedCodec<K> keyCodec, Codec<V> valueCodec) {
		this(store, keyCodec, valueCodec, DEFAULT_MAX_VALUE_BYTES, KeyRange.all());
	}

	private ZovaNavigableMap(KeyValueNamespace store, OrderedCodec<K> keyCodec, Codec<V> valueCodec, int maxValueBytes,
			KeyRange range) {
		super(store, keyCodec, valueCodec, maxValueBytes, range);
		this.orderedKeys = keyCodec;
	}

	@Override
	public ZovaNavigableMap<K, V> maxValueBytes(int bytes) {
		return new ZovaNavigableMap<>(store(), this.orderedKeys, valueCodec(), bytes, range());
	}

	private ZovaNavigableMap<K, V> view(KeyRange range) {
		return new ZovaNavigableMap<>(store(), this.orderedKeys, valueCodec(), maxValueBytes(), range);
	}

	@Override
	public Comparator<? super K> comparator() {
		Comparator<? super K> order = this.orderedKeys.order();
		return range().isReversed() ? Collections.reverseOrder(order) : order;
	}

	// One entry

	private Map.@Nullable Entry<K, V> entry(KeyRange range) {
		List<KeyValue> rows = store().page(range.limit(1));
		return rows.isEmpty() ? null : entry(rows.get(0).key(), rows.get(0).value());
	}

	private Map.Entry<K, V> entry(byte[] key, byte[] value) {
		return Map.entry(decodeKey(key), valueCodec().decode(value));
	}

	private @Nullable K key(KeyRange range) {
		List<byte[]> keys = store().keys(range.limit(1));
		return keys.isEmpty() ? null : decodeKey(keys.get(0));
	}

	private K requiredKey(KeyRange range) {
		K key = key(range);
		if (key == null) {
			throw new NoSuchElementException("The map is empty");
		}
		return key;
	}

	/** What comes after a key, nearest first. */
	private KeyRange after(K key, boolean included) {
		return range().startingAt(encodeKey(key), included);
	}

	/** What comes before a key, nearest first. */
	private KeyRange before(K key, boolean included) {
		return range().endingAt(encodeKey(key), included).reversed();
	}

	@Override
	public K firstKey() {
		return requiredKey(range());
	}

	@Override
	public K lastKey() {
		return requiredKey(range().reversed());
	}

	@Override
	public Map.@Nullable Entry<K, V> firstEntry() {
		return entry(range());
	}

	@Override
	public Map.@Nullable Entry<K, V> lastEntry() {
		return entry(range().reversed());
	}

	@Override
	public Map.@Nullable Entry<K, V> lowerEntry(K key) {
		return entry(before(key, false));
	}

	@Override
	public @Nullable K lowerKey(K key) {
		return key(before(key, false));
	}

	@Override
	public Map.@Nullable Entry<K, V> floorEntry(K key) {
		return entry(before(key, true));
	}

	@Override
	public @Nullable K floorKey(K key) {
		return key(before(key, true));
	}

	@Override
	public Map.@Nullable Entry<K, V> ceilingEntry(K key) {
		return entry(after(key, true));
	}

	@Override
	public @Nullable K ceilingKey(K key) {
		return key(after(key, true));
	}

	@Override
	public Map.@Nullable Entry<K, V> higherEntry(K key) {
		return entry(after(key, false));
	}

	@Override
	public @Nullable K higherKey(K key) {
		return key(after(key, false));
	}

	@Override
	public Map.@Nullable Entry<K, V> pollFirstEntry() {
		return poll(range());
	}

	@Override
	public Map.@Nullable Entry<K, V> pollLastEntry() {
		return poll(range().reversed());
	}

	private Map.@Nullable Entry<K, V> poll(KeyRange range) {
		requireWritable();
		KeyRange first = range.limit(1);
		for (List<byte[]> keys = store().keys(first); !keys.isEmpty(); keys = store().keys(first)) {
			Optional<byte[]> value = store().getAndDelete(keys.get(0));
			if (value.isPresent()) {
				return entry(keys.get(0), value.get());
			}
		}
		return null;
	}

	// Parts

	@Override
	public ZovaNavigableMap<K, V> subMap(K fromKey, boolean fromInclusive, K toKey, boolean toInclusive) {
		if (Objects.compare(fromKey, toKey, comparator()) > 0) {
			throw new IllegalArgumentException(
					"The part of the map would end before it begins: from " + fromKey + " to " + toKey);
		}
		return tailMap(fromKey, fromInclusive).cut(toKey, toInclusive, range());
	}

	@Override
	public ZovaNavigableMap<K, V> headMap(K toKey, boolean inclusive) {
		return cut(toKey, inclusive, range());
	}

	private ZovaNavigableMap<K, V> cut(K toKey, boolean inclusive, KeyRange whole) {
		return view(range().endingAt(bound(toKey, inclusive, whole), inclusive));
	}

	@Override
	public ZovaNavigableMap<K, V> tailMap(K fromKey, boolean inclusive) {
		return view(range().startingAt(bound(fromKey, inclusive, range()), inclusive));
	}

	private byte[] bound(K key, boolean inclusive, KeyRange whole) {
		byte[] bytes = encodeKey(key);
		if (!(inclusive ? whole : whole.closed()).contains(bytes)) {
			throw new IllegalArgumentException("The key " + key + " lies outside the range of this map");
		}
		return bytes;
	}

	@Override
	public ZovaNavigableMap<K, V> subMap(K fromKey, K toKey) {
		return subMap(fromKey, true, toKey, false);
	}

	@Override
	public ZovaNavigableMap<K, V> headMap(K toKey) {
		return headMap(toKey, false);
	}

	@Override
	public ZovaNavigableMap<K, V> tailMap(K fromKey) {
		return tailMap(fromKey, true);
	}

	@Override
	public ZovaNavigableMap<K, V> descendingMap() {
		return view(range().reversed());
	}

	@Override
	public NavigableSet<K> navigableKeySet() {
		return new NavigableKeys<>(this);
	}

	@Override
	public NavigableSet<K> keySet() {
		return navigableKeySet();
	}

	@Override
	public NavigableSet<K> descendingKeySet() {
		return descendingMap().navigableKeySet();
	}

}
