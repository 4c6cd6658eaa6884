/**
 * Who may use a file now: the queue of writers, the door of readers, and waiting.
 * <p>
 * What is public here is so for the neighbouring rooms; applications have no use for it.
 */
@NullMarked
package io.zova.sqlite.lock;

import org.jspecify.annotations.NullMarked;
