package io.zova.vector;

import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Memory outside the heap is zero, aligned, and given back when we say so.
 */
class DirectMemoryTests {

	private static final int LARGE = 64 << 20;

	@Test
	void memoryIsZeroAndBeginsACacheLine() {
		try (DirectMemory memory = DirectMemory.create()) {
			for (int bytes : new int[] { 64, 192, 4096, 100_032 }) {
				ByteBuffer buffer = memory.allocate(bytes);
				assertThat(buffer.isDirect()).isTrue();
				assertThat(buffer.capacity()).isGreaterThanOrEqualTo(bytes);
				assertThat(buffer.alignmentOffset(0, 64)).isZero();
				for (int i = 0; i < bytes; i++) {
					assertThat(buffer.get(i)).isZero();
				}
			}
		}
	}

	/** No collection of garbage could do it: the buffer is still in use. */
	@Test
	@EnabledForJreRange(max = JRE.JAVA_21)
	void closingGivesTheMemoryBackAtOnce() {
		DirectMemory memory = DirectMemory.create();
		long before = directBytes();
		ByteBuffer buffer = memory.allocate(LARGE);
		assertThat(directBytes() - before).isGreaterThan(LARGE - (8 << 20));
		memory.close();
		assertThat(directBytes() - before).isLessThan(8 << 20);
		assertThat(buffer.capacity()).isGreaterThanOrEqualTo(LARGE);
	}

	@Test
	@EnabledForJreRange(min = JRE.JAVA_22)
	void afterClosingTheMemoryCannotBeReached() {
		DirectMemory memory = DirectMemory.create();
		ByteBuffer buffer = memory.allocate(LARGE);
		buffer.put(LARGE - 1, (byte) 1);
		memory.close();
		assertThatIllegalStateException().isThrownBy(() -> buffer.get(LARGE - 1));
	}

	private static long directBytes() {
		return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class)
			.stream()
			.filter((pool) -> pool.getName().equals("direct"))
			.mapToLong(BufferPoolMXBean::getMemoryUsed)
			.sum();
	}

}
