package io.zova.boot.integration;

import java.net.CookieManager;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;

import jakarta.servlet.http.HttpSession;
import org.apache.catalina.Context;
import org.apache.catalina.Wrapper;
import org.apache.catalina.startup.Tomcat;
import org.apache.tomcat.util.descriptor.web.FilterDef;
import org.apache.tomcat.util.descriptor.web.FilterMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcTemplateAutoConfiguration;
import org.springframework.boot.session.autoconfigure.SessionAutoConfiguration;
import org.springframework.boot.session.jdbc.autoconfigure.JdbcSessionAutoConfiguration;
import org.springframework.boot.test.util.TestPropertyValues;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.context.support.AnnotationConfigWebApplicationContext;
import org.springframework.web.filter.DelegatingFilterProxy;
import org.springframework.web.servlet.DispatcherServlet;
import org.springframework.web.servlet.config.annotation.EnableWebMvc;

import io.zova.ZovaDatabase;
import io.zova.boot.ZovaAutoConfiguration;
import io.zova.boot.ZovaDataSourceAutoConfiguration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Sessions of Spring Session JDBC, in the file.
 */
@Timeout(120)
class SessionTests {

	@TempDir
	private Path directory;

	/** A browser. */
	private final HttpClient client = HttpClient.newBuilder().cookieHandler(new CookieManager()).build();

	@Test
	void aSessionSurvivesARestart() throws Exception {
		assertThat(visits(2)).isEqualTo("2");
		assertThat(visits(1)).isEqualTo("3");
	}

	@Test
	void theTablesOfAnOlderVersionAreLeftAsTheyAre() throws Exception {
		try (ZovaDatabase database = ZovaDatabase.create(this.directory.resolve("app.zova"))) {
			JdbcClient jdbc = JdbcClient.create(database.dataSource());
			// As Spring Session made it before it had a script for SQLite.
			jdbc.sql("""
					create table SPRING_SESSION (
						PRIMARY_ID char(36) not null primary key, SESSION_ID char(36) not null,
						CREATION_TIME bigint not null, LAST_ACCESS_TIME bigint not null,
						MAX_INACTIVE_INTERVAL int not null, EXPIRY_TIME bigint not null, PRINCIPAL_NAME varchar(100),
						OWN text)
					""").update();
		}
		assertThat(visits(1)).isEqualTo("1");
		assertThat(visits(1)).isEqualTo("2");
		try (ZovaDatabase database = ZovaDatabase.open(this.directory.resolve("app.zova"))) {
			assertThat(JdbcClient.create(database.dataSource())
				.sql("select count(*) from SPRING_SESSION where OWN is null")
				.query(Integer.class)
				.single()).isEqualTo(1);
		}
	}

	/** Starts the application, asks it some times, and stops it. */
	private String visits(int count) throws Exception {
		AnnotationConfigWebApplicationContext context = new AnnotationConfigWebApplicationContext();
		TestPropertyValues
			.of("zova.path=" + this.directory.resolve("app.zova"), "spring.session.jdbc.initialize-schema=always")
			.applyTo(context);
		context.register(Application.class);
		Tomcat tomcat = new Tomcat();
		tomcat.setBaseDir(this.directory.toString());
		tomcat.setPort(0);
		Context root = tomcat.addContext("", this.directory.toString());
		Wrapper servlet = Tomcat.addServlet(root, "app", new DispatcherServlet(context));
		servlet.setLoadOnStartup(1);
		root.addServletMappingDecoded("/", "app");
		FilterDef sessions = new FilterDef();
		sessions.setFilterName("sessions");
		DelegatingFilterProxy filter = new DelegatingFilterProxy("springSessionRepositoryFilter");
		filter.setContextAttribute("org.springframework.web.servlet.FrameworkServlet.CONTEXT.app");
		sessions.setFilter(filter);
		root.addFilterDef(sessions);
		FilterMap everywhere = new FilterMap();
		everywhere.setFilterName("sessions");
		everywhere.addURLPattern("/*");
		root.addFilterMap(everywhere);
		tomcat.getConnector();
		tomcat.start();
		try {
			String answer = "";
			for (int i = 0; i < count; i++) {
				answer = this.client
					.send(HttpRequest
						.newBuilder(URI.create("http://127.0.0.1:" + tomcat.getConnector().getLocalPort() + "/visits"))
						.build(), HttpResponse.BodyHandlers.ofString())
					.body();
			}
			return answer;
		}
		finally {
			tomcat.stop();
			tomcat.destroy();
			context.close();
		}
	}

	@Configuration(proxyBeanMethods = false)
	@EnableWebMvc
	@ImportAutoConfiguration({ ZovaAutoConfiguration.class, ZovaDataSourceAutoConfiguration.class,
			DataSourceAutoConfiguration.class, DataSourceTransactionManagerAutoConfiguration.class,
			JdbcTemplateAutoConfiguration.class, SessionAutoConfiguration.class, JdbcSessionAutoConfiguration.class })
	@Import(Visits.class)
	static class Application {

	}

	@RestController
	static class Visits {

		@GetMapping("/visits")
		String visits(HttpSession session) {
			Integer before = (Integer) session.getAttribute("visits");
			int visits = (before != null) ? before + 1 : 1;
			session.setAttribute("visits", visits);
			return String.valueOf(visits);
		}

	}

}
