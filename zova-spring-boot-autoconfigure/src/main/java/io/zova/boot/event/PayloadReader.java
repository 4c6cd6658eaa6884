package io.zova.boot.event;

import java.lang.reflect.Type;

/**
 * Turns a payload into the type that a {@link ZovaListener} wants. Declare a bean of this
 * type to read other formats than JSON.
 */
@FunctionalInterface
public interface PayloadReader {

	/**
	 * Reads a payload.
	 * @param payload what was published
	 * @param type the type of the listener's parameter
	 * @return a value of that type
	 */
	Object read(String payload, Type type);

}
