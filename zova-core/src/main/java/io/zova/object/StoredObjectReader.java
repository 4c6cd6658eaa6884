package io.zova.object;

import java.io.IOException;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

import io.zova.ZovaException;
import io.zova.ZovaStatus;
import io.zova.sqlite.SqlAccess;

/**
 * Reads an object of a Zova file.
 */
final class StoredObjectReader extends ObjectReader {

	private static final int TRANSFER_SIZE = 256 << 10;

	private final SqlAccess sql;

	private final ObjectInfo object;

	private final ObjectTraffic traffic;

	private final MessageDigest digest = Sha256.newDigest();

	private ManifestWalk walk;

	/** The chunk being read, from {@code chunkFrom} on. */
	private byte[] chunk = new byte[0];

	private int chunkFrom;

	private long position;

	/** Whether the object as a whole has to be checked at its end. */
	private boolean unchecked = true;

	private boolean moved;

	private boolean closed;

	private StoredObjectReader(SqlAccess sql, ObjectInfo object, ObjectTraffic traffic) {
		this.sql = sql;
		this.traffic = traffic;
		this.object = object;
		this.walk = new ManifestWalk(object);
	}

	/**
	 * Opens an object and reads its first chunk.
	 * @param sql the way to the connections
	 * @param id the object
	 * @param traffic counts what is read
	 * @return the reader
	 */
	static StoredObjectReader open(SqlAccess sql, ObjectId id, ObjectTraffic traffic) {
		return sql.snapshot("open an object", (connection) -> {
			StoredObjectReader reader = new StoredObjectReader(sql, ObjectTable.require(connection, id), traffic);
			if (!reader.isEmpty()) {
				reader.load(connection, new byte[0], 0, 0);
			}
			return reader;
		});
	}

	/**
	 * Opens an object without reading any of it, for those who will skip.
	 * @param sql the way to the connections
	 * @param id the object
	 * @param traffic counts what is read
	 * @return the reader
	 */
	static StoredObjectReader openLazily(SqlAccess sql, ObjectId id, ObjectTraffic traffic) {
		return sql.read("open an object", (connection) -> {
			StoredObjectReader reader = new StoredObjectReader(sql, ObjectTable.require(connection, id), traffic);
			reader.isEmpty();
			return reader;
		});
	}

	private boolean isEmpty() {
		if (this.object.chunkCount() == 0) {
			ManifestWalk.requireEmpty(this.object);
			this.unchecked = false;
			return true;
		}
		return false;
	}

	@Override
	public ObjectInfo object() {
		return this.object;
	}

	@Override
	public int read(byte[] into, int from, int length) {
		Objects.checkFromIndexSize(from, length, into.length);
		requireOpen();
		if (length == 0) {
			return 0;
		}
		int wanted = (int) Math.min(length, this.object.size() - this.position);
		int had = Math.min(wanted, this.chunk.length - this.chunkFrom);
		boolean done = false;
		try {
			take(into, from, had);
			if (this.chunkFrom == this.chunk.length && (this.position < this.object.size() || this.unchecked)) {
				this.sql.read("read an object", (connection) -> load(connection, into, from + had, wanted - had));
			}
			done = true;
		}
		finally {
			if (!done) {
				close();
			}
		}
		this.traffic.read(wanted);
		return (wanted > 0) ? wanted : -1;
	}

	private void take(byte[] into, int from, int length) {
		System.arraycopy(this.chunk, this.chunkFrom, into, from, length);
		this.chunkFrom += length;
		this.position += length;
	}

	/**
	 * Reads on until enough is read and, unless the object has ended, one byte more is at
	 * hand.
	 */
	private boolean load(Connection connection, byte[] into, int from, int length) throws SQLException {
		boolean unconfirmed = this.moved;
		try (PreparedStatement statement = connection.prepareStatement(ManifestTable.CONTENT)) {
			if (this.moved) {
				this.walk = ManifestWalk.from(this.object, ChunkLocator.locate(connection, this.object, this.position));
			}
			statement.setBytes(1, this.object.id().shared());
			statement.setLong(2, (this.walk.rows() == 0) ? Long.MIN_VALUE : this.walk.rows());
			int taken = 0;
			try (ResultSet row = statement.executeQuery()) {
				while (this.chunkFrom == this.chunk.length && this.position < this.object.size()) {
					enter(row);
					if (unconfirmed) {
						ChunkLocator.confirm(connection, this.object, this.walk);
						unconfirmed = false;
					}
					int some = Math.min(length - taken, this.chunk.length - this.chunkFrom);
					take(into, from + taken, some);
					taken += some;
				}
				if (this.position == this.object.size() && this.unchecked) {
					end(row);
				}
			}
		}
		catch (ZovaException ex) {
			requireUnchanged(connection);
			throw ex;
		}
		return true;
	}

	private void enter(ResultSet row) throws SQLException {
		if (!row.next()) {
			this.walk.end();
			throw ObjectErrors.corrupt(this.object.id(), "chunk " + this.walk.rows() + " is missing");
		}
		this.walk.enter(row);
		this.chunk = this.walk.verify(row.getBytes(5));
		this.chunkFrom = (int) (this.position - this.walk.offset());
		this.moved = false;
		if (this.chunkFrom < 0 || this.chunkFrom >= this.chunk.length) {
			throw ObjectErrors.corrupt(this.object.id(), "chunk " + this.walk.index() + " is not where it should be");
		}
		if (this.unchecked) {
			this.digest.update(this.chunk);
		}
	}

	private void end(ResultSet row) throws SQLException {
		if (row.next()) {
			this.walk.enter(row);
		}
		this.walk.end(this.digest.digest());
		this.unchecked = false;
	}

	private void requireUnchanged(Connection connection) throws SQLException {
		ObjectInfo now = ObjectTable.find(connection, this.object.id());
		if (!this.object.equals(now)) {
			throw new ZovaException(ZovaStatus.OBJECT_NOT_FOUND, "Object " + this.object.id() + " was deleted "
					+ ((now != null) ? "and stored in another layout " : "") + "while it was being read");
		}
	}

	@Override
	public long skip(long count) {
		requireOpen();
		long distance = Math.max(0, Math.min(count, this.object.size() - this.position));
		if (distance == 0) {
			return 0;
		}
		this.unchecked = false;
		this.position += distance;
		if (distance <= this.chunk.length - this.chunkFrom) {
			this.chunkFrom += (int) distance;
			this.moved = this.chunkFrom == this.chunk.length;
		}
		else {
			this.chunk = new byte[0];
			this.chunkFrom = 0;
			this.moved = true;
		}
		return distance;
	}

	@Override
	public long transferTo(OutputStream out) throws IOException {
		byte[] buffer = new byte[(int) Math.max(1, Math.min(TRANSFER_SIZE, this.object.size() - this.position))];
		long transferred = 0;
		for (int count = read(buffer); count >= 0; count = read(buffer)) {
			out.write(buffer, 0, count);
			transferred += count;
		}
		return transferred;
	}

	@Override
	public int available() {
		requireOpen();
		return (int) Math.min(Integer.MAX_VALUE, this.object.size() - this.position);
	}

	@Override
	public void close() {
		this.closed = true;
		this.chunk = new byte[0];
		this.chunkFrom = 0;
	}

	private void requireOpen() {
		if (this.closed) {
			throw new ZovaException(ZovaStatus.OBJECT_READER_CLOSED,
					"The reader of object " + this.object.id() + " is closed");
		}
	}

}
