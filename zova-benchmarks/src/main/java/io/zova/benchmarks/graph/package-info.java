/**
 * How fast graphs are.
 */
@NullMarked
package io.zova.benchmarks.graph;

import org.jspecify.annotations.NullMarked;
