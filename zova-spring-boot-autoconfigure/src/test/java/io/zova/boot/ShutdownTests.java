package io.zova.boot;

import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

import io.zova.ZovaDatabase;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * An application that stops waits for transactions in flight, or says who held them.
 */
@Timeout(60)
@ExtendWith(OutputCaptureExtension.class)
class ShutdownTests {

	@TempDir
	private Path directory;

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(ZovaAutoConfiguration.class));

	@Test
	void aTransactionInFlightIsFinished() {
		Path file = this.directory.resolve("app.zova");
		this.runner.withPropertyValues("zova.path=" + file).run((context) -> {
			ZovaDatabase database = context.getBean(ZovaDatabase.class);
			CountDownLatch written = new CountDownLatch(1);
			CountDownLatch goOn = new CountDownLatch(1);
			CompletableFuture<Void> transaction = inTransaction(database, written, goOn);
			assertThat(written.await(10, TimeUnit.SECONDS)).isTrue();
			Thread closer = new Thread(context::close);
			closer.start();
			closer.join(Duration.ofMillis(300).toMillis());
			assertThat(closer.isAlive()).isTrue();
			goOn.countDown();
			transaction.get(10, TimeUnit.SECONDS);
			closer.join();
		});
		assertThat(rows(file)).isEqualTo(1);
	}

	@Test
	void aTransactionThatDoesNotEndIsReportedAndRolledBack(CapturedOutput output) {
		Path file = this.directory.resolve("app.zova");
		CountDownLatch goOn = new CountDownLatch(1);
		this.runner.withPropertyValues("zova.path=" + file, "zova.pool.close-timeout=200ms").run((context) -> {
			CountDownLatch written = new CountDownLatch(1);
			inTransaction(context.getBean(ZovaDatabase.class), written, goOn);
			assertThat(written.await(10, TimeUnit.SECONDS)).isTrue();
			context.close();
			assertThat(output).contains("still borrowed").contains("in-flight");
		});
		goOn.countDown();
		assertThat(rows(file)).isZero();
	}

	private static CompletableFuture<Void> inTransaction(ZovaDatabase database, CountDownLatch written,
			CountDownLatch goOn) {
		JdbcClient jdbc = JdbcClient.create(database.dataSource());
		jdbc.sql("create table t (v text)").update();
		return CompletableFuture
			.runAsync(() -> new TransactionTemplate(database.transactionManager()).executeWithoutResult((status) -> {
				jdbc.sql("insert into t values ('x')").update();
				written.countDown();
				OtherThreads.await(goOn);
			}), (task) -> new Thread(task, "in-flight").start());
	}

	private static int rows(Path file) {
		try (ZovaDatabase database = ZovaDatabase.open(file)) {
			return JdbcClient.create(database.dataSource()).sql("select count(*) from t").query(Integer.class).single();
		}
	}

}
