package io.zova.sqlite.function;

/**
 * Tells which texts have a form in UTF-8. Whatever encodes the others puts a question
 * mark where half of a surrogate pair is, so that another text would be stored.
 */
final class UnicodeText {

	private UnicodeText() {
	}

	/**
	 * Looks for half of a surrogate pair.
	 * @param text any text
	 * @return where it is, -1 if there is none
	 */
	static int halfPairIn(String text) {
		int length = text.length();
		for (int i = 0; i < length; i++) {
			if (Character.isSurrogate(text.charAt(i))) {
				if (i + 1 == length || !Character.isSurrogatePair(text.charAt(i), text.charAt(i + 1))) {
					return i;
				}
				i++;
			}
		}
		return -1;
	}

}
