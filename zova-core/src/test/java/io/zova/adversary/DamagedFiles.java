package io.zova.adversary;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

import io.zova.ZovaDatabase;
import io.zova.ZovaException;
import io.zova.ZovaOptions;
import io.zova.ZovaOptions.JournalMode;
import io.zova.ZovaStatus;

import org.springframework.dao.DataAccessException;
import org.springframework.util.FileSystemUtils;

/**
 * A process that damages one file after another and calls everything that reads it. It
 * says what it does before, because a call may end it, and {@code failed} where a call
 * does not end, gives wrong bytes, or throws what is no error of a database.
 */
final class DamagedFiles {

	private static final long DEADLINE_SECONDS = 60;

	/** However slow the machine is. */
	private static final int AT_LEAST = 12;

	private final Path folder;

	private volatile String damage = "";

	private int right;

	private int refused;

	private final ExecutorService caller = Executors.newSingleThreadExecutor((work) -> {
		Thread thread = new Thread(work, "caller");
		thread.setDaemon(true);
		return thread;
	});

	private DamagedFiles(Path folder) {
		this.folder = folder;
	}

	/**
	 * Damages files.
	 * @param arguments a folder, what to damage, a seed, the number of files, and for how
	 * many seconds at most
	 */
	public static void main(String[] arguments) throws Exception {
		DamagedFiles files = new DamagedFiles(Path.of(arguments[0]));
		Random seeds = new Random(Long.parseLong(arguments[2]));
		files.prepare();
		long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(Long.parseLong(arguments[4]));
		for (int i = 0; i < Integer.parseInt(arguments[3]) && (i < AT_LEAST || System.nanoTime() < end); i++) {
			files.damageAndRead(arguments[1], new Random(seeds.nextLong()));
		}
		System.exit(0);
	}

	/** Files of every kind, as they are while a process has them open. */
	private void prepare() throws IOException, SQLException {
		for (JournalMode mode : List.of(JournalMode.DELETE, JournalMode.WAL)) {
			for (int page : List.of(1024, 4096)) {
				Path model = Files.createDirectories(this.folder.resolve(mode.sql() + page));
				Path file = this.folder.resolve("model.zova");
				ZovaOptions options = ZovaOptions.builder().journalMode(mode).pageSize(page).build();
				SampleFile.create(file, options);
				try (ZovaDatabase database = ZovaDatabase.open(file, options);
						Connection connection = database.dataSource().getConnection();
						Statement statement = connection.createStatement()) {
					statement.execute("create table late(a)");
					statement.execute("update item set padding = zeroblob(100) where id < 20");
					copy(file, model.resolve("damaged.zova"));
				}
				Files.delete(file);
			}
		}
	}

	private static void copy(Path file, Path target) throws IOException {
		Files.copy(file, target, StandardCopyOption.REPLACE_EXISTING);
		for (String side : Damage.SIDES) {
			if (Files.exists(Path.of(file + side))) {
				Files.copy(Path.of(file + side), Path.of(target + side), StandardCopyOption.REPLACE_EXISTING);
			}
		}
	}

	private void damageAndRead(String what, Random random) throws Exception {
		List<Path> models;
		try (Stream<Path> folders = Files.list(this.folder)) {
			models = folders.filter(Files::isDirectory).sorted().toList();
		}
		Path attempt = Files.createDirectory(this.folder.resolveSibling("attempt"));
		try {
			Path file = attempt.resolve("damaged.zova");
			copy(models.get(random.nextInt(models.size())).resolve("damaged.zova"), file);
			Damage damage = new Damage(file, random);
			boolean openBefore = what.equals("bytes") && random.nextInt(4) == 0;
			if (!openBefore) {
				damage(what, damage, openBefore, random);
			}
			ZovaOptions.Builder options = ZovaOptions.builder();
			switch (random.nextInt(8)) {
				case 0 -> options.readOnly(true);
				case 1 -> options.readOnly(true).immutable(true);
				case 2 -> options.vectorResidentMemory(0).graphResidentMemory(0);
				default -> {
				}
			}
			call("probe", () -> ZovaDatabase.probe(file));
			ZovaDatabase[] opened = new ZovaDatabase[1];
			call("open", () -> opened[0] = ZovaDatabase.open(file, options.build()));
			if (opened[0] != null) {
				if (openBefore) {
					damage(what, damage, openBefore, random);
				}
				readAll(opened[0], attempt, random);
				call("close", opened[0]::close);
			}
			call("restore", () -> ZovaDatabase.restore(file, attempt.resolve("restored.zova")));
			say("done %d %d".formatted(this.right, this.refused));
			this.right = 0;
			this.refused = 0;
		}
		finally {
			FileSystemUtils.deleteRecursively(attempt);
		}
	}

	private void damage(String what, Damage damage, boolean open, Random random) throws Exception {
		List<String> done = new ArrayList<>();
		for (int i = 1 + random.nextInt(3); i > 0; i--) {
			done.add(switch (what) {
				case "bytes" -> damage.bytes(open);
				case "values" -> (random.nextInt(8) > 0) ? damage.value() : damage.forgery();
				default -> damage.schema();
			});
		}
		this.damage = done.toString();
		say("damage " + this.damage);
	}

	private void readAll(ZovaDatabase database, Path copies, Random random) throws Exception {
		Map<String, Calls.Call> calls = Calls.of(database, copies);
		List<String> names = new ArrayList<>(calls.keySet());
		java.util.Collections.shuffle(names, random);
		for (String name : names) {
			call(name, calls.get(name));
		}
	}

	private void call(String name, Calls.Call call) throws Exception {
		Future<?> result = this.caller.submit(() -> {
			try {
				call.run();
				this.right++;
			}
			catch (Throwable ex) {
				if (isErrorOfADatabase(ex)) {
					this.refused++;
				}
				else {
					say("failed %s after %s: %s caused by %s at %s".formatted(name, this.damage, ex, ex.getCause(),
							Arrays.stream(ex.getStackTrace()).limit(6).toList()));
				}
			}
		});
		try {
			result.get(DEADLINE_SECONDS, TimeUnit.SECONDS);
		}
		catch (TimeoutException ex) {
			StringBuilder stacks = new StringBuilder();
			for (var thread : ManagementFactory.getThreadMXBean().dumpAllThreads(true, true)) {
				stacks.append(thread.getThreadName()).append(Arrays.toString(thread.getStackTrace())).append(' ');
			}
			say("failed %s after %s: did not end: %s".formatted(name, this.damage, stacks));
			System.exit(0);
		}
	}

	private static boolean isErrorOfADatabase(Throwable ex) {
		if (ex instanceof ZovaException zova) {
			return zova.status() != ZovaStatus.OK && zova.status() != ZovaStatus.MISUSE
					&& zova.status() != ZovaStatus.INVALID_ARGUMENT && zova.status() != ZovaStatus.OUT_OF_MEMORY;
		}
		return ex instanceof DataAccessException || ex instanceof SQLException;
	}

	private static void say(String what) {
		System.out.println(what.replaceAll("\\s+", " "));
	}

}
