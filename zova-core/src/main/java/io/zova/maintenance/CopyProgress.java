package io.zova.maintenance;

/**
 * Hears how far a copy has come.
 */
@FunctionalInterface
public interface CopyProgress {

	/** Doesn't listen. */
	CopyProgress NONE = (pagesDone, pagesLeft) -> {
	};

	/**
	 * Called on the copying thread after each group of pages. It must not use the
	 * database. If it throws, the copy fails with that exception and leaves nothing.
	 * @param pagesDone how many pages have been copied
	 * @param pagesLeft how many pages are still to be copied, 0 at the end
	 */
	void copied(long pagesDone, long pagesLeft);

}
