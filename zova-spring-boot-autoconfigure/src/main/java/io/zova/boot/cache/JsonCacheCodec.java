package io.zova.boot.cache;

import java.util.Collection;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import tools.jackson.databind.DefaultTyping;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.json.JsonMapper;

import io.zova.kv.Codec;

/**
 * Values as JSON that names their classes. Reading makes objects only of classes in
 * packages that are trusted, whatever the file says.
 */
public final class JsonCacheCodec implements Codec<Object> {

	private final JsonMapper mapper;

	/**
	 * Creates the codec.
	 * @param mapper the JSON settings of the application
	 * @param trustedPackages packages whose classes, and those of the packages below
	 * them, may be named, besides the JDK's values
	 */
	public JsonCacheCodec(JsonMapper mapper, Collection<String> trustedPackages) {
		this.mapper = mapper.rebuild()
			// What a changed class does not know any more is a miss, and nothing is
			// written
			// that its own class cannot read.
			.enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
			.enable(MapperFeature.REQUIRE_SETTERS_FOR_GETTERS)
			.activateDefaultTyping(new TrustedTypes(trustedPackages), DefaultTyping.OBJECT_AND_NON_CONCRETE,
					JsonTypeInfo.As.WRAPPER_ARRAY)
			.build();
	}

	@Override
	public byte[] encode(Object value) {
		return this.mapper.writerFor(Object.class).writeValueAsBytes(value);
	}

	@Override
	public Object decode(byte[] bytes) {
		Object value = this.mapper.readValue(bytes, Object.class);
		if (value == null) {
			throw new IllegalArgumentException("JSON null is stored where a value was put");
		}
		return value;
	}

}
