/**
 * What storing, reading and deleting objects costs, beside the real engine.
 */
@NullMarked
package io.zova.benchmarks.object;

import org.jspecify.annotations.NullMarked;
