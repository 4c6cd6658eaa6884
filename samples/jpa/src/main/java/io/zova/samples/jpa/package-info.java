/**
 * The JPA sample: invoices with their scans.
 */
@NullMarked
package io.zova.samples.jpa;

import org.jspecify.annotations.NullMarked;
