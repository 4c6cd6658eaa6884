package io.zova.boot;

import java.util.LinkedHashMap;
import java.util.Map;

import org.springframework.boot.EnvironmentPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;

/**
 * What Spring's neighbours need to be told to keep their tables in a Zova file: Spring
 * Boot makes them by itself only in what it calls embedded databases. Whatever the
 * application says wins. With a data source of its own, nothing is said.
 */
class NeighbourDefaults implements EnvironmentPostProcessor {

	private static final String ALWAYS = "always";

	@Override
	public void postProcessEnvironment(ConfigurableEnvironment environment, SpringApplication application) {
		if (environment.containsProperty("zova.path") && !environment.containsProperty("spring.datasource.url")
				&& !environment.containsProperty("spring.datasource.jndi-name")
				&& !environment.containsProperty("spring.datasource.type")) {
			boolean quartz = "jdbc".equalsIgnoreCase(environment.getProperty("spring.quartz.job-store-type"));
			Map<String, Object> defaults = defaults(quartz);
			// The application's own defaults come later than any that are added here.
			defaults.keySet().removeIf(environment::containsProperty);
			environment.getPropertySources().addLast(new MapPropertySource("zova neighbours", defaults));
		}
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
