/**
 * What connections and transactions cost.
 */
@NullMarked
package io.zova.benchmarks.foundation;

import org.jspecify.annotations.NullMarked;
