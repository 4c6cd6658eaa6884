/**
 * Objects: files and blobs of any size, stored once by their content, in the transaction
 * of the rows that name them.
 */
@NullMarked
package io.zova.object;

import org.jspecify.annotations.NullMarked;
