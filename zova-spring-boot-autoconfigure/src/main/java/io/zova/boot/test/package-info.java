/**
 * Tests against a Zova file of their own.
 */
@NullMarked
package io.zova.boot.test;

import org.jspecify.annotations.NullMarked;
