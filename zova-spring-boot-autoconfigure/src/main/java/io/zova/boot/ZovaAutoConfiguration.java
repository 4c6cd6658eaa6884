package io.zova.boot;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ImportRuntimeHints;

import io.zova.ZovaDatabase;
import io.zova.sqlite.function.SqlFunction;

/**
 * Opens the database of {@code zova.path}. Beans of the type {@link SqlFunction} can be
 * called by SQL on all its connections; they exist before the database, so they cannot be
 * given anything of it.
 */
@AutoConfiguration
@ConditionalOnClass(ZovaDatabase.class)
@EnableConfigurationProperties(ZovaProperties.class)
@ImportRuntimeHints(ZovaRuntimeHints.class)
public class ZovaAutoConfiguration {

	@Bean(destroyMethod = "close")
	@ConditionalOnMissingBean
	@ConditionalOnProperty("zova.path")
	ZovaDatabase zovaDatabase(ZovaProperties properties, ObjectProvider<SqlFunction> functions) {
		ZovaDatabase database = new DatabaseOpener(properties, functions.orderedStream().toList()).open();
		try {
			database.vectors().preload(properties.vector().preload());
			return database;
		}
		catch (RuntimeException ex) {
			database.close();
			throw ex;
		}
	}

}
