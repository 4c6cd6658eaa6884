package io.zova.boot;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ImportRuntimeHints;

import io.zova.ZovaDatabase;

/**
 * Opens the database of {@code zova.path}.
 */
@AutoConfiguration
@ConditionalOnClass(ZovaDatabase.class)
@EnableConfigurationProperties(ZovaProperties.class)
@ImportRuntimeHints(ZovaRuntimeHints.class)
public class ZovaAutoConfiguration {

	@Bean(destroyMethod = "close")
	@ConditionalOnMissingBean
	@ConditionalOnProperty("zova.path")
	ZovaDatabase zovaDatabase(ZovaProperties properties) {
		return new DatabaseOpener(properties).open();
	}

}
