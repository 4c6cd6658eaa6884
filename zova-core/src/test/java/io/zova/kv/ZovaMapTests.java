package io.zova.kv;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import io.zova.ZovaDatabase;
import io.zova.ZovaException;
import io.zova.ZovaOptions;
import io.zova.ZovaStatus;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * What maps over a namespace do besides what every map does.
 */
class ZovaMapTests {

	private ZovaDatabase database;

	private KeyValueNamespace namespace;

	@BeforeEach
	void open(@TempDir Path directory) {
		ZovaOptions options = ZovaOptions.builder()
			.journalMode(ZovaOptions.JournalMode.WAL)
			.synchronous(ZovaOptions.Synchronous.NORMAL)
			.build();
		this.database = ZovaDatabase.create(directory.resolve("maps.zova"), options);
		this.namespace = new KeyValueTemplate(this.database.sql()).namespace("numbers");
	}

	@AfterEach
	void close() {
		this.database.close();
	}

	@Test
	void severalMapsOfANamespaceShowTheSame() {
		ZovaMap<Long, String> map = this.namespace.map(Codecs.int64(), Codecs.utf8());
		ZovaNavigableMap<Long, String> ordered = this.namespace.navigableMap(Codecs.int64(), Codecs.utf8());
		map.set(2L, "two");
		map.putAll(Map.of(-5L, "minus five", 10L, "ten"));
		assertThat(ordered.keySet()).containsExactly(-5L, 2L, 10L);
		assertThat(ordered.headMap(2L, true).descendingMap()).hasToString("{2=two, -5=minus five}");
		assertThat(ordered.subMap(0L, 5L).pollFirstEntry()).isEqualTo(Map.entry(2L, "two"));
		assertThat(map).doesNotContainKey(2L).hasSize(2);
	}

	@Test
	void aTransactionThatRollsBackTakesItsEntriesBack() {
		ZovaMap<Long, String> map = this.namespace.map(Codecs.int64(), Codecs.utf8());
		new TransactionTemplate(this.database.transactionManager()).executeWithoutResult((status) -> {
			map.put(1L, "one");
			assertThat(map).containsEntry(1L, "one");
			status.setRollbackOnly();
		});
		assertThat(map).isEmpty();
	}

	@Test
	void largeValuesAreRefusedWithAdvice() {
		ZovaMap<Long, byte[]> map = this.namespace.map(Codecs.int64(), Codecs.bytes()).maxValueBytes(100);
		map.put(1L, new byte[100]);
		assertThatExceptionOfType(ZovaException.class).isThrownBy(() -> map.put(1L, new byte[101]))
			.withMessageContaining("put it as an object")
			.satisfies((ex) -> assertThat(ex.status()).isEqualTo(ZovaStatus.KV_TOO_LARGE));
		assertThat(map.get(1L)).hasSize(100);
		ZovaMap<Long, byte[]> usual = this.namespace.map(Codecs.int64(), Codecs.bytes());
		usual.put(2L, new byte[ZovaMap.DEFAULT_MAX_VALUE_BYTES]);
		assertThatExceptionOfType(ZovaException.class)
			.isThrownBy(() -> usual.put(2L, new byte[ZovaMap.DEFAULT_MAX_VALUE_BYTES + 1]));
	}

	@Test
	void aPartOfAMapTakesOnlyItsOwnKeys() {
		ZovaNavigableMap<Long, String> map = this.namespace.navigableMap(Codecs.int64(), Codecs.utf8());
		ZovaNavigableMap<Long, String> part = map.subMap(0L, 10L);
		assertThatIllegalArgumentException().isThrownBy(() -> part.put(10L, "ten")).withMessageContaining("outside");
		for (long i = -1000; i < 1000; i++) {
			map.set(i, "x");
		}
		map.headMap(0L).clear();
		assertThat(map).hasSize(1000);
		assertThat(map.firstKey()).isZero();
		assertThat(part).hasSize(10);
	}

	@Test
	void entriesOfIteratorsWriteThrough() {
		ZovaMap<Long, String> map = this.namespace.map(Codecs.int64(), Codecs.utf8());
		map.set(1L, "one");
		map.entrySet().iterator().next().setValue("uno");
		assertThat(map).containsEntry(1L, "uno");
		map.replaceAll((key, value) -> value + key);
		assertThat(map).containsEntry(1L, "uno1");
	}

	@Test
	void noMergeOfManyThreadsIsLost() throws Exception {
		ZovaMap<String, Long> map = this.namespace.map(Codecs.utf8(), Codecs.int64());
		ExecutorService executor = Executors.newFixedThreadPool(4);
		try {
			List<Future<?>> futures = new ArrayList<>();
			for (int t = 0; t < 4; t++) {
				futures.add(executor.submit(() -> {
					for (int i = 0; i < 50; i++) {
						map.merge("sum", 1L, Long::sum);
					}
				}));
			}
			for (Future<?> future : futures) {
				future.get(60, TimeUnit.SECONDS);
			}
		}
		finally {
			executor.shutdownNow();
		}
		assertThat(map).containsEntry("sum", 200L);
	}

}
