/**
 * What a call from SQL into Java costs.
 */
@NullMarked
package io.zova.benchmarks.functions;

import org.jspecify.annotations.NullMarked;
