/**
 * Saves what can be saved of a damaged database into a new one.
 */
@NullMarked
package io.zova.maintenance.salvage;

import org.jspecify.annotations.NullMarked;
