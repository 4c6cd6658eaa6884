package io.zova.boot.test;

import java.nio.charset.StandardCharsets;

import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.ApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionSynchronizationManager;

import io.zova.ZovaDatabase;
import io.zova.graph.GraphOperations;
import io.zova.kv.KeyValueOperations;
import io.zova.notification.NotificationOperations;
import io.zova.notification.Subscription;
import io.zova.object.ObjectId;
import io.zova.object.ObjectOperations;
import io.zova.vector.VectorOperations;
import io.zova.vector.VectorSpace;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a test slice gives and takes back.
 */
@ZovaTest(properties = { "zova.path=/no/such/directory/app.zova", "spring.flyway.enabled=false",
		"spring.liquibase.enabled=false" })
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ZovaTestTests {

	private static final byte[] CONTENT = "content".getBytes(StandardCharsets.UTF_8);

	@Autowired
	private ApplicationContext context;

	@Autowired
	private ObjectOperations objects;

	@Autowired
	private VectorOperations vectors;

	@Autowired
	private GraphOperations graphs;

	@Autowired
	private NotificationOperations notifications;

	@Autowired
	private JdbcClient jdbc;

	@Test
	@Order(1)
	void aTestWritesToEveryPartInATransaction() {
		assertThat(TransactionSynchronizationManager.isActualTransactionActive()).isTrue();
		try (Subscription subscription = this.notifications.subscribe("m")) {
			this.jdbc.sql("create table t (v text)").update();
			this.objects.put(CONTENT);
			this.vectors.create("v", VectorSpace.cosine(2)).put("a", 1, 0);
			this.graphs.create("g");
			this.notifications.publish("m", "x");
			assertThat(this.objects.exists(ObjectId.ofContent(CONTENT))).isTrue();
			assertThat(subscription.tryReceive()).isEmpty();
		}
	}

	@Test
	@Order(2)
	void theNextTestFindsNothingOfIt() {
		assertThat(this.objects.exists(ObjectId.ofContent(CONTENT))).isFalse();
		assertThat(this.vectors.exists("v")).isFalse();
		assertThat(this.graphs.exists("g")).isFalse();
		assertThat(this.jdbc.sql("select count(*) from sqlite_schema where name = 't'").query(Integer.class).single())
			.isZero();
		assertThat(this.notifications.statistics().published()).isZero();
	}

	@Test
	void theApplicationsComponentsAreLeftOut() {
		assertThat(this.context.getBeanNamesForType(SomeComponent.class)).isEmpty();
		assertThat(this.context.getBeanNamesForType(ZovaDatabase.class)).hasSize(1);
		assertThat(this.context.getBeanNamesForType(KeyValueOperations.class)).hasSize(1);
	}

	@SpringBootApplication
	static class Application {

	}

	@Component
	static class SomeComponent {

	}

}
