/**
 * Connections and transactions: how every feature reaches SQLite. The rooms below are
 * what connections are made of; they don't know this one.
 * <p>
 * Calls go one way, from the top of this list down:
 * <ol>
 * <li>{@code SqlAccess} and {@code UnitOfWork} for features, and JDBC's statements,
 * <li>{@code ZovaConnection}, the JDBC face,
 * <li>{@code Execution}, one run of a statement; {@code ConnectionStatements}, what is
 * compiled; {@code ConnectionEnd}, how it is given back, closed or cut off,
 * <li>{@code Session}: may a statement run, in which transaction, with which locks?
 * <li>{@code JdbcTransaction}: auto-commit, read-only, when a transaction begins,
 * <li>{@code StatementLocks}: what a statement holds while it runs,
 * <li>{@code ConnectionTransaction}: begin, commit, roll back and savepoints in SQLite,
 * <li>{@code TransactionEnd}: the one place where "SQLite has ended it" becomes the
 * answer,
 * <li>{@code TransactionChanges}, which tells the file's history, and
 * {@code ConnectionListeners}, who hear of the end.
 * </ol>
 * What comes back up are answers, what listeners hear, and the results that a connection
 * closes ({@code OpenStatements}). {@code ArrowsBetweenRoomsTests} holds this order.
 */
@NullMarked
package io.zova.sqlite;

import org.jspecify.annotations.NullMarked;
