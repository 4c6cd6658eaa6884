/**
 * How fast key-values are.
 */
@NullMarked
package io.zova.benchmarks.kv;

import org.jspecify.annotations.NullMarked;
