package io.zova.boot.test;

import java.util.Arrays;

import javax.sql.DataSource;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.BeanDefinitionRegistryPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnExpression;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.core.Ordered;

import io.zova.ZovaDatabase;
import io.zova.boot.ZovaAutoConfiguration;
import io.zova.boot.ZovaProperties;
import io.zova.sqlite.function.SqlFunction;

/**
 * The database of {@code @JdbcTest}, {@code @DataJdbcTest}, {@code @DataJpaTest} and
 * {@code @AutoConfigureTestDatabase}: Zova in memory, where Spring Boot would take H2 if
 * it finds that on the class path. The file of the application is not touched. Its other
 * data source, if it has one, is replaced as ever; a test that wants nothing replaced
 * ({@code NONE}) gets the file.
 */
@AutoConfiguration(before = ZovaAutoConfiguration.class, after = TestZovaAutoConfiguration.class)
@ConditionalOnExpression("!'NONE'.equalsIgnoreCase('${spring.test.database.replace:}')")
@EnableConfigurationProperties(ZovaProperties.class)
public class ZovaTestDatabaseAutoConfiguration {

	@Bean(destroyMethod = "close")
	@ConditionalOnMissingBean
	ZovaDatabase zovaDatabase(ZovaProperties properties, ObjectProvider<SqlFunction> functions) {
		return ZovaDatabase.inMemory(properties.toOptions()
			.toBuilder()
			.readOnly(false)
			.immutable(false)
			.functions(functions.orderedStream().toList())
			.build());
	}

	@Bean
	@ConditionalOnProperty(name = "spring.test.database.replace", havingValue = "NON_TEST", matchIfMissing = true)
	static KeptDataSource zovaKeptDataSource() {
		return new KeptDataSource();
	}

	/**
	 * Comes before Spring Boot's replacement of the data source, and takes it away if
	 * Zova's is the only one.
	 */
	static final class KeptDataSource implements BeanDefinitionRegistryPostProcessor, Ordered {

		private static final String REPLACEMENT = "nonTestEmbeddedDataSourceBeanFactoryPostProcessor";

		@Override
		public int getOrder() {
			return LOWEST_PRECEDENCE;
		}

		@Override
		public void postProcessBeanDefinitionRegistry(BeanDefinitionRegistry registry) {
			String[] dataSources = ((ConfigurableListableBeanFactory) registry).getBeanNamesForType(DataSource.class,
					true, false);
			if (Arrays.equals(dataSources, new String[] { "zovaDataSource" })
					&& registry.containsBeanDefinition(REPLACEMENT)) {
				registry.removeBeanDefinition(REPLACEMENT);
			}
		}

	}

}
