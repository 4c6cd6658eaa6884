package io.zova.boot;

import org.jspecify.annotations.Nullable;

import org.springframework.aot.hint.MemberCategory;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;
import org.springframework.aot.hint.TypeReference;

import io.zova.boot.event.ZovaNotification;

/**
 * What a native image must keep: Zova's own native library, and what conditions on events
 * read, and the arguments that are the key of a cached value. The SQLite driver brings
 * its own hints.
 */
class ZovaRuntimeHints implements RuntimeHintsRegistrar {

	@Override
	public void registerHints(RuntimeHints hints, @Nullable ClassLoader classLoader) {
		hints.resources().registerPattern("io/zova/sqlite/native/**");
		hints.reflection().registerType(ZovaNotification.class, MemberCategory.INVOKE_PUBLIC_METHODS);
		hints.reflection()
			.registerType(TypeReference.of("org.springframework.cache.interceptor.SimpleKey"),
					(key) -> key.withField("params"));
	}

}
