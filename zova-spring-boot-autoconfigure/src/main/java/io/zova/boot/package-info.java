/**
 * Auto-configuration of Zova for Spring Boot.
 */
@NullMarked
package io.zova.boot;

import org.jspecify.annotations.NullMarked;
