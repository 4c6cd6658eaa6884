/**
 * Which file it is that is open, and what is known of its history.
 * <p>
 * What is public here is so for the neighbouring rooms; applications have no use for it.
 */
@NullMarked
package io.zova.sqlite.file;

import org.jspecify.annotations.NullMarked;
