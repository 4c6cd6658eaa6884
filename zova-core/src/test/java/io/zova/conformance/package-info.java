/**
 * Ours against the real engine, and against files that its releases wrote.
 */
@NullMarked
package io.zova.conformance;

import org.jspecify.annotations.NullMarked;
