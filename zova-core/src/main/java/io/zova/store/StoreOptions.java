package io.zova.store;

import java.io.IOException;
import java.nio.file.Path;

import io.zova.ZovaException;
import io.zova.ZovaStatus;
import io.zova.format.DatabasePath;

/**
 * What is allowed when a store is bound, and how it is recorded.
 *
 * @param takesOver whether a store with content may be bound that belongs to another main
 * file, which does not open any more afterwards
 * @param keepsRelativePath whether a relative path is recorded as it is given. It is
 * looked for beside the main file first, then in the working directory; the native
 * library looks only in the working directory
 * @param allowsWal whether the files may be in WAL mode, where a crash can tear a commit
 * over several files
 */
public record StoreOptions(boolean takesOver, boolean keepsRelativePath, boolean allowsWal) {

	private static final StoreOptions DEFAULTS = new StoreOptions(false, false, false);

	/**
	 * Nothing is taken over, paths are recorded as absolute ones, no file is in WAL mode.
	 * @return the options
	 */
	public static StoreOptions defaults() {
		return DEFAULTS;
	}

	/**
	 * Also binds a store with content that belongs to another main file.
	 * @return the options
	 */
	public StoreOptions takingOver() {
		return new StoreOptions(true, this.keepsRelativePath, this.allowsWal);
	}

	/**
	 * Records a relative path as it is given.
	 * @return the options
	 */
	public StoreOptions keepingRelativePath() {
		return new StoreOptions(this.takesOver, true, this.allowsWal);
	}

	/**
	 * Also works with files in WAL mode.
	 * @return the options
	 */
	public StoreOptions allowingWal() {
		return new StoreOptions(this.takesOver, this.keepsRelativePath, true);
	}

	/**
	 * How the main file names a store. Links stay as they are, but {@code ..} behind a
	 * link leads elsewhere than it looks.
	 * @param store the path that was given
	 * @return what is recorded
	 */
	String recorded(Path store) {
		if (this.keepsRelativePath) {
			return store.toString();
		}
		Path absolute = store.toAbsolutePath();
		if (absolute.normalize().equals(absolute)) {
			return absolute.toString();
		}
		try {
			return DatabasePath.parent(absolute).toRealPath().resolve(absolute.getFileName()).toString();
		}
		catch (IOException ex) {
			throw new ZovaException(ZovaStatus.CANT_OPEN, store + " could not be found: " + ex, ex);
		}
	}

}
