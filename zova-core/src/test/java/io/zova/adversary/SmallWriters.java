package io.zova.adversary;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import io.zova.ZovaDatabase;
import io.zova.ZovaOptions;
import io.zova.ZovaOptions.JournalMode;
import io.zova.ZovaOptions.Synchronous;
import io.zova.ZovaStatus;

import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.TransactionException;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * A process whose threads each write little at a time, in every way there is, and say so
 * after each commit.
 */
final class SmallWriters {

	private SmallWriters() {
	}

	/**
	 * Opens an existing file and writes.
	 * @param arguments the file, the journal mode, the synchronous setting, the number of
	 * threads and how many transactions each makes
	 */
	public static void main(String[] arguments) throws Exception {
		ZovaOptions options = ZovaOptions.builder()
			.journalMode(JournalMode.valueOf(arguments[1]))
			.synchronous(Synchronous.valueOf(arguments[2]))
			.maximumPoolSize(Integer.parseInt(arguments[3]))
			.build();
		int transactions = Integer.parseInt(arguments[4]);
		try (ZovaDatabase database = ZovaDatabase.open(Path.of(arguments[0]), options)) {
			JdbcClient.create(database.dataSource())
				.sql("create table if not exists small(thread, n, t text)")
				.update();
			database.notifications().subscribe("small", (notification) -> say("notified " + notification.payload()));
			say("begin");
			List<Thread> threads = new ArrayList<>();
			for (int thread = 0; thread < Integer.parseInt(arguments[3]); thread++) {
				int number = thread;
				threads.add(new Thread(() -> write(database, number, transactions)));
			}
			threads.forEach(Thread::start);
			for (Thread thread : threads) {
				thread.join();
			}
			afterwards(database);
		}
		say("closed");
	}

	private static void write(ZovaDatabase database, int thread, int transactions) {
		JdbcClient jdbc = JdbcClient.create(database.dataSource());
		TransactionTemplate transaction = new TransactionTemplate(database.transactionManager());
		for (int n = 0; n < transactions; n++) {
			int number = n;
			try {
				switch (n % 4) {
					case 0 -> insert(jdbc, thread, n);
					case 1 -> transaction.executeWithoutResult((status) -> {
						insert(jdbc, thread, number);
						database.notifications().publish("small", thread + "-" + number);
					});
					case 2 -> database.keyValues()
						.namespace("small".getBytes(StandardCharsets.UTF_8))
						.put(("k" + thread + "-" + n).getBytes(StandardCharsets.UTF_8), new byte[50]);
					default -> database.objects().put((thread + " " + n).getBytes(StandardCharsets.UTF_8));
				}
				say("done " + thread + "-" + n);
			}
			catch (DataAccessException | TransactionException ex) {
				say("failed " + thread + "-" + n + " " + ZovaStatus.of(ex) + " " + ex);
			}
		}
	}

	private static void insert(JdbcClient jdbc, int thread, int n) {
		jdbc.sql("insert into small values (?, ?, ?)").params(thread, n, "x".repeat(100)).update();
	}

	/** What still works, for the one who has made the disk fail. */
	private static void afterwards(ZovaDatabase database) {
		say("count " + JdbcClient.create(database.dataSource())
			.sql("select count(*) from small")
			.query(Long.class)
			.single());
		try {
			database.requireFileInPlace();
			say("sound");
		}
		catch (RuntimeException ex) {
			say("unsound " + ZovaStatus.of(ex));
		}
	}

	private static synchronized void say(String what) {
		System.out.println(what.replaceAll("\\s+", " "));
		System.out.flush();
	}

}
