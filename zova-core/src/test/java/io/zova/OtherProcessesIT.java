package io.zova;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;

import io.zova.ZovaOptions.JournalMode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.dao.CannotAcquireLockException;
import org.springframework.jdbc.core.simple.JdbcClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Locks of another process are waited for as long as the busy timeout says.
 */
@Timeout(60)
class OtherProcessesIT {

	@TempDir
	private Path directory;

	@ParameterizedTest
	@EnumSource(names = { "WAL", "DELETE" })
	void aWriterElsewhereMakesWritersFailAfterTheBusyTimeoutAndReadersNever(JournalMode mode) throws Exception {
		ZovaOptions options = options(mode).busyTimeout(Duration.ofMillis(200)).build();
		try (ZovaDatabase database = create(options); ChildJvm other = holder("begin immediate")) {
			assertThat(other.readLine()).isEqualTo("locked");
			assertThatExceptionOfType(CannotAcquireLockException.class).isThrownBy(() -> insert(database))
				.withMessageContaining("Another process")
				.satisfies((ex) -> assertThat(ZovaStatus.of(ex)).isEqualTo(ZovaStatus.BUSY));
			assertThatExceptionOfType(CannotAcquireLockException.class)
				.isThrownBy(() -> database.sql().write("insert", (connection) -> connection.getAutoCommit()));
			assertThat(count(database)).isZero();
			other.finish();
			insert(database);
			assertThat(count(database)).isEqualTo(1);
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "WAL", "DELETE" })
	void aWriterElsewhereThatEndsInTimeIsWaitedFor(JournalMode mode) throws Exception {
		ZovaOptions options = options(mode).busyTimeout(Duration.ofSeconds(30)).build();
		try (ZovaDatabase database = create(options); ChildJvm other = holder("begin immediate")) {
			assertThat(other.readLine()).isEqualTo("locked");
			Thread writer = new Thread(() -> insert(database));
			writer.start();
			writer.join(200);
			assertThat(writer.isAlive()).isTrue();
			other.finish();
			writer.join();
			assertThat(count(database)).isEqualTo(1);
		}
	}

	@Test
	void aFileThatIsLockedExclusivelyDoesNotOpen() throws Exception {
		create(options(JournalMode.DELETE).build()).close();
		try (ChildJvm other = holder("begin exclusive")) {
			assertThat(other.readLine()).isEqualTo("locked");
			ZovaOptions options = ZovaOptions.builder().busyTimeout(Duration.ZERO).build();
			assertThatExceptionOfType(ZovaException.class).isThrownBy(() -> ZovaDatabase.open(file(), options))
				.withMessageContaining(file().toString())
				.satisfies((ex) -> assertThat(ex.status()).isEqualTo(ZovaStatus.BUSY));
			other.finish();
			ZovaDatabase.open(file(), options).close();
		}
	}

	private ChildJvm holder(String begin) throws Exception {
		return ChildJvm.start(List.of(), Holder.class, file(), begin);
	}

	private static ZovaOptions.Builder options(JournalMode mode) {
		return ZovaOptions.builder().journalMode(mode);
	}

	private ZovaDatabase create(ZovaOptions options) {
		ZovaDatabase database = ZovaDatabase.create(file(), options);
		JdbcClient.create(database.dataSource()).sql("create table t(v)").update();
		return database;
	}

	private static void insert(ZovaDatabase database) {
		JdbcClient.create(database.dataSource()).sql("insert into t values (1)").update();
	}

	private static int count(ZovaDatabase database) {
		return JdbcClient.create(database.dataSource()).sql("select count(*) from t").query(Integer.class).single();
	}

	private Path file() {
		return this.directory.resolve("test.zova");
	}

	/**
	 * Holds a lock until its standard input ends.
	 */
	static final class Holder {

		private Holder() {
		}

		public static void main(String[] arguments) throws Exception {
			try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + arguments[0]);
					Statement statement = connection.createStatement()) {
				statement.execute(arguments[1]);
				System.out.println("locked");
				while (System.in.read() >= 0) {
					Thread.onSpinWait();
				}
			}
		}

	}

}
