package io.zova;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * NullAway checks what is marked: so every package of every module must be.
 */
class EveryPackageIsNullMarkedTests {

	@Test
	void everyPackageOfEveryModuleIsNullMarked() throws IOException {
		Path root = Path.of("").toAbsolutePath().getParent();
		Set<Path> packages;
		try (Stream<Path> files = Files.walk(root)) {
			packages = files.filter((file) -> file.toString().endsWith(".java"))
				.map(root::relativize)
				.filter((file) -> file.toString().replace('\\', '/').contains("src/main/java/io/zova"))
				.map((file) -> root.resolve(file).getParent())
				.collect(Collectors.toSet());
		}
		assertThat(packages).hasSizeGreaterThan(8);
		List<Path> unmarked = packages.stream().filter((directory) -> !isNullMarked(directory)).sorted().toList();
		assertThat(unmarked).isEmpty();
	}

	private static boolean isNullMarked(Path directory) {
		try {
			Path info = directory.resolve("package-info.java");
			return Files.exists(info) && Files.readString(info).contains("@NullMarked");
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
