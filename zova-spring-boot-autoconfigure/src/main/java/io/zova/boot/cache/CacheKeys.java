package io.zova.boot.cache;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Field;
import java.lang.reflect.RecordComponent;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.temporal.Temporal;
import java.time.temporal.TemporalAmount;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

import org.springframework.cache.interceptor.SimpleKey;
import org.springframework.util.ObjectUtils;
import org.springframework.util.ReflectionUtils;

import io.zova.object.ChunkId;
import io.zova.object.ObjectId;

/**
 * The bytes of a key. Two keys have the same bytes only if they are equal, so a value is
 * never found under another key: each part is written with its type and its length. What
 * has no such form is refused.
 */
final class CacheKeys {

	/** Their text tells all of the value. */
	private static final Set<Class<?>> TOLD_BY_TEXT = Set.of(String.class, Character.class, Boolean.class, Byte.class,
			Short.class, Integer.class, Long.class, Float.class, Double.class, BigInteger.class, BigDecimal.class,
			UUID.class, ObjectId.class, ChunkId.class);

	/** The arguments of a method; Spring tells them to nobody. */
	private static final Field ARGUMENTS = arguments();

	private CacheKeys() {
	}

	static byte[] bytes(Object key) {
		ByteArrayOutputStream bytes = new ByteArrayOutputStream();
		try {
			write(key, key, new DataOutputStream(bytes));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		return bytes.toByteArray();
	}

	private static void write(@Nullable Object part, Object key, DataOutputStream out) throws IOException {
		if (part == null) {
			text("null", "", out);
		}
		else if (part instanceof SimpleKey) {
			all("key", Arrays.asList(ObjectUtils.toObjectArray(ReflectionUtils.getField(ARGUMENTS, part))), key, out);
		}
		else if (part instanceof List<?> list) {
			all("list", list, key, out);
		}
		else if (part.getClass().isArray()) {
			all(part.getClass().getName(), Arrays.asList(ObjectUtils.toObjectArray(part)), key, out);
		}
		else if (part instanceof Enum<?> constant) {
			text(constant.getDeclaringClass().getName(), constant.name(), out);
		}
		else if (part instanceof Class<?> type) {
			text(Class.class.getName(), type.getName(), out);
		}
		else if (part instanceof Locale locale) {
			all(Locale.class.getName(), parts(locale), key, out);
		}
		else if (isToldByText(part)) {
			text(part.getClass().getName(), part.toString(), out);
		}
		else if (part instanceof Record) {
			components((Record) part, key, out);
		}
		else {
			throw new IllegalArgumentException("A cache key of " + key.getClass().getName() + " holds "
					+ part.getClass().getName()
					+ ", which has no bytes of its own: name the part that tells values apart, as in "
					+ "@Cacheable(key = \"#book.isbn\"). Keys are text, numbers, times, UUIDs, enums, and lists and "
					+ "records of them");
		}
	}

	private static boolean isToldByText(Object part) {
		return TOLD_BY_TEXT.contains(part.getClass()) || (part.getClass().getName().startsWith("java.time.")
				&& (part instanceof Temporal || part instanceof TemporalAmount));
	}

	/** Its text leaves out what has no place there, as a script without a language. */
	private static List<String> parts(Locale locale) {
		List<String> parts = new ArrayList<>(
				List.of(locale.getLanguage(), locale.getScript(), locale.getCountry(), locale.getVariant()));
		locale.getExtensionKeys().forEach((extension) -> parts.add(extension + "-" + locale.getExtension(extension)));
		return parts;
	}

	private static void components(Record part, Object key, DataOutputStream out) throws IOException {
		RecordComponent[] components = part.getClass().getRecordComponents();
		head(part.getClass().getName(), components.length, out);
		for (RecordComponent component : components) {
			ReflectionUtils.makeAccessible(component.getAccessor());
			write(ReflectionUtils.invokeMethod(component.getAccessor(), part), key, out);
		}
	}

	private static void all(String type, List<?> parts, Object key, DataOutputStream out) throws IOException {
		head(type, parts.size(), out);
		for (Object part : parts) {
			write(part, key, out);
		}
	}

	private static void text(String type, String value, DataOutputStream out) throws IOException {
		head(type, value.length(), out);
		// Not in a charset: it would replace half of a surrogate pair.
		out.writeChars(value);
	}

	private static void head(String type, int length, DataOutputStream out) throws IOException {
		out.writeUTF(type.startsWith("java.lang.") ? type.substring("java.lang.".length()) : type);
		out.writeInt(length);
	}

	private static Field arguments() {
		Field field = ReflectionUtils.findField(SimpleKey.class, "params", Object[].class);
		if (field == null) {
			throw new IllegalStateException("This version of Spring keeps the arguments of a SimpleKey elsewhere");
		}
		ReflectionUtils.makeAccessible(field);
		return field;
	}

}
