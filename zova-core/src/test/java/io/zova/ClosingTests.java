package io.zova;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.jdbc.core.simple.JdbcClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

@Timeout(30)
class ClosingTests {

	@TempDir
	private Path directory;

	@Test
	void closeWaitsForABorrowedConnection() throws Exception {
		ZovaDatabase database = create(ZovaOptions.builder());
		Connection connection = database.dataSource().getConnection();
		CompletableFuture<Void> closed = CompletableFuture.runAsync(database::close);
		while (!refusesBorrowers(database)) {
			TimeUnit.MILLISECONDS.sleep(1);
		}
		try (Statement statement = connection.createStatement()) {
			statement.execute("create table t as select 7 as v");
		}
		assertThat(closed).isNotDone();
		connection.close();
		closed.get(10, TimeUnit.SECONDS);
		try (ZovaDatabase again = ZovaDatabase.open(file())) {
			assertThat(JdbcClient.create(again.dataSource()).sql("select v from t").query(Integer.class).single())
				.isEqualTo(7);
		}
	}

	@Test
	void afterTheDeadlineItSaysWhoStillHoldsAConnectionAndCutsItOff() throws Exception {
		ZovaDatabase database = create(ZovaOptions.builder().closeTimeout(Duration.ofMillis(50)));
		Connection connection = database.dataSource().getConnection();
		connection.createStatement().execute("create table t(v)");
		connection.setAutoCommit(false);
		connection.createStatement().execute("insert into t values (1)");
		assertThatExceptionOfType(ZovaException.class).isThrownBy(database::close)
			.withMessageContaining("1 connection(s)")
			.withMessageContaining("50 ms")
			.withMessageContaining("thread '" + Thread.currentThread().getName() + "'")
			.satisfies((ex) -> assertThat(ex.status()).isEqualTo(ZovaStatus.MISUSE))
			.satisfies((ex) -> assertThat(ex.getMessage()).doesNotContain("ClosingTests.java"));
		assertThatExceptionOfType(SQLException.class)
			.isThrownBy(() -> connection.createStatement().execute("insert into t values (2)"));
		database.close();
		try (ZovaDatabase again = ZovaDatabase.open(file())) {
			assertThat(
					JdbcClient.create(again.dataSource()).sql("select count(*) from t").query(Integer.class).single())
				.isZero();
			JdbcClient.create(again.dataSource()).sql("insert into t values (3)").update();
		}
	}

	@Test
	void withLeakDetectionItSaysWhereTheConnectionWasBorrowed() throws Exception {
		ZovaDatabase database = create(ZovaOptions.builder()
			.closeTimeout(Duration.ofMillis(50))
			.leakDetectionThreshold(Duration.ofSeconds(20)));
		Connection leaked = database.dataSource().getConnection();
		assertThat(leaked.isClosed()).isFalse();
		assertThatExceptionOfType(ZovaException.class).isThrownBy(database::close)
			.withMessageContaining("ClosingTests.java");
	}

	@Test
	void aPoolThatIsUsedUpSaysByWhom() throws Exception {
		try (ZovaDatabase database = create(
				ZovaOptions.builder().maximumPoolSize(1).lockWaitTimeout(Duration.ofMillis(250)));
				Connection only = database.dataSource().getConnection()) {
			assertThat(only.isValid(1)).isTrue();
			assertThatExceptionOfType(SQLException.class).isThrownBy(database.dataSource()::getConnection)
				.withMessageContaining("1 of 1 are in use, by thread '" + Thread.currentThread().getName())
				.withMessageContaining("maximumPoolSize (zova.pool.maximum-size)")
				.withMessageContaining("Close connections and streams of rows (try-with-resources)")
				.withMessageContaining("zova.pool.leak-detection-threshold");
		}
	}

	@Test
	void aThreadThatLosesManyConnectionsIsNamedOnce() throws Exception {
		try (ZovaDatabase database = create(
				ZovaOptions.builder().maximumPoolSize(2).lockWaitTimeout(Duration.ofMillis(250)));
				Connection first = database.dataSource().getConnection();
				Connection second = database.dataSource().getConnection()) {
			assertThat(first.isValid(1) && second.isValid(1)).isTrue();
			assertThatExceptionOfType(SQLException.class).isThrownBy(database.dataSource()::getConnection)
				.withMessageContaining("2 of 2 are in use, by thread '" + Thread.currentThread().getName() + "' (2). ");
		}
	}

	@Test
	void closingLeavesNothingBesideTheFile() throws Exception {
		ZovaDatabase database = create(ZovaOptions.builder().journalMode(ZovaOptions.JournalMode.WAL));
		JdbcClient.create(database.dataSource()).sql("create table t(v)").update();
		assertThat(this.directory.resolve("test.zova-wal")).exists();
		database.close();
		database.close();
		try (var files = Files.list(this.directory)) {
			assertThat(files).containsExactly(file());
		}
		assertThatExceptionOfType(SQLException.class).isThrownBy(database.dataSource()::getConnection)
			.withMessageContaining("is closed");
	}

	private static boolean refusesBorrowers(ZovaDatabase database) {
		try (Connection connection = database.dataSource().getConnection()) {
			return connection.isClosed();
		}
		catch (SQLException ex) {
			return true;
		}
	}

	private ZovaDatabase create(ZovaOptions.Builder options) {
		return ZovaDatabase.create(file(), options.build());
	}

	private Path file() {
		return this.directory.resolve("test.zova");
	}

}
