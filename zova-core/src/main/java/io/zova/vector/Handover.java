package io.zova.vector;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

/**
 * Passes things from the thread that gets them to another that works on them, so that
 * both go on at once. If there is no other, the first works on them itself. If the other
 * has enough to do, the first waits, or works as well where the work can be shared.
 *
 * @param <T> the type of the things
 */
final class Handover<T> implements AutoCloseable {

	/** Enough that the other thread finds some while the first works on one. */
	private static final int WAITING = 4;

	private static final Object END = new Object();

	private final BlockingQueue<Object> queue = new ArrayBlockingQueue<>(WAITING);

	private final boolean shared;

	private final Consumer<T> here;

	private final Consumer<T> there;

	private final ScanThreads.@Nullable Part worker;

	private volatile boolean failed;

	private boolean ended;

	/**
	 * Starts the other thread, if one is free.
	 * @param threads who may help
	 * @param work works on things, by one thread only
	 */
	Handover(ScanThreads threads, Consumer<T> work) {
		this(threads, work, work, false);
	}

	/**
	 * Starts the other thread, if one is free, to share the work with it.
	 * @param threads who may help
	 * @param here works on things on this thread
	 * @param there works on things on the other thread, at the same time
	 */
	Handover(ScanThreads threads, Consumer<T> here, Consumer<T> there) {
		this(threads, here, there, true);
	}

	private Handover(ScanThreads threads, Consumer<T> here, Consumer<T> there, boolean shared) {
		this.shared = shared;
		this.here = here;
		this.there = there;
		this.worker = threads.tryStart(this::workOff);
	}

	void accept(T thing) {
		if (this.worker == null) {
			this.here.accept(thing);
		}
		else if (!this.failed && !this.queue.offer(thing)) {
			if (this.shared) {
				this.here.accept(thing);
			}
			else {
				put(thing);
			}
		}
	}

	/** Waits until all work is done. What failed there fails here. */
	@SuppressWarnings("unchecked")
	void finish() {
		if (this.worker == null) {
			return;
		}
		if (this.shared) {
			for (Object thing = this.queue.poll(); thing != null && !this.failed; thing = this.queue.poll()) {
				this.here.accept((T) thing);
			}
		}
		end(this.worker);
		this.worker.throwFailure();
	}

	/** Waits until the other thread has ended. What it has not begun stays undone. */
	@Override
	public void close() {
		if (this.worker != null && !this.ended) {
			this.queue.clear();
			end(this.worker);
		}
	}

	private void end(ScanThreads.Part running) {
		this.ended = true;
		put(END);
		running.await();
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
