package io.zova.boot.cache;

import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;

import tools.jackson.databind.DatabindContext;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.jsontype.PolymorphicTypeValidator;

/**
 * The classes that JSON from the file may name. The name in the file may also tell the
 * elements of an array or a collection, which are then made without a name of their own,
 * so they must be trusted too.
 */
final class TrustedTypes extends PolymorphicTypeValidator {

	private static final long serialVersionUID = 1L;

	private static final Set<String> VALUES = Set.of("java.lang.Boolean", "java.lang.Byte", "java.lang.Character",
			"java.lang.Double", "java.lang.Float", "java.lang.Integer", "java.lang.Long", "java.lang.Short",
			"java.lang.String", "java.util.ArrayDeque", "java.util.ArrayList", "java.util.BitSet", "java.util.Currency",
			"java.util.Date", "java.util.EnumMap", "java.util.EnumSet", "java.util.GregorianCalendar",
			"java.util.HashMap", "java.util.HashSet", "java.util.Hashtable", "java.util.IdentityHashMap",
			"java.util.LinkedHashMap", "java.util.LinkedHashSet", "java.util.LinkedList", "java.util.Locale",
			"java.util.Optional", "java.util.OptionalDouble", "java.util.OptionalInt", "java.util.OptionalLong",
			"java.util.PriorityQueue", "java.util.Properties", "java.util.Stack", "java.util.TreeMap",
			"java.util.TreeSet", "java.util.UUID", "java.util.Vector", "java.util.concurrent.ConcurrentHashMap",
			"java.util.concurrent.ConcurrentLinkedDeque", "java.util.concurrent.ConcurrentLinkedQueue",
			"java.util.concurrent.ConcurrentSkipListMap", "java.util.concurrent.ConcurrentSkipListSet",
			"java.util.concurrent.CopyOnWriteArrayList", "java.util.concurrent.CopyOnWriteArraySet",
			"java.util.concurrent.TimeUnit", "java.util.concurrent.atomic.AtomicBoolean",
			"java.util.concurrent.atomic.AtomicInteger", "java.util.concurrent.atomic.AtomicLong",
			"java.util.concurrent.atomic.AtomicReference");

	private final ArrayList<String> prefixes = new ArrayList<>(List.of("java.math.", "java.time.", "java.util.Arrays$",
			"java.util.Collections$", "java.util.ImmutableCollections$", "io.zova.object."));

	TrustedTypes(Collection<String> packages) {
		packages.forEach((name) -> this.prefixes.add(name + "."));
	}

	@Override
	public Validity validateBaseType(DatabindContext context, JavaType baseType) {
		return Validity.INDETERMINATE;
	}

	@Override
	public Validity validateSubClassName(DatabindContext context, JavaType baseType, String name) {
		// Nothing else is loaded. What belongs to it is looked at next.
		return (name.startsWith("[") || isTrusted(name)) ? Validity.INDETERMINATE : Validity.DENIED;
	}

	@Override
	public Validity validateSubType(DatabindContext context, JavaType baseType, JavaType type) {
		return isTrusted(type, baseType) ? Validity.ALLOWED : Validity.DENIED;
	}

	private boolean isTrusted(JavaType type, JavaType declared) {
		Class<?> raw = type.getRawClass();
		while (raw.isArray()) {
			raw = raw.getComponentType();
		}
		if (!raw.isPrimitive() && !isTrusted(raw.getName()) && !namesItsOwn(raw)) {
			return false;
		}
		for (int i = 0; i < type.containedTypeCount(); i++) {
			JavaType contained = type.containedType(i);
			if (!isDeclared(contained, declared) && !contained.isEnumType() && !isTrusted(contained, declared)) {
				return false;
			}
		}
		return true;
	}

	/** Objects of these are only made under another name, which is looked at as well. */
	private static boolean namesItsOwn(Class<?> type) {
		return type == Object.class || Modifier.isAbstract(type.getModifiers());
	}

	/** Said by a class that is trusted, not by the file. */
	private static boolean isDeclared(JavaType contained, JavaType declared) {
		for (int i = 0; i < declared.containedTypeCount(); i++) {
			if (contained.equals(declared.containedType(i))) {
				return true;
			}
		}
		return false;
	}

	private boolean isTrusted(String name) {
		return VALUES.contains(name) || this.prefixes.stream().anyMatch(name::startsWith);
	}

}
