/**
 * How fast vectors are stored and searched.
 */
@NullMarked
package io.zova.benchmarks.vector;

import org.jspecify.annotations.NullMarked;
