@NullMarked
package io.zova.object;

import org.jspecify.annotations.NullMarked;
