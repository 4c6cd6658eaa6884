package io.zova.boot.cache;

import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

import io.micrometer.core.instrument.MeterRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.cache.autoconfigure.CacheAutoConfiguration;
import org.springframework.boot.cache.autoconfigure.metrics.CacheMetricsAutoConfiguration;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.export.simple.SimpleMetricsExportAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.cache.CacheManager;
import org.springframework.cache.annotation.CacheEvict;
import org.springframework.cache.annotation.Cacheable;
import org.springframework.cache.annotation.EnableCaching;
import org.springframework.cache.concurrent.ConcurrentMapCacheManager;

import io.zova.boot.ZovaAutoConfiguration;
import io.zova.boot.ZovaCacheAutoConfiguration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Methods with Spring's annotations over a cache in the file.
 */
class CachedMethodsTests {

	@TempDir
	private Path directory;

	private ApplicationContextRunner runner() {
		return new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(ZovaAutoConfiguration.class, ZovaCacheAutoConfiguration.class,
					CacheAutoConfiguration.class, CacheMetricsAutoConfiguration.class, MetricsAutoConfiguration.class,
					SimpleMetricsExportAutoConfiguration.class, JacksonAutoConfiguration.class))
			.withUserConfiguration(Library.class)
			.withPropertyValues("zova.path=" + this.directory.resolve("app.zova"), "spring.cache.type=zova",
					"spring.cache.cache-names=books", "zova.cache.trusted-packages=io.zova.boot.cache",
					"zova.cache.maximum-sizes.books=100");
	}

	@Test
	void aMethodIsNotCalledAgainNotEvenAfterARestart() {
		runner().run((context) -> {
			Library library = context.getBean(Library.class);
			assertThat(library.find("1", 2)).isEqualTo(new Title("1/2"));
			assertThat(library.find("1", 2)).isEqualTo(new Title("1/2"));
			assertThat(library.calls()).hasValue(1);
		});
		runner().run((context) -> {
			Library library = context.getBean(Library.class);
			assertThat(library.find("1", 2)).isEqualTo(new Title("1/2"));
			assertThat(library.calls()).hasValue(0);
			library.forget();
			library.find("1", 2);
			assertThat(library.calls()).hasValue(1);
		});
	}

	@Test
	void synchronizedFutureAndReactiveMethodsAreCachedAsWell() {
		runner().run((context) -> {
			Library library = context.getBean(Library.class);
			for (int i = 0; i < 2; i++) {
				assertThat(library.synchronous("a")).isEqualTo("a");
				assertThat(library.future("b").join()).isEqualTo("b");
				assertThat(library.synchronousFuture("c").join()).isEqualTo("c");
				assertThat(library.mono("d").block()).isEqualTo("d");
				assertThat(library.synchronousMono("e").block()).isEqualTo("e");
				assertThat(library.flux("f").collectList().block()).containsExactly("f", "f");
				assertThat(library.nothing("g")).isNull();
			}
			assertThat(library.calls()).hasValue(7);
		});
	}

	@Test
	void theMetersAreThoseOfEveryCache() {
		runner().run((context) -> {
			Library library = context.getBean(Library.class);
			library.find("1", 2);
			library.find("1", 2);
			MeterRegistry registry = context.getBean(MeterRegistry.class);
			assertThat(registry.get("cache.gets").tags("cache", "books", "result", "hit").functionCounter().count())
				.isEqualTo(1);
			assertThat(registry.get("cache.gets").tags("cache", "books", "result", "miss").functionCounter().count())
				.isEqualTo(1);
			assertThat(registry.get("cache.puts").tags("cache", "books").functionCounter().count()).isEqualTo(1);
			assertThat(registry.get("zova.cache.undecodable").tags("cache", "books").functionCounter().count())
				.isZero();
		});
	}

	@Test
	void withoutTheTypeSpringBootChoosesAsEver() {
		runner().withPropertyValues("spring.cache.type=simple")
			.run((context) -> assertThat(context.getBean(CacheManager.class))
				.isInstanceOf(ConcurrentMapCacheManager.class));
	}

	@Test
	void withoutJacksonTheStartSaysWhatToDo() {
		new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(ZovaAutoConfiguration.class, ZovaCacheAutoConfiguration.class))
			.withPropertyValues("zova.path=:memory:", "spring.cache.type=zova")
			.withClassLoader(new FilteredClassLoader("tools.jackson"))
			.run((context) -> assertThat(context).getFailure().rootCause().hasMessageContaining("add Jackson"));
	}

	@Test
	void theNamesOfTheCachesMayBeAList() {
		new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(ZovaAutoConfiguration.class, ZovaCacheAutoConfiguration.class,
					JacksonAutoConfiguration.class))
			.withPropertyValues("zova.path=:memory:", "spring.cache.type=zova", "spring.cache.cache-names[0]=a",
					"spring.cache.cache-names[1]=b")
			.run((context) -> {
				CacheManager manager = context.getBean(CacheManager.class);
				assertThat(manager.getCacheNames()).containsExactly("a", "b");
				assertThat(manager.getCache("c")).isNull();
			});
	}

	@Test
	void anImpossibleSettingIsNamed() {
		runner().withPropertyValues("zova.cache.maximum-sizes.books=0")
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.hasMessageContaining("zova.cache.maximum-sizes.books"));
	}

	record Title(String text) {

	}

	@EnableCaching
	static class Library {

		private final AtomicInteger calls = new AtomicInteger();

		AtomicInteger calls() {
			return this.calls;
		}

		@Cacheable("books")
		public Title find(String shelf, int place) {
			this.calls.incrementAndGet();
			return new Title(shelf + "/" + place);
		}

		@Cacheable(cacheNames = "books", sync = true)
		public String synchronous(String key) {
			return text(key);
		}

		@Cacheable("books")
		public CompletableFuture<String> future(String key) {
			return CompletableFuture.completedFuture(text(key));
		}

		@Cacheable(cacheNames = "books", sync = true)
		public CompletableFuture<String> synchronousFuture(String key) {
			return CompletableFuture.completedFuture(text(key));
		}

		@Cacheable("books")
		public Mono<String> mono(String key) {
			return Mono.fromSupplier(() -> text(key));
		}

		@Cacheable(cacheNames = "books", sync = true)
		public Mono<String> synchronousMono(String key) {
			return Mono.fromSupplier(() -> text(key));
		}

		@Cacheable("books")
		public Flux<String> flux(String key) {
			return Flux.defer(() -> Flux.just(text(key), key));
		}

		@Cacheable("books")
		public String nothing(String key) {
			this.calls.incrementAndGet();
			return null;
		}

		@CacheEvict(cacheNames = "books", allEntries = true)
		public void forget() {
		}

		private String text(String key) {
			this.calls.incrementAndGet();
			return key;
		}

	}

}
