/**
 * What a feature keeps for the end of a transaction, whichever engine runs it.
 */
@NullMarked
package io.zova.transaction;

import org.jspecify.annotations.NullMarked;
