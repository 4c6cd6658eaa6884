/**
 * The driver of SQLite: how its connections are opened, its errors, and its gaps.
 * <p>
 * What is public here is so for the neighbouring rooms; applications have no use for it.
 */
@NullMarked
package io.zova.sqlite.driver;

import org.jspecify.annotations.NullMarked;
