package io.zova.adversary;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;

import io.zova.ZovaDatabase;
import io.zova.ZovaOptions;
import io.zova.ZovaOptions.JournalMode;
import io.zova.ZovaOptions.Synchronous;
import io.zova.ZovaOptions.TransactionBegin;

import org.springframework.dao.CannotAcquireLockException;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * A process that commits {@link TiedTransactions} in several threads, says so after each
 * one, and goes on until it is killed or its standard input ends.
 */
final class TiedWriters {

	private static volatile boolean ending;

	private TiedWriters() {
	}

	/**
	 * Opens an existing file and writes.
	 * @param arguments the file, the journal mode, the synchronous setting, a seed, the
	 * first writer, the number of writers, after how many transactions each stops, and
	 * the size of the page cache in KiB
	 */
	public static void main(String[] arguments) throws Exception {
		long seed = Long.parseLong(arguments[3]);
		ZovaOptions options = ZovaOptions.builder()
			.journalMode(JournalMode.valueOf(arguments[1]))
			.synchronous(Synchronous.valueOf(arguments[2]))
			.transactionBegin((seed % 2 == 0) ? TransactionBegin.IMMEDIATE : TransactionBegin.FIRST_WRITE)
			.cacheSizeKiB(Integer.parseInt(arguments[7]))
			.build();
		int first = Integer.parseInt(arguments[4]);
		int writers = Integer.parseInt(arguments[5]);
		int transactions = Integer.parseInt(arguments[6]);
		try (ZovaDatabase database = ZovaDatabase.open(Path.of(arguments[0]), options)) {
			say("opened");
			database.notifications()
				.subscribe(TiedTransactions.CHANNEL, (notification) -> say("notified " + notification.payload()));
			CountDownLatch running = new CountDownLatch(writers);
			for (int writer = first; writer < first + writers; writer++) {
				int number = writer;
				new Thread(() -> {
					write(database, number, new Random(seed + number), transactions);
					running.countDown();
				}).start();
			}
			Thread reader = start(() -> look(new TiedTransactions(database)));
			start(() -> awaitEnd());
			running.await();
			ending = true;
			reader.join();
		}
		say("closed");
		System.exit(0);
	}

	private static Thread start(Runnable work) {
		Thread thread = new Thread(work);
		thread.setDaemon(true);
		thread.start();
		return thread;
	}

	private static void awaitEnd() {
		try {
			while (System.in.read() >= 0) {
				continue;
			}
		}
		catch (IOException ex) {
			say("failed " + ex);
		}
		ending = true;
	}

	private static void write(ZovaDatabase database, int writer, Random random, int transactions) {
		TiedTransactions tied = new TiedTransactions(database);
		for (int done = 0; done < transactions && !ending; done++) {
			try {
				say("done %d %d".formatted(writer, tied.commit(writer, random)));
				maintain(database, random);
			}
			catch (CannotAcquireLockException ex) {
				say("busy " + ex.getMessage());
			}
			catch (RuntimeException | Error ex) {
				say("failed " + ex);
			}
		}
	}

	private static void maintain(ZovaDatabase database, Random random) {
		if (random.nextInt(60) == 0) {
			database.vacuum();
		}
		else if (random.nextInt(12) == 0) {
			String how = List.of("passive", "full", "restart", "truncate").get(random.nextInt(4));
			JdbcClient.create(database.dataSource()).sql("pragma wal_checkpoint(" + how + ")").query().listOfRows();
		}
	}

	private static void look(TiedTransactions tied) {
		while (!ending) {
			try {
				tied.checkCounts();
				say("looked");
				Thread.sleep(5);
			}
			catch (CannotAcquireLockException ex) {
				say("busy " + ex.getMessage());
			}
			catch (RuntimeException | Error | InterruptedException ex) {
				say("failed " + ex);
			}
		}
	}

	private static synchronized void say(String what) {
		System.out.println(what.replaceAll("\\s+", " "));
		System.out.flush();
	}

}
