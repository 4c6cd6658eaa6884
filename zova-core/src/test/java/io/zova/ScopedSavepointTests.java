package io.zova;

import java.util.List;

import io.zova.notification.Subscription;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Work that is undone alone.
 */
class ScopedSavepointTests extends NewDatabase {

	private JdbcClient jdbc;

	private TransactionTemplate transaction;

	@BeforeEach
	void fill() {
		this.jdbc = JdbcClient.create(this.database.dataSource());
		this.jdbc.sql("create table t(v text)").update();
		this.transaction = new TransactionTemplate(this.database.transactionManager());
	}

	private void insert(String value) {
		this.jdbc.sql("insert into t values (?)").param(value).update();
	}

	private List<String> rows() {
		return this.jdbc.sql("select v from t order by v").query(String.class).list();
	}

	private void failing(String value) {
		assertThatIllegalStateException().isThrownBy(() -> this.database.savepoint("a_part", () -> {
			insert(value);
			this.database.objects().put(new byte[] { 1 });
			this.database.notifications().publish("m", value);
			throw new IllegalStateException("on purpose");
		}));
	}

	@Test
	void whatFailsInsideIsUndoneAndTheRestIsCommitted() {
		Subscription subscription = this.database.notifications().subscribe("m");
		this.transaction.executeWithoutResult((status) -> {
			insert("before");
			failing("undone");
			String result = this.database.savepoint("a_part", () -> {
				insert("kept");
				failing("undone too");
				this.database.notifications().publish("m", "kept");
				return "result";
			});
			assertThat(result).isEqualTo("result");
			insert("after");
		});
		assertThat(rows()).containsExactly("after", "before", "kept");
		assertThat(this.database.objects().count()).isZero();
		assertThat(subscription.tryReceive().orElseThrow().payload()).isEqualTo("kept");
		assertThat(subscription.tryReceive()).isEmpty();
	}

	@Test
	void outsideATransactionTheWorkHasOneOfItsOwn() {
		failing("undone");
		assertThat(rows()).isEmpty();
		assertThat(this.database.<String>savepoint("a_part", () -> {
			insert("one");
			insert("two");
			return null;
		})).isNull();
		assertThat(rows()).containsExactly("one", "two");
	}

	@Test
	void aRollbackOfTheTransactionUndoesSavepointsToo() {
		this.transaction.executeWithoutResult((status) -> {
			this.database.savepoint("select", () -> {
				insert("x");
				return true;
			});
			status.setRollbackOnly();
		});
		assertThat(rows()).isEmpty();
	}

	@Test
	void aNameThatIsNotAllowedIsRefusedInAndOutsideOfATransaction() {
		assertThatExceptionOfType(ZovaException.class).isThrownBy(() -> this.database.savepoint("a part", () -> 1))
			.withMessageContaining("'a part'");
		this.transaction.executeWithoutResult((status) -> assertThatExceptionOfType(ZovaException.class)
			.isThrownBy(() -> this.database.savepoint("1", () -> 1))
			.satisfies((ex) -> assertThat(ex.status()).isEqualTo(ZovaStatus.INVALID_ARGUMENT)));
	}

}
