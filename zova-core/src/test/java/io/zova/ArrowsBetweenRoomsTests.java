package io.zova;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.junit.LocationProvider;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Which package knows which. An arrow that is new here needs a reason, and one that is no
 * longer there is taken away.
 */
@AnalyzeClasses(locations = ArrowsBetweenRoomsTests.WithoutTests.class)
class ArrowsBetweenRoomsTests {

	/** What lies under everything, though it is in the package of the front door. */
	private static final Set<String> GROUND = Set.of("Arguments", "ZovaException", "ZovaStatus");

	private static final Map<String, Set<String>> ARROWS = new TreeMap<>();

	static {
		arrows("ground");
		arrows("transaction");
		arrows("options", "ground", "format", "sqlite.function");
		// Connections, from below.
		arrows("sqlite.driver", "ground");
		arrows("sqlite.file");
		arrows("sqlite.extension");
		arrows("sqlite.function", "ground", "sqlite.driver", "sqlite.extension");
		arrows("sqlite.statement", "ground", "sqlite.driver", "sqlite.file", "sqlite.function");
		arrows("sqlite.lock", "ground", "sqlite.driver", "sqlite.file");
		arrows("sqlite", "ground", "options", "transaction", "sqlite.driver", "sqlite.extension", "sqlite.file",
				"sqlite.function", "sqlite.lock", "sqlite.statement");
		arrows("format", "ground", "sqlite.driver", "sqlite.file");
		// Features: none knows another one.
		arrows("object", "ground", "transaction", "format", "sqlite", "sqlite.extension", "sqlite.file", "sqlite.lock");
		arrows("vector", "ground", "sqlite", "sqlite.extension", "sqlite.function", "sqlite.lock");
		arrows("graph", "ground", "transaction", "format", "sqlite", "sqlite.extension", "sqlite.file",
				"sqlite.function", "sqlite.lock");
		arrows("kv", "ground", "transaction", "sqlite", "sqlite.extension");
		arrows("notification", "ground", "options", "transaction", "sqlite", "sqlite.function");
	}

	/** What works on whole files knows no feature, but for old forms of its rows. */
	private static final Set<String> OF_WHOLE_FILES = Set.of("ground", "format", "maintenance", "maintenance.check",
			"maintenance.pages", "sqlite", "sqlite.driver", "sqlite.file", "sqlite.lock");

	private static final Map<String, Set<String>> OLD_FORMS = Map.of("migration", Set.of("vector"),
			"maintenance.salvage", Set.of("migration"));

	private static void arrows(String from, String... to) {
		ARROWS.put(from, Set.of(to));
	}

	@ArchTest
	static void eachRoomKnowsOnlyWhatItIsMeantToKnow(JavaClasses classes) {
		Map<String, Set<String>> found = new TreeMap<>();
		for (JavaClass each : classes) {
			String from = room(each);
			Set<String> known = found.computeIfAbsent(from, (absent) -> new TreeSet<>());
			each.getDirectDependenciesFromSelf()
				.stream()
				.map((dependency) -> room(dependency.getTargetClass()))
				.filter((to) -> !to.equals(from) && !to.isEmpty())
				.forEach(known::add);
		}
		found.remove("front door");
		Map<String, Set<String>> surplus = new TreeMap<>();
		found.forEach((from, known) -> {
			Set<String> beyond = new TreeSet<>(known);
			beyond.removeAll(ARROWS.getOrDefault(from, OF_WHOLE_FILES));
			beyond.removeAll(OLD_FORMS.getOrDefault(from, Set.of()));
			if (!beyond.isEmpty()) {
				surplus.put(from, beyond);
			}
		});
		assertThat(surplus).as("what rooms know beyond their arrows").isEmpty();
		ARROWS.forEach((from, known) -> assertThat(found.get(from)).as("arrows from %s that are needed", from)
			.containsAll(known));
	}

	@ArchTest
	static void noRoomsKnowEachOtherInACircle(JavaClasses classes) {
		SlicesRuleDefinition.slices().assignedFrom(new SliceAssignment() {

			@Override
			public SliceIdentifier getIdentifierOf(JavaClass each) {
				String room = room(each);
				return room.isEmpty() ? SliceIdentifier.ignore() : SliceIdentifier.of(room);
			}

			@Override
			public String getDescription() {
				return "rooms";
			}

		}).should().beFreeOfCycles().check(classes);
	}

	/**
	 * From a statement down to the file's history, as the package of connections says.
	 */
	private static final List<Set<String>> STOREYS = List.of(Set.of("SqlAccess", "UnitOfWork"),
			Set.of("ZovaConnection"), Set.of("Execution", "ConnectionStatements", "ConnectionEnd"), Set.of("Session"),
			Set.of("JdbcTransaction"), Set.of("OpenReads"), Set.of("StatementLocks"), Set.of("ConnectionTransaction"),
			Set.of("TransactionEnd"), Set.of("TransactionChanges", "ConnectionListeners"));

	@ArchTest
	static void aConnectionCallsOneWay(JavaClasses classes) {
		Set<String> above = new TreeSet<>();
		for (Set<String> storey : STOREYS) {
			for (String name : storey) {
				String type = "io.zova.sqlite." + name;
				assertThat(classes.get(type).getDirectDependenciesFromSelf()).as(type)
					.isNotEmpty()
					.extracting((dependency) -> dependency.getTargetClass().getBaseComponentType().getFullName())
					.filteredOn(above::contains)
					.isEmpty();
			}
			storey.forEach((name) -> above.add("io.zova.sqlite." + name));
		}
	}

	/** The part of the package's name below {@code io.zova}. */
	private static String room(JavaClass type) {
		JavaClass element = type.getBaseComponentType();
		String name = element.getPackageName();
		if (name.equals("io.zova")) {
			String simple = element.getFullName().substring("io.zova.".length()).split("\\$")[0];
			return GROUND.contains(simple) ? "ground" : simple.equals("ZovaOptions") ? "options" : "front door";
		}
		return name.startsWith("io.zova.") ? name.substring("io.zova.".length()) : "";
	}

	/**
	 * Where the classes of this module are.
	 */
	static final class WithoutTests implements LocationProvider {

		@Override
		public Set<Location> get(Class<?> test) {
			return Set.of(Location.of(ZovaDatabase.class.getProtectionDomain().getCodeSource().getLocation()));
		}

	}

}
