package io.zova.boot.integration;

import java.nio.file.Path;
import java.sql.Blob;
import java.sql.Clob;

import jakarta.persistence.Entity;
import jakarta.persistence.EntityManager;
import jakarta.persistence.Id;
import jakarta.persistence.Lob;
import org.hibernate.Hibernate;
import org.hibernate.Session;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.autoconfigure.AutoConfigurationPackage;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.hibernate.autoconfigure.HibernateJpaAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.persistence.autoconfigure.EntityScan;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.transaction.autoconfigure.TransactionAutoConfiguration;
import org.springframework.orm.jpa.SharedEntityManagerCreator;
import org.springframework.transaction.support.TransactionTemplate;

import io.zova.boot.ZovaAutoConfiguration;
import io.zova.boot.ZovaDataSourceAutoConfiguration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Hibernate's large values of every kind.
 */
class LobEntityTests {

	@TempDir
	private Path directory;

	@Test
	void largeValuesComeBackAsTheyWere() {
		new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(ZovaAutoConfiguration.class, ZovaDataSourceAutoConfiguration.class,
					DataSourceAutoConfiguration.class, HibernateJpaAutoConfiguration.class,
					TransactionAutoConfiguration.class))
			.withUserConfiguration(Entities.class)
			.withPropertyValues("zova.path=" + this.directory.resolve("app.zova"),
					"spring.jpa.hibernate.ddl-auto=create")
			.run((context) -> {
				assertThat(context).hasNotFailed();
				EntityManager entities = SharedEntityManagerCreator
					.createSharedEntityManager(context.getBean(jakarta.persistence.EntityManagerFactory.class));
				TransactionTemplate transaction = context.getBean(TransactionTemplate.class);
				byte[] bytes = new byte[100_000];
				bytes[99_999] = 7;
				String text = "Grüße ".repeat(10_000);
				transaction.executeWithoutResult((status) -> {
					Large large = new Large();
					large.id = 1L;
					large.bytes = bytes;
					large.text = text;
					large.blob = Hibernate.getLobHelper().createBlob(bytes);
					large.clob = Hibernate.getLobHelper().createClob(text);
					entities.persist(large);
					Large empty = new Large();
					empty.id = 2L;
					empty.bytes = new byte[0];
					empty.text = "";
					entities.persist(empty);
				});
				transaction.executeWithoutResult((status) -> {
					Large large = entities.find(Large.class, 1L);
					assertThat(large.bytes).isEqualTo(bytes);
					assertThat(large.text).isEqualTo(text);
					try {
						assertThat(large.blob.getBinaryStream().readAllBytes()).isEqualTo(bytes);
						assertThat(large.clob.getSubString(1, text.length())).isEqualTo(text);
					}
					catch (java.sql.SQLException | java.io.IOException ex) {
						throw new IllegalStateException(ex);
					}
					Large empty = entities.find(Large.class, 2L);
					assertThat(empty.bytes).isEmpty();
					assertThat(empty.text).isEmpty();
					assertThat(empty.blob).isNull();
					assertThat(entities.unwrap(Session.class)).isNotNull();
				});
			});
	}

	@Entity(name = "Large")
	static class Large {

		@Id
		Long id;

		@Lob
		byte[] bytes;

		@Lob
		String text;

		@Lob
		Blob blob;

		@Lob
		Clob clob;

	}

	@AutoConfigurationPackage
	@EntityScan(basePackageClasses = Large.class)
	static class Entities {

	}

}
