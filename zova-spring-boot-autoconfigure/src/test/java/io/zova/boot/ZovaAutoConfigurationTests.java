package io.zova.boot;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import javax.sql.DataSource;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;
import org.springframework.transaction.support.TransactionTemplate;
import org.springframework.util.unit.DataSize;

import io.zova.ZovaDatabase;
import io.zova.ZovaOptions;
import io.zova.notification.Subscription;
import io.zova.sqlite.function.AggregateFunction;
import io.zova.sqlite.function.ScalarFunction;
import io.zova.sqlite.function.SqlArguments;
import io.zova.sqlite.function.SqlType;
import io.zova.sqlite.function.TableFunction;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The database bean and the properties that describe it.
 */
@ExtendWith(OutputCaptureExtension.class)
class ZovaAutoConfigurationTests {

	@TempDir
	private Path directory;

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(ZovaAutoConfiguration.class));

	@Test
	void withoutAPathThereIsNoDatabase() {
		this.runner.run((context) -> assertThat(context).doesNotHaveBean(ZovaDatabase.class));
	}

	@Test
	void withoutTheLibraryThereIsNoDatabase() {
		this.runner.withClassLoader(new FilteredClassLoader(ZovaDatabase.class))
			.withPropertyValues(path())
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean("zovaDatabase"));
	}

	@Test
	void createsTheFileInWalModeAndSaysSo(CapturedOutput output) {
		this.runner.withPropertyValues(path()).run((context) -> {
			assertThat(output).contains("Created " + this.directory.resolve("app.zova") + " in WAL mode");
			assertThat(this.directory.resolve("app.zova")).isRegularFile();
			assertThat(journalMode(context.getBean(ZovaDatabase.class))).isEqualTo("wal");
		});
	}

	@Test
	void createsTheFileInTheModeThatIsConfigured() {
		this.runner.withPropertyValues(path(), "zova.sqlite.journal-mode=delete")
			.run((context) -> assertThat(journalMode(context.getBean(ZovaDatabase.class))).isEqualTo("delete"));
	}

	@Test
	void leavesTheModeOfAnExistingFileAsItIs(CapturedOutput output) {
		ZovaDatabase.create(this.directory.resolve("app.zova")).close();
		this.runner.withPropertyValues(path())
			.run((context) -> assertThat(journalMode(context.getBean(ZovaDatabase.class))).isEqualTo("delete"));
		assertThat(output).doesNotContain("in WAL mode");
	}

	@Test
	void aDatabaseInMemoryIsOpened() {
		this.runner.withPropertyValues("zova.path=:memory:").run((context) -> {
			assertThat(journalMode(context.getBean(ZovaDatabase.class))).isEqualTo("memory");
			assertThat(Files.list(this.directory)).isEmpty();
		});
	}

	@Test
	void theDatabaseIsClosedWithTheContext() {
		this.runner.withPropertyValues(path()).run((context) -> {
			ZovaDatabase database = context.getBean(ZovaDatabase.class);
			context.close();
			assertThat(org.assertj.core.api.Assertions.catchThrowable(() -> journalMode(database))).isNotNull();
		});
	}

	@Test
	void transactionsBeginWithTheirFirstWriteIfConfigured() {
		this.runner.withPropertyValues(path(), "zova.transaction.begin=first-write").run((context) -> {
			ZovaDatabase database = context.getBean(ZovaDatabase.class);
			JdbcClient jdbc = JdbcClient.create(database.dataSource());
			jdbc.sql("create table t (v)").update();
			new TransactionTemplate(database.transactionManager()).executeWithoutResult((status) -> {
				jdbc.sql("select v from t").query().listOfRows();
				CompletableFuture.runAsync(() -> jdbc.sql("insert into t values (1)").update()).join();
				assertThat(jdbc.sql("select v from t").query().listOfRows()).hasSize(1);
			});
		});
	}

	@Test
	void backsOffForADatabaseOfTheUser() {
		this.runner.withUserConfiguration(OwnDatabase.class)
			.withPropertyValues(path())
			.run((context) -> assertThat(context).hasSingleBean(ZovaDatabase.class).hasBean("ownDatabase"));
		assertThat(this.directory.resolve("app.zova")).doesNotExist();
	}

	@Test
	void everyPropertyArrivesInTheOptions() {
		this.runner
			.withPropertyValues(path(), "zova.read-only=true", "zova.lock-wait-timeout=7s",
					"zova.sqlite.busy-timeout=250ms", "zova.sqlite.page-size=8KB", "zova.sqlite.journal-mode=truncate",
					"zova.sqlite.synchronous=extra", "zova.sqlite.cache-size=16MB", "zova.sqlite.mmap-size=1GB",
					"zova.vector.resident-memory=64MB", "zova.graph.resident-memory=32MB", "zova.pool.maximum-size=3",
					"zova.pool.minimum-idle=2", "zova.pool.statement-cache-size=17",
					"zova.pool.leak-detection-threshold=4s", "zova.pool.close-timeout=6s",
					"zova.notifications.events=a,b.*", "zova.notifications.queue-capacity=5", "zova.health.interval=1m",
					"zova.health.timeout=3s")
			.withBean(ZovaDatabase.class, () -> ZovaDatabase.inMemory())
			.run((context) -> {
				ZovaProperties properties = context.getBean(ZovaProperties.class);
				ZovaOptions options = properties.toOptions();
				assertThat(options.readOnly()).isTrue();
				assertThat(options.lockWaitTimeout()).isEqualTo(Duration.ofSeconds(7));
				assertThat(options.busyTimeout()).isEqualTo(Duration.ofMillis(250));
				assertThat(options.pageSize()).hasValue(8192);
				assertThat(options.journalMode()).contains(ZovaOptions.JournalMode.TRUNCATE);
				assertThat(options.synchronous()).contains(ZovaOptions.Synchronous.EXTRA);
				assertThat(options.cacheSizeKiB()).hasValue(16 * 1024);
				assertThat(options.mmapSize()).hasValue(DataSize.ofGigabytes(1).toBytes());
				assertThat(options.vectorResidentMemory()).hasValue(DataSize.ofMegabytes(64).toBytes());
				assertThat(options.graphResidentMemory()).hasValue(DataSize.ofMegabytes(32).toBytes());
				assertThat(options.maximumPoolSize()).isEqualTo(3);
				assertThat(options.minimumIdle()).isEqualTo(2);
				assertThat(options.statementCacheSize()).isEqualTo(17);
				assertThat(options.leakDetectionThreshold()).isEqualTo(Duration.ofSeconds(4));
				assertThat(options.closeTimeout()).isEqualTo(Duration.ofSeconds(6));
				assertThat(options.notificationQueueCapacity()).isEqualTo(5);
				assertThat(properties.notifications().events()).containsExactly("a", "b.*");
				assertThat(properties.health().interval()).isEqualTo(Duration.ofMinutes(1));
				assertThat(properties.health().timeout()).isEqualTo(Duration.ofSeconds(3));
			});
	}

	@Test
	void withoutPropertiesTheOptionsAreTheDefaults() {
		this.runner.withBean(ZovaDatabase.class, () -> ZovaDatabase.inMemory()).run((context) -> {
			ZovaOptions options = context.getBean(ZovaProperties.class).toOptions();
			assertThat(options).usingRecursiveComparison().isEqualTo(ZovaOptions.defaults());
		});
	}

	@ParameterizedTest
	@CsvSource({ "zova.path,'  '", "zova.sqlite.page-size,1000B", "zova.sqlite.page-size,256B",
			"zova.sqlite.page-size,128KB", "zova.sqlite.cache-size,-1B", "zova.sqlite.mmap-size,-1B",
			"zova.vector.resident-memory,-1B", "zova.graph.resident-memory,-1B", "zova.sqlite.busy-timeout,-1s",
			"zova.lock-wait-timeout,-1s", "zova.lock-wait-timeout,30d", "zova.pool.maximum-size,0",
			"zova.pool.minimum-idle,-1", "zova.notifications.events,a b", "zova.notifications.queue-capacity,0",
			"zova.pool.statement-cache-size,-1", "zova.pool.leak-detection-threshold,1s", "zova.pool.close-timeout,-1s",
			"zova.health.interval,10ms", "zova.health.timeout,0s" })
	void aWrongValueFailsAtStartAndNamesTheProperty(String property, String value) {
		this.runner.withPropertyValues(path(), property + "=" + value)
			.run((context) -> assertThat(context).hasFailed()
				.getFailure()
				.rootCause()
				.isInstanceOfSatisfying(InvalidConfigurationPropertyValueException.class,
						(ex) -> assertThat(ex.getName()).isEqualTo(property)));
	}

	@Test
	void sqlFunctionsThatAreBeansCanBeCalledOnEveryConnection() {
		this.runner.withUserConfiguration(Functions.class)
			.withPropertyValues(path(), "zova.pool.maximum-size=4")
			.run((context) -> {
				DataSource dataSource = context.getBean(ZovaDatabase.class).dataSource();
				List<Connection> all = new ArrayList<>();
				for (int i = 0; i < 4; i++) {
					all.add(dataSource.getConnection());
				}
				for (Connection connection : all) {
					JdbcClient jdbc = JdbcClient.create(new SingleConnectionDataSource(connection, true));
					assertThat(jdbc
						.sql("select initial(word) || shortest(other) from words('one three'), "
								+ "(select 'x' as other) group by word order by position")
						.query(String.class)
						.list()).containsExactly("ox", "tx");
				}
				for (Connection connection : all) {
					connection.close();
				}
			});
	}

	@Test
	void twoSqlFunctionsOfOneNameFailAtStart() {
		this.runner.withUserConfiguration(Functions.class)
			.withBean("again", ScalarFunction.class, () -> ScalarFunction.of("INITIAL", 1, (arguments) -> 1L))
			.withPropertyValues(path())
			.run((context) -> assertThat(context).hasFailed()
				.getFailure()
				.rootCause()
				.hasMessageContaining("Two SQL functions are named"));
	}

	@Test
	void aQueueKeepsAsManyNotificationsAsIsConfigured() {
		this.runner.withPropertyValues(path(), "zova.notifications.queue-capacity=2").run((context) -> {
			ZovaDatabase database = context.getBean(ZovaDatabase.class);
			Subscription subscription = database.notifications().subscribe("m");
			for (int i = 0; i < 5; i++) {
				database.notifications().publish("m", "" + i);
			}
			assertThat(subscription.waiting()).isEqualTo(2);
			assertThat(subscription.dropped()).isEqualTo(3);
		});
	}

	private String path() {
		return "zova.path=" + this.directory.resolve("app.zova");
	}

	private static String journalMode(ZovaDatabase database) {
		return JdbcClient.create(database.dataSource()).sql("pragma journal_mode").query(String.class).single();
	}

	@Configuration(proxyBeanMethods = false)
	static class OwnDatabase {

		@Bean
		ZovaDatabase ownDatabase() {
			return ZovaDatabase.inMemory();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Functions {

		@Bean
		ScalarFunction initial() {
			return ScalarFunction.of("initial", 1, (arguments) -> arguments.text(0).substring(0, 1)).deterministic();
		}

		@Bean
		AggregateFunction shortest() {
			return AggregateFunction.of("shortest", 1, Shortest::new);
		}

		@Bean
		TableFunction words() {
			return TableFunction.named("words")
				.column("position", SqlType.INTEGER)
				.column("word", SqlType.TEXT)
				.argument("text", SqlType.TEXT)
				.rows((arguments, rows) -> {
					int position = 0;
					for (String word : arguments.text(0).split(" ")) {
						rows.add(++position, word);
					}
				});
		}

	}

	static class Shortest implements AggregateFunction.Accumulator {

		private String shortest = "";

		@Override
		public void add(SqlArguments arguments) {
			String text = arguments.text(0);
			this.shortest = (this.shortest.isEmpty() || text.length() < this.shortest.length()) ? text : this.shortest;
		}

		@Override
		public Object result() {
			return this.shortest;
		}

	}

}
