package io.zova;

import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

import io.zova.graph.GraphOperations;
import io.zova.graph.GraphTemplate;
import io.zova.kv.KeyValueOperations;
import io.zova.kv.KeyValueTemplate;
import io.zova.notification.NotificationOperations;
import io.zova.notification.NotificationTemplate;
import io.zova.object.ObjectOperations;
import io.zova.object.ObjectTemplate;
import io.zova.vector.VectorOperations;
import io.zova.vector.VectorTemplate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Nothing that an application needs is found on a template only: whoever injects the
 * operations can change the engine.
 */
class TemplateTests {

	private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

	private static final String[] NAMES = { "ObjectTemplate", "VectorTemplate", "GraphTemplate", "KeyValueTemplate",
			"NotificationTemplate" };

	/**
	 * With what {@link ZovaDatabase} alone calls: the SQL functions are registered when
	 * it opens its connections, before there are templates, and what a template holds is
	 * given back when it closes.
	 */
	static Stream<Arguments> templates() {
		return Stream.of(Arguments.of(ObjectTemplate.class, ObjectOperations.class, Set.of()),
				Arguments.of(VectorTemplate.class, VectorOperations.class, Set.of("feature", "close")),
				Arguments.of(GraphTemplate.class, GraphOperations.class, Set.of("feature")),
				Arguments.of(KeyValueTemplate.class, KeyValueOperations.class, Set.of("closeBuffers")),
				Arguments.of(NotificationTemplate.class, NotificationOperations.class, Set.of("feature")));
	}

	@ParameterizedTest
	@MethodSource("templates")
	void aTemplateOffersNoMoreThanItsOperations(Class<?> template, Class<?> operations, Set<String> ofTheDatabase) {
		assertThat(operations).isAssignableFrom(template);
		Set<String> more = new TreeSet<>();
		for (Method method : template.getDeclaredMethods()) {
			if (Modifier.isPublic(method.getModifiers()) && !isOf(operations, method)) {
				more.add(method.getName());
			}
		}
		assertThat(more).isEqualTo(ofTheDatabase);
		assertThat(
				Arrays.stream(template.getDeclaredFields()).filter((field) -> Modifier.isPublic(field.getModifiers())))
			.isEmpty();
	}

	/**
	 * The page on the architecture explains the templates to who works on them, and the
	 * list of public types is complete.
	 */
	@Test
	void pagesAndSamplesInjectOperations() throws IOException {
		List<Path> files = new ArrayList<>();
		files.add(ROOT.resolve("README.md"));
		for (String directory : List.of("docs", "samples/jpa/src", "samples/notebook/src")) {
			try (Stream<Path> found = Files.walk(ROOT.resolve(directory))) {
				found.filter((file) -> file.toString().matches(".*\\.(md|java)"))
					.filter((file) -> !file.endsWith("architecture.md") && !file.endsWith("api.md"))
					.forEach(files::add);
			}
		}
		assertThat(files).hasSizeGreaterThan(30).allSatisfy((file) -> assertThat(file).content().doesNotContain(NAMES));
	}

	private static boolean isOf(Class<?> operations, Method method) {
		return Arrays.stream(operations.getMethods())
			.anyMatch((own) -> own.getName().equals(method.getName())
					&& Arrays.equals(own.getParameterTypes(), method.getParameterTypes()));
	}

}
