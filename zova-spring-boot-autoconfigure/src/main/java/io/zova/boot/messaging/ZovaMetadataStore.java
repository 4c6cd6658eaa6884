package io.zova.boot.messaging;

import java.nio.charset.StandardCharsets;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

import org.springframework.integration.metadata.ConcurrentMetadataStore;

import io.zova.kv.KeyValueNamespace;
import io.zova.kv.KeyValueOperations;

/**
 * What Spring Integration remembers (files seen, messages received) as key-values: in the
 * transaction that is open, so that a rollback forgets it, too.
 */
public final class ZovaMetadataStore implements ConcurrentMetadataStore {

	private final KeyValueNamespace entries;

	/**
	 * A store in a namespace of its own.
	 * @param keyValues where
	 * @param name the name of the store
	 */
	public ZovaMetadataStore(KeyValueOperations keyValues, String name) {
		this.entries = keyValues.namespace("metadata:" + name);
	}

	@Override
	public void put(String key, String value) {
		this.entries.put(bytes(key), bytes(value));
	}

	@Override
	public @Nullable String get(String key) {
		return this.entries.find(bytes(key)).map(ZovaMetadataStore::text).orElse(null);
	}

	@Override
	public @Nullable String remove(String key) {
		return this.entries.getAndDelete(bytes(key)).map(ZovaMetadataStore::text).orElse(null);
	}

	/** A key that goes between the look and the put is put again. */
	@Override
	public @Nullable String putIfAbsent(String key, String value) {
		while (true) {
			if (this.entries.putIfAbsent(bytes(key), bytes(value))) {
				return null;
			}
			String present = get(key);
			if (present != null) {
				return present;
			}
		}
	}

	@Override
	public boolean replace(String key, String oldValue, String newValue) {
		return this.entries.compareAndSet(bytes(key), bytes(oldValue), bytes(newValue));
	}

	private static byte[] bytes(String text) {
		return Objects.requireNonNull(text, "Keys and values are no null").getBytes(StandardCharsets.UTF_8);
	}

	private static String text(byte[] bytes) {
		return new String(bytes, StandardCharsets.UTF_8);
	}

}
