package io.zova.conformance;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.List;

import io.zova.ZovaDatabase;
import io.zova.format.TestFiles;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * After each maintenance operation, each engine goes on with the file that the other has
 * made.
 */
@RequiresPeer
class MaintenanceDifferentialTests {

	private static final List<String> OPERATIONS = List.of("backup", "compact", "restore", "vacuum");

	@TempDir
	Path folder;

	@Test
	void filesAreExchangedAfterEachOperation() {
		try (TwoEngines engines = new TwoEngines(this.folder, 5)) {
			RecordSteps.createTables(engines);
			EveryRead read = new EveryRead(engines);
			read.fill();
			for (int round = 0; round < 2; round++) {
				for (String operation : OPERATIONS) {
					Path ours = this.folder.resolve("ours-%s-%d.zova".formatted(operation, round));
					Path theirs = this.folder.resolve("theirs-%s-%d.zova".formatted(operation, round));
					engines.note("After " + operation);
					doOurs(engines, operation, ours);
					doTheirs(engines, operation, theirs);
					engines.goOnWith(theirs, ours);
					engines.sameContent();
					read.compare();
					change(engines, round + operation);
				}
			}
		}
	}

	private static void doOurs(TwoEngines engines, String operation, Path made) {
		ZovaDatabase database = engines.database();
		switch (operation) {
			case "backup" -> database.backup(made);
			case "compact" -> database.compact(made);
			case "restore" -> {
				Path backup = made.resolveSibling("backup-" + made.getFileName());
				database.backup(backup);
				ZovaDatabase.restore(backup, made);
			}
			default -> {
				database.vacuum();
				database.backup(made);
			}
		}
	}

	private static void doTheirs(TwoEngines engines, String operation, Path made) {
		Peer peer = engines.peer();
		switch (operation) {
			case "backup" -> peer.call("backup_to", "destination", made.toString());
			case "compact" -> peer.call("compact_to", "destination", made.toString());
			case "restore" -> {
				Path backup = made.resolveSibling("backup-" + made.getFileName());
				peer.call("backup_to", "destination", backup.toString());
				peer.call("restore_backup", "source", backup.toString(), "destination", made.toString());
			}
			default -> {
				peer.call("vacuum");
				peer.call("backup_to", "destination", made.toString());
			}
		}
	}

	private static void change(TwoEngines engines, String key) {
		KeyValueSteps keyValues = new KeyValueSteps(engines);
		GraphSteps graphs = new GraphSteps(engines);
		for (int i = 0; i < 15; i++) {
			keyValues.step();
			graphs.question();
		}
		engines.same("put object " + key, () -> engines.database().objects().put(key.getBytes()).toBytes(),
				() -> engines.peer().call("put_object", "data", Peer.binary(key.getBytes())));
	}

	@ParameterizedTest
	@ValueSource(strings = { "UTF-8", "UTF-16le", "UTF-16be" })
	void aPlainFileOfAnyEncodingIsConvertedAndUsedAlike(String encoding) throws Exception {
		Path plain = this.folder.resolve("plain.db");
		Files.createFile(plain);
		TestFiles.execute(plain, "pragma encoding = '" + encoding + "'", "pragma page_size = 1024",
				"create table t(id integer primary key, u text unique, v)",
				"create table child(id integer primary key, t integer references t)",
				"insert into t values (1, 'Größe', '日本語 😀'), (2, 'x', x'6162'), (3, null, 1.5)");
		Path ours = this.folder.resolve("ours.zova");
		Path theirs = this.folder.resolve("theirs.zova");
		Peer converting = Peer.start();
		ZovaDatabase.convert(plain, ours);
		converting.call("convert_sqlite_to_zova", "source", plain.toString(), "destination", theirs.toString());
		converting.close();
		try (TwoEngines engines = new TwoEngines(8, ours, theirs)) {
			assertThat(Outcome.text(engines.rows("pragma encoding"))).isEqualTo("[['" + encoding + "']]");
			EveryRead read = new EveryRead(engines);
			read.fill();
			new VectorSteps(engines).createAll();
			for (int half = 0; half < 2; half++) {
				GraphSteps graphs = new GraphSteps(engines);
				VectorSteps vectors = new VectorSteps(engines);
				KeyValueSteps keyValues = new KeyValueSteps(engines);
				RandomSql sql = new RandomSql(engines.random());
				for (int i = 0; i < 60; i++) {
					graphs.step();
					vectors.step();
					keyValues.step();
					try (Connection connection = engines.database().dataSource().getConnection()) {
						for (String statement : List.of(sql.change().replace("or rollback", "or abort"), sql.query())) {
							engines.sameText(statement, SqlOutcome.ours(connection, statement),
									SqlOutcome.theirs(engines.peer(), statement));
						}
					}
					engines.sameTotals();
				}
				engines.sameContent();
				engines.exchangeFiles(this.folder);
			}
		}
	}

}
