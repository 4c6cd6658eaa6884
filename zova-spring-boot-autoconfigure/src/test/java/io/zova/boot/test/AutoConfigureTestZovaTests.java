package io.zova.boot.test;

import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.simple.JdbcClient;

import io.zova.ZovaDatabase;
import io.zova.boot.ZovaAutoConfiguration;
import io.zova.boot.ZovaTemplatesAutoConfiguration;
import io.zova.object.ObjectOperations;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A whole application on a temporary file.
 */
@AutoConfigureTestZova
@SpringBootTest(classes = AutoConfigureTestZovaTests.Application.class,
		properties = "zova.path=/no/such/directory/app.zova")
class AutoConfigureTestZovaTests {

	@Autowired
	private ZovaDatabase database;

	@Autowired
	private ObjectOperations objects;

	@Test
	void theFileIsATemporaryOne() {
		String file = JdbcClient.create(this.database.dataSource())
			.sql("select file from pragma_database_list where name = 'main'")
			.query(String.class)
			.single();
		assertThat(file).startsWith(System.getProperty("java.io.tmpdir")).endsWith(".zova");
		assertThat(this.objects.get(this.objects.put(new byte[] { 1 }))).containsExactly(1);
	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ ZovaAutoConfiguration.class, ZovaTemplatesAutoConfiguration.class })
	static class Application {

	}

}
