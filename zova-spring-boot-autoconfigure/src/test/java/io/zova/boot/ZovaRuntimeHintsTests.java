package io.zova.boot;

import java.lang.reflect.Method;
import java.util.List;

import org.junit.jupiter.api.Test;

import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.annotation.ReflectiveRuntimeHintsRegistrar;
import org.springframework.aot.hint.predicate.RuntimeHintsPredicates;
import org.springframework.cache.interceptor.SimpleKey;
import org.springframework.util.ReflectionUtils;

import io.zova.boot.event.ZovaListener;
import io.zova.boot.event.ZovaNotification;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a native image keeps.
 */
class ZovaRuntimeHintsTests {

	private final RuntimeHints hints = new RuntimeHints();

	@Test
	void theNativeLibraryOfEveryPlatformIsKept() {
		new ZovaRuntimeHints().registerHints(this.hints, null);
		for (String library : List.of("linux-x64/zova.so", "linux-arm64/zova.so", "macos-arm64/zova.dylib",
				"macos-x64/zova.dylib", "windows-x64/zova.dll", "windows-arm64/zova.dll")) {
			String resource = "io/zova/sqlite/native/" + library;
			assertThat(getClass().getClassLoader().getResource(resource)).as(resource).isNotNull();
			assertThat(RuntimeHintsPredicates.resource().forResource(resource)).as(resource).accepts(this.hints);
		}
	}

	@Test
	void conditionsMayReadNotifications() throws Exception {
		new ZovaRuntimeHints().registerHints(this.hints, null);
		assertThat(RuntimeHintsPredicates.reflection().onMethodInvocation(ZovaNotification.class.getMethod("channel")))
			.accepts(this.hints);
	}

	@Test
	void theArgumentsOfACachedMethodMayBeRead() {
		new ZovaRuntimeHints().registerHints(this.hints, null);
		assertThat(RuntimeHintsPredicates.reflection().onFieldAccess(SimpleKey.class, "params")).accepts(this.hints);
	}

	@Test
	void listenerMethodsAndTheirPayloadsAreKept() throws Exception {
		new ReflectiveRuntimeHintsRegistrar().registerRuntimeHints(this.hints, Listener.class);
		Method method = ReflectionUtils.findMethod(Listener.class, "on", Order.class);
		assertThat(method).isNotNull();
		assertThat(RuntimeHintsPredicates.reflection().onMethodInvocation(method)).accepts(this.hints);
		assertThat(RuntimeHintsPredicates.reflection().onMethodInvocation(Order.class.getMethod("id")))
			.accepts(this.hints);
	}

	public record Order(long id) {

	}

	static class Listener {

		@ZovaListener(channel = "orders")
		void on(Order order) {
		}

	}

}
