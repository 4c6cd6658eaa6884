package io.zova.adversary;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Assumptions;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What processes did to the files of a folder, and said, in order: recorded by
 * {@code power.c}, which is compiled when it is first needed.
 */
final class Recording {

	private static final Path SOURCE = Path.of("src", "test", "native", "power.c");

	private static final int HEADER = 32;

	private Recording() {
	}

	/**
	 * The variables that let a process be recorded.
	 * @param folder the folder whose files matter
	 * @param log where the records go
	 * @param delay microseconds that each fsync takes
	 * @param lost the end of the names of files whose fsyncs are lost, a planted defect;
	 * empty for none
	 */
	static Map<String, String> environment(Path folder, Path log, int delay, String lost) throws Exception {
		return Map.of("LD_PRELOAD", library().toString(), "ZOVA_POWER_FOLDER", folder.toRealPath().toString(),
				"ZOVA_POWER_LOG", log.toString(), "ZOVA_POWER_DELAY", Integer.toString(delay),
				lost.isEmpty() ? "ZOVA_POWER_LOSES_NOTHING" : "ZOVA_POWER_LOSE", lost);
	}

	private static synchronized Path library() throws Exception {
		Path library = Path.of("target", "adversary", "libpower.so").toAbsolutePath();
		if (Files.exists(library)
				&& Files.getLastModifiedTime(library).compareTo(Files.getLastModifiedTime(SOURCE)) > 0) {
			return library;
		}
		Files.createDirectories(library.getParent());
		Process compiler;
		try {
			compiler = new ProcessBuilder("cc", "-shared", "-fPIC", "-O1", "-Wall", "-Wextra", "-Werror", "-o",
					library.toString(), SOURCE.toString())
				.inheritIO()
				.start();
		}
		catch (IOException ex) {
			Assumptions.abort("left out: no C compiler to build " + SOURCE + " with (" + ex.getMessage() + ")");
			throw ex;
		}
		assertThat(compiler.waitFor(60, TimeUnit.SECONDS) && compiler.exitValue() == 0).as("compiles").isTrue();
		return library;
	}

	static List<Entry> read(Path log) throws IOException {
		ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(log)).order(ByteOrder.nativeOrder());
		List<Entry> entries = new ArrayList<>();
		while (bytes.remaining() >= HEADER) {
			char kind = (char) bytes.getInt();
			int thread = bytes.getInt();
			long inode = bytes.getLong();
			long offset = bytes.getLong();
			byte[] content = new byte[(int) bytes.getLong()];
			bytes.get(content);
			entries.add(new Entry(kind, thread, inode, offset, content));
		}
		return entries;
	}

	/**
	 * Something that happened.
	 *
	 * @param kind C: a file was created under a name; L: it got another one; U: a name
	 * was removed; W: bytes were written; T: a file was cut or lengthened; S and E: an
	 * fsync began and ended; A: something was said
	 * @param thread the thread
	 * @param inode the file
	 * @param offset where, or to which length
	 * @param content bytes, or a name
	 */
	record Entry(char kind, int thread, long inode, long offset, byte[] content) {

		String text() {
			return new String(this.content, StandardCharsets.UTF_8);
		}

	}

}
