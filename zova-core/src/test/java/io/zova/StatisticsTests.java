package io.zova;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

import io.zova.graph.GraphNode;
import io.zova.graph.GraphStatistics;
import io.zova.graph.NeighborQuery;
import io.zova.object.ObjectId;
import io.zova.object.ObjectReader;
import io.zova.object.ObjectWriter;
import io.zova.object.StorageProfile;
import io.zova.sqlite.ConnectionStatistics;
import io.zova.vector.VectorSpace;
import io.zova.vector.VectorStatistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * A database counts what it does.
 */
@Timeout(30)
class StatisticsTests extends NewDatabase {

	private JdbcClient jdbc;

	private TransactionTemplate transaction;

	@Override
	protected ZovaOptions options() {
		return ZovaOptions.builder().journalMode(ZovaOptions.JournalMode.WAL).build();
	}

	@BeforeEach
	void open() {
		this.jdbc = JdbcClient.create(this.database.dataSource());
		this.jdbc.sql("create table t (v text unique)").update();
		this.transaction = new TransactionTemplate(this.database.transactionManager());
	}

	@Test
	void everyWritingTransactionIsACommitOrARollback() {
		ConnectionStatistics before = connections();
		insert("a");
		this.transaction.executeWithoutResult((status) -> {
			insert("b");
			insert("c");
		});
		assertThat(connections().commits() - before.commits()).isEqualTo(2);
		assertThat(connections().rollbacks() - before.rollbacks()).isZero();
		assertThatExceptionOfType(DataAccessException.class).isThrownBy(() -> insert("a"));
		this.transaction.executeWithoutResult((status) -> {
			insert("d");
			status.setRollbackOnly();
		});
		assertThat(connections().commits() - before.commits()).isEqualTo(2);
		assertThat(connections().rollbacks() - before.rollbacks()).isEqualTo(2);
	}

	@Test
	void aTransactionThatSqliteEndsItselfIsARollbackOnce() {
		insert("a");
		ConnectionStatistics before = connections();
		assertThatExceptionOfType(DataAccessException.class).isThrownBy(() -> this.transaction
			.executeWithoutResult((status) -> this.jdbc.sql("insert or rollback into t values ('a')").update()));
		assertThat(connections().rollbacks() - before.rollbacks()).isEqualTo(1);
		assertThat(connections().commits()).isEqualTo(before.commits());
	}

	@Test
	void readingTransactionsAreCountedByThemselvesAndSingleQueriesAreNot() {
		TransactionTemplate reading = new TransactionTemplate(this.database.transactionManager());
		reading.setReadOnly(true);
		ConnectionStatistics before = connections();
		reading.executeWithoutResult((status) -> count());
		count();
		assertThat(connections().readTransactions() - before.readTransactions()).isEqualTo(1);
		assertThat(connections().commits()).isEqualTo(before.commits());
	}

	@Test
	void waitingForTheWriterIsCountedAndTimed() throws Exception {
		CountDownLatch held = new CountDownLatch(1);
		CountDownLatch goOn = new CountDownLatch(1);
		assertThat(connections().writersWaiting()).isZero();
		CompletableFuture<Void> holder = CompletableFuture
			.runAsync(() -> this.transaction.executeWithoutResult((status) -> {
				insert("held");
				held.countDown();
				OtherThreads.await(goOn);
			}), (task) -> new Thread(task).start());
		assertThat(held.await(10, TimeUnit.SECONDS)).isTrue();
		CompletableFuture<Void> waiter = CompletableFuture.runAsync(() -> insert("waited"),
				(task) -> new Thread(task).start());
		long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
		while (connections().writersWaiting() == 0) {
			assertThat(System.nanoTime()).isLessThan(deadline);
			TimeUnit.MILLISECONDS.sleep(1);
		}
		assertThat(connections().writeWaits()).isZero();
		TimeUnit.MILLISECONDS.sleep(20);
		goOn.countDown();
		holder.get(10, TimeUnit.SECONDS);
		waiter.get(10, TimeUnit.SECONDS);
		assertThat(connections().writersWaiting()).isZero();
		assertThat(connections().writeWaits()).isEqualTo(1);
		assertThat(connections().writeWaitTime()).isGreaterThanOrEqualTo(Duration.ofMillis(20));
	}

	@Test
	void compiledStatementsAreFoundAgain() {
		count();
		ConnectionStatistics before = connections();
		count();
		count();
		this.jdbc.sql("select 'never seen before'").query(String.class).single();
		assertThat(connections().statementsCached() - before.statementsCached()).isEqualTo(2);
		assertThat(connections().statementsCompiled() - before.statementsCompiled()).isEqualTo(1);
	}

	@Test
	void bytesOfObjectsAreCountedWhicheverWayTheyGo() throws IOException {
		byte[] small = new byte[1000];
		ObjectId id = this.database.objects().put(small);
		this.database.objects().put(new ByteArrayInputStream(new byte[3_000_000]));
		try (ObjectWriter writer = this.database.objects().writer(StorageProfile.STREAMING)) {
			writer.write(new byte[2000]);
			writer.finish();
		}
		assertThat(this.database.statistics().objects().bytesWritten()).isEqualTo(3_003_000);
		assertThat(this.database.statistics().objects().bytesRead()).isZero();
		this.database.objects().get(id);
		this.database.objects().readRange(id, 10, 7);
		this.database.objects().readRange(id, 990, ByteBuffer.allocate(100));
		this.database.objects().copyTo(id, OutputStream.nullOutputStream(), (bytes) -> {
		});
		try (ObjectReader reader = this.database.objects().open(id)) {
			reader.read(new byte[3]);
		}
		try (SeekableByteChannel channel = this.database.objects().openChannel(id)) {
			channel.read(ByteBuffer.allocate(5));
		}
		assertThat(this.database.statistics().objects().bytesRead()).isEqualTo(1000 + 7 + 10 + 1000 + 3 + 5);
	}

	@Test
	void searchesInMemoryAreToldFromThoseOfTheFile() {
		this.database.vectors().create("v", VectorSpace.cosine(2)).put("a", 1, 0);
		assertThat(this.database.statistics().vectors()).isEqualTo(new VectorStatistics(0, 0, 0, 0));
		this.database.vectors().collection("v").search(1, 1f, 0f);
		this.database.vectors().collection("v").search(1, 1f, 0f);
		VectorStatistics vectors = this.database.statistics().vectors();
		assertThat(vectors.residentBytes()).isPositive();
		assertThat(vectors.residentCollections()).isEqualTo(1);
		assertThat(vectors.residentSearches()).isEqualTo(2);
		assertThat(vectors.scans()).isZero();
		try (ZovaDatabase without = ZovaDatabase.inMemory(ZovaOptions.builder().vectorResidentMemory(0).build())) {
			without.vectors().create("v", VectorSpace.cosine(2)).put("a", 1, 0);
			without.vectors().collection("v").search(1, 1f, 0f);
			assertThat(without.statistics().vectors()).isEqualTo(new VectorStatistics(0, 0, 0, 1));
		}
	}

	@Test
	void readsOfGraphsInMemoryAreToldFromThoseOfTheFile() {
		this.database.graphs().create("g");
		this.database.graphs().graph("g").putNode(new GraphNode("a", "k"));
		this.database.graphs().graph("g").neighbors(NeighborQuery.of("a"));
		assertThat(this.database.statistics().graphs()).isEqualTo(new GraphStatistics(0, 0, 0, 1, 0, Duration.ZERO));
	}

	@Test
	void notificationsAreAmongThem() {
		this.database.notifications().publish("m", "x");
		assertThat(this.database.statistics().notifications()).isEqualTo(this.database.notifications().statistics());
		assertThat(this.database.statistics().notifications().published()).isEqualTo(1);
	}

	private ConnectionStatistics connections() {
		return this.database.statistics().connections();
	}

	private void insert(String value) {
		this.jdbc.sql("insert into t values (?)").param(value).update();
	}

	private void count() {
		this.jdbc.sql("select count(*) from t").query(Integer.class).single();
	}

}
