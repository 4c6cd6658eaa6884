package io.zova.object;

import java.io.ByteArrayInputStream;
import java.util.List;

import io.zova.ZovaOptions;
import org.junit.jupiter.api.Test;
import org.sqlite.SQLiteConnection;

import org.springframework.dao.DataAccessException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * A file that may not grow any more stays good, and shows nothing of what did not fit.
 */
class FullDiskTests extends ObjectFixture {

	private final byte[] kept = random(100_000, 1);

	@Override
	ZovaOptions options() {
		return ZovaOptions.builder().maximumPoolSize(1).build();
	}

	@Test
	void anArrayThatDoesNotFitIsNotStored() {
		fill(() -> this.objects.put(random(3_000_000, 2)));
	}

	@Test
	void aStreamThatDoesNotFitIsNotStored() {
		fill(() -> this.objects.put(new ByteArrayInputStream(random(9_000_000, 2))));
	}

	@Test
	void aWriterThatDoesNotFitCanBeCancelled() {
		fill(() -> {
			try (ObjectWriter writer = this.objects.writer()) {
				for (int i = 0; i < 100; i++) {
					writer.write(random(100_000, 10 + i));
				}
				writer.finish();
			}
		});
	}

	@Test
	void inATransactionNothingOfItIsStored() {
		fill(() -> this.transaction.executeWithoutResult((status) -> {
			this.objects.put(random(10_000, 3));
			this.objects.put(random(9_000_000, 2));
		}));
	}

	private void fill(Runnable put) {
		ObjectId id = this.objects.put(this.kept);
		List<String> before = dump();
		limitPages(this.jdbc.sql("pragma page_count").query(Integer.class).single() + 300);
		assertThatExceptionOfType(DataAccessException.class).isThrownBy(put::run)
			.withMessageContaining("No space is left");
		assertThat(dump()).isEqualTo(before);
		assertThat(this.objects.get(id)).isEqualTo(this.kept);
		assertThat(this.jdbc.sql("pragma integrity_check").query(String.class).single()).isEqualTo("ok");
		limitPages(1_000_000);
		ObjectId stored = this.objects.put(random(3_000_000, 2));
		assertThat(this.objects.get(stored)).isEqualTo(random(3_000_000, 2));
	}

	/** Past the connection's own statements, which would replace it for the change. */
	private void limitPages(int pages) {
		this.database.sql().read("limit the file", (connection) -> {
			connection.unwrap(SQLiteConnection.class).getDatabase().exec("pragma max_page_count=" + pages, false);
			return true;
		});
	}

}
