package io.zova.boot;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Predicate;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Warns at the start if a file cannot be written, rather than at the first write. SQLite
 * writes files beside it as well.
 */
final class WritablePlace {

	private static final Logger log = LoggerFactory.getLogger(WritablePlace.class);

	private final Predicate<Path> isWritable;

	WritablePlace() {
		this(Files::isWritable);
	}

	WritablePlace(Predicate<Path> isWritable) {
		this.isWritable = isWritable;
	}

	void warn(Path file) {
		warning(file).ifPresent(log::warn);
	}

	Optional<String> warning(Path file) {
		Path directory = file.toAbsolutePath().getParent();
		if (!this.isWritable.test(file)) {
			return Optional.of("The file " + file + " can't be written by this process, so every write will fail: give "
					+ "it the right to, or set zova.read-only to true");
		}
		if (directory != null && !this.isWritable.test(directory)) {
			return Optional.of("The directory " + directory + " can't be written by this process, so every write will "
					+ "fail: SQLite needs files beside " + file.getFileName()
					+ ". Give it the right to, or set zova.read-only to true");
		}
		return Optional.empty();
	}

}
