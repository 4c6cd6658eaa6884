package io.zova.adversary;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.extension.AnnotatedElementContext;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.io.TempDirFactory;

/**
 * Keeps files in memory where the machine has a folder for it, for tests that ask nothing
 * of the disk and shall do as much as possible in their time.
 */
final class InMemory implements TempDirFactory {

	private static final Path MEMORY = Path.of("/dev/shm");

	@Override
	public Path createTempDirectory(AnnotatedElementContext element, ExtensionContext context) throws IOException {
		return Files.isWritable(MEMORY) ? Files.createTempDirectory(MEMORY, "zova-adversary")
				: Files.createTempDirectory("zova-adversary");
	}

}
