/**
 * Reads the pages of a SQLite file without SQLite, as far as they can be understood.
 */
@NullMarked
package io.zova.maintenance.pages;

import org.jspecify.annotations.NullMarked;
