package io.zova.graph;

/**
 * The same comparisons with the real engine when graphs answer from memory.
 */
class GoldenGraphInMemoryTests extends GoldenGraphTests {

}
