package io.zova;

import java.sql.SQLException;

/**
 * What went wrong, in the numbers and names that every Zova library uses.
 */
public enum ZovaStatus {

	/** The call succeeded. */
	OK(0),

	/** An argument is missing, contradictory or out of its range. */
	INVALID_ARGUMENT(1),

	/** An allocation failed. */
	OUT_OF_MEMORY(2),

	/** Another connection holds the lock that the call needs. */
	BUSY(10),

	/** A statement of the same connection is in the way. */
	LOCKED(11),

	/** A UNIQUE, NOT NULL, CHECK or FOREIGN KEY rule was broken. */
	CONSTRAINT(12),

	/** The file or its directory cannot be opened. */
	CANT_OPEN(13),

	/** A write on a read-only database. */
	READ_ONLY(14),

	/** Malformed pages, or a failed quick check. */
	CORRUPT(15),

	/** A call in a state that does not allow it. */
	MISUSE(16),

	/** Any other error of SQLite. */
	SQLITE_ERROR(17),

	/** The path does not end in .zova. */
	NOT_ZOVA_PATH(30),

	/** The file is not a valid Zova database. */
	NOT_ZOVA_DATABASE(31),

	/** A bound store has another format than its main file. */
	UNSUPPORTED_ZOVA_VERSION(32),

	/** The file to create exists already. */
	DESTINATION_EXISTS(33),

	/** A SQLite file to convert uses names reserved for Zova. */
	ZOVA_NAME_CONFLICT(34),

	/** The file has an older format that can be migrated. */
	MIGRATION_REQUIRED(35),

	/** The file has a newer format than this library knows. */
	UNSUPPORTED_FUTURE_FORMAT(36),

	/** The file has a format too old to be opened. */
	UNSUPPORTED_LEGACY_FORMAT(37),

	/** There is nothing to migrate. */
	NO_MIGRATION_PATH(38),

	/** No object has this id. */
	OBJECT_NOT_FOUND(50),

	/** An object of this id exists already. */
	OBJECT_ALREADY_EXISTS(51),

	/** No chunk has this hash. */
	OBJECT_CHUNK_NOT_FOUND(52),

	/** The bytes of a chunk do not hash to the expected value. */
	OBJECT_CHUNK_HASH_MISMATCH(53),

	/** A stored object or chunk failed its check. */
	OBJECT_CORRUPT(54),

	/** A manifest has gaps, wrong sizes or a wrong digest. */
	OBJECT_MANIFEST_INVALID(55),

	/** A range starts beyond the end of its object. */
	OBJECT_RANGE_INVALID(56),

	/** The object exceeds a size limit. */
	OBJECT_TOO_LARGE(57),

	/** The call is not allowed inside a transaction. */
	OBJECT_TRANSACTION_ACTIVE(58),

	/** The object writer was finished, cancelled or has failed. */
	OBJECT_WRITER_CLOSED(59),

	/** A store of this role is bound already. */
	BOUND_STORE_EXISTS(60),

	/** No store of this role is bound. */
	BOUND_STORE_NOT_FOUND(61),

	/** A bound store does not match its main file. */
	BOUND_STORE_INVALID(62),

	/** The object reader was closed. */
	OBJECT_READER_CLOSED(63),

	/** A vector collection of this name exists already. */
	VECTOR_COLLECTION_EXISTS(70),

	/** No vector collection has this name. */
	VECTOR_COLLECTION_NOT_FOUND(71),

	/** The collection has no vector of this id. */
	VECTOR_NOT_FOUND(72),

	/** The number of elements is not that of the collection. */
	VECTOR_DIMENSION_MISMATCH(73),

	/** A stored vector failed its check. */
	VECTOR_CORRUPT(74),

	/** A name, id or value that vectors do not allow. */
	VECTOR_INVALID(75),

	/** A graph of this name exists already. */
	GRAPH_EXISTS(80),

	/** No graph has this name. */
	GRAPH_NOT_FOUND(81),

	/** The graph has no node of this id. */
	GRAPH_NODE_NOT_FOUND(82),

	/** The graph has no such edge. */
	GRAPH_EDGE_NOT_FOUND(83),

	/** A name, id or kind that graphs do not allow. */
	GRAPH_INVALID(84),

	/** No extension has this name. */
	EXTENSION_NOT_FOUND(90),

	/** The extension is installed already. */
	EXTENSION_EXISTS(91),

	/** An extension's row or storage is not valid. */
	EXTENSION_INVALID(92),

	/** An extension's version does not fit. */
	EXTENSION_INCOMPATIBLE(93),

	/** The file uses an extension that this library does not have. */
	EXTENSION_UNAVAILABLE(94),

	/** A key-value exceeds a length limit. */
	KV_TOO_LARGE(95),

	/** A stored key-value is of a wrong type. */
	KV_CORRUPT(96),

	/**
	 * A transaction is committed, but whether it is on disk is unknown: an fsync failed.
	 * It was not rolled back. Only this library has this status, and its number.
	 */
	OUTCOME_UNKNOWN(1000);

	private final int code;

	ZovaStatus(int code) {
		this.code = code;
	}

	/**
	 * What an exception of this library, of Spring or of JDBC means in the terms of Zova.
	 * @param error an exception that a call on a Zova database has thrown
	 * @return its status; {@link #SQLITE_ERROR} if it says nothing more precise
	 */
	public static ZovaStatus of(Throwable error) {
		for (Throwable cause = error; cause != null; cause = cause.getCause()) {
			if (cause instanceof ZovaException zova) {
				return zova.status();
			}
			if (cause instanceof SQLException sql && sql.getErrorCode() != 0) {
				return ofSqlite(sql.getErrorCode());
			}
		}
		return SQLITE_ERROR;
	}

	/**
	 * What a result code of SQLite means in the terms of Zova.
	 * @param resultCode a primary or extended result code
	 * @return the status
	 */
	public static ZovaStatus ofSqlite(int resultCode) {
		return switch (resultCode & 0xff) {
			case 0 -> OK;
			case 5 -> BUSY;
			case 6 -> LOCKED;
			case 7 -> OUT_OF_MEMORY;
			case 8 -> READ_ONLY;
			case 11 -> CORRUPT;
			case 14 -> CANT_OPEN;
			case 19 -> CONSTRAINT;
			case 21 -> MISUSE;
			default -> SQLITE_ERROR;
		};
	}

	/**
	 * The number of this status in the native interface.
	 * @return the number
	 */
	public int code() {
		return this.code;
	}

	/**
	 * The name of this status in the native interface, such as
	 * {@code ZOVA_OBJECT_NOT_FOUND}.
	 * @return the name
	 */
	public String nativeName() {
		return "ZOVA_" + name();
	}

}
