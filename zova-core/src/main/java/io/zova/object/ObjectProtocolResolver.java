package io.zova.object;

import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import org.springframework.core.io.ProtocolResolver;
import org.springframework.core.io.Resource;
import org.springframework.core.io.ResourceLoader;

/**
 * Lets every {@code ResourceLoader} find objects: {@code zova:object/} and the id in
 * hexadecimal digits. Any other location is left to others.
 */
public final class ObjectProtocolResolver implements ProtocolResolver {

	/** What the location of an object starts with. */
	public static final String PREFIX = "zova:object/";

	private final Supplier<ObjectOperations> objects;

	/**
	 * Creates a resolver.
	 * @param objects where the objects are; asked for at the first location that names
	 * one
	 */
	public ObjectProtocolResolver(Supplier<ObjectOperations> objects) {
		this.objects = objects;
	}

	@Override
	public @Nullable Resource resolve(String location, ResourceLoader resourceLoader) {
		if (!location.startsWith(PREFIX)) {
			return null;
		}
		ObjectId id = ObjectId.parse(location.substring(PREFIX.length()));
		return this.objects.get().asResource(id);
	}

}
