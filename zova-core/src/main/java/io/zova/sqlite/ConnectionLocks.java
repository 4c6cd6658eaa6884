package io.zova.sqlite;

import java.sql.SQLException;

import io.zova.sqlite.FileLocks.Exclusion;

/**
 * What one connection holds of the locks of its file in this process.
 */
final class ConnectionLocks {

	private final FileLocks file;

	private int reads;

	private boolean insideDoor;

	private boolean shutsReadersOut;

	ConnectionLocks(FileLocks file) {
		this.file = file;
	}

	/**
	 * When this connection needs readers to be out of the file.
	 * @return the rule of the file's journal mode
	 */
	Exclusion exclusion() {
		return this.file.exclusion();
	}

	/**
	 * Becomes the file's writer.
	 * @param deadline when to give up
	 * @throws SQLException if another connection stayed the writer
	 */
	void enterWrite(Deadline deadline) throws SQLException {
		this.file.writeGate().enter(this, deadline);
		this.file.history().writerEntered();
	}

	/** Lets readers and the next writer on. */
	void leaveWrite() {
		letReadersIn();
		this.file.history().writerLeft();
		this.file.writeGate().leave(this);
	}

	/**
	 * Waits until no other connection reads, and keeps new readers out.
	 * @param deadline when to give up
	 * @throws SQLException if readers stayed; new ones may enter again
	 */
	void shutReadersOut(Deadline deadline) throws SQLException {
		this.file.readerDoor().shutOut(this, deadline);
		this.shutsReadersOut = true;
	}

	boolean shutsReadersOut() {
		return this.shutsReadersOut;
	}

	void letReadersIn() {
		if (this.shutsReadersOut) {
			this.shutsReadersOut = false;
			this.file.readerDoor().letIn(this);
		}
	}

	/**
	 * Becomes a reader once more; each time ends with {@link #leaveRead()}.
	 * @param deadline when to give up
	 * @throws SQLException if a writer kept readers out
	 */
	void enterRead(Deadline deadline) throws SQLException {
		if (this.reads == 0 && exclusion() != Exclusion.NEVER) {
			this.file.readerDoor().enterRead(this, deadline);
			this.insideDoor = true;
		}
		this.reads++;
	}

	void leaveRead() {
		if (--this.reads == 0 && this.insideDoor) {
			this.insideDoor = false;
			this.file.readerDoor().leaveRead(this);
		}
	}

	boolean isReading() {
		return this.reads > 0;
	}

	/** Lets writers pass whatever was left open: SQLite has closed it. */
	void connectionClosed() {
		while (isReading()) {
			leaveRead();
		}
	}

}
