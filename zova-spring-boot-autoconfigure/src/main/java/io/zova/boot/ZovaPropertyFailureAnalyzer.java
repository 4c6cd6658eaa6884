package io.zova.boot;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.Ordered;
import org.springframework.core.env.Environment;

/**
 * Says which property of Zova has a wrong value, where it was set, and what is allowed.
 * Spring Boot would report a value that breaks a rule of ours as a failed binding.
 */
class ZovaPropertyFailureAnalyzer extends AbstractFailureAnalyzer<InvalidConfigurationPropertyValueException>
		implements Ordered {

	private static final String PREFIX = "zova.";

	private static final String WITHOUT_DEFAULT = "zova.path";

	private final Environment environment;

	ZovaPropertyFailureAnalyzer(Environment environment) {
		this.environment = environment;
	}

	@Override
	public int getOrder() {
		return HIGHEST_PRECEDENCE;
	}

	@Override
	protected @Nullable FailureAnalysis analyze(Throwable rootFailure,
			InvalidConfigurationPropertyValueException cause) {
		String name = cause.getName();
		if (!name.startsWith(PREFIX)) {
			return null;
		}
		ConfigurationProperty property = find(name);
		Object given = (property != null) ? property.getValue() : cause.getValue();
		String origin = (property != null && property.getOrigin() != null) ? "\n    from:     " + property.getOrigin()
				: "";
		return new FailureAnalysis(
				"The value of " + name + " is not allowed.\n\n    property: " + name + "\n    value:    " + given
						+ origin + "\n    rule:     " + cause.getReason(),
				"Correct " + name + (name.equals(WITHOUT_DEFAULT) ? "." : ", or remove it to get the default."), cause);
	}

	private @Nullable ConfigurationProperty find(String name) {
		ConfigurationPropertyName wanted = ConfigurationPropertyName.of(name);
		for (ConfigurationPropertySource source : ConfigurationPropertySources.get(this.environment)) {
			ConfigurationProperty property = source.getConfigurationProperty(wanted);
			if (property != null) {
				return property;
			}
		}
		return null;
	}

}
