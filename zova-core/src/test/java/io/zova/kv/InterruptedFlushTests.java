package io.zova.kv;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;

import io.zova.ZovaDatabase;
import io.zova.ZovaException;
import io.zova.ZovaStatus;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * A flush waits for another one no longer than its thread is wanted.
 */
@Timeout(60)
class InterruptedFlushTests {

	private static final WriteBehindOptions NEVER = WriteBehindOptions.defaults().flushInterval(Duration.ofDays(1));

	@TempDir
	Path directory;

	@Test
	void aThreadThatWaitsForAnotherOnesFlushCanBeInterrupted() throws Exception {
		try (ZovaDatabase database = ZovaDatabase.create(this.directory.resolve("app.zova"))) {
			WriteBehind buffer = database.keyValues().namespace("n").writeBehind(NEVER);
			ZovaMap<String, String> map = buffer.map(Codecs.utf8(), Codecs.utf8());
			map.set("a", "1");
			FutureTask<Void> first = flush(buffer);
			FutureTask<Void> second = flush(buffer);
			new TransactionTemplate(database.transactionManager()).executeWithoutResult((status) -> {
				database.keyValues().namespace("other").put(bytes("x"), bytes("y"));
				waiting(new Thread(first));
				Thread interrupted = new Thread(second);
				waiting(interrupted);
				interrupted.interrupt();
				assertThatExceptionOfType(ExecutionException.class).isThrownBy(() -> second.get(20, TimeUnit.SECONDS))
					.havingCause()
					.isInstanceOfSatisfying(ZovaException.class,
							(ex) -> assertThat(ex.status()).isEqualTo(ZovaStatus.BUSY))
					.withMessageContaining("interrupted");
				assertThat(first.isDone()).isFalse();
			});
			first.get(20, TimeUnit.SECONDS);
			assertThat(database.keyValues().namespace("n").find(bytes("a"))).contains(bytes("1"));
		}
	}

	private static FutureTask<Void> flush(WriteBehind buffer) {
		return new FutureTask<>(() -> {
			buffer.flush();
			return null;
		});
	}

	private static void waiting(Thread thread) {
		thread.start();
		while (thread.getState() != Thread.State.WAITING && thread.getState() != Thread.State.TIMED_WAITING) {
			assertThat(thread.isAlive()).isTrue();
			Thread.onSpinWait();
		}
	}

	private static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

}
