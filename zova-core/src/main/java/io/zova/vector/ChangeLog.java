package io.zova.vector;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import io.zova.sqlite.lock.Interruption;

/**
 * The last changes that went into a {@link CollectionInMemory}, each with the token of
 * the state after it: what tells how that state and the one that a connection sees have
 * parted.
 */
final class ChangeLog {

	/** Older snapshots than this many changes are not served from memory. */
	private static final int MAX_CHANGES = 1024;

	private long baseRevision;

	private ChangeToken baseToken;

	private final List<SourceTable.Change> changes = new ArrayList<>();

	ChangeLog(SourceState state) {
		this.baseRevision = state.revision();
		this.baseToken = state.token();
	}

	long revision() {
		return this.baseRevision + this.changes.size();
	}

	private ChangeToken token(long revision) {
		int index = (int) (revision - this.baseRevision);
		return (index == 0) ? this.baseToken : this.changes.get(index - 1).token();
	}

	private ChangeToken token() {
		return token(revision());
	}

	boolean isAt(SourceState view) {
		return view.revision() == revision() && view.token().equals(token());
	}

	/** Whether nothing has changed here since the comparison was made. */
	boolean isWhereItWas(Parting parting) {
		return parting.ourToken().equals(token()) && parting.revision() >= this.baseRevision;
	}

	/**
	 * Finds the last state that this log and what a connection sees have in common. Two
	 * histories are equal up to where they part, so halving the distance finds it.
	 * @return how the two have parted, or nothing if no common state is known to both
	 */
	@Nullable Parting compare(Connection connection, SourceState view) throws SQLException {
		long low = Math.max(this.baseRevision, view.floor());
		long high = Math.min(revision(), view.revision());
		if (low > high || !isCommon(connection, view, low)) {
			return null;
		}
		if (isCommon(connection, view, high)) {
			low = high;
		}
		while (high - low > 1) {
			Interruption.check("comparing a collection with the one in memory");
			long middle = low + (high - low) / 2;
			if (isCommon(connection, view, middle)) {
				low = middle;
			}
			else {
				high = middle;
			}
		}
		List<SourceTable.Change> theirs = SourceTable.changesAfter(connection, view, low);
		if (theirs == null) {
			return null;
		}
		Set<String> ids = new LinkedHashSet<>();
		theirs.forEach((change) -> ids.add(change.id()));
		this.changes.subList((int) (low - this.baseRevision), this.changes.size())
			.forEach((change) -> ids.add(change.id()));
		return new Parting(token(), low, theirs, ids);
	}

	private boolean isCommon(Connection connection, SourceState view, long revision) throws SQLException {
		return token(revision).equals(SourceTable.tokenAt(connection, view, revision));
	}

	/** Follows the other history from where they have parted. */
	void follow(Parting parting) {
		this.changes.subList((int) (parting.revision() - this.baseRevision), this.changes.size()).clear();
		this.changes.addAll(parting.theirs());
		int surplus = this.changes.size() - MAX_CHANGES;
		// Not one by one: what lies behind in the list moves each time.
		if (surplus > MAX_CHANGES / 4) {
			this.baseToken = this.changes.get(surplus - 1).token();
			this.baseRevision += surplus;
			this.changes.subList(0, surplus).clear();
		}
	}

	/**
	 * How two histories have parted.
	 *
	 * @param ourToken names the state of the log
	 * @param revision the last revision that both have
	 * @param theirs the changes that the other made since
	 * @param ids the ids of all vectors that either has changed since
	 */
	record Parting(ChangeToken ourToken, long revision, List<SourceTable.Change> theirs, Set<String> ids) {

		/** Whether the other is at a state that the log has been at, now or earlier. */
		boolean isPast() {
			return this.theirs.isEmpty();
		}

	}

}
