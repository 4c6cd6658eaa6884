package io.zova.boot;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import io.zova.ZovaDatabase;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

/**
 * What the log says at the start about files that cannot be written.
 */
@ExtendWith(OutputCaptureExtension.class)
class WritablePlaceTests {

	@TempDir
	private Path directory;

	@Test
	void aFileOrADirectoryThatCannotBeWrittenIsNamed() {
		Path file = this.directory.resolve("app.zova");
		assertThat(new WritablePlace((path) -> true).warning(file)).isEmpty();
		assertThat(new WritablePlace((path) -> !path.equals(file)).warning(file).orElseThrow())
			.contains("The file " + file)
			.contains("zova.read-only");
		assertThat(new WritablePlace((path) -> path.equals(file)).warning(file).orElseThrow())
			.contains("The directory " + this.directory)
			.contains("app.zova");
	}

	@Test
	void theStartWarns(CapturedOutput output) throws Exception {
		Path file = this.directory.resolve("app.zova");
		ZovaDatabase.create(file).close();
		Files.setPosixFilePermissions(this.directory, PosixFilePermissions.fromString("r-xr-xr-x"));
		try {
			assumeFalse(Files.isWritable(this.directory), "Root may write everywhere");
			runner(file).run((context) -> assertThat(output).contains("can't be written by this process"));
			assertThat(output).contains("can't be written by this process");
		}
		finally {
			Files.setPosixFilePermissions(this.directory, PosixFilePermissions.fromString("rwxr-xr-x"));
		}
	}

	@Test
	void theStartIsSilentWhereAllIsWell(CapturedOutput output) {
		runner(this.directory.resolve("app.zova"))
			.run((context) -> assertThat(output).doesNotContain("can't be written by this process"));
	}

	private static ApplicationContextRunner runner(Path file) {
		return new ApplicationContextRunner().withConfiguration(AutoConfigurations.of(ZovaAutoConfiguration.class))
			.withPropertyValues("zova.path=" + file);
	}

}
