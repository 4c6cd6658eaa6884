/**
 * Backups at an interval, and what became of them.
 */
@NullMarked
package io.zova.boot.backup;

import org.jspecify.annotations.NullMarked;
