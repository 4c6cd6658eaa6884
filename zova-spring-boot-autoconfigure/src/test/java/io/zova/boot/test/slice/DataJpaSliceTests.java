package io.zova.boot.test.slice;

import javax.sql.DataSource;

import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.data.jpa.test.autoconfigure.DataJpaTest;

import io.zova.ZovaDatabase;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * {@code @DataJpaTest} with H2 on the class path.
 */
@DataJpaTest(properties = { "zova.path=target/never-created-by-a-slice.zova", "spring.jpa.hibernate.ddl-auto=validate",
		"spring.flyway.enabled=false", "spring.liquibase.enabled=false", "spring.sql.init.mode=always",
		"spring.sql.init.schema-locations=classpath:io/zova/boot/person.sql" })
class DataJpaSliceTests {

	@Autowired
	private People people;

	@Test
	void itTestsOnZovaInMemory(@Autowired DataSource dataSource, @Autowired ZovaDatabase database) {
		assertThat(dataSource).isSameAs(database.dataSource());
	}

	@Test
	void tablesThatTheApplicationCreatedPassTheValidation() {
		Person person = new Person();
		person.name = "Ada";
		assertThat(this.people.saveAndFlush(person).id).isEqualTo(1);
		assertThat(this.people.count()).isOne();
	}

}
