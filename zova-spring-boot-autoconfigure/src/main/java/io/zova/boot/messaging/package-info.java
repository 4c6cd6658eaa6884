/**
 * Spring Integration over the database.
 */
@NullMarked
package io.zova.boot.messaging;

import org.jspecify.annotations.NullMarked;
