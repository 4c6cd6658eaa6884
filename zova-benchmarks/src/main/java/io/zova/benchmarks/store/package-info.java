/**
 * How long it takes to move rows to a store and back, and to migrate a file.
 */
@NullMarked
package io.zova.benchmarks.store;

import org.jspecify.annotations.NullMarked;
