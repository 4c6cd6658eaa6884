/**
 * Says how a database is: check, doctor and stats, and what they find.
 */
@NullMarked
package io.zova.maintenance.check;

import org.jspecify.annotations.NullMarked;
