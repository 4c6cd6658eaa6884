package io.zova;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

import io.zova.graph.Graph;
import io.zova.graph.GraphOperations;
import io.zova.kv.KeyValueNamespace;
import io.zova.kv.KeyValueOperations;
import io.zova.notification.NotificationOperations;
import io.zova.object.ObjectOperations;
import io.zova.vector.VectorCollection;
import io.zova.vector.VectorOperations;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The words of docs/vocabulary.md mean the same in each of these types.
 */
class VocabularyTests {

	static List<Class<?>> types() {
		return List.of(ObjectOperations.class, VectorOperations.class, VectorCollection.class, GraphOperations.class,
				Graph.class, KeyValueOperations.class, KeyValueNamespace.class, NotificationOperations.class);
	}

	@ParameterizedTest
	@MethodSource("types")
	void aWordGivesTheResultThatTheTableSays(Class<?> type) {
		for (Method method : type.getMethods()) {
			String name = method.getName();
			Class<?> result = method.getReturnType();
			String shown = method.toGenericString();
			assertThat(name).as(shown).doesNotContain("Many").doesNotStartWith("scan");
			if (name.startsWith("get") && !name.startsWith("getAnd")) {
				assertThat(result).as(shown).isNotIn(Optional.class, void.class, boolean.class);
			}
			if (name.startsWith("getAll")) {
				assertThat(result).as(shown).isEqualTo(List.class);
				assertThat(method.getGenericReturnType().getTypeName()).as(shown).doesNotContain("Optional");
			}
			if (name.startsWith("putAll") || name.startsWith("putNodes") || name.startsWith("putEdges")) {
				assertThat(result).as(shown).isIn(void.class, List.class);
			}
			if (name.equals("createIfMissing")) {
				assertThat(result).as(shown).isInterface();
			}
			if (name.equals("count")) {
				assertThat(result).as(shown).isEqualTo(long.class);
			}
			if (name.equals("statistics")) {
				assertThat(result.getSimpleName()).as(shown).endsWith("Statistics");
			}
			if (name.startsWith("find")) {
				assertThat(method.getGenericReturnType().getTypeName()).as(shown).contains("java.util.Optional<");
			}
			if (name.toLowerCase(Locale.ROOT).endsWith("exists")) {
				assertThat(result).as(shown).isEqualTo(boolean.class);
			}
			if (name.startsWith("delete")) {
				boolean many = name.endsWith("All")
						|| Arrays.stream(method.getParameterTypes()).anyMatch(Collection.class::isAssignableFrom);
				assertThat(result).as(shown).isEqualTo(many ? long.class : boolean.class);
			}
			if (name.equals("page") || name.endsWith("Page")) {
				assertThat(result == List.class || result.getSimpleName().endsWith("Page")).as(shown).isTrue();
			}
			if (name.startsWith("stream")) {
				assertThat(result).as(shown).isEqualTo(Stream.class);
			}
		}
	}

	@ParameterizedTest
	@MethodSource("types")
	void nothingOfTheFileEngineIsInASignature(Class<?> type) {
		assertThat(type).isInterface();
		for (Method method : type.getMethods()) {
			assertThat(method.toGenericString()).doesNotContain("io.zova.sqlite")
				.doesNotContain("java.sql")
				.doesNotContain("Template");
		}
	}

}
