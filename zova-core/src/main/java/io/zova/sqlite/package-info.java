/**
 * Connections and transactions: how every feature reaches SQLite. The rooms below are
 * what connections are made of; they don't know this one.
 * <p>
 * Calls go one way: {@link io.zova.sqlite.SqlAccess} and JDBC's statements to
 * {@link io.zova.sqlite.ZovaConnection}, that to {@code StatementLocks}, to
 * {@code ConnectionTransaction}, to {@code TransactionEnd}, and that to
 * {@code TransactionChanges}, which tells the file's history. What comes back up are
 * answers, and what listeners hear.
 */
@NullMarked
package io.zova.sqlite;

import org.jspecify.annotations.NullMarked;
