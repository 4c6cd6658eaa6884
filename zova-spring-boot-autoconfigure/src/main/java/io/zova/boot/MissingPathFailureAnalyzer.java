package io.zova.boot;

import java.util.Set;

import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.NoSuchBeanDefinitionException;
import org.springframework.beans.factory.NoUniqueBeanDefinitionException;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalyzer;
import org.springframework.core.Ordered;
import org.springframework.core.ResolvableType;
import org.springframework.core.env.Environment;
import org.springframework.util.StringUtils;

import io.zova.ZovaDatabase;
import io.zova.graph.GraphOperations;
import io.zova.graph.GraphTemplate;
import io.zova.kv.KeyValueOperations;
import io.zova.kv.KeyValueTemplate;
import io.zova.notification.NotificationOperations;
import io.zova.notification.NotificationTemplate;
import io.zova.object.ObjectOperations;
import io.zova.object.ObjectTemplate;
import io.zova.vector.VectorOperations;
import io.zova.vector.VectorTemplate;

/**
 * Says that {@code zova.path} is missing, where the application needs something that is
 * there only with it: a bean of Zova's, or any data source at all.
 */
class MissingPathFailureAnalyzer implements FailureAnalyzer, Ordered {

	/** Spring Boot shows it to its own analyzer only. */
	private static final String NO_DATA_SOURCE = "org.springframework.boot.jdbc.autoconfigure."
			+ "DataSourceProperties$DataSourceBeanCreationException";

	private static final Set<Class<?>> BEANS = Set.of(ZovaDatabase.class, ObjectOperations.class, ObjectTemplate.class,
			VectorOperations.class, VectorTemplate.class, GraphOperations.class, GraphTemplate.class,
			KeyValueOperations.class, KeyValueTemplate.class, NotificationOperations.class, NotificationTemplate.class);

	private final Environment environment;

	MissingPathFailureAnalyzer(Environment environment) {
		this.environment = environment;
	}

	@Override
	public int getOrder() {
		return HIGHEST_PRECEDENCE;
	}

	@Override
	public @Nullable FailureAnalysis analyze(Throwable failure) {
		if (StringUtils.hasText(this.environment.getProperty("zova.path"))) {
			return null;
		}
		for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
			String missing = missing(cause);
			if (missing != null) {
				return new FailureAnalysis(
						"The application needs " + missing
								+ ", but zova.path is not set, so there is no Zova database.",
						"Set zova.path to the file of the database, for example data/app.zova, which is created if it is "
								+ "missing; or to :memory: for a database that is gone when the application stops.",
						failure);
			}
		}
		return null;
	}

	private static @Nullable String missing(Throwable cause) {
		if (cause instanceof NoSuchBeanDefinitionException ex && !(ex instanceof NoUniqueBeanDefinitionException)) {
			ResolvableType type = ex.getResolvableType();
			Class<?> wanted = (type != null) ? type.resolve() : null;
			return (wanted != null && BEANS.contains(wanted)) ? "a bean of the type " + wanted.getName() : null;
		}
		return cause.getClass().getName().equals(NO_DATA_SOURCE)
				? "a data source, and there is no other (spring.datasource.url is not set either)" : null;
	}

}
