package io.zova.sqlite;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.zova.ZovaDatabase;
import io.zova.ZovaException;
import io.zova.ZovaOptions;
import io.zova.ZovaOptions.ForeignTransaction;
import io.zova.ZovaOptions.JournalMode;
import io.zova.ZovaStatus;
import io.zova.kv.Codecs;
import io.zova.kv.WriteBehindOptions;
import io.zova.notification.Subscription;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;
import org.sqlite.SQLiteDataSource;

import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.LazyConnectionDataSourceProxy;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.DefaultTransactionDefinition;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * A write to our database inside a transaction of somebody else's is not part of it.
 */
@Timeout(30)
class ForeignTransactionsTests {

	@TempDir
	private Path directory;

	private final PlatformTransactionManager foreign = new JdbcTransactionManager(inMemory());

	private final ListAppender<ILoggingEvent> log = new ListAppender<>();

	private ZovaDatabase database;

	private JdbcClient jdbc;

	@BeforeEach
	void open() {
		open(ForeignTransaction.WARN);
		this.log.start();
		logger().addAppender(this.log);
	}

	private void open(ForeignTransaction policy) {
		if (this.database != null) {
			this.database.close();
		}
		this.database = ZovaDatabase.openOrCreate(this.directory.resolve("test.zova"),
				ZovaOptions.builder().journalMode(JournalMode.WAL).foreignTransaction(policy).build());
		this.jdbc = JdbcClient.create(this.database.dataSource());
		this.jdbc.sql("create table if not exists t(v)").update();
	}

	@AfterEach
	void close() {
		logger().detachAppender(this.log);
		this.database.close();
	}

	@Test
	void eachNameIsWarnedOfOnce() {
		in(this.foreign, "Shop.order", () -> {
			insert("a");
			insert("b");
		});
		in(this.foreign, "Shop.order", () -> insert("c"));
		in(this.foreign, "Shop.cancel", () -> insert("d"));
		in(this.foreign, null, () -> insert("e"));
		in(this.foreign, null, () -> insert("f"));
		assertThat(warnings()).hasSize(3);
		assertThat(warnings().get(0)).contains("Shop.order", "test.zova", "committed at once",
				"@Transactional(\"zova\")", "zova.transaction.foreign");
		assertThat(warnings().get(1)).contains("Shop.cancel");
		assertThat(warnings().get(2)).contains("without a name");
	}

	@Test
	void whatIsWarnedOfSurvivesTheRollback() {
		in(this.foreign, "Shop.order", () -> insert("a"));
		assertThat(values()).containsExactly("a");
	}

	@Test
	void everyKindOfWriteCanBeRefusedAndThenWritesNothing() {
		this.database.graphs().create("g");
		open(ForeignTransaction.FAIL);
		List<Executable> writes = List.of(() -> insert("a"),
				() -> this.jdbc.sql("delete from t returning v").query().listOfRows(), this::insertBatch,
				() -> this.database.objects().put("a".getBytes(StandardCharsets.UTF_8)),
				() -> this.database.graphs().graph("g").putNode("a", "article"),
				() -> this.database.keyValues().namespace("n").put(new byte[] { 1 }, new byte[] { 1 }),
				() -> this.database.notifications().publish("channel", "payload"));
		try (Subscription subscription = this.database.notifications().subscribe("channel")) {
			for (Executable write : writes) {
				in(this.foreign, "Shop.order",
						() -> assertThatExceptionOfType(ZovaException.class).isThrownBy(write::execute)
							.withMessageContaining("Shop.order")
							.withMessageContaining("nothing was written")
							.satisfies((ex) -> assertThat(ex.status()).isEqualTo(ZovaStatus.MISUSE)));
			}
			in(this.foreign, "Shop.order",
					() -> assertThatExceptionOfType(DataAccessException.class)
						.isThrownBy(
								() -> this.jdbc.sql("select zova_notify('channel', 'payload')").query().listOfRows())
						.withMessageContaining("Shop.order"));
			assertThat(subscription.tryReceive()).isEmpty();
		}
		assertThat(values()).isEmpty();
		assertThat(this.database.objects().page(null, 1)).isEmpty();
		insert("later");
		assertThat(values()).containsExactly("later");
	}

	@Test
	void aBufferedMapIsAskedToo() {
		open(ForeignTransaction.FAIL);
		var map = this.database.keyValues()
			.namespace("n")
			.writeBehind(WriteBehindOptions.defaults())
			.map(Codecs.utf8(), Codecs.utf8());
		in(this.foreign, "Shop.order",
				() -> assertThatExceptionOfType(ZovaException.class).isThrownBy(() -> map.put("a", "b")));
		assertThat(map.get("a")).isNull();
	}

	@Test
	void readsAreNotAsked() {
		open(ForeignTransaction.FAIL);
		in(this.foreign, "Shop.order", () -> {
			assertThat(values()).isEmpty();
			assertThat(this.database.keyValues().namespace("n").find(new byte[] { 1 })).isEmpty();
			assertThat(this.database.info()).isNotNull();
		});
	}

	@Test
	void nothingIsSaidWhereItIsAllowed() {
		open(ForeignTransaction.ALLOW);
		in(this.foreign, "Shop.order", () -> insert("a"));
		assertThat(warnings()).isEmpty();
		assertThat(values()).containsExactly("a");
	}

	@Test
	void nothingIsSaidInATransactionOfOurs() {
		open(ForeignTransaction.FAIL);
		in(this.database.transactionManager(), "ours", this::insertAndPut);
		in(new JdbcTransactionManager(this.database.dataSource()), "ours", this::insertAndPut);
		assertThat(values()).isEmpty();
	}

	@Test
	void nothingIsSaidOutsideTransactions() {
		open(ForeignTransaction.FAIL);
		insertAndPut();
		TransactionTemplate supports = new TransactionTemplate(this.foreign);
		supports.setPropagationBehavior(TransactionDefinition.PROPAGATION_SUPPORTS);
		supports.executeWithoutResult((status) -> insertAndPut());
		assertThat(values()).hasSize(2);
	}

	@Test
	void bothTransactionsOneInsideTheOtherAreNoMistake() {
		open(ForeignTransaction.FAIL);
		in(this.foreign, "outer", () -> in(this.database.transactionManager(), "inner", this::insertAndPut));
		in(this.database.transactionManager(), "outer", () -> in(this.foreign, "inner", this::insertAndPut));
	}

	@Test
	void aListenerAfterTheCommitOfTheOtherIsNoMistake() {
		open(ForeignTransaction.FAIL);
		new TransactionTemplate(this.foreign).executeWithoutResult(
				(status) -> TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
					@Override
					public void afterCompletion(int completion) {
						insertAndPut();
					}
				}));
		assertThat(values()).containsExactly("a");
	}

	@Test
	void aSecondConnectionInsideATransactionOfOursIsNotForeign() {
		open(ForeignTransaction.FAIL);
		TransactionTemplate reading = new TransactionTemplate(this.database.transactionManager());
		reading.setReadOnly(true);
		reading.executeWithoutResult((status) -> {
			try (Connection second = this.database.dataSource().getConnection();
					Statement statement = second.createStatement()) {
				statement.execute("insert into t values ('a')");
			}
			catch (SQLException ex) {
				throw new IllegalStateException(ex);
			}
		});
		assertThat(values()).containsExactly("a");
	}

	@Test
	void aTransactionOverAProxyThatZovaCannotSeeIsForeign() {
		PlatformTransactionManager hidden = new JdbcTransactionManager(
				new LazyConnectionDataSourceProxy(this.database.dataSource()));
		in(hidden, "Shop.order",
				() -> this.database.keyValues().namespace("n").put(new byte[] { 1 }, new byte[] { 1 }));
		assertThat(warnings()).hasSize(1);
	}

	private void insertAndPut() {
		insert("a");
		this.database.objects().put("a".getBytes(StandardCharsets.UTF_8));
		this.database.notifications().publish("channel", "payload");
	}

	private void insert(String value) {
		this.jdbc.sql("insert into t values (?)").param(value).update();
	}

	private void insertBatch() {
		new JdbcTemplate(this.database.dataSource()).batchUpdate("insert into t values (?)",
				List.of(new Object[] { 1 }, new Object[] { 2 }));
	}

	private List<String> values() {
		return this.jdbc.sql("select v from t order by v").query(String.class).list();
	}

	private List<String> warnings() {
		return this.log.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
	}

	/** Begins a transaction, works in it, and rolls it back. */
	private static void in(PlatformTransactionManager manager, String name, Runnable work) {
		DefaultTransactionDefinition definition = new DefaultTransactionDefinition();
		definition.setName(name);
		new TransactionTemplate(manager, definition).executeWithoutResult((status) -> {
			work.run();
			status.setRollbackOnly();
		});
	}

	private static Logger logger() {
		return (Logger) LoggerFactory.getLogger(ForeignTransactions.class);
	}

	private static SQLiteDataSource inMemory() {
		SQLiteDataSource dataSource = new SQLiteDataSource();
		dataSource.setUrl("jdbc:sqlite::memory:");
		return dataSource;
	}

}
