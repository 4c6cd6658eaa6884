package io.zova.format;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import io.zova.ZovaException;
import io.zova.ZovaStatus;

/**
 * Which files a main file may name as its stores. The names stand in the file, so whoever
 * made the file has chosen them.
 */
public enum StorePolicy {

	/** Any file that this user can open. */
	ANY,

	/**
	 * Files in the directory of the main file, where they really are: links count not.
	 */
	SAME_DIRECTORY,

	/** None: a file with bound stores does not open. */
	DENY;

	/**
	 * Finds the file that a path really leads to, and passes if it is allowed.
	 * @param store the path of the store, which need not exist yet
	 * @param mainFile the main file
	 * @return the real path
	 * @throws ZovaException with {@link ZovaStatus#BOUND_STORE_INVALID} if it is not
	 * allowed, {@link ZovaStatus#CANT_OPEN} if it can't be found out where it leads
	 */
	public Path requireAllowed(Path store, Path mainFile) {
		if (this == DENY) {
			throw new ZovaException(ZovaStatus.BOUND_STORE_INVALID,
					mainFile + " names the file " + store + " as its store, and the policy for bound stores is DENY "
							+ "(boundStores, zova.stores.policy). Allow it with SAME_DIRECTORY or ANY if you trust "
							+ "the file, or restore it into one file");
		}
		try {
			Path real = Files.exists(store) ? store.toRealPath()
					: DatabasePath.parent(store).toRealPath().resolve(store.getFileName());
			if (this == SAME_DIRECTORY
					&& !DatabasePath.parent(real).equals(DatabasePath.parent(mainFile.toRealPath()))) {
				throw new ZovaException(ZovaStatus.BOUND_STORE_INVALID,
						mainFile + " names the file " + store + " as its store, which really is " + real
								+ ", and the policy for bound stores is SAME_DIRECTORY (boundStores, "
								+ "zova.stores.policy). Move the store beside its main file and bind it again, or "
								+ "allow ANY if you trust the file");
			}
			return real;
		}
		catch (IOException ex) {
			throw new ZovaException(ZovaStatus.CANT_OPEN, store + " could not be opened: " + ex, ex);
		}
	}

}
