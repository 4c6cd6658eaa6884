package io.zova.maintenance.check;

/**
 * Hears how far a check has come.
 */
@FunctionalInterface
public interface CheckProgress {

	/** Doesn't listen. */
	CheckProgress NONE = (step, done, left) -> {
	};

	/**
	 * Called on the checking thread from time to time, and at the end of each step. It
	 * must not use the database. If it throws, the check ends with that exception.
	 * @param step what the check is at
	 * @param done how much of it has been looked at
	 * @param left how much of it is left, 0 at its end
	 */
	void checked(CheckStep step, long done, long left);

}
