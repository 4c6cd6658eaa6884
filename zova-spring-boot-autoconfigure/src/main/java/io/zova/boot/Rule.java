package io.zova.boot;

import java.time.Duration;

import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;

/**
 * What a property may be. Spring Boot shows a broken rule with the property's name, value
 * and origin.
 */
final class Rule {

	private static final Duration LONGEST = Duration.ofMillis(Integer.MAX_VALUE);

	private Rule() {
	}

	static void require(boolean condition, String name, Object value, String rule) {
		if (!condition) {
			throw new InvalidConfigurationPropertyValueException(name, value, rule);
		}
	}

	static void notNegative(String name, Duration value) {
		require(!value.isNegative() && value.compareTo(LONGEST) <= 0, name, value,
				"It must not be negative, nor longer than 24 days.");
	}

}
