/**
 * Connections and transactions: how every feature reaches SQLite. The rooms below are
 * what connections are made of; they don't know this one.
 */
@NullMarked
package io.zova.sqlite;

import org.jspecify.annotations.NullMarked;
