package io.zova.vector;

/**
 * Waits for what is certain to come soon, whatever interrupts the thread meanwhile.
 */
final class Interrupts {

	private Interrupts() {
	}

	/** Repeats a wait until it ends by itself; an interrupt is passed on afterwards. */
	static <T> T defer(Wait<T> wait) {
		boolean interrupted = false;
		try {
			while (true) {
				try {
					return wait.run();
				}
				catch (InterruptedException ex) {
					interrupted = true;
				}
			}
		}
		finally {
			if (interrupted) {
				Thread.currentThread().interrupt();
			}
		}
	}

	/**
	 * A wait.
	 *
	 * @param <T> what it waits for
	 */
	@FunctionalInterface
	interface Wait<T> {

		T run() throws InterruptedException;

	}

}
