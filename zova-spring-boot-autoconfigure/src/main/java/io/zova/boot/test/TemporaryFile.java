package io.zova.boot.test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import org.springframework.beans.factory.DisposableBean;
import org.springframework.util.FileSystemUtils;

/**
 * A path for a database that is deleted with the test's context, after the database has
 * been closed.
 */
class TemporaryFile implements DisposableBean {

	private final Path directory = Files.createTempDirectory("zova-test");

	TemporaryFile() throws IOException {
	}

	Path path() {
		return this.directory.resolve("test.zova");
	}

	@Override
	public void destroy() throws IOException {
		FileSystemUtils.deleteRecursively(this.directory);
	}

}
