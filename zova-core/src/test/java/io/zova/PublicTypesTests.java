package io.zova;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaType;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What an application may use is written down, and nothing else is public without need.
 */
@AnalyzeClasses(locations = ArrowsBetweenRoomsTests.WithoutTests.class)
class PublicTypesTests {

	private static final Path PAGE = Path.of("../docs/api.md");

	private static final Pattern ROW = Pattern.compile("^\\| `(io\\.zova[\\w.]*)` \\| (.*) \\|$", Pattern.MULTILINE);

	/** In signatures of what is on the page, but made and used by the database only. */
	private static final Set<String> OF_THE_DATABASE = Set.of("io.zova.sqlite.SqlAccess", "io.zova.sqlite.SqlWork",
			"io.zova.sqlite.Feature", "io.zova.format.SchemaObject");

	/** What the starter needs, and what another room names in its sources only. */
	private static final Set<String> NEEDED = Set.of("io.zova.sqlite.StoredTimes", "io.zova.sqlite.ZovaDataSource",
			"io.zova.sqlite.lock.ReaderDoor", "io.zova.sqlite.lock.ReadLease");

	private static final Pattern TYPE = Pattern.compile("`(\\w+)`");

	@ArchTest
	static void whatThePageListsIsClosedUnderItsSignatures(JavaClasses classes) throws IOException {
		Set<String> documented = documented();
		Set<String> missing = new TreeSet<>();
		for (String name : documented) {
			assertThat(classes.contain(name)).as(name).isTrue();
			signatures(classes.get(name))
				.filter((type) -> !documented.contains(type.getName()) && !OF_THE_DATABASE.contains(type.getName()))
				.forEach((type) -> missing.add(type.getName() + " of " + name));
		}
		assertThat(missing).as("types in the signatures of those on the page that are not on it").isEmpty();
	}

	@ArchTest
	static void everythingElseThatIsPublicIsUsedByAnotherRoom(JavaClasses classes) throws IOException {
		Set<String> documented = documented();
		Set<JavaClass> neighbours = new LinkedHashSet<>();
		for (JavaClass type : classes) {
			type.getDirectDependenciesFromSelf()
				.stream()
				.map((dependency) -> topLevel(dependency.getTargetClass().getBaseComponentType()))
				.filter((target) -> !target.getPackageName().equals(type.getPackageName()))
				.forEach(neighbours::add);
		}
		List<JavaClass> above = neighbours.stream().flatMap((type) -> type.getAllRawInterfaces().stream()).toList();
		neighbours.addAll(above);
		assertThat(classes.stream()
			.filter(PublicTypesTests::isPublicTopLevel)
			.filter((type) -> !neighbours.contains(type))
			.map(JavaClass::getName)
			.filter((name) -> !documented.contains(name) && !NEEDED.contains(name)))
			.as("public types that are neither for applications nor for another room")
			.isEmpty();
	}

	private static Set<String> documented() throws IOException {
		Set<String> documented = new LinkedHashSet<>();
		Matcher row = ROW.matcher(Files.readString(PAGE));
		while (row.find()) {
			TYPE.matcher(row.group(2)).results().forEach((type) -> documented.add(row.group(1) + "." + type.group(1)));
		}
		return documented;
	}

	/** Constructors don't count: what a feature is made of is the database's affair. */
	private static Stream<JavaClass> signatures(JavaClass type) {
		Stream<JavaClass> above = Stream.concat(type.getRawSuperclass().stream(), type.getRawInterfaces().stream());
		return Stream
			.concat(above,
					type.getMethods()
						.stream()
						.filter((method) -> method.getModifiers().contains(JavaModifier.PUBLIC)
								|| method.getModifiers().contains(JavaModifier.PROTECTED))
						.filter((method) -> !method.getModifiers().contains(JavaModifier.SYNTHETIC))
						.flatMap(PublicTypesTests::signature))
			.map(JavaClass::getBaseComponentType)
			.map(PublicTypesTests::topLevel)
			.filter(PublicTypesTests::isPublicTopLevel)
			.filter((each) -> each.getPackageName().startsWith("io.zova"));
	}

	private static Stream<JavaClass> signature(JavaMethod method) {
		Stream<JavaType> types = Stream.concat(Stream.of(method.getReturnType()), method.getParameterTypes().stream());
		return Stream.concat(types.flatMap((type) -> type.getAllInvolvedRawTypes().stream()),
				method.getExceptionTypes().stream().map(JavaType::toErasure));
	}

	private static JavaClass topLevel(JavaClass type) {
		return type.getEnclosingClass().map(PublicTypesTests::topLevel).orElse(type);
	}

	private static boolean isPublicTopLevel(JavaClass type) {
		return type.isTopLevelClass() && type.getModifiers().contains(JavaModifier.PUBLIC);
	}

}
