package io.zova;

import java.util.Collection;

import org.jspecify.annotations.Nullable;

/**
 * Rules for arguments that are the same for all calls. If one is missing, the call fails
 * with {@link ZovaStatus#INVALID_ARGUMENT} and the name of the parameter, and has done
 * nothing.
 */
public final class Arguments {

	/** What names begin with that Zova keeps for itself, in whatever case. */
	public static final String RESERVED = "_zova_";

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

	/**
	 * Whether a name is one that Zova keeps for itself.
	 * @param name the name
	 * @return whether it begins with {@link #RESERVED}, in whatever case
	 */
	public static boolean isReserved(String name) {
		return name.regionMatches(true, 0, RESERVED, 0, RESERVED.length());
	}

	/**
	 * Whether a name that must be plain may have a character.
	 * @param c the character
	 * @return whether it is a letter A to Z, a digit or one of {@code _ . : -}
	 */
	public static boolean isNameCharacter(char c) {
		return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.'
				|| c == ':' || c == '-';
	}

	/**
	 * How long a text is in UTF-8.
	 * @param text the text
	 * @return the number of bytes, or {@code -1 - index} of half a surrogate pair, which
	 * has no UTF-8 form
	 */
	public static long utf8Length(String text) {
		long bytes = text.length();
		for (int i = 0; i < text.length(); i++) {
			char c = text.charAt(i);
			if (c < 0x80) {
				continue;
			}
			if (c < 0x800) {
				bytes++;
			}
			else if (!Character.isSurrogate(c)) {
				bytes += 2;
			}
			else if (Character.isHighSurrogate(c) && i + 1 < text.length()
					&& Character.isLowSurrogate(text.charAt(i + 1))) {
				bytes += 2;
				i++;
			}
			else {
				return -1 - i;
			}
		}
		return bytes;
	}

}
