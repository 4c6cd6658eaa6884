package io.zova.kv;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

import io.zova.NewDatabase;
import io.zova.ZovaDatabase;
import io.zova.ZovaException;
import io.zova.ZovaOptions;
import io.zova.ZovaStatus;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What key-values offer beyond the native operations, and what they refuse.
 */
class KeyValueTests extends NewDatabase {

	private static final byte[] NS = bytes("ns");

	private KeyValueTemplate kv;

	private JdbcTemplate jdbc;

	@Override
	protected ZovaOptions options() {
		return ZovaOptions.builder()
			.journalMode(ZovaOptions.JournalMode.WAL)
			.synchronous(ZovaOptions.Synchronous.NORMAL)
			.build();
	}

	@BeforeEach
	void open() {
		this.kv = new KeyValueTemplate(this.database.sql());
		this.jdbc = new JdbcTemplate(this.database.dataSource());
	}

	@Test
	void valuesWrittenAsTextOrNumberAreTheirBytes() {
		this.jdbc.update("insert into _zova_kv values (?, ?, 'text')", NS, bytes("t"));
		this.jdbc.update("insert into _zova_kv values (?, ?, 5)", NS, bytes("i"));
		this.jdbc.update("insert into _zova_kv values (?, ?, 1.5)", NS, bytes("r"));
		this.jdbc.update("insert into _zova_kv values (?, 'k', 1.5)", NS);
		assertThat(this.kv.namespace(NS).findAll(List.of(bytes("t"), bytes("i"), bytes("r"), bytes("k"))))
			.satisfiesExactly((v) -> assertThat(v).hasValue(bytes("text")), (v) -> assertThat(v).hasValue(bytes("5")),
					(v) -> assertThat(v).hasValue(bytes("1.5")), (v) -> assertThat(v).isEmpty());
		assertThat(this.kv.namespace(NS).compareAndSet(bytes("i"), bytes("5"), bytes("6"))).isTrue();
		this.jdbc.update("insert into _zova_kv values ('text', 'k', 'v')");
		assertThat(this.kv.namespaces()).containsExactly(NS);
		this.kv.namespace(NS).putAll(List.of(new KeyValue(NS, NS)));
		assertThat(this.jdbc.queryForObject("select typeof(key) || typeof(value) from _zova_kv where key = ?",
				String.class, NS))
			.isEqualTo("blobblob");
	}

	@Test
	void aFailingBatchLeavesNothingAndKeepsTheTransaction() {
		this.jdbc.execute("create trigger bad before insert on _zova_kv when new.key = x'ff' "
				+ "begin select raise(abort, 'bad key'); end");
		new TransactionTemplate(this.database.transactionManager()).executeWithoutResult((status) -> {
			this.kv.namespace(NS).put(bytes("before"), NS);
			assertThatExceptionOfType(DataAccessException.class).isThrownBy(() -> this.kv.namespace(NS)
				.putAll(List.of(new KeyValue(bytes("good"), NS), new KeyValue(new byte[] { -1 }, NS))));
		});
		assertThat(this.kv.namespace(NS).keys(KeyRange.all())).containsExactly(bytes("before"));
	}

	@Test
	void nullsAndTooManyBytesAreRefused() {
		assertStatus(ZovaStatus.INVALID_ARGUMENT, () -> this.kv.namespace((byte[]) null));
		assertStatus(ZovaStatus.INVALID_ARGUMENT, () -> this.kv.namespace(NS).find(null));
		assertStatus(ZovaStatus.INVALID_ARGUMENT, () -> this.kv.namespace(NS).put(NS, null));
		assertStatus(ZovaStatus.INVALID_ARGUMENT,
				() -> this.kv.namespace(NS).putAll(Arrays.asList(new KeyValue(NS, NS), null)));
		assertStatus(ZovaStatus.INVALID_ARGUMENT, () -> this.kv.namespace(NS).deleteAll(Arrays.asList(NS, null)));
		byte[] tooLong = new byte[LongestValue.WITH_EMPTY_KEY + 1];
		assertStatus(ZovaStatus.KV_TOO_LARGE, () -> this.kv.namespace(new byte[0]).put(new byte[0], tooLong));
		byte[] tooLongBesideItsKey = new byte[LongestValue.WITH_LONGER_KEY + 1];
		assertStatus(ZovaStatus.KV_TOO_LARGE,
				() -> this.kv.namespace(new byte[100]).put(new byte[10_000], tooLongBesideItsKey));
		assertStatus(ZovaStatus.KV_TOO_LARGE,
				() -> this.kv.namespace(NS).putAll(List.of(new KeyValue(NS, NS), new KeyValue(NS, tooLong))));
		assertStatus(ZovaStatus.KV_TOO_LARGE, () -> this.kv.namespace(NS).putIfAbsent(NS, tooLong));
		assertStatus(ZovaStatus.KV_TOO_LARGE, () -> this.kv.namespace(NS).replace(NS, tooLong));
		assertStatus(ZovaStatus.KV_TOO_LARGE, () -> this.kv.namespace(NS).compareAndSet(NS, NS, tooLong));
		assertThat(this.kv.namespace(NS).count()).isZero();
	}

	private static void assertStatus(ZovaStatus status, org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
		assertThatExceptionOfType(ZovaException.class).isThrownBy(call)
			.satisfies((ex) -> assertThat(ex.status()).isEqualTo(status));
	}

	@Test
	void aReadOnlyFileRefusesEvenEmptyBatches() {
		this.kv.namespace(NS).put(NS, NS);
		this.database.close();
		this.database = ZovaDatabase.open(file(), ZovaOptions.builder().readOnly(true).build());
		KeyValueTemplate readOnly = new KeyValueTemplate(this.database.sql());
		assertThatExceptionOfType(ZovaException.class).isThrownBy(() -> readOnly.namespace(NS).putAll(List.of()));
		assertThatExceptionOfType(ZovaException.class).isThrownBy(() -> readOnly.namespace(NS).deleteAll(List.of()));
		assertThat(readOnly.namespace(NS).findAll(List.of())).isEmpty();
		assertThat(readOnly.namespace(NS).find(NS)).hasValue(NS);
		assertThatExceptionOfType(ZovaException.class)
			.isThrownBy(() -> readOnly.namespace(NS).delete(bytes("missing")));
		assertThatExceptionOfType(ZovaException.class).isThrownBy(() -> readOnly.namespace(bytes("missing")).clear());
	}

	private static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

}
