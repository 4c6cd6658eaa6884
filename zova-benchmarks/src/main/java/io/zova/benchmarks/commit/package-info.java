/**
 * Commits that wait for the disk.
 */
@NullMarked
package io.zova.benchmarks.commit;

import org.jspecify.annotations.NullMarked;
