/**
 * The native extension, and the rows that are packed for it.
 * <p>
 * What is public here is so for the neighbouring rooms; applications have no use for it.
 */
@NullMarked
package io.zova.sqlite.extension;

import org.jspecify.annotations.NullMarked;
