package io.zova.contract;

import java.nio.file.Path;

import io.zova.RandomBytes;
import io.zova.ZovaException;
import io.zova.ZovaStatus;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ArgumentsSource;

import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * An empty database of each engine in turn.
 */
@ParameterizedClass(name = "{0}")
@ArgumentsSource(Engines.class)
@Timeout(60)
abstract class Contract {

	@Parameter
	Engine engine;

	@TempDir
	Path directory;

	Engine.Database database;

	TransactionTemplate transaction;

	@BeforeEach
	void openDatabase() {
		this.database = this.engine.open(this.directory);
		this.transaction = new TransactionTemplate(this.database.transactionManager());
	}

	@AfterEach
	void closeDatabase() {
		this.database.close();
	}

	TransactionTemplate nested() {
		TransactionTemplate nested = new TransactionTemplate(this.database.transactionManager());
		nested.setPropagationBehavior(TransactionDefinition.PROPAGATION_NESTED);
		return nested;
	}

	static byte[] random(int size, long seed) {
		return RandomBytes.of(size, seed);
	}

	static void assertStatus(ZovaStatus status, ThrowingCallable call) {
		assertThatExceptionOfType(ZovaException.class).isThrownBy(call)
			.satisfies((ex) -> assertThat(ex.status()).isEqualTo(status))
			.withMessageMatching("(?s).{20,}");
	}

}
