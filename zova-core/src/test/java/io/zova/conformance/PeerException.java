package io.zova.conformance;

import org.jspecify.annotations.Nullable;

/**
 * The real engine, or the program around it, refused a request.
 */
final class PeerException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	private final String status;

	private final int code;

	private final @Nullable String text;

	PeerException(String operation, String status, int code, @Nullable String message) {
		super(operation + ": " + status + " (" + code + ") " + message);
		this.status = status;
		this.code = code;
		this.text = message;
	}

	/**
	 * The engine's own words.
	 * @return the text, or null if it gave none
	 */
	@Nullable String text() {
		return this.text;
	}

	/**
	 * The status by name: {@code ZOVA_…} from the engine, {@code PEER_…} from the program
	 * around it.
	 * @return the name
	 */
	String status() {
		return this.status;
	}

	/**
	 * The status by number, negative when the program around the engine refused.
	 * @return the number
	 */
	int code() {
		return this.code;
	}

}
