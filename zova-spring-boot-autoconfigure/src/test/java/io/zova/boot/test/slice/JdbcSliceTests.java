package io.zova.boot.test.slice;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

import javax.sql.DataSource;

import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.jdbc.test.autoconfigure.AutoConfigureTestDatabase;
import org.springframework.boot.jdbc.test.autoconfigure.AutoConfigureTestDatabase.Replace;
import org.springframework.boot.jdbc.test.autoconfigure.JdbcTest;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.test.context.TestPropertySource;

import io.zova.ZovaDatabase;
import io.zova.object.ObjectOperations;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * {@code @JdbcTest} with H2 on the class path.
 */
class JdbcSliceTests {

	private static final String NO_FLYWAY = "spring.flyway.enabled=false";

	private static final String NO_LIQUIBASE = "spring.liquibase.enabled=false";

	private static final String FILE = "target/never-created-by-a-slice.zova";

	@JdbcTest(properties = { "zova.path=" + FILE, NO_FLYWAY, NO_LIQUIBASE })
	abstract static class Slice {

		@Autowired
		DataSource dataSource;

		@Autowired
		JdbcClient jdbc;

	}

	@Nested
	class WithAPathTests extends Slice {

		@Test
		void testsOnZovaInMemoryInOneTransaction(@Autowired ZovaDatabase database,
				@Autowired ObjectOperations objects) {
			assertThat(this.dataSource).isSameAs(database.dataSource());
			this.jdbc.sql("create table t(v)").update();
			objects.put("a".getBytes(StandardCharsets.UTF_8));
			assertThat(this.jdbc.sql("select count(*) from _zova_objects").query(Integer.class).single()).isOne();
			assertThat(Path.of(FILE)).doesNotExist();
		}

	}

	@Nested
	@JdbcTest(properties = { NO_FLYWAY, NO_LIQUIBASE })
	class WithoutAPathTests {

		@Test
		void testsOnZovaInMemory(@Autowired DataSource dataSource, @Autowired ZovaDatabase database) {
			assertThat(dataSource).isSameAs(database.dataSource());
		}

	}

	@Nested
	@AutoConfigureTestDatabase(replace = Replace.ANY)
	class ReplacingAnyTests extends Slice {

		@Test
		void whoAsksForAnEmbeddedDatabaseGetsOne() {
			assertThat(this.jdbc.sql("select h2version()").query(String.class).single()).isNotBlank();
			assertThat(Path.of(FILE)).doesNotExist();
		}

	}

	@Nested
	@AutoConfigureTestDatabase(replace = Replace.NONE)
	@TestPropertySource(properties = "zova.path=target/slice-without-replacement.zova")
	class ReplacingNoneTests extends Slice {

		@Test
		void whoWantsTheFileGetsIt(@Autowired ZovaDatabase database) {
			assertThat(this.dataSource).isSameAs(database.dataSource());
			assertThat(Path.of("target/slice-without-replacement.zova")).isRegularFile();
		}

	}

	@Nested
	@JdbcTest(properties = { "zova.path=:memory:", NO_FLYWAY, NO_LIQUIBASE })
	class OwnDataSourceTests {

		@Test
		void theDataSourceOfTheApplicationIsReplacedAsEver(@Autowired JdbcClient jdbc) {
			assertThat(jdbc.sql("select h2version()").query(String.class).single()).isNotBlank();
		}

		@TestConfiguration(proxyBeanMethods = false)
		static class Own {

			@Bean
			DataSource ownDataSource() {
				return new DriverManagerDataSource("jdbc:h2:mem:own");
			}

		}

	}

}
