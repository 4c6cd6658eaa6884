/**
 * SQL functions written in Java: scalar, aggregate and table functions.
 * <p>
 * Applications declare theirs as {@link io.zova.sqlite.function.ScalarFunction},
 * {@link io.zova.sqlite.function.AggregateFunction} and
 * {@link io.zova.sqlite.function.TableFunction}. {@code SqlFunctions} is public for the
 * connections only.
 */
@NullMarked
package io.zova.sqlite.function;

import org.jspecify.annotations.NullMarked;
