/**
 * Copies of whole databases (backup, compact, restore, convert), their verification, and
 * what a database says about itself.
 */
@NullMarked
package io.zova.maintenance;

import org.jspecify.annotations.NullMarked;
