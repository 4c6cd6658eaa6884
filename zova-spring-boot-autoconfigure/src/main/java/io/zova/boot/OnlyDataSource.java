package io.zova.boot;

import javax.sql.DataSource;

import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.NoneNestedConditions;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;

/**
 * Matches if the application has no {@link DataSource} of its own, neither as a bean nor
 * by {@code spring.datasource} properties.
 */
class OnlyDataSource extends NoneNestedConditions {

	OnlyDataSource() {
		super(ConfigurationPhase.REGISTER_BEAN);
	}

	@ConditionalOnBean(DataSource.class)
	static class OwnBean {

	}

	@ConditionalOnBean(JdbcConnectionDetails.class)
	static class OwnConnectionDetails {

	}

	@ConditionalOnProperty("spring.datasource.url")
	static class OwnUrl {

	}

	@ConditionalOnProperty("spring.datasource.jndi-name")
	static class OwnJndiName {

	}

	@ConditionalOnProperty("spring.datasource.type")
	static class OwnType {

	}

}
