package io.zova;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaType;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import io.zova.graph.GraphOperations;
import io.zova.kv.KeyValueOperations;
import io.zova.kv.ZovaMap;
import io.zova.kv.ZovaNavigableMap;
import io.zova.notification.NotificationOperations;
import io.zova.object.ObjectOperations;
import io.zova.vector.VectorOperations;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Another engine can implement the operations: nothing that an application meets in them
 * belongs to the engine of the file.
 */
@AnalyzeClasses(locations = ArrowsBetweenRoomsTests.WithoutTests.class)
class PortableTypesTests {

	@ArchTest
	static void noTypeInTheSignaturesOfTheOperationsKnowsTheEngineOfTheFile(JavaClasses classes) {
		Set<JavaClass> met = met(classes);
		assertThat(met.stream().map(JavaClass::getSimpleName)).contains("ObjectReader", "ObjectWriter",
				"ObjectResource", "Subscription", "WriteBehind", "ZovaMap", "Graph", "VectorCollection");
		for (JavaClass type : met) {
			assertThat(known(type)).as("what %s knows of the file's engine", type.getName()).isEmpty();
		}
	}

	@ArchTest
	static void whatAnEngineHandsOutCanBeMadeByAnother(JavaClasses classes) {
		for (JavaClass type : met(classes)) {
			boolean closed = type.getModifiers().contains(JavaModifier.PUBLIC)
					&& !type
						.isInterface()
					&& type.getConstructors()
						.stream()
						.noneMatch((constructor) -> constructor.getModifiers().contains(JavaModifier.PUBLIC)
								|| constructor.getModifiers().contains(JavaModifier.PROTECTED))
					&& !hasFactory(type);
			assertThat(closed).as("%s can only be made in its own package", type.getName()).isFalse();
		}
	}

	private static boolean hasFactory(JavaClass type) {
		// A default method of the namespace makes it.
		boolean madeByTheInterface = type.isEquivalentTo(ZovaMap.class) || type.isEquivalentTo(ZovaNavigableMap.class);
		return type.isEnum() || madeByTheInterface
				|| type.getMethods()
					.stream()
					.anyMatch((method) -> method.getModifiers().contains(JavaModifier.STATIC)
							&& method.getModifiers().contains(JavaModifier.PUBLIC)
							&& method.getRawReturnType().equals(type));
	}

	/** Whatever can be reached from the operations by public calls. */
	private static Set<JavaClass> met(JavaClasses classes) {
		Set<JavaClass> met = new LinkedHashSet<>();
		Deque<JavaClass> open = new ArrayDeque<>();
		List.of(ObjectOperations.class, VectorOperations.class, GraphOperations.class, KeyValueOperations.class,
				NotificationOperations.class)
			.forEach((type) -> open.add(classes.get(type)));
		while (!open.isEmpty()) {
			JavaClass type = open.remove();
			if (!met.add(type)) {
				continue;
			}
			Stream.concat(type.getMethods().stream(), type.getConstructors().stream())
				.filter((unit) -> unit.getModifiers().contains(JavaModifier.PUBLIC))
				.flatMap(PortableTypesTests::signature)
				.filter((each) -> each.getPackageName().startsWith("io.zova"))
				.map(JavaClass::getBaseComponentType)
				.forEach(open::add);
		}
		return met;
	}

	private static Stream<JavaClass> signature(JavaCodeUnit unit) {
		Stream<JavaType> types = Stream.concat(Stream.of(unit.getReturnType()), unit.getParameterTypes().stream());
		return types.flatMap((type) -> type.getAllInvolvedRawTypes().stream());
	}

	private static Set<String> known(JavaClass type) {
		return type.getDirectDependenciesFromSelf()
			.stream()
			.map((dependency) -> dependency.getTargetClass().getName())
			.filter((name) -> name.startsWith("io.zova.sqlite") || name.startsWith("io.zova.format")
					|| name.startsWith("org.sqlite"))
			.collect(Collectors.toCollection(TreeSet::new));
	}

}
