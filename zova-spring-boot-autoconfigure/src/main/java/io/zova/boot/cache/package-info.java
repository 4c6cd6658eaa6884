/**
 * Spring's cache, kept in the file.
 */
@NullMarked
package io.zova.boot.cache;

import org.jspecify.annotations.NullMarked;
