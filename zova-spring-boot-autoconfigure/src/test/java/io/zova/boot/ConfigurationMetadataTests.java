package io.zova.boot;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.core.ResolvableType;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What editors know of the properties: all of them, each with a description and its
 * default.
 */
class ConfigurationMetadataTests {

	private final Map<String, JsonNode> properties = new TreeMap<>();

	private final List<JsonNode> hints = new ArrayList<>();

	ConfigurationMetadataTests() throws IOException {
		for (String name : List.of("META-INF/spring-configuration-metadata.json",
				"META-INF/additional-spring-configuration-metadata.json")) {
			for (URL resource : Collections.list(ZovaProperties.class.getClassLoader().getResources(name))) {
				if (resource.getProtocol().equals("file")) {
					read(resource);
				}
			}
		}
	}

	private void read(URL resource) throws IOException {
		try (InputStream in = resource.openStream()) {
			JsonNode metadata = new JsonMapper().readTree(in);
			metadata.path("properties")
				.forEach((property) -> this.properties.put(property.get("name").asString(), property));
			metadata.path("hints").forEach(this.hints::add);
		}
	}

	@Test
	void everyPropertyIsDescribedAndNoOther() {
		TreeSet<String> expected = new TreeSet<>();
		collect("zova", ZovaProperties.class, expected);
		assertThat(expected).hasSizeGreaterThanOrEqualTo(20);
		expected.addAll(List.of("management.endpoint.zova.access", "management.endpoint.zova.cache.time-to-live",
				"management.health.zova.enabled", "management.info.zova.enabled"));
		assertThat(this.properties.keySet()).isEqualTo(expected);
	}

	@Test
	void thePageListsEveryPropertyOfZovaAndNoOther() throws IOException {
		TreeSet<String> listed = new TreeSet<>();
		Files.readAllLines(Path.of("..", "docs", "configuration.md"))
			.stream()
			.dropWhile((line) -> !line.startsWith("| property, below `zova` |"))
			.skip(2)
			.takeWhile((line) -> line.startsWith("|"))
			.forEach((line) -> Pattern.compile("`([^`]+)`")
				.matcher(line.split("\\|")[1])
				.results()
				.forEach((name) -> listed.add("zova." + name.group(1))));
		TreeSet<String> expected = new TreeSet<>();
		collect("zova", ZovaProperties.class, expected);
		assertThat(listed).isEqualTo(expected);
	}

	@Test
	void everyDescriptionIsASentence() {
		this.properties.forEach((name, property) -> assertThat(property.path("description").asString("")).as(name)
			.matches("[A-Z].*\\.")
			.hasSizeGreaterThan(20));
	}

	@Test
	void everyPropertyHasItsDefaultOrSaysWhatHappensWithout() {
		this.properties.forEach((name, property) -> {
			if (!property.has("defaultValue")) {
				assertThat(property.path("description").asString()).as(name)
					.containsAnyOf("default is", "if this is not set", "Without it");
			}
		});
	}

	@Test
	void theDefaultsAreThoseThatApply() {
		ZovaProperties defaults = new Binder(new MapConfigurationPropertySource()).bindOrCreate("zova",
				ZovaProperties.class);
		this.properties.forEach((name, property) -> {
			if (name.startsWith("zova.") && property.has("defaultValue")) {
				Method accessor = accessor(name);
				Object actual = value(defaults, name);
				JsonNode documented = property.get("defaultValue");
				Binder binder = new Binder(new MapConfigurationPropertySource(
						Map.of("value", documented.isArray() ? documented.get(0).asString() : documented.asString())));
				assertThat(binder.bind("value", Bindable.of(ResolvableType.forMethodReturnType(accessor))).get())
					.as(name)
					.isEqualTo(actual);
			}
		});
	}

	@Test
	void everyTypeAndEveryHintIsRight() {
		this.properties
			.forEach((name, property) -> assertThat(property.path("type").asString("")).as(name).isNotEmpty());
		assertThat(this.hints).isNotEmpty().allSatisfy((hint) -> {
			assertThat(this.properties).containsKey(hint.get("name").asString());
			hint.path("values")
				.forEach((value) -> assertThat(value.path("description").asString("")).matches("[A-Z].*\\."));
		});
	}

	private static void collect(String prefix, Class<?> type, TreeSet<String> names) {
		for (RecordComponent component : type.getRecordComponents()) {
			String name = prefix + "." + dashed(component.getName());
			if (component.getType().isRecord()) {
				collect(name, component.getType(), names);
			}
			else {
				names.add(name);
			}
		}
	}

	private static Object value(Object properties, String name) {
		try {
			Object value = properties;
			for (String part : name.substring("zova.".length()).split("\\.")) {
				value = component(value.getClass(), part).invoke(value);
			}
			return value;
		}
		catch (ReflectiveOperationException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static Method accessor(String name) {
		Class<?> type = ZovaProperties.class;
		Method accessor = null;
		for (String part : name.substring("zova.".length()).split("\\.")) {
			accessor = component(type, part);
			type = accessor.getReturnType();
		}
		return accessor;
	}

	private static String dashed(String name) {
		return name.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
	}

	private static Method component(Class<?> type, String wanted) {
		for (RecordComponent component : type.getRecordComponents()) {
			if (dashed(component.getName()).equals(wanted)) {
				return component.getAccessor();
			}
		}
		throw new IllegalStateException("No property " + wanted + " in " + type);
	}

}
