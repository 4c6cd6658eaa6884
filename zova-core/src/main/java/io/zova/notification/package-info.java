/**
 * Notifications: short messages to the rest of this process that go out when, and only
 * when, the transaction that published them has committed.
 */
@NullMarked
package io.zova.notification;

import org.jspecify.annotations.NullMarked;
