package io.zova.kv;

import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Function;

import io.zova.ZovaException;
import io.zova.ZovaStatus;
import org.jspecify.annotations.Nullable;

/**
 * A map of what a namespace holds. It keeps nothing itself: every call reads or writes
 * the file, in the transaction that is open or in one of its own, and several maps of one
 * namespace show the same. {@code null} is neither key nor value.
 *
 * <p>
 * How it differs from maps in memory:
 * <ul>
 * <li>Values are copies. Changing one that {@code get} gave changes nothing; put it
 * again.</li>
 * <li>Iterators read page by page. Outside a transaction they see each page at its own
 * moment; they never see a key twice and never throw
 * {@code ConcurrentModificationException}.</li>
 * <li>{@code size()} counts rows and takes time in large maps; {@code isEmpty()} does
 * not. {@code clear()} of a part of a map deletes page by page and {@code putAll} writes
 * all or nothing.</li>
 * <li>{@code compute}, {@code merge} and {@code computeIfAbsent} call their function
 * outside of any lock and may call it again when somebody else was faster.</li>
 * <li>{@code put} reads the old value to return it; {@link #set} does not.</li>
 * <li>Large values make their neighbours slow, so those above
 * {@linkplain #maxValueBytes(int) a size} are refused.</li>
 * <li>A map made by a {@link WriteBehind} keeps what is put in a buffer first and shows
 * it from there; {@code put} then looks and puts in two steps.</li>
 * </ul>
 *
 * @param <K> the type of the keys
 * @param <V> the type of the values
 */
public sealed class ZovaMap<K, V> extends AbstractMap<K, V> implements ConcurrentMap<K, V> permits ZovaNavigableMap {

	/** Values of more bytes are refused unless another limit is set: 1 MiB. */
	public static final int DEFAULT_MAX_VALUE_BYTES = 1 << 20;

	private final KeyValueNamespace store;

	private final Codec<K> keyCodec;

	private final Codec<V> valueCodec;

	private final int maxValueBytes;

	private final KeyRange range;

	ZovaMap(KeyValueNamespace store, Codec<K> keyCodec, Codec<V> valueCodec) {
		this(store, keyCodec, valueCodec, DEFAULT_MAX_VALUE_BYTES, KeyRange.all());
	}

	ZovaMap(KeyValueNamespace store, Codec<K> keyCodec, Codec<V> valueCodec, int maxValueBytes, KeyRange range) {
		this.store = store;
		this.keyCodec = keyCodec;
		this.valueCodec = valueCodec;
		this.maxValueBytes = maxValueBytes;
		this.range = range;
	}

	/**
	 * The same map with another limit for its values.
	 * @param bytes how many bytes a value has at most
	 * @return the map
	 */
	public ZovaMap<K, V> maxValueBytes(int bytes) {
		return new ZovaMap<>(this.store, this.keyCodec, this.valueCodec, bytes, this.range);
	}

	final KeyValueNamespace store() {
		return this.store;
	}

	final Codec<V> valueCodec() {
		return this.valueCodec;
	}

	final int maxValueBytes() {
		return this.maxValueBytes;
	}

	final KeyRange range() {
		return this.range;
	}

	@SuppressWarnings("unchecked")
	final byte[] encodeKey(Object key) {
		return this.keyCodec.encode((K) Objects.requireNonNull(key, "The key is null"));
	}

	final K decodeKey(byte[] key) {
		return this.keyCodec.decode(key);
	}

	final byte[] encodeValue(V value) {
		byte[] bytes = this.valueCodec.encode(Objects.requireNonNull(value, "The value is null"));
		if (bytes.length > this.maxValueBytes) {
			throw new ZovaException(ZovaStatus.KV_TOO_LARGE,
					"A value has " + bytes.length + " bytes: this map takes " + this.maxValueBytes
							+ " at most, because large values slow down all others; put it as an object "
							+ "and its id here, or allow more with maxValueBytes");
		}
		return bytes;
	}

	private @Nullable V decoded(byte @Nullable [] value) {
		return (value != null) ? this.valueCodec.decode(value) : null;
	}

	private byte[] writableKey(K key) {
		byte[] bytes = encodeKey(key);
		if (!this.range.contains(bytes)) {
			throw new IllegalArgumentException("The key " + key + " lies outside the range of this map");
		}
		return bytes;
	}

	/** Fails on a read-only database, also where nothing would have been changed. */
	final void requireWritable() {
		this.store.deleteAll(List.of());
	}

	private byte @Nullable [] stored(byte[] key) {
		return this.range.contains(key) ? this.store.find(key).orElse(null) : null;
	}

	@Override
	public @Nullable V get(Object key) {
		return decoded(stored(encodeKey(key)));
	}

	@Override
	public boolean containsKey(Object key) {
		byte[] bytes = encodeKey(key);
		return this.range.contains(bytes) && this.store.exists(bytes);
	}

	@Override
	public boolean containsValue(Object value) {
		return super.containsValue(Objects.requireNonNull(value, "The value is null"));
	}

	/**
	 * Puts a value without reading the old one: the fast form of {@link #put}.
	 * @param key the key
	 * @param value the value
	 */
	public void set(K key, V value) {
		requireWritable();
		this.store.put(writableKey(key), encodeValue(value));
	}

	@Override
	public @Nullable V put(K key, V value) {
		requireWritable();
		return decoded(this.store.getAndPut(writableKey(key), encodeValue(value)).orElse(null));
	}

	@Override
	public void putAll(Map<? extends K, ? extends V> entries) {
		requireWritable();
		List<KeyValue> rows = entries.entrySet()
			.stream()
			.map((entry) -> new KeyValue(writableKey(entry.getKey()), encodeValue(entry.getValue())))
			.toList();
		this.store.putAll(rows);
	}

	@Override
	public @Nullable V putIfAbsent(K key, V value) {
		requireWritable();
		byte[] keyBytes = writableKey(key);
		byte[] valueBytes = encodeValue(value);
		while (!this.store.putIfAbsent(keyBytes, valueBytes)) {
			byte[] old = stored(keyBytes);
			if (old != null) {
				return decoded(old);
			}
		}
		return null;
	}

	@Override
	public @Nullable V replace(K key, V value) {
		requireWritable();
		byte[] keyBytes = encodeKey(key);
		byte[] valueBytes = encodeValue(value);
		for (byte[] old = stored(keyBytes); old != null; old = stored(keyBytes)) {
			if (this.store.compareAndSet(keyBytes, old, valueBytes)) {
				return decoded(old);
			}
		}
		return null;
	}

	@Override
	public boolean replace(K key, V oldValue, V newValue) {
		requireWritable();
		Objects.requireNonNull(oldValue, "The old value is null");
		byte[] keyBytes = encodeKey(key);
		byte[] valueBytes = encodeValue(newValue);
		byte[] old = stored(keyBytes);
		while (old != null && oldValue.equals(decoded(old))) {
			if (this.store.compareAndSet(keyBytes, old, valueBytes)) {
				return true;
			}
			old = stored(keyBytes);
		}
		return false;
	}

	@Override
	public @Nullable V remove(Object key) {
		requireWritable();
		byte[] bytes = encodeKey(key);
		return this.range.contains(bytes) ? decoded(this.store.getAndDelete(bytes).orElse(null)) : null;
	}

	@Override
	public boolean remove(Object key, @Nullable Object value) {
		requireWritable();
		byte[] keyBytes = encodeKey(key);
		byte[] old = stored(keyBytes);
		while (old != null && Objects.equals(decoded(old), value)) {
			if (this.store.compareAndDelete(keyBytes, old)) {
				return true;
			}
			old = stored(keyBytes);
		}
		return false;
	}

	@Override
	public int size() {
		long count = this.store.count(this.range);
		return (int) Math.min(count, Integer.MAX_VALUE);
	}

	@Override
	public boolean isEmpty() {
		return this.store.keys(this.range.limit(1)).isEmpty();
	}

	@Override
	public void clear() {
		requireWritable();
		if (this.range.isEverything()) {
			this.store.clear();
			return;
		}
		KeyRange page = this.range.limit(KeyPages.KEYS_PER_PAGE);
		for (List<byte[]> keys = this.store.keys(page); !keys.isEmpty(); keys = this.store.keys(page)) {
			this.store.deleteAll(keys);
		}
	}

	@Override
	public Set<K> keySet() {
		return new Keys();
	}

	@Override
	public Set<Map.Entry<K, V>> entrySet() {
		return new Entries();
	}

	final Iterator<K> keyIterator() {
		return new RemovingIterator<>(
				new KeyPages<>(this.range, KeyPages.KEYS_PER_PAGE, this.store::keys, Function.identity()),
				Function.identity(), this::decodeKey);
	}

	private Iterator<Map.Entry<K, V>> entryIterator() {
		return new RemovingIterator<>(
				new KeyPages<>(this.range, KeyPages.ENTRIES_PER_PAGE, this.store::page, KeyValue::key), KeyValue::key,
				(row) -> new LiveEntry(decodeKey(row.key()), this.valueCodec.decode(row.value())));
	}

	/**
	 * An entry whose {@code setValue} writes to the map.
	 */
	private final class LiveEntry extends SimpleEntry<K, V> {

		private static final long serialVersionUID = 1L;

		LiveEntry(K key, V value) {
			super(key, value);
		}

		@Override
		public V setValue(V value) {
			set(getKey(), value);
			return super.setValue(value);
		}

	}

	/**
	 * Makes rows into elements and removes by key.
	 */
	private final class RemovingIterator<T, E> implements Iterator<E> {

		private final Iterator<T> rows;

		private final Function<T, byte[]> keys;

		private final Function<T, E> elements;

		private byte @Nullable [] last;

		RemovingIterator(Iterator<T> rows, Function<T, byte[]> keys, Function<T, E> elements) {
			this.rows = rows;
			this.keys = keys;
			this.elements = elements;
		}

		@Override
		public boolean hasNext() {
			return this.rows.hasNext();
		}

		@Override
		public E next() {
			if (!this.rows.hasNext()) {
				throw new NoSuchElementException("The map has no further entry");
			}
			T row = this.rows.next();
			this.last = this.keys.apply(row);
			return this.elements.apply(row);
		}

		@Override
		public void remove() {
			if (this.last == null) {
				throw new IllegalStateException("Call next first; an element can be removed once");
			}
			ZovaMap.this.store.delete(this.last);
			this.last = null;
		}

	}

	/**
	 * The keys, live.
	 */
	private final class Keys extends LiveKeys<K> {

		Keys() {
			super(ZovaMap.this);
		}

		@Override
		public Iterator<K> iterator() {
			return keyIterator();
		}

	}

	/**
	 * The entries, live.
	 */
	private final class Entries extends AbstractSet<Map.Entry<K, V>> {

		@Override
		public Iterator<Map.Entry<K, V>> iterator() {
			return entryIterator();
		}

		@Override
		public int size() {
			return ZovaMap.this.size();
		}

		@Override
		public boolean isEmpty() {
			return ZovaMap.this.isEmpty();
		}

		@Override
		public boolean contains(Object element) {
			if (!(element instanceof Map.Entry<?, ?> entry) || entry.getKey() == null) {
				return false;
			}
			V value = get(entry.getKey());
			return value != null && value.equals(entry.getValue());
		}

		@Override
		public boolean remove(Object element) {
			return element instanceof Map.Entry<?, ?> entry && entry.getKey() != null
					&& ZovaMap.this.remove(entry.getKey(), entry.getValue());
		}

		@Override
		public void clear() {
			ZovaMap.this.clear();
		}

	}

}
