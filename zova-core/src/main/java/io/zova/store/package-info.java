/**
 * Objects, vectors and graphs in files of their own, which are bound to a main file.
 */
@NullMarked
package io.zova.store;

import org.jspecify.annotations.NullMarked;
