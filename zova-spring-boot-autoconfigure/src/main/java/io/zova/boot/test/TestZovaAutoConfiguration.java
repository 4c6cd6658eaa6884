package io.zova.boot.test;

import java.io.IOException;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;

import io.zova.ZovaDatabase;
import io.zova.boot.ZovaAutoConfiguration;
import io.zova.boot.ZovaProperties;
import io.zova.sqlite.function.SqlFunction;

/**
 * Puts a temporary file in the place of {@code zova.path}.
 */
@AutoConfiguration(before = ZovaAutoConfiguration.class)
@EnableConfigurationProperties(ZovaProperties.class)
public class TestZovaAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean(ZovaDatabase.class)
	TemporaryFile zovaTemporaryFile() throws IOException {
		return new TemporaryFile();
	}

	@Bean(destroyMethod = "close")
	@ConditionalOnMissingBean
	ZovaDatabase zovaDatabase(TemporaryFile file, ZovaProperties properties, ObjectProvider<SqlFunction> functions) {
		return ZovaDatabase.create(file.path(),
				properties.toOptions()
					.toBuilder()
					.readOnly(false)
					.immutable(false)
					.functions(functions.orderedStream().toList())
					.build());
	}

}
