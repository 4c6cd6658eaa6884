/**
 * Zova in Spring Boot's Actuator: health, the {@code zova} endpoint, info and meters.
 */
@NullMarked
package io.zova.boot.actuate;

import org.jspecify.annotations.NullMarked;
