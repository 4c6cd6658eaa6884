/**
 * A standing adversary: families of tests that try to break what the database promises,
 * for as long as they are given. {@code ./mvnw -B -ntp -pl zova-core -Padversary test}
 * runs the cut, {@code -Dadversary.minutes=10} gives each family ten minutes.
 */
@NullMarked
package io.zova.adversary;

import org.jspecify.annotations.NullMarked;
