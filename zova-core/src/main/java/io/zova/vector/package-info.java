/**
 * Vectors: collections of embeddings, and the exact search for the nearest of them.
 */
@NullMarked
package io.zova.vector;

import org.jspecify.annotations.NullMarked;
