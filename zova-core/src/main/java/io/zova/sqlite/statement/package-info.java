/**
 * The text of a statement: its tokens, what it reads and writes, and the cache of what
 * was compiled from it.
 * <p>
 * What is public here is so for the neighbouring rooms; applications have no use for it.
 */
@NullMarked
package io.zova.sqlite.statement;

import org.jspecify.annotations.NullMarked;
