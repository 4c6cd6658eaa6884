/**
 * Events of Spring Modulith that survive a crash.
 */
@NullMarked
package io.zova.boot.modulith;

import org.jspecify.annotations.NullMarked;
