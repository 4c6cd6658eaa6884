package io.zova.boot;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalyzer;
import org.springframework.core.Ordered;
import org.springframework.core.env.Environment;
import org.springframework.util.ClassUtils;
import org.springframework.util.StringUtils;

/**
 * Names the dependency that Hibernate needs for SQLite, where it found no dialect.
 */
class MissingDialectFailureAnalyzer implements FailureAnalyzer, Ordered {

	private static final String DIALECT = "org.hibernate.community.dialect.SQLiteDialect";

	private final Environment environment;

	MissingDialectFailureAnalyzer(Environment environment) {
		this.environment = environment;
	}

	@Override
	public int getOrder() {
		return HIGHEST_PRECEDENCE;
	}

	@Override
	public @Nullable FailureAnalysis analyze(Throwable failure) {
		if (!StringUtils.hasText(this.environment.getProperty("zova.path"))
				|| ClassUtils.isPresent(DIALECT, Thread.currentThread().getContextClassLoader())) {
			return null;
		}
		for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
			String message = String.valueOf(cause.getMessage());
			if (cause.getClass().getName().startsWith("org.hibernate.")
					&& (message.startsWith("Unable to determine Dialect") || message.contains(DIALECT))) {
				return new FailureAnalysis(
						"Hibernate has no dialect of its own for SQLite, which a Zova database is, and the class "
								+ DIALECT + " is not there. Hibernate says: " + message,
						"Add the dependency org.hibernate.orm:hibernate-community-dialects; Spring Boot knows its "
								+ "version. Nothing needs to be configured.",
						failure);
			}
		}
		return null;
	}

}
