package io.zova.conformance;

import java.nio.file.Path;
import java.util.Locale;

import io.zova.ZovaDatabase;
import io.zova.ZovaOptions;
import io.zova.ZovaOptions.JournalMode;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * A process that commits 1,000 transactions, says so after each one, and does not expect
 * to live that long. Started by {@link KilledProcessIT}.
 */
final class KilledProcess {

	static final int TRANSACTIONS = 1_000;

	private KilledProcess() {
	}

	/**
	 * Continues where the file stands.
	 * @param arguments the file and the journal mode
	 */
	public static void main(String[] arguments) {
		ZovaOptions options = ZovaOptions.builder()
			.journalMode(JournalMode.valueOf(arguments[1].toUpperCase(Locale.ROOT)))
			.build();
		try (ZovaDatabase database = ZovaDatabase.open(Path.of(arguments[0]), options)) {
			JdbcClient jdbc = JdbcClient.create(database.dataSource());
			TransactionTemplate transaction = new TransactionTemplate(database.transactionManager());
			int first = jdbc.sql("select value from total").query(Integer.class).single() + 1;
			for (int i = first; i < first + TRANSACTIONS; i++) {
				int number = i;
				transaction.executeWithoutResult((status) -> commitTogether(jdbc, number));
				System.out.println(number);
				System.out.flush();
			}
		}
	}

	/**
	 * Writes rows that only make sense together, on more pages than one.
	 */
	private static void commitTogether(JdbcClient jdbc, int number) {
		jdbc.sql("insert into item(number, padding) values (?, randomblob(3000))").param(number).update();
		jdbc.sql("update total set value = ?").param(number).update();
		for (int part = 0; part < 3; part++) {
			jdbc.sql("insert into part(item, part, padding) values (?, ?, randomblob(1500))")
				.params(number, part)
				.update();
		}
	}

}
