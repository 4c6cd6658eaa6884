/**
 * Objects over HTTP.
 */
@NullMarked
package io.zova.boot.web;

import org.jspecify.annotations.NullMarked;
