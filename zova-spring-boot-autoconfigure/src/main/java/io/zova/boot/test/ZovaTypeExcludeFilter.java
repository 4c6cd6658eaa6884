package io.zova.boot.test;

import org.springframework.boot.test.context.filter.annotation.StandardAnnotationCustomizableTypeExcludeFilter;

/**
 * Leaves the application's components out of a {@link ZovaTest}.
 */
class ZovaTypeExcludeFilter extends StandardAnnotationCustomizableTypeExcludeFilter<ZovaTest> {

	ZovaTypeExcludeFilter(Class<?> testClass) {
		super(testClass);
	}

}
