package io.zova.boot;

import org.jspecify.annotations.Nullable;

import org.springframework.aot.hint.MemberCategory;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;

import io.zova.boot.event.ZovaNotification;

/**
 * What a native image must keep: Zova's own native library, and what conditions on events
 * read. The SQLite driver brings its own hints.
 */
class ZovaRuntimeHints implements RuntimeHintsRegistrar {

	@Override
	public void registerHints(RuntimeHints hints, @Nullable ClassLoader classLoader) {
		hints.resources().registerPattern("io/zova/sqlite/native/**");
		hints.reflection().registerType(ZovaNotification.class, MemberCategory.INVOKE_PUBLIC_METHODS);
	}

}
