package io.zova.sqlite.lock;

import org.jspecify.annotations.Nullable;

/**
 * Is told of work while it is done, by the thread that does it. It must not throw.
 */
@FunctionalInterface
public interface WorkObserver {

	/** The task of a thread that waits until it may write. */
	String WAIT_TO_WRITE = "wait to write";

	/**
	 * A piece of work begins.
	 * @param task what is done, one of a few fixed texts
	 * @return who is told of its end, or nobody
	 */
	@Nullable Work begin(String task);

	/**
	 * A piece of work that has begun.
	 */
	@FunctionalInterface
	interface Work {

		/**
		 * The work has ended.
		 * @param failure what went wrong, if anything did
		 */
		void end(@Nullable Throwable failure);

	}

}
