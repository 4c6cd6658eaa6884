/**
 * Files of older formats into files of the current one: the tables of formats 3 to 11,
 * what has to be done to each, and how a set of new files appears under its names.
 */
@NullMarked
package io.zova.migration;

import org.jspecify.annotations.NullMarked;
