package io.zova.kv;

import java.util.Comparator;
import java.util.Iterator;
import java.util.Map;
import java.util.NavigableSet;

import org.jspecify.annotations.Nullable;

/**
 * The keys of an ordered map, live.
 *
 * @param <K> the type of the keys
 */
final class NavigableKeys<K> extends LiveKeys<K> implements NavigableSet<K> {

	private final ZovaNavigableMap<K, ?> map;

	NavigableKeys(ZovaNavigableMap<K, ?> map) {
		super(map);
		this.map = map;
	}

	@Override
	public Iterator<K> iterator() {
		return this.map.keyIterator();
	}

	@Override
	public Iterator<K> descendingIterator() {
		return this.map.descendingMap().keyIterator();
	}

	@Override
	public Comparator<? super K> comparator() {
		return this.map.comparator();
	}

	@Override
	public K first() {
		return this.map.firstKey();
	}

	@Override
	public K last() {
		return this.map.lastKey();
	}

	@Override
	public @Nullable K lower(K key) {
		return this.map.lowerKey(key);
	}

	@Override
	public @Nullable K floor(K key) {
		return this.map.floorKey(key);
	}

	@Override
	public @Nullable K ceiling(K key) {
		return this.map.ceilingKey(key);
	}

	@Override
	public @Nullable K higher(K key) {
		return this.map.higherKey(key);
	}

	@Override
	public @Nullable K pollFirst() {
		Map.Entry<K, ?> entry = this.map.pollFirstEntry();
		return (entry != null) ? entry.getKey() : null;
	}

	@Override
	public @Nullable K pollLast() {
		Map.Entry<K, ?> entry = this.map.pollLastEntry();
		return (entry != null) ? entry.getKey() : null;
	}

	@Override
	public NavigableSet<K> descendingSet() {
		return this.map.descendingKeySet();
	}

	@Override
	public NavigableSet<K> subSet(K from, boolean fromInclusive, K to, boolean toInclusive) {
		return this.map.subMap(from, fromInclusive, to, toInclusive).navigableKeySet();
	}

	@Override
	public NavigableSet<K> headSet(K to, boolean inclusive) {
		return this.map.headMap(to, inclusive).navigableKeySet();
	}

	@Override
	public NavigableSet<K> tailSet(K from, boolean inclusive) {
		return this.map.tailMap(from, inclusive).navigableKeySet();
	}

	@Override
	public NavigableSet<K> subSet(K from, K to) {
		return subSet(from, true, to, false);
	}

	@Override
	public NavigableSet<K> headSet(K to) {
		return headSet(to, false);
	}

	@Override
	public NavigableSet<K> tailSet(K from) {
		return tailSet(from, true);
	}

}
