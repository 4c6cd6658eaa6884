/**
 * Key-values: byte strings under byte strings in namespaces, and maps over them.
 */
@NullMarked
package io.zova.kv;

import org.jspecify.annotations.NullMarked;
