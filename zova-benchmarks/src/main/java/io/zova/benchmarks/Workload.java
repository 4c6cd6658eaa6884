package io.zova.benchmarks;

import java.util.List;

/**
 * The same work for several contenders. The first one is ours: ratios are taken against
 * it.
 *
 * @param name its name on the command line
 * @param what the work with its sizes, for the reader of the table
 * @param contenders who does it
 */
public record Workload(String name, String what, List<Contender> contenders) {
}
