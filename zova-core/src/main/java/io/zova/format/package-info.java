/**
 * The file: its schema, how it is recognised, checked and created.
 */
@NullMarked
package io.zova.format;

import org.jspecify.annotations.NullMarked;
