package io.zova.kv;

import java.util.AbstractSet;
import java.util.Collection;
import java.util.Map;

/**
 * The keys of a map, live.
 *
 * @param <K> the type of the keys
 */
abstract class LiveKeys<K> extends AbstractSet<K> {

	private final Map<K, ?> map;

	LiveKeys(Map<K, ?> map) {
		this.map = map;
	}

	@Override
	public int size() {
		return this.map.size();
	}

	@Override
	public boolean isEmpty() {
		return this.map.isEmpty();
	}

	@Override
	public boolean contains(Object key) {
		return this.map.containsKey(key);
	}

	@Override
	public boolean remove(Object key) {
		return this.map.remove(key) != null;
	}

	@Override
	public boolean removeAll(Collection<?> keys) {
		boolean changed = false;
		for (Object key : keys) {
			changed |= remove(key);
		}
		return changed;
	}

	@Override
	public void clear() {
		this.map.clear();
	}

}
