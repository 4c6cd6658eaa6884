package io.zova.boot.test;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.test.autoconfigure.OverrideAutoConfiguration;
import org.springframework.boot.test.context.filter.annotation.TypeExcludeFilters;
import org.springframework.context.annotation.ComponentScan.Filter;
import org.springframework.core.annotation.AliasFor;
import org.springframework.test.context.BootstrapWith;
import org.springframework.test.context.junit.jupiter.SpringExtension;
import org.springframework.transaction.annotation.Transactional;

/**
 * A test of what an application does with its Zova database: a temporary file instead of
 * {@code zova.path}, the templates, JDBC, migrations and {@code schema.sql}, and nothing
 * else of the application. Each test method runs in a transaction that is rolled back, so
 * that nothing it publishes is ever delivered.
 * <p>
 * Components of the application are left out; add those under test with
 * {@link #includeFilters()} or {@code @Import}.
 */
@Documented
@Inherited
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@BootstrapWith(ZovaTestContextBootstrapper.class)
@ExtendWith(SpringExtension.class)
@OverrideAutoConfiguration(enabled = false)
@TypeExcludeFilters(ZovaTypeExcludeFilter.class)
@Transactional
@AutoConfigureZova
@AutoConfigureTestZova
@ImportAutoConfiguration
public @interface ZovaTest {

	/**
	 * Properties for the test's environment, as {@code key=value}.
	 * @return the properties
	 */
	String[] properties() default {};

	/**
	 * Whether the filters that leave out the application's components are used.
	 * @return whether they are
	 */
	boolean useDefaultFilters() default true;

	/**
	 * Components to add all the same.
	 * @return the filters
	 */
	Filter[] includeFilters() default {};

	/**
	 * Components to leave out.
	 * @return the filters
	 */
	Filter[] excludeFilters() default {};

	/**
	 * Auto-configurations to leave out.
	 * @return the classes
	 */
	@AliasFor(annotation = ImportAutoConfiguration.class, attribute = "exclude")
	Class<?>[] excludeAutoConfiguration() default {};

}
