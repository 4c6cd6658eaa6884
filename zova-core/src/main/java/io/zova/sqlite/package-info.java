/**
 * Connections, transactions and SQL functions: how every feature reaches SQLite.
 */
@NullMarked
package io.zova.sqlite;

import org.jspecify.annotations.NullMarked;
