/**
 * Micrometer's observations of what the database does.
 */
@NullMarked
package io.zova.boot.observe;

import org.jspecify.annotations.NullMarked;
