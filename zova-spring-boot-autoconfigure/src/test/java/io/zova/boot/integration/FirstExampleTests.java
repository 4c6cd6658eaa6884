package io.zova.boot.integration;

import java.io.BufferedReader;
import java.io.File;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import javax.tools.ToolProvider;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The first example of the README works as it is, beside the application class of an
 * empty application whose one dependency is the starter.
 */
@Timeout(120)
class FirstExampleTests {

	private static final Pattern FIRST_EXAMPLE = Pattern.compile("```java\\n(.*?)```", Pattern.DOTALL);

	/** What the starter brings along; everything else on the class path is for tests. */
	private static final Pattern STARTER = Pattern
		.compile("(spring-(core|beans|context|aop|expression|jdbc|tx)|spring-boot(-autoconfigure|-jdbc|-sql"
				+ "|-transaction|-persistence)?|spring-boot-starter(-jdbc|-logging)?|HikariCP|sqlite-jdbc|jspecify"
				+ "|commons-logging|slf4j-api|logback-(core|classic)|jul-to-slf4j|log4j-(api|to-slf4j)|snakeyaml"
				+ "|micrometer-(observation|commons)|jakarta.annotation-api|zova-core)-\\d.*\\.jar");

	private static final String APPLICATION = """
			package com.example.demo;

			import org.springframework.boot.SpringApplication;
			import org.springframework.boot.autoconfigure.SpringBootApplication;

			@SpringBootApplication
			public class DemoApplication {

				public static void main(String[] args) throws Exception {
					SpringApplication.run(DemoApplication.class, args);
					System.in.read();
				}

			}
			""";

	@TempDir
	private Path directory;

	@Test
	void theFirstExampleOfTheReadmeRunsInAnEmptyApplication() throws Exception {
		Matcher example = FIRST_EXAMPLE.matcher(Files.readString(Path.of("..", "README.md")));
		assertThat(example.find()).isTrue();
		Path sources = Files.createDirectories(this.directory.resolve("src/com/example/demo"));
		Path application = Files.writeString(sources.resolve("DemoApplication.java"), APPLICATION);
		Path library = Files.writeString(sources.resolve("Library.java"),
				"package com.example.demo;\n\n" + example.group(1));
		Path classes = Files.createDirectories(this.directory.resolve("classes"));
		Files.writeString(classes.resolve("application.yaml"), "zova:\n  path: data/app.zova\n");
		List<String> classPath = new ArrayList<>(List.of(classes.toString()));
		Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
			.filter((entry) -> Files.isDirectory(Path.of(entry)) ? !entry.matches(".*test(-classes)?/?")
					: STARTER.matcher(Path.of(entry).getFileName().toString()).matches())
			.map((entry) -> Path.of(entry).toAbsolutePath().toString())
			.forEach(classPath::add);
		String joined = String.join(File.pathSeparator, classPath);

		int compiled = ToolProvider.getSystemJavaCompiler()
			.run(null, null, null, "-parameters", "-proc:none", "-cp", joined, "-d", classes.toString(),
					application.toString(), library.toString());
		assertThat(compiled).isZero();
		for (int start = 0; start < 2; start++) {
			assertThat(run(joined)).contains("Nearest: b", "Published: a", "Published: b");
		}
		assertThat(this.directory.resolve("data/app.zova")).isRegularFile();
	}

	/** Starts the application, waits until both articles are announced, and stops it. */
	private List<String> run(String classPath) throws Exception {
		Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
				classPath, "com.example.demo.DemoApplication")
			.directory(this.directory.toFile())
			.redirectErrorStream(true)
			.start();
		try (BufferedReader reader = new BufferedReader(
				new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
			List<String> lines = new ArrayList<>();
			for (String line = reader.readLine(); line != null; line = reader.readLine()) {
				lines.add(line);
				if (line.equals("Published: b")) {
					process.getOutputStream().close();
				}
			}
			assertThat(process.waitFor()).as(lines.stream().collect(Collectors.joining("\n"))).isZero();
			return lines;
		}
		finally {
			process.destroyForcibly();
		}
	}

}
