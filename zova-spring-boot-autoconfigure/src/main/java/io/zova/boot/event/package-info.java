/**
 * Notifications as events of a Spring application.
 */
@NullMarked
package io.zova.boot.event;

import org.jspecify.annotations.NullMarked;
