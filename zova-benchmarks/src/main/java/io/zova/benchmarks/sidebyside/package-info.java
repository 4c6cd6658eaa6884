/**
 * Workloads that ours and the peers do on the same data.
 */
@NullMarked
package io.zova.benchmarks.sidebyside;

import org.jspecify.annotations.NullMarked;
