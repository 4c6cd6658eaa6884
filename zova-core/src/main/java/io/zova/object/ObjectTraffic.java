package io.zova.object;

import java.util.concurrent.atomic.LongAdder;

/**
 * Counts the bytes that go into the objects of one database and come out of them.
 */
final class ObjectTraffic {

	private final LongAdder read = new LongAdder();

	private final LongAdder written = new LongAdder();

	void read(long bytes) {
		this.read.add(bytes);
	}

	void written(long bytes) {
		this.written.add(bytes);
	}

	ObjectStatistics statistics() {
		return new ObjectStatistics(this.written.sum(), this.read.sum());
	}

}
