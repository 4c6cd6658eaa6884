package io.zova.vector;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Iterator;

import io.zova.Arguments;

/**
 * Stores vectors, several in one statement where that is faster.
 * <p>
 * The triggers of the journal make SQLite prepare to undo each statement by itself, which
 * costs a copy of every page that the statement changes. Rows that go to the end of the
 * index of ids change the same pages, so a statement for several copies them once. Rows
 * anywhere else change a page each, and for more than a few at once SQLite takes a
 * temporary file to keep the copies in: these are stored one by one.
 */
final class VectorWriter {

	private final CollectionRow collection;

	private final PreparedStatement one;

	private final PreparedStatement group;

	private final VectorEntry[] waiting = new VectorEntry[VectorTable.GROUP];

	private final double[] norms = new double[VectorTable.GROUP];

	private int waitingCount;

	/** No id in the collection comes after this one. */
	private String lastId;

	private VectorWriter(CollectionRow collection, String lastId, PreparedStatement one, PreparedStatement group)
			throws SQLException {
		this.collection = collection;
		this.lastId = lastId;
		this.one = one;
		this.group = group;
		one.setLong(1, collection.key());
		group.setLong(1, collection.key());
	}

	/**
	 * Checks and stores vectors, in their order.
	 * @return how many there were
	 */
	static long put(Connection connection, CollectionRow collection, Iterator<VectorEntry> entries)
			throws SQLException {
		if (!entries.hasNext()) {
			return 0;
		}
		VectorEntry first = Arguments.required("vector", entries.next());
		boolean more = entries.hasNext();
		try (PreparedStatement one = connection.prepareStatement(VectorTable.PUT)) {
			if (!more) {
				one.setLong(1, collection.key());
				VectorRules.requireId(first.id());
				put(one, first, collection.accept(first.values()));
				return 1;
			}
			try (PreparedStatement group = connection.prepareStatement(VectorTable.PUT_GROUP);
					PreparedStatement parent = connection.prepareStatement(CollectionTable.KEY_EXISTS)) {
				parent.setLong(1, collection.key());
				// Each vector needs this row. While it is being read, its page can't make
				// room in SQLite's cache for those that are changed.
				try (ResultSet row = parent.executeQuery()) {
					row.next();
					return new VectorWriter(collection, lastId(connection, collection), one, group).putAll(first,
							entries);
				}
			}
		}
	}

	private static String lastId(Connection connection, CollectionRow collection) throws SQLException {
		try (PreparedStatement statement = connection.prepareStatement(VectorTable.LAST_ID)) {
			statement.setLong(1, collection.key());
			try (ResultSet row = statement.executeQuery()) {
				String last = row.next() ? row.getString(1) : null;
				return (last != null) ? last : "";
			}
		}
	}

	private long putAll(VectorEntry first, Iterator<VectorEntry> others) throws SQLException {
		add(first);
		long count = 1;
		for (; others.hasNext(); count++) {
			add(Arguments.required("vector", others.next()));
		}
		putEach();
		return count;
	}

	private void add(VectorEntry entry) throws SQLException {
		if (!VectorRules.isValid(entry.id())) {
			// What is wrong with an earlier one has to be complained about first.
			putEach();
			VectorRules.requireId(entry.id());
		}
		boolean appends = entry.id().compareTo(this.lastId) > 0;
		if (!appends) {
			putEach();
		}
		this.waiting[this.waitingCount++] = entry;
		if (!appends) {
			putEach();
		}
		else {
			this.lastId = entry.id();
			if (this.waitingCount == VectorTable.GROUP) {
				putGroup();
			}
		}
	}

	private void putGroup() throws SQLException {
		this.collection.accept(this.waiting, this.norms);
		for (int i = 0; i < VectorTable.GROUP; i++) {
			set(this.group, 2 + 3 * i, this.waiting[i], this.norms[i]);
		}
		this.group.executeUpdate();
		this.waitingCount = 0;
	}

	private void putEach() throws SQLException {
		for (int i = 0; i < this.waitingCount; i++) {
			put(this.one, this.waiting[i], this.collection.accept(this.waiting[i].values()));
		}
		this.waitingCount = 0;
	}

	private static void put(PreparedStatement statement, VectorEntry entry, double norm) throws SQLException {
		set(statement, 2, entry, norm);
		statement.executeUpdate();
	}

	private static void set(PreparedStatement statement, int parameter, VectorEntry entry, double norm)
			throws SQLException {
		statement.setString(parameter, entry.id());
		statement.setBytes(parameter + 1, entry.values().stored());
		statement.setDouble(parameter + 2, norm);
	}

}
