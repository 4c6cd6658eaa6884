package io.zova.boot.test;

import org.springframework.boot.test.autoconfigure.TestSliceTestContextBootstrapper;

/**
 * Starts the context of a {@link ZovaTest}.
 */
class ZovaTestContextBootstrapper extends TestSliceTestContextBootstrapper<ZovaTest> {

}
