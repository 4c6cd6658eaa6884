package io.zova.sqlite.file;

import org.jspecify.annotations.Nullable;

/**
 * Follows a file from commit to commit, so that what one connection has learnt of some
 * tables can be used by all connections of this process for as long as it is true.
 * <p>
 * For each {@link Topic} there is a version: a number that changes with every change of
 * its tables, unless the writer of the change takes note of it. Changes by this process
 * are known from the statements that make them. Changes by others show in the
 * {@link FileState}: if there were more commits than those of this process, anything may
 * have changed, so all versions do.
 * <p>
 * Implementation note. A writer of this process tells of each commit before it lets the
 * next writer in ({@code WriteGate}). Between its commit and that, readers find a state
 * that is not the one known; so nobody concludes anything while a writer is at work. A
 * state is known and belongs to its versions in one immutable object; whoever reads both
 * reads them together. Nothing is followed until somebody asks, nor when nobody has asked
 * for long.
 */
public final class FileHistory {

	/** So many commits later, somebody who asked is taken to have gone. */
	private static final int PATIENCE = 10_000;

	/**
	 * A state of the file, and the versions of the topics at it.
	 */
	private record Known(FileState state, long[] versions) {
	}

	private volatile @Nullable Known known;

	private final long[] versions = new long[Topic.values().length];

	/** Whether a connection of this process may be writing. */
	private volatile boolean writing;

	/** The topics that the writer has changed without taking note of it. */
	private volatile int changing;

	private volatile boolean followed;

	private volatile int commitsUnasked;

	private boolean schemaUnsure;

	private long schemaVersion = -1;

	/**
	 * Whether anybody wants to know.
	 * @return if not, nobody has to tell of states
	 */
	public boolean isFollowed() {
		return this.followed;
	}

	public void writerEntered() {
		this.writing = true;
	}

	public void writerLeft() {
		this.writing = false;
	}

	/**
	 * Tells that the writer changes tables from now on, without taking note of it.
	 * @param topics the bits of what it changes
	 */
	public void changing(int topics) {
		this.changing |= topics;
	}

	/**
	 * Tells that the writer has rolled back.
	 */
	public synchronized void rolledBack() {
		settle(0);
	}

	/**
	 * Tells that the writer has committed.
	 * @param after the file's state since then, {@code null} if it is not known
	 * @param commits how many commits the state must be ahead of the last known one, if
	 * nobody else has committed
	 */
	public synchronized void committed(@Nullable FileState after, int commits) {
		Known before = this.known;
		if (before == null) {
			settle(0);
			if (after != null) {
				count(-1);
			}
		}
		else if (after != null && after.follows(before.state(), commits)) {
			settle((commits == 0) ? 0 : this.changing);
		}
		else {
			settle(-1);
		}
		this.known = (after != null) ? new Known(after, this.versions.clone()) : null;
		if (this.followed && ++this.commitsUnasked > PATIENCE) {
			this.followed = false;
			this.known = null;
		}
	}

	/** Counts what the writer has done, and lets others conclude again. */
	private void settle(int newVersions) {
		count(newVersions);
		this.changing = 0;
	}

	private void count(int newVersions) {
		this.schemaUnsure |= newVersions == -1;
		for (Topic topic : Topic.values()) {
			this.versions[topic.ordinal()] += ((newVersions & topic.bit()) != 0) ? 1 : 0;
		}
	}

	/**
	 * The version of a topic at a state of the file.
	 * @param topic the topic
	 * @param state the state, read just now
	 * @param writer whether the writer asks
	 * @return the version, 0 if it cannot be told
	 */
	public long version(Topic topic, FileState state, boolean writer) {
		this.followed = true;
		if (this.commitsUnasked != 0) {
			this.commitsUnasked = 0;
		}
		Known current = this.known;
		if (current == null || !current.state().equals(state)) {
			current = discover(state, writer);
		}
		if (current == null || (!writer && (this.changing & topic.bit()) != 0)) {
			return 0;
		}
		return current.versions()[topic.ordinal()] + 1;
	}

	/**
	 * Makes a state the known one that came about without this process.
	 */
	private synchronized @Nullable Known discover(FileState state, boolean writer) {
		Known current = this.known;
		if (current != null && current.state().equals(state)) {
			return current;
		}
		if ((this.writing && !writer) || (current != null && !state.isNoOlderThan(current.state()))) {
			return null;
		}
		count(-1);
		current = new Known(state, this.versions.clone());
		this.known = current;
		return current;
	}

	/**
	 * Whether others may have changed the schema since the last such question.
	 * @return if so, {@link #schemaIs} wants to know
	 */
	public synchronized boolean isSchemaUnsure() {
		boolean unsure = this.schemaUnsure;
		this.schemaUnsure = false;
		return unsure;
	}

	/**
	 * Compares the version of the schema with that of the last call.
	 * @param version what SQLite calls the schema version
	 * @return whether it was another
	 */
	public synchronized boolean schemaIs(long version) {
		boolean changed = this.schemaVersion != version;
		this.schemaVersion = version;
		return changed;
	}

	/** Wants to be told of states from now on. */
	public void follow() {
		this.followed = true;
	}

}
