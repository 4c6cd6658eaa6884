/**
 * The notebook sample.
 */
@NullMarked
package io.zova.samples.notebook;

import org.jspecify.annotations.NullMarked;
