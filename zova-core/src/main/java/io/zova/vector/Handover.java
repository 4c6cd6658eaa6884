package io.zova.vector;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

/**
 * Passes things from the thread that gets them to another that works on them, so that
 * both go on at once. As long as the other has enough to do, or if there is no other, the
 * first works on what it gets itself. So neither waits for the other before the end.
 *
 * @param <T> the type of the things
 */
final class Handover<T> implements AutoCloseable {

	/** Enough that the other thread finds some while the first works on one. */
	private static final int WAITING = 4;

	private static final Object END = new Object();

	private final BlockingQueue<Object> queue = new ArrayBlockingQueue<>(WAITING);

	private final Consumer<T> here;

	private final Consumer<T> there;

	private final ScanThreads.@Nullable Part worker;

	private volatile boolean failed;

	private boolean ended;

	/**
	 * Starts the other thread, if one is free.
	 * @param threads who may help
	 * @param here works on things on this thread
	 * @param there works on things on the other thread, at the same time
	 */
	Handover(ScanThreads threads, Consumer<T> here, Consumer<T> there) {
		this.here = here;
		this.there = there;
		this.worker = threads.tryStart(this::workOff);
	}

	void accept(T thing) {
		if (this.worker == null || (!this.failed && !this.queue.offer(thing))) {
			this.here.accept(thing);
		}
	}

	/** Waits until all work is done. What failed there fails here. */
	@SuppressWarnings("unchecked")
	void finish() {
		for (Object thing = this.queue.poll(); thing != null && !this.failed; thing = this.queue.poll()) {
			this.here.accept((T) thing);
		}
		close();
		if (this.worker != null) {
			this.worker.throwFailure();
		}
	}

	/** Waits until the other thread has ended. What it has not begun stays undone. */
	@Override
	public void close() {
		if (this.worker != null && !this.ended) {
			this.ended = true;
			// Only this thread adds, so there is room then.
			this.queue.clear();
			this.queue.add(END);
			this.worker.await();
		}
	}

	@SuppressWarnings("unchecked")
	private void workOff() {
		try {
			for (Object thing = take(); thing != END; thing = take()) {
				this.there.accept((T) thing);
			}
		}
		catch (RuntimeException | Error ex) {
			this.failed = true;
			throw ex;
		}
	}

	private Object take() {
		return Interrupts.defer(this.queue::take);
	}

}
