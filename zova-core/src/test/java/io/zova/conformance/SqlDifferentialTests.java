package io.zova.conformance;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.stream.LongStream;

import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.jdbc.datasource.ConnectionHolder;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Random statements, among them BEGIN, COMMIT and savepoints and changes of private
 * tables, give the same rows, the same errors in the same words and the same file in both
 * engines; the calls in between see them. See {@link Seeds} for more than the kept ones.
 */
@RequiresPeer
class SqlDifferentialTests {

	private static final int STEPS = Integer.getInteger("zova.conformance.steps", 1_500);

	@TempDir
	Path folder;

	static LongStream seeds() {
		return Seeds.or(1, 2, 3, 4);
	}

	@ParameterizedTest
	@MethodSource("seeds")
	void bothEnginesAgreeOnSql(long seed) throws SQLException {
		try (TwoEngines engines = new TwoEngines(this.folder, seed)) {
			RecordSteps.createTables(engines);
			new GraphSteps(engines).createFirst();
			new VectorSteps(engines).createAll();
			run(engines);
			engines.exchangeFiles(this.folder);
			run(engines);
			engines.exchangeFiles(this.folder);
			System.out.println("SQL, " + engines.summary());
		}
	}

	/** All on one connection, because a transaction typed as SQL belongs to it. */
	private static void run(TwoEngines engines) throws SQLException {
		try (Connection connection = engines.database().dataSource().getConnection()) {
			TransactionSynchronizationManager.bindResource(engines.database().dataSource(),
					new ConnectionHolder(connection));
			try {
				RandomSql sql = new RandomSql(engines.random());
				GraphSteps graphs = new GraphSteps(engines);
				KeyedGraphSteps keyed = new KeyedGraphSteps(engines);
				VectorSteps vectors = new VectorSteps(engines);
				KeyValueSteps keyValues = new KeyValueSteps(engines);
				ObjectSteps objects = new ObjectSteps(engines, () -> true, false);
				for (int i = 0; i < STEPS / 2; i++) {
					switch (engines.random().nextInt(21)) {
						case 0, 1, 2, 3, 4, 5, 6 -> same(engines, connection, sql.query());
						case 7, 8, 9 -> {
							String change = sql.change();
							String outcome = same(engines, connection, change);
							if (outcome.startsWith("ZOVA_CONSTRAINT") && change.startsWith("insert or rollback")) {
								// Ours wants to hear that the caller knows, see
								// DeviationTests.
								SqlOutcome.ours(connection, "rollback");
								SqlOutcome.theirs(engines.peer(), "rollback");
							}
							if (!outcome.startsWith("ZOVA_")) {
								// After an error they tell of calls before it, which may
								// work differently.
								same(engines, connection, change.startsWith("insert into t(id, u, v)")
										? "select changes(), last_insert_rowid()" : "select changes()");
							}
						}
						case 10, 11 -> same(engines, connection, sql.privateChange());
						case 12 -> same(engines, connection, sql.definition());
						case 13, 14 -> same(engines, connection, sql.control());
						case 15, 16 -> graphs.step();
						case 20 -> keyed.step();
						case 17 -> vectors.step();
						case 18 -> keyValues.step();
						default -> objects.step();
					}
					engines.sameTotals();
					if (i % 50 == 0) {
						engines.sameContent();
					}
				}
				same(engines, connection, "rollback");
				engines.sameContent();
			}
			finally {
				TransactionSynchronizationManager.unbindResource(engines.database().dataSource());
			}
		}
	}

	private static String same(TwoEngines engines, Connection connection, String sql) {
		return engines.sameText(sql, SqlOutcome.ours(connection, sql), SqlOutcome.theirs(engines.peer(), sql));
	}

}
