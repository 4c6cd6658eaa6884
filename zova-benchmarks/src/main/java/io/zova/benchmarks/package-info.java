/**
 * Benchmarks.
 */
@NullMarked
package io.zova.benchmarks;

import org.jspecify.annotations.NullMarked;
