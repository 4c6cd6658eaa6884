package io.zova.kv;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Enumeration;
import java.util.List;
import java.util.Map;
import java.util.Map.Entry;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.Stream;

import com.google.common.collect.testing.ConcurrentMapTestSuiteBuilder;
import com.google.common.collect.testing.ConcurrentNavigableMapTestSuiteBuilder;
import com.google.common.collect.testing.TestStringMapGenerator;
import com.google.common.collect.testing.TestStringSortedMapGenerator;
import com.google.common.collect.testing.features.CollectionFeature;
import com.google.common.collect.testing.features.CollectionSize;
import com.google.common.collect.testing.features.MapFeature;
import io.zova.ZovaDatabase;
import io.zova.ZovaOptions;
import junit.framework.Test;
import junit.framework.TestCase;
import junit.framework.TestFailure;
import junit.framework.TestResult;
import junit.framework.TestSuite;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs Guava's tests for maps on ours.
 */
class MapContractIT {

	@TempDir
	static Path directory;

	private static final AtomicInteger NAMESPACES = new AtomicInteger();

	private static final Deque<WriteBehind> BUFFERS = new ArrayDeque<>();

	private static ZovaDatabase database;

	@BeforeAll
	static void open() {
		ZovaOptions options = ZovaOptions.builder()
			.journalMode(ZovaOptions.JournalMode.WAL)
			.synchronous(ZovaOptions.Synchronous.NORMAL)
			.build();
		database = ZovaDatabase.create(directory.resolve("maps.zova"), options);
	}

	@AfterAll
	static void close() {
		database.close();
	}

	private static KeyValueNamespace namespace() {
		return new KeyValueTemplate(database.sql()).namespace("map" + NAMESPACES.incrementAndGet());
	}

	@TestFactory
	Stream<DynamicNode> zovaMap() {
		return nodes(ConcurrentMapTestSuiteBuilder.using(strings(() -> namespace().map(Codecs.utf8(), Codecs.utf8())))
			.named("ZovaMap")
			.withFeatures(MapFeature.GENERAL_PURPOSE, CollectionFeature.SUPPORTS_ITERATOR_REMOVE, CollectionSize.ANY)
			.createTestSuite());
	}

	@TestFactory
	Stream<DynamicNode> zovaNavigableMap() {
		return nodes(ConcurrentNavigableMapTestSuiteBuilder
			.using(sortedStrings(() -> namespace().navigableMap(Codecs.utf8(), Codecs.utf8())))
			.named("ZovaNavigableMap")
			.withFeatures(MapFeature.GENERAL_PURPOSE, CollectionFeature.SUPPORTS_ITERATOR_REMOVE,
					CollectionFeature.KNOWN_ORDER, CollectionSize.ANY)
			.createTestSuite());
	}

	@TestFactory
	Stream<DynamicNode> bufferedMap() {
		return nodes(ConcurrentMapTestSuiteBuilder.using(strings(() -> buffer().map(Codecs.utf8(), Codecs.utf8())))
			.named("buffered ZovaMap")
			.withFeatures(MapFeature.GENERAL_PURPOSE, CollectionFeature.SUPPORTS_ITERATOR_REMOVE, CollectionSize.ANY)
			.createTestSuite());
	}

	@TestFactory
	Stream<DynamicNode> bufferedNavigableMap() {
		return nodes(ConcurrentNavigableMapTestSuiteBuilder
			.using(sortedStrings(() -> buffer().navigableMap(Codecs.utf8(), Codecs.utf8())))
			.named("buffered ZovaNavigableMap")
			.withFeatures(MapFeature.GENERAL_PURPOSE, CollectionFeature.SUPPORTS_ITERATOR_REMOVE,
					CollectionFeature.KNOWN_ORDER, CollectionSize.ANY)
			.createTestSuite());
	}

	/**
	 * One that never writes by itself, so that its tests read what waits in it. Each has
	 * a thread, so old ones are closed.
	 */
	private static WriteBehind buffer() {
		WriteBehind buffer = namespace().writeBehind(WriteBehindOptions.defaults().flushInterval(Duration.ofDays(1)));
		BUFFERS.add(buffer);
		if (BUFFERS.size() > 100) {
			BUFFERS.remove().close();
		}
		return buffer;
	}

	static TestStringMapGenerator strings(Supplier<ConcurrentMap<String, String>> maps) {
		return new TestStringMapGenerator() {
			@Override
			protected Map<String, String> create(Entry<String, String>[] entries) {
				return filled(maps.get(), entries);
			}
		};
	}

	private static TestStringSortedMapGenerator sortedStrings(Supplier<ZovaNavigableMap<String, String>> maps) {
		return new TestStringSortedMapGenerator() {
			@Override
			protected ZovaNavigableMap<String, String> create(Entry<String, String>[] entries) {
				return filled(maps.get(), entries);
			}
		};
	}

	private static <M extends Map<String, String>> M filled(M map, Entry<String, String>[] entries) {
		for (Entry<String, String> entry : entries) {
			map.put(entry.getKey(), entry.getValue());
		}
		return map;
	}

	/**
	 * A suite of JUnit 3 as containers and tests of today.
	 */
	static Stream<DynamicNode> nodes(TestSuite suite) {
		List<DynamicNode> nodes = new ArrayList<>();
		for (Enumeration<Test> tests = suite.tests(); tests.hasMoreElements();) {
			Test test = tests.nextElement();
			if (test instanceof TestSuite inner) {
				nodes.add(DynamicContainer.dynamicContainer(String.valueOf(inner.getName()), nodes(inner)));
			}
			else {
				nodes.add(DynamicTest.dynamicTest(((TestCase) test).getName(), () -> run(test)));
			}
		}
		return nodes.stream();
	}

	private static void run(Test test) throws Throwable {
		TestResult result = new TestResult();
		test.run(result);
		List<TestFailure> failures = new ArrayList<>();
		result.errors().asIterator().forEachRemaining(failures::add);
		result.failures().asIterator().forEachRemaining(failures::add);
		if (!failures.isEmpty()) {
			throw failures.get(0).thrownException();
		}
	}

}
