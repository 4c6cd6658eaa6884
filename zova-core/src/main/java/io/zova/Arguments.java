package io.zova;

import java.util.Collection;

import org.jspecify.annotations.Nullable;

/**
 * The rule for arguments that are missing, the same for all calls: the call fails with
 * {@link ZovaStatus#INVALID_ARGUMENT} and the name of the parameter, and has done
 * nothing.
 */
public final class Arguments {

	private Arguments() {
	}

	/**
	 * Requires an argument.
	 * @param <T> its type
	 * @param parameter what to call it in the message
	 * @param value the argument
	 * @return the argument
	 * @throws ZovaException {@link ZovaStatus#INVALID_ARGUMENT} if it is null
	 */
	public static <T> T required(String parameter, @Nullable T value) {
		if (value == null) {
			throw new ZovaException(ZovaStatus.INVALID_ARGUMENT, "The " + parameter + " is null: a value is required");
		}
		return value;
	}

	/**
	 * Requires a collection and each of its elements.
	 * @param <C> its type
	 * @param parameter what to call it in the message
	 * @param values the collection
	 * @return the collection
	 * @throws ZovaException {@link ZovaStatus#INVALID_ARGUMENT} if it or an element is
	 * null
	 */
	public static <C extends Collection<?>> C requiredEach(String parameter, @Nullable C values) {
		C given = required(parameter, values);
		int index = 0;
		for (Object value : given) {
			if (value == null) {
				throw new ZovaException(ZovaStatus.INVALID_ARGUMENT,
						"Element " + index + " of the " + parameter + " is null: a value is required");
			}
			index++;
		}
		return given;
	}

}
