package io.zova.adversary;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

import io.zova.ZovaDatabase;
import io.zova.adversary.RegisterChecker.Kind;
import io.zova.adversary.RegisterChecker.Operation;
import io.zova.kv.KeyValueNamespace;

import org.springframework.dao.CannotAcquireLockException;

/**
 * Clients that use key-values as registers, outside transactions, and keep a history of
 * it.
 */
final class RegisterClients {

	private static final int REGISTERS = 3;

	private RegisterClients() {
	}

	/**
	 * Opens an existing file, runs clients, and prints what they did.
	 * @param arguments the file, the first client, operations for each, and a seed
	 */
	public static void main(String[] arguments) throws Exception {
		try (ZovaDatabase database = ZovaDatabase.open(Path.of(arguments[0]))) {
			System.out.println("opened");
			run(database, Integer.parseInt(arguments[1]), Integer.parseInt(arguments[2]), Long.parseLong(arguments[3]),
					new Tally())
				.forEach((register, operations) -> operations.forEach((operation) -> System.out
					.println("ran %d %s %d %d %b %d %d".formatted(register, operation.kind(), operation.expected(),
							operation.written(), operation.success(), operation.begin(), operation.end()))));
		}
	}

	/** Adds what another process has printed. */
	static void add(String line, Map<Integer, List<Operation>> histories) {
		String[] words = line.split(" ");
		histories.computeIfAbsent(Integer.valueOf(words[1]), (absent) -> new ArrayList<>())
			.add(new Operation(Kind.valueOf(words[2]), Integer.parseInt(words[3]), Integer.parseInt(words[4]),
					Boolean.parseBoolean(words[5]), Long.parseLong(words[6]), Long.parseLong(words[7])));
	}

	/**
	 * Runs some clients in threads of their own.
	 * @param database where
	 * @param first the number of the first client
	 * @param operations how many operations each runs
	 * @param seed decides what they do
	 * @param tally counts what was refused
	 * @return what they did to each register
	 */
	static Map<Integer, List<Operation>> run(ZovaDatabase database, int first, int operations, long seed, Tally tally)
			throws Exception {
		Map<Integer, List<Operation>> histories = new ConcurrentHashMap<>();
		Clients.run(first, (client) -> () -> {
			Random random = new Random(seed + client);
			for (int i = 1; i <= operations; i++) {
				int register = random.nextInt(REGISTERS);
				List<Operation> history = histories.computeIfAbsent(register, (absent) -> new CopyOnWriteArrayList<>());
				KeyValueNamespace registers = database.keyValues().namespace("registers");
				try {
					history.add(operate(registers, register, client * 100_000 + i, random));
					for (int reads = random.nextInt(10); reads > 0; reads--) {
						// In quick succession they may share what they see.
						history.add(read(registers, register));
					}
				}
				catch (CannotAcquireLockException ex) {
					tally.count(ListClients.REFUSED);
				}
			}
			return operations;
		});
		return histories;
	}

	private static Operation operate(KeyValueNamespace registers, int register, int value, Random random) {
		byte[] key = bytes(register);
		long begin = System.nanoTime();
		switch (random.nextInt(6)) {
			case 0 -> {
				registers.put(key, bytes(value));
				return done(Kind.WRITE, 0, value, true, begin);
			}
			case 1 -> {
				int before = number(registers.getAndPut(key, bytes(value)));
				return done(Kind.EXCHANGE, before, value, true, begin);
			}
			case 2 -> {
				Optional<byte[]> before = registers.find(key);
				if (before.isEmpty()) {
					return done(Kind.READ, 0, 0, true, begin);
				}
				long now = System.nanoTime();
				boolean success = registers.compareAndSet(key, before.get(), bytes(value));
				return done(Kind.COMPARE_AND_SET, number(before), value, success, now);
			}
			default -> {
				return read(registers, register);
			}
		}
	}

	private static Operation read(KeyValueNamespace registers, int register) {
		long begin = System.nanoTime();
		return done(Kind.READ, number(registers.find(bytes(register))), 0, true, begin);
	}

	private static Operation done(Kind kind, int expected, int written, boolean success, long begin) {
		return new Operation(kind, expected, written, success, begin, System.nanoTime());
	}

	private static byte[] bytes(int value) {
		return ByteBuffer.allocate(Integer.BYTES).putInt(value).array();
	}

	private static int number(Optional<byte[]> bytes) {
		return bytes.map((value) -> ByteBuffer.wrap(Arrays.copyOf(value, Integer.BYTES)).getInt()).orElse(0);
	}

}
