package io.zova.object;

import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SeekableByteChannel;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;

import io.zova.ZovaOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * A channel can be closed while another thread reads from it.
 */
@Timeout(60)
class ClosedChannelTests extends ObjectFixture {

	@Override
	ZovaOptions options() {
		return ZovaOptions.builder().maximumPoolSize(2).build();
	}

	@Test
	void closingDoesNotWaitForAReadAndEndsIt() throws Exception {
		byte[] content = random(500_000, 1);
		SeekableByteChannel channel = this.objects.openChannel(this.objects.put(content));
		FutureTask<Integer> read = new FutureTask<>(() -> channel.read(ByteBuffer.allocate(content.length)));
		Thread reader = new Thread(read);
		List<Connection> all = new ArrayList<>();
		try {
			for (int i = 0; i < 2; i++) {
				all.add(this.database.dataSource().getConnection());
			}
			reader.start();
			while (reader.getState() != Thread.State.TIMED_WAITING) {
				assertThat(reader.isAlive()).isTrue();
				Thread.onSpinWait();
			}
			long start = System.nanoTime();
			channel.close();
			assertThat(channel.isOpen()).isFalse();
			assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
			assertThat(read.isDone()).isFalse();
		}
		finally {
			for (Connection connection : all) {
				connection.close();
			}
		}
		assertThatExceptionOfType(ExecutionException.class).isThrownBy(() -> read.get(20, TimeUnit.SECONDS))
			.withCauseInstanceOf(AsynchronousCloseException.class);
		assertThatThrownBy(() -> channel.read(ByteBuffer.allocate(1))).isInstanceOf(ClosedChannelException.class);
	}

}
