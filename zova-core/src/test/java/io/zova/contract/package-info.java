/**
 * What every engine has to do behind the operations, tried on each of them: results and
 * their order, ties, limits, errors with their status, batches that do all or nothing,
 * and transactions. Nothing here knows an engine; what only a file does is tested
 * elsewhere.
 */
@NullMarked
package io.zova.contract;

import org.jspecify.annotations.NullMarked;
