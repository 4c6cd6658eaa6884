package io.zova.format;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

import io.zova.ZovaException;
import io.zova.ZovaStatus;

/**
 * Files for a fuzzer whose format is asked for. The first byte says whether the others
 * are the file, changes of a valid one, or what lies beside a valid one.
 */
public final class FuzzedProbe {

	private static final Set<ZovaStatus> DECLARED = EnumSet.of(ZovaStatus.NOT_ZOVA_DATABASE, ZovaStatus.CANT_OPEN,
			ZovaStatus.BUSY, ZovaStatus.READ_ONLY, ZovaStatus.CORRUPT);

	private static final Path FOLDER;

	private static final byte[] WHOLE;

	private static final byte[] SMALL;

	static {
		try {
			FOLDER = Files.createTempDirectory("probe");
			Path whole = FOLDER.resolve("whole.zova");
			NewDatabase.create(whole, 512);
			WHOLE = Files.readAllBytes(whole);
			Files.delete(whole);
			SMALL = small();
		}
		catch (IOException | SQLException ex) {
			throw new ExceptionInInitializerError(ex);
		}
	}

	private FuzzedProbe() {
	}

	/** Nothing but what is asked for, so that a fuzzer can take it apart. */
	private static byte[] small() throws IOException, SQLException {
		Path file = FOLDER.resolve("small.zova");
		try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
				Statement statement = connection.createStatement()) {
			statement.execute("pragma page_size=512");
			statement.execute("create table _zova_meta(key text primary key, value text not null) without rowid");
			statement.execute("insert into _zova_meta values ('magic', 'zova'), ('format_version', '12')");
		}
		byte[] bytes = Files.readAllBytes(file);
		Files.delete(file);
		return bytes;
	}

	/**
	 * Opens what is needed, before the fuzzer's time begins.
	 * @throws Exception if that fails
	 */
	public static void fuzzerInitialize() throws Exception {
		fuzzerTestOneInput(new byte[] { 1 });
	}

	/** What to begin with. */
	public static List<byte[]> seeds() {
		byte[] small = new byte[1 + SMALL.length];
		System.arraycopy(SMALL, 0, small, 1, SMALL.length);
		return List.of(small, new byte[] { 1, 0, 18, 2, 0, 19, 2 }, new byte[] { 2, 0x37, 0x7f, 6, (byte) 0x82 },
				new byte[] { 3, (byte) 0xd9, (byte) 0xd5, 5, (byte) 0xf9 }, new byte[] { 4, '0', '1', '_', '2' });
	}

	/**
	 * Asks for the format.
	 * @param input any bytes
	 * @throws IOException if the files cannot be written
	 */
	public static void fuzzerTestOneInput(byte[] input) throws IOException {
		if (input.length == 0) {
			return;
		}
		byte[] rest = Arrays.copyOfRange(input, 1, input.length);
		switch (input[0] & 7) {
			case 0, 5 -> probe(rest, "", rest);
			case 1, 6 -> probe(changed(rest), "", rest);
			case 2 -> probe(changed(new byte[] { 0, 18, 2, 0, 19, 2 }), "-wal", rest);
			case 3, 7 -> probe(WHOLE, "-journal", rest);
			default -> FormatVersion.parse(new String(rest, StandardCharsets.UTF_8));
		}
	}

	/** Two bytes for the place, one for what comes there. */
	private static byte[] changed(byte[] changes) {
		byte[] bytes = WHOLE.clone();
		for (int i = 0; i + 2 < changes.length; i += 3) {
			bytes[((changes[i] & 0xff) << 8 | changes[i + 1] & 0xff) % bytes.length] = changes[i + 2];
		}
		return bytes;
	}

	private static void probe(byte[] content, String suffix, byte[] beside) throws IOException {
		Path file = FOLDER.resolve("probed.zova");
		Path side = FOLDER.resolve("probed.zova" + suffix);
		Files.write(side, beside);
		Files.write(file, content);
		try {
			FormatProbe.probe(file);
		}
		catch (ZovaException ex) {
			if (!DECLARED.contains(ex.status())) {
				throw ex;
			}
		}
		if (!Arrays.equals(Files.readAllBytes(file), content)) {
			throw new AssertionError("The file is another one");
		}
		if (!suffix.isEmpty() && !(Files.exists(side) && Arrays.equals(Files.readAllBytes(side), beside))) {
			throw new AssertionError("What lies beside it is another one");
		}
		try (Stream<Path> files = Files.list(FOLDER)) {
			files.forEach(FuzzedProbe::delete);
		}
	}

	private static void delete(Path file) {
		try {
			Files.delete(file);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
