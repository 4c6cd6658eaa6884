/**
 * How long a look at a whole file takes, and what it costs those who work beside it.
 */
@NullMarked
package io.zova.benchmarks.check;

import org.jspecify.annotations.NullMarked;
