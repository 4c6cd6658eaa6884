/**
 * The front door: open or create a Zova file and find its parts.
 */
@NullMarked
package io.zova;

import org.jspecify.annotations.NullMarked;
