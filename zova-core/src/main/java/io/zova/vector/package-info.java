/**
 * Vectors: collections of numbered meaning, and the exact search for what is near.
 */
@NullMarked
package io.zova.vector;

import org.jspecify.annotations.NullMarked;
