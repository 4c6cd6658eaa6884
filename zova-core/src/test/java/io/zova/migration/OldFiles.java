package io.zova.migration;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.zova.ZovaException;
import io.zova.ZovaStatus;
import io.zova.format.TestFiles;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/**
 * A directory with files of older formats, and what a call has done to it.
 */
final class OldFiles {

	private final Path directory;

	private final Map<String, byte[]> before = new HashMap<>();

	OldFiles(Path directory) {
		this.directory = directory;
	}

	Path put(String fixture) throws Exception {
		return TestFiles.fixture(fixture, this.directory);
	}

	Path putSet(String base, String... stores) throws Exception {
		for (String store : stores) {
			put(base + "-" + store);
		}
		return put(base + "-main");
	}

	Path path(String name) {
		return this.directory.resolve(name);
	}

	void remember() throws Exception {
		this.before.clear();
		for (String name : TestFiles.namesIn(this.directory)) {
			if (Files.isRegularFile(path(name))) {
				this.before.put(name, Files.readAllBytes(path(name)));
			}
		}
	}

	/** Nothing came and nothing went, and each file is the same to the byte. */
	void requireUnchanged() throws Exception {
		assertThat(TestFiles.namesIn(this.directory)).containsExactlyInAnyOrderElementsOf(this.before.keySet());
		requireKept();
	}

	void requireKept() {
		this.before.forEach((name, content) -> assertThat(path(name)).hasBinaryContent(content));
	}

	/** A call is refused and has changed nothing. */
	ZovaException refused(ZovaStatus status, Runnable call) throws Exception {
		remember();
		ZovaException failure = catchThrowableOfType(ZovaException.class, call::run);
		assertThat(failure).isNotNull();
		assertThat(failure.status()).as(failure.getMessage()).isEqualTo(status);
		requireUnchanged();
		return failure;
	}

	List<String> others(String... known) throws Exception {
		List<String> names = new ArrayList<>(TestFiles.namesIn(this.directory));
		names.removeAll(List.of(known));
		return names;
	}

}
