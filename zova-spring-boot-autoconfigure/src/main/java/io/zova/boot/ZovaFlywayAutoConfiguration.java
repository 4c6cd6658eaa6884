package io.zova.boot;

import javax.sql.DataSource;

import org.flywaydb.core.api.configuration.FluentConfiguration;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.flyway.autoconfigure.FlywayAutoConfiguration;
import org.springframework.boot.flyway.autoconfigure.FlywayConfigurationCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.jdbc.core.JdbcTemplate;

import io.zova.ZovaDatabase;

/**
 * Lets Flyway start on a new Zova file. The file has tables of its own from the first,
 * and Flyway refuses to start where it finds tables that it does not know.
 */
@AutoConfiguration(after = ZovaAutoConfiguration.class, before = FlywayAutoConfiguration.class)
@ConditionalOnClass({ ZovaDatabase.class, FlywayConfigurationCustomizer.class, FluentConfiguration.class })
@ConditionalOnBean(ZovaDatabase.class)
public class ZovaFlywayAutoConfiguration {

	private static final String COUNT_TABLES_OF_THE_APPLICATION = """
			select count(*) from sqlite_schema
			where type = 'table' and name not like '\\_zova\\_%' escape '\\' and name not like 'sqlite\\_%' escape '\\'""";

	@Bean
	@Order(Ordered.HIGHEST_PRECEDENCE)
	@ConditionalOnMissingBean(name = "zovaFlywayCustomizer")
	FlywayConfigurationCustomizer zovaFlywayCustomizer(ZovaDatabase database) {
		return (configuration) -> {
			if (configuration.getDataSource() == database.dataSource() && !configuration.isBaselineOnMigrate()
					&& hasNoTablesOfTheApplication(database.dataSource())) {
				configuration.baselineOnMigrate(true).baselineVersion("0").baselineDescription("New Zova file");
			}
		};
	}

	private static boolean hasNoTablesOfTheApplication(DataSource dataSource) {
		Integer tables = new JdbcTemplate(dataSource).queryForObject(COUNT_TABLES_OF_THE_APPLICATION, Integer.class);
		return tables != null && tables == 0;
	}

}
