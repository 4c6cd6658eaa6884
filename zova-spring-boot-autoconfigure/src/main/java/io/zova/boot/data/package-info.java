/**
 * What Spring Data JDBC needs to know about SQLite.
 */
@NullMarked
package io.zova.boot.data;

import org.jspecify.annotations.NullMarked;
