package io.zova.vector;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

/**
 * Passes things in their order from the thread that gets them to one that works on them,
 * so that both go on at once. If no thread is free, the first does the work itself.
 *
 * @param <T> the type of the things
 */
final class Handover<T> implements AutoCloseable {

	/** So many may wait, lest memory fills where the work is slower than the reading. */
	private static final int WAITING = 4;

	private static final Object END = new Object();

	private final BlockingQueue<Object> queue = new ArrayBlockingQueue<>(WAITING);

	private final Consumer<T> work;

	private final ScanThreads.@Nullable Part worker;

	private volatile boolean failed;

	private boolean ended;

	Handover(ScanThreads threads, Consumer<T> work) {
		this.work = work;
		this.worker = threads.tryStart(this::workOff);
	}

	void accept(T thing) {
		if (this.worker == null) {
			this.work.accept(thing);
		}
		else if (!this.failed) {
			put(thing);
		}
	}

	/** Waits until all work is done. What failed there fails here. */
	void finish() {
		close();
		if (this.worker != null) {
			this.worker.throwFailure();
		}
	}

	/** Waits until all work is done. */
	@Override
	public void close() {
		if (this.worker != null && !this.ended) {
			this.ended = true;
			put(END);
			this.worker.await();
		}
	}

	@SuppressWarnings("unchecked")
	private void workOff() {
		try {
			for (Object thing = take(); thing != END; thing = take()) {
				this.work.accept((T) thing);
			}
		}
		catch (RuntimeException | Error ex) {
			this.failed = true;
			// The other thread may be waiting for room.
			while (take() != END) {
				continue;
			}
			throw ex;
		}
	}

	private void put(Object thing) {
		Interrupts.defer(() -> {
			this.queue.put(thing);
			return thing;
		});
	}

	private Object take() {
		return Interrupts.defer(this.queue::take);
	}

}
