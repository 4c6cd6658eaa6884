/**
 * Graphs: named sets of nodes and directed, typed edges, their neighbors, walks and
 * paths.
 */
@NullMarked
package io.zova.graph;

import org.jspecify.annotations.NullMarked;
