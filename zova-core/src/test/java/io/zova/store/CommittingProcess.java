package io.zova.store;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

import io.zova.ZovaDatabase;
import io.zova.ZovaOptions;

/**
 * Writes to a set, each time a row to the main file and an object and a node to stores,
 * until it is killed.
 */
final class CommittingProcess {

	private CommittingProcess() {
	}

	public static void main(String[] arguments) {
		int first = Integer.parseInt(arguments[1]);
		try (ZovaDatabase database = ZovaDatabase.open(Path.of(arguments[0]),
				ZovaOptions.builder().busyTimeout(Duration.ofMinutes(2)).build())) {
			JdbcClient jdbc = JdbcClient.create(database.dataSource());
			TransactionTemplate transaction = new TransactionTemplate(database.transactionManager());
			System.out.println("> begins");
			for (int i = first;; i++) {
				int number = i;
				transaction.executeWithoutResult((status) -> {
					jdbc.sql("insert into article values (?)").param(number).update();
					database.objects().put(content(number));
					database.graphs().graph("people").putNode("article-" + number, "article");
				});
				System.out.println("> " + i);
			}
		}
	}

	static byte[] content(int number) {
		return ByteBuffer.allocate(20_000).putInt(number).array();
	}

}
