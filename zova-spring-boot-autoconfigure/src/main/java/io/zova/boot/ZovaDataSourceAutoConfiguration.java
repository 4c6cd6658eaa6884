package io.zova.boot;

import javax.sql.DataSource;

import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Lazy;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.transaction.PlatformTransactionManager;

import io.zova.ZovaDatabase;

/**
 * Offers the database as a {@link DataSource}: as the application's only one, for
 * everything that works with JDBC, or beside another one under the qualifier
 * {@code zova}.
 */
@AutoConfiguration(after = ZovaAutoConfiguration.class, before = DataSourceAutoConfiguration.class)
@ConditionalOnClass({ ZovaDatabase.class, DataSourceAutoConfiguration.class })
@ConditionalOnBean(ZovaDatabase.class)
// In this order: once Only has added its bean, the application seems to have one.
@Import({ ZovaDataSourceAutoConfiguration.OneOfSeveral.class, ZovaDataSourceAutoConfiguration.Only.class })
public class ZovaDataSourceAutoConfiguration {

	/**
	 * The name and qualifier under which the data source and its transaction manager are
	 * found beside others.
	 */
	static final String QUALIFIER = "zova";

	@Bean
	@Lazy(false)
	@ConditionalOnMissingBean
	TransactionManagerNotice zovaTransactionManagerNotice(ZovaDatabase database, ListableBeanFactory beans) {
		return new TransactionManagerNotice(database, beans);
	}

	/**
	 * Spring Boot adds the transaction manager, JdbcTemplate, JdbcClient and the rest.
	 */
	@Configuration(proxyBeanMethods = false)
	@Conditional(OnlyDataSource.class)
	static class Only {

		@Bean
		static NeighbourDefaults zovaNeighbourDefaults(ConfigurableEnvironment environment) {
			return new NeighbourDefaults(environment);
		}

		@Bean(destroyMethod = "")
		@Qualifier(QUALIFIER)
		@ConditionalOnMissingBean(name = "zovaDataSource")
		DataSource zovaDataSource(ZovaDatabase database) {
			return database.dataSource();
		}

	}

	/**
	 * Not a candidate where a DataSource or transaction manager is asked for without a
	 * qualifier, and invisible to the conditions of Spring Boot: nothing of the
	 * application's own DataSource changes.
	 */
	@Configuration(proxyBeanMethods = false)
	@Conditional(OneOfSeveralDataSources.class)
	static class OneOfSeveral {

		@Bean(defaultCandidate = false, destroyMethod = "")
		@Qualifier(QUALIFIER)
		@ConditionalOnMissingBean(name = "zovaDataSource")
		DataSource zovaDataSource(ZovaDatabase database) {
			return database.dataSource();
		}

		@Bean(defaultCandidate = false)
		@Qualifier(QUALIFIER)
		@ConditionalOnMissingBean(name = "zovaTransactionManager")
		PlatformTransactionManager zovaTransactionManager(ZovaDatabase database) {
			return database.transactionManager();
		}

	}

}
