package io.zova.boot;

import java.util.LinkedHashMap;
import java.util.Map;

import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;

/**
 * What Spring's neighbours need to be told to keep their tables in a Zova file: Spring
 * Boot makes them by itself only in what it calls embedded databases. Whatever the
 * application says wins. It is a bean, and so there only where the application has no
 * data source of its own, whose tables would be made by it too.
 */
class NeighbourDefaults implements BeanFactoryPostProcessor {

	private static final String ALWAYS = "always";

	private final ConfigurableEnvironment environment;

	NeighbourDefaults(ConfigurableEnvironment environment) {
		this.environment = environment;
	}

	@Override
	public void postProcessBeanFactory(ConfigurableListableBeanFactory beans) {
		boolean quartz = "jdbc".equalsIgnoreCase(this.environment.getProperty("spring.quartz.job-store-type"));
		Map<String, Object> defaults = defaults(quartz);
		// The application's own defaults may be the last source, and still win.
		defaults.keySet().removeIf(this.environment::containsProperty);
		this.environment.getPropertySources().addLast(new MapPropertySource("zova neighbours", defaults));
	}

	private static Map<String, Object> defaults(boolean quartz) {
		Map<String, Object> defaults = new LinkedHashMap<>();
		defaults.put("spring.session.jdbc.initialize-schema", ALWAYS);
		defaults.put("spring.batch.jdbc.initialize-schema", ALWAYS);
		if (quartz) {
			defaults.put("spring.quartz.jdbc.initialize-schema", ALWAYS);
			// Of Quartz's scripts the one that drops nothing.
			defaults.put("spring.quartz.jdbc.platform", "derby");
			defaults.put("spring.quartz.properties.org.quartz.jobStore.lockHandler.class",
					"org.quartz.impl.jdbcjobstore.UpdateLockRowSemaphore");
			defaults.put("spring.quartz.properties.org.quartz.jobStore.acquireTriggersWithinLock", "true");
		}
		return defaults;
	}

}
