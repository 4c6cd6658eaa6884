package io.zova.sqlite.file;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;

import io.zova.TestSeed;
import io.zova.ZovaDatabase;
import io.zova.ZovaOptions.JournalMode;
import io.zova.ZovaOptions;
import io.zova.sqlite.ZovaConnection;
import io.zova.sqlite.function.ScalarFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.sqlite.SQLiteConnection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * The version of a topic changes with every change of its tables but the noted ones. A
 * plain connection of the driver stands for another process: nobody here knows of what it
 * does.
 */
@Timeout(60)
class FileHistoryTests {

	private static final String NEW_GRAPH = "insert into _zova_graphs(name, created_order) values ('%s', 1)";

	private static final ScalarFunction NAME_GRAPH = ScalarFunction.of("name_graph", 1, (arguments) -> {
		run(arguments.connection(), NEW_GRAPH.formatted(arguments.text(0)));
		return 1;
	}).allowedInSchema();

	private static final ScalarFunction NOTE_GRAPH = ScalarFunction.of("note_graph", 1, (arguments) -> {
		ZovaConnection connection = arguments.connection().unwrap(ZovaConnection.class);
		connection.history().noting(Topic.GRAPHS, (inside) -> run(inside, NEW_GRAPH.formatted(arguments.text(0))));
		return 1;
	});

	@TempDir
	private Path directory;

	private final List<AutoCloseable> open = new ArrayList<>();

	private ZovaDatabase database;

	private ZovaConnection first;

	private ZovaConnection second;

	private Connection foreign;

	private void open(JournalMode mode) throws SQLException {
		Path file = this.directory.resolve("test.zova");
		this.database = ZovaDatabase.create(file,
				ZovaOptions.builder().journalMode(mode).functions(NAME_GRAPH, NOTE_GRAPH).build());
		this.open.add(this.database);
		this.first = connect(this.database);
		this.second = connect(this.database);
		this.foreign = DriverManager.getConnection("jdbc:sqlite:" + file);
		this.open.add(this.foreign);
		run(this.first, "create table plain(v)");
	}

	private ZovaConnection connect(ZovaDatabase from) throws SQLException {
		Connection connection = from.dataSource().getConnection();
		this.open.add(connection);
		return connection.unwrap(ZovaConnection.class);
	}

	@AfterEach
	void close() throws Exception {
		for (int i = this.open.size() - 1; i >= 0; i--) {
			this.open.get(i).close();
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "DELETE", "WAL" })
	void changesOfOtherTablesLeaveTheVersionForAllConnections(JournalMode mode) throws SQLException {
		open(mode);
		long version = version(this.first);
		assertThat(version).isPositive();
		run(this.first, "insert into plain values (1)");
		run(this.second, "begin");
		run(this.second, "insert into plain values (2)");
		assertThat(version(this.first)).isEqualTo(version);
		assertThat(version(this.second)).isEqualTo(version);
		run(this.second, "commit");
		assertThat(version(this.first)).isEqualTo(version);
		assertThat(version(this.second)).isEqualTo(version);
		ZovaDatabase again = ZovaDatabase.open(this.directory.resolve("test.zova"));
		this.open.add(again);
		assertThat(version(connect(again))).isEqualTo(version);
	}

	@ParameterizedTest
	@EnumSource(names = { "DELETE", "WAL" })
	void changesBySqlChangeTheVersionOfTheirTopicOnly(JournalMode mode) throws SQLException {
		open(mode);
		long version = version(this.first);
		long chunks = this.first.history().version(Topic.OBJECT_CHUNKS);
		run(this.second, NEW_GRAPH.formatted("a"));
		assertThat(version(this.first)).isPositive().isNotEqualTo(version);
		assertThat(this.first.history().version(Topic.OBJECT_CHUNKS)).isEqualTo(chunks);
		version = version(this.first);
		run(this.second, "update _zova_graphs set created_order = 2");
		assertThat(version(this.first)).isPositive().isNotEqualTo(version);
		version = version(this.first);
		run(this.second, "delete from _zova_graphs");
		assertThat(version(this.first)).isPositive().isNotEqualTo(version);
	}

	@ParameterizedTest
	@EnumSource(names = { "DELETE", "WAL" })
	void whileATransactionChangesTheTablesNobodyKnowsTheVersion(JournalMode mode) throws SQLException {
		open(mode);
		long version = version(this.first);
		run(this.second, "begin");
		assertThat(version(this.second)).isEqualTo(version);
		run(this.second, NEW_GRAPH.formatted("a"));
		assertThat(version(this.first)).isZero();
		assertThat(version(this.second)).isZero();
		run(this.second, "rollback");
		assertThat(version(this.first)).isEqualTo(version);
		assertThat(version(this.second)).isEqualTo(version);
	}

	@ParameterizedTest
	@EnumSource(names = { "DELETE", "WAL" })
	void notedChangesLeaveTheVersion(JournalMode mode) throws SQLException {
		open(mode);
		long version = version(this.first);
		run(this.first, "begin");
		this.first.history().noting(Topic.GRAPHS, (connection) -> run(this.first, NEW_GRAPH.formatted("a")));
		assertThat(version(this.first)).isEqualTo(version);
		assertThat(version(this.second)).isEqualTo(version);
		run(this.first, "commit");
		assertThat(version(this.first)).isEqualTo(version);
		assertThat(version(this.second)).isEqualTo(version);
	}

	@ParameterizedTest
	@EnumSource(names = { "DELETE", "WAL" })
	void commitsOfOtherProcessesChangeTheVersion(JournalMode mode) throws SQLException {
		open(mode);
		long version = version(this.first);
		run(this.foreign, "insert into plain values (1)");
		assertThat(version(this.first)).isPositive().isNotEqualTo(version);
		version = version(this.first);
		assertThat(version(this.second)).isEqualTo(version);
		run(this.foreign, "insert into plain values (1)");
		run(this.first, "insert into plain values (1)");
		assertThat(version(this.second)).isPositive().isNotEqualTo(version);
	}

	@ParameterizedTest
	@EnumSource(names = { "DELETE", "WAL" })
	void aTransactionThatChangesNothingHidesNoCommitOfAnotherProcess(JournalMode mode) throws SQLException {
		open(mode);
		run(this.first, "insert into plain values (1)");
		String[] nothing = { "begin; commit", "update plain set v = v", "delete from plain where v = 7",
				"begin; insert into plain values (2); rollback", "create temp table if not exists passing(v)",
				"insert into passing values (zeroblob(10000000))",
				"begin; insert into plain values (2); savepoint s; rollback to s; commit" };
		for (String sql : nothing) {
			long version = version(this.first);
			assertThat(version).isPositive();
			run(this.foreign, NEW_GRAPH.formatted(sql));
			run(this.first, sql);
			assertThat(version(this.first)).as(sql).isNotEqualTo(version);
			assertThat(version(this.second)).as(sql).isNotEqualTo(version);
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "DELETE", "WAL" })
	void aReadingTransactionKnowsTheVersionOfItsSnapshot(JournalMode mode) throws SQLException {
		open(mode);
		long version = version(this.first);
		this.first.setReadOnly(true);
		run(this.first, "begin");
		assertThat(version(this.first)).isEqualTo(version);
		if (mode == JournalMode.WAL) {
			run(this.second, NEW_GRAPH.formatted("a"));
			assertThat(version(this.second)).isNotEqualTo(version);
			assertThat(version(this.first)).isIn(0L, version);
			run(this.foreign, NEW_GRAPH.formatted("b"));
			assertThat(version(this.second)).isNotEqualTo(version);
			assertThat(version(this.first)).isIn(0L, version);
		}
		run(this.first, "commit");
		assertThat(version(this.first)).isEqualTo(version(this.second));
	}

	@ParameterizedTest
	@EnumSource(names = { "DELETE", "WAL" })
	void whatTriggersChangeIsNotNoted(JournalMode mode) throws SQLException {
		open(mode);
		run(this.first, "create table log(v)");
		long version = version(this.first);
		noted("a");
		assertThat(version(this.second)).isEqualTo(version);
		run(this.foreign, """
				create trigger surprise after insert on _zova_graphs begin
					update _zova_graphs set created_order = 7;
				end""");
		noted("b");
		assertThat(version(this.second)).isPositive().isNotEqualTo(version);
		version = version(this.second);
		noted("c");
		assertThat(version(this.second)).isPositive().isNotEqualTo(version);
	}

	@ParameterizedTest
	@EnumSource(names = { "DELETE", "WAL" })
	void whatFunctionsOfTheStatementsChangeIsNotNoted(JournalMode mode) throws SQLException {
		open(mode);
		run(this.first, "create trigger surprise after insert on plain begin select name_graph(new.v); end");
		long version = version(this.first);
		run(this.first, "begin");
		this.first.history().noting(Topic.GRAPHS, (inside) -> {
			run(inside, NEW_GRAPH.formatted("a"));
			run(inside, "insert into plain values ('b')");
		});
		assertThat(version(this.first)).isZero();
		run(this.first, "commit");
		assertThat(version(this.second)).isPositive().isNotEqualTo(version);
		version = version(this.second);
		run(this.first, "begin");
		run(this.first, "select note_graph('c')");
		run(this.first, "commit");
		assertThat(version(this.second)).isEqualTo(version);
		assertThat(content(this.second)).startsWith("3 ");
	}

	@ParameterizedTest
	@EnumSource(names = { "DELETE", "WAL" })
	void whatPassesByThisLibraryChangesTheVersion(JournalMode mode) throws SQLException {
		open(mode);
		long version = version(this.second);
		try (Connection borrowed = this.database.dataSource().getConnection()) {
			run(borrowed, "begin");
			run(borrowed.unwrap(SQLiteConnection.class), NEW_GRAPH.formatted("a"));
			assertThat(version(borrowed.unwrap(ZovaConnection.class))).isZero();
			run(borrowed, "commit");
		}
		assertThat(version(this.second)).isPositive().isNotEqualTo(version);
		version = version(this.second);
		try (Connection borrowed = this.database.dataSource().getConnection()) {
			noted(borrowed.unwrap(ZovaConnection.class), "b");
		}
		assertThat(version(this.second)).isEqualTo(version);
	}

	@ParameterizedTest
	@EnumSource(names = { "DELETE", "WAL" })
	void aFileThatIsPutInPlaceHasAHistoryOfItsOwn(JournalMode mode) throws Exception {
		open(mode);
		assertThat(version(this.first)).isPositive();
		Path file = this.directory.resolve("test.zova");
		Path other = this.directory.resolve("other.zova");
		this.database.backup(other);
		Files.move(other, file, StandardCopyOption.REPLACE_EXISTING);
		ZovaDatabase again = ZovaDatabase.open(file);
		this.open.add(again);
		ZovaConnection there = connect(again);
		assertThat(version(there)).isPositive();
		assertThat(there.history().file()).isNotSameAs(this.first.history().file());
	}

	@ParameterizedTest
	@EnumSource(names = { "DELETE", "WAL" })
	void vacuumAndChangesOfTheSchemaChangeTheVersion(JournalMode mode) throws SQLException {
		open(mode);
		for (String sql : List.of("vacuum", "create table another(v)", "drop table another",
				"drop index _zova_graph_edges_to_node_idx")) {
			long version = version(this.first);
			run(this.second, sql);
			assertThat(version(this.first)).as(sql).isPositive().isNotEqualTo(version);
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "DELETE", "WAL" })
	void inARandomMixOfConnectionsOneVersionMeansOneContent(JournalMode mode) throws SQLException {
		open(mode);
		ZovaDatabase again = ZovaDatabase.open(this.directory.resolve("test.zova"));
		this.open.add(again);
		List<ZovaConnection> ours = List.of(this.first, this.second, connect(again));
		long seed = TestSeed.value();
		Random random = new Random(seed);
		Map<Long, String> contents = new HashMap<>();
		int known = 0;
		for (int step = 0; step < 3_000; step++) {
			String name = ((random.nextInt(4) == 0) ? "noted-" : "g") + step;
			Connection connection = (random.nextInt(12) == 0) ? this.foreign : ours.get(random.nextInt(3));
			switch (random.nextInt(8)) {
				case 0 -> run(connection, NEW_GRAPH.formatted("g" + step));
				case 1 -> run(connection, "update plain set v = v");
				case 2 -> run(connection, "begin immediate; insert into plain values (1); rollback");
				case 3 -> run(connection, "begin immediate; insert into plain values (1); savepoint s; "
						+ NEW_GRAPH.formatted("g" + step) + "; rollback to s; commit");
				case 4 -> run(connection, "insert into plain values (1)");
				case 5 -> run(connection, "begin immediate; commit");
				default -> {
					if (connection instanceof ZovaConnection own) {
						this.first = own;
						noted("noted-" + name);
					}
				}
			}
			ZovaConnection reader = ours.get(random.nextInt(3));
			boolean transaction = random.nextBoolean();
			if (transaction) {
				run(reader, "begin");
			}
			long version = version(reader);
			String content = content(reader);
			if (transaction) {
				run(reader, "commit");
			}
			if (version > 0) {
				known++;
				assertThat(contents.computeIfAbsent(version, (absent) -> content)).as("step %d of seed %d", step, seed)
					.isEqualTo(content);
			}
		}
		assertThat(known).as("seed %d", seed).isGreaterThan(2_500);
	}

	@ParameterizedTest
	@EnumSource(names = { "DELETE", "WAL" })
	void amongManyThreadsOneVersionMeansOneContent(JournalMode mode) throws Exception {
		open(mode);
		ConcurrentMap<Long, String> contents = new ConcurrentHashMap<>();
		AtomicInteger known = new AtomicInteger();
		long end = System.nanoTime() + Duration.ofSeconds(3).toNanos();
		List<Callable<Void>> work = new ArrayList<>();
		for (int thread = 0; thread < 6; thread++) {
			ZovaConnection connection = connect(this.database);
			Random random = new Random(thread);
			work.add((thread < 3) ? () -> {
				for (int step = 0; System.nanoTime() < end; step++) {
					String name = Thread.currentThread().getName() + step;
					if (random.nextInt(3) > 0) {
						noted(connection, "noted-" + name);
					}
					else {
						run(connection, random.nextBoolean() ? NEW_GRAPH.formatted(name)
								: "begin; %s; rollback".formatted(NEW_GRAPH.formatted(name)));
					}
				}
				return null;
			} : () -> {
				connection.setReadOnly(true);
				while (System.nanoTime() < end) {
					run(connection, "begin");
					long version = version(connection);
					String content = content(connection);
					run(connection, "commit");
					if (version > 0) {
						known.incrementAndGet();
						String before = contents.putIfAbsent(version, content);
						assertThat(content).isEqualTo((before != null) ? before : content);
					}
				}
				return null;
			});
		}
		work.add(() -> {
			for (int step = 0; System.nanoTime() < end; step++) {
				try {
					run(this.foreign, NEW_GRAPH.formatted("foreign" + step));
				}
				catch (SQLException ex) {
					// It polls for the lock and may never be lucky.
					assertThat(ex.getMessage()).contains("SQLITE_BUSY");
				}
				Thread.sleep(random(20));
			}
			return null;
		});
		ExecutorService threads = Executors.newFixedThreadPool(work.size());
		try {
			for (Future<Void> future : threads.invokeAll(work)) {
				future.get();
			}
		}
		finally {
			threads.shutdownNow();
		}
		assertThat(contents).hasSizeGreaterThan(10);
		assertThat(known).hasValueGreaterThan(contents.size());
	}

	@Test
	void inMemoryAllCommitsAreKnown() throws SQLException {
		this.database = ZovaDatabase.inMemory();
		this.open.add(this.database);
		this.first = connect(this.database);
		this.second = connect(this.database);
		run(this.first, "create table plain(v)");
		long version = version(this.first);
		assertThat(version).isPositive();
		run(this.first, "insert into plain values (1)");
		noted(this.second, "a");
		assertThat(version(this.second)).isEqualTo(version);
		run(this.first, NEW_GRAPH.formatted("b"));
		assertThat(version(this.second)).isPositive().isNotEqualTo(version);
	}

	private static int random(int bound) {
		return ThreadLocalRandom.current().nextInt(bound);
	}

	private void noted(String name) throws SQLException {
		noted(this.first, name);
	}

	private static void noted(ZovaConnection connection, String name) throws SQLException {
		run(connection, "begin");
		connection.history().noting(Topic.GRAPHS, (inside) -> run(inside, NEW_GRAPH.formatted(name)));
		run(connection, "commit");
	}

	private static long version(ZovaConnection connection) throws SQLException {
		return connection.history().version(Topic.GRAPHS);
	}

	private static String content(Connection connection) throws SQLException {
		try (Statement statement = connection.createStatement(); ResultSet row = statement.executeQuery("""
				select count(*) || ' ' || total(created_order) from _zova_graphs where name not glob 'noted-*'
				""")) {
			row.next();
			return row.getString(1);
		}
	}

	private static void run(Connection connection, String sql) throws SQLException {
		try (Statement statement = connection.createStatement()) {
			// The driver runs the first statement only.
			for (String single : sql.startsWith("begin") ? sql.split(";") : new String[] { sql }) {
				statement.execute(single);
			}
		}
	}

}
